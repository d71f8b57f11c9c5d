begin;
select plan(4);

select tests.clinic('North', 'Europe/Paris') as north, tests.clinic('South', 'Asia/Tokyo') as south,
    core.default_clinic() as first
\gset

select tests.act_as('anon');
select results_eq(
    $$select c.name::text, c.time_zone::text from api.list_clinics() as c offset 1$$,
    $$values ('North', 'Europe/Paris'), ('South', 'Asia/Tokyo')$$,
    'anybody sees all clinics by id, behind the first one, and their zones'
);
select results_eq(
    format('select c.id from api.list_clinics(after => %s) as c', :north),
    format('values (%s::bigint)', :south),
    'a page goes on behind the last clinic seen'
);
select results_eq(
    format('select c.id from api.list_clinics("limit" => 1, after => %s) as c', :first),
    format('values (%s::bigint)', :north),
    'and holds no more than asked'
);
select is_empty(
    format('select c.id from api.list_clinics(after => %s) as c', :south), 'until there is no more'
);

select * from finish();
rollback;
