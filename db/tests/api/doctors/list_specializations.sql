begin;
select plan(3);

select is(api.list_specializations(), '{}', 'without doctors there are none');
select
    tests.doctor(specialization => 'Cardiology'), tests.doctor(specialization => 'Botany'),
    tests.doctor(specialization => 'cardiology'), tests.doctor(specialization => 'Dentistry'),
    tests.doctor(specialization => 'Alchemy', listed => false),
    tests.doctor(specialization => 'Zoology') as zoologist
\gset
select api.delete_doctor(:zoologist);
select tests.act_as('anon');
select is(
    array(select lower(s) from unnest(api.list_specializations()) as s),
    '{botany,cardiology,dentistry}',
    'each field of those who can be booked, once, in order'
);
select is((api.list_specializations())[1], 'Botany', 'as it is written');

select * from finish();
rollback;
