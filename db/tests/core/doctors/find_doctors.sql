begin;
select plan(8);

select tests.clinic() as clinic \gset
select
    tests.doctor(specialization => 'Surgery', city => 'Bonn') as ann,
    tests.doctor(specialization => 'surgery', city => 'Rome', clinic => :clinic) as bob,
    tests.doctor(specialization => 'Botany', city => 'bonn', listed => false) as cid
\gset
update data.doctor as d set consultation_type = 'BOTH' where d.id = :bob;
create function pg_temp.found(variadic filter text[]) returns text
language plpgsql
as $$
declare
    v_found text;
begin
    execute format(
        'select string_agg(i::text, '' '' order by i) from unnest(core.find_doctors(%s)) as i',
        array_to_string(filter, ', ')
    ) into v_found;
    return v_found;
end;
$$;

select is(
    pg_temp.found('null, null, null, null, null, 9'), concat_ws(' ', :ann, :bob, :cid), 'all'
);
select is(pg_temp.found(:ann::text, 'null, null, null, null, 9'), :'ann', 'one');
select is(
    pg_temp.found('null, ''SURGERY'', null, null, null, 9'), concat_ws(' ', :ann, :bob),
    'those of a specialization'
);
select is(
    pg_temp.found('null, null, ''BONN'', null, null, 9'), concat_ws(' ', :ann, :cid),
    'those of a city'
);
select is(
    pg_temp.found('null, null, null, ''ONLINE'', null, 9'), :'bob', 'those who are seen online, too'
);
select is(pg_temp.found('null, null, null, null', :clinic::text, '9'), :'bob', 'those of a clinic');
select is(pg_temp.found('null, ''Surgery'', ''Rome'', null, null, 9'), :'bob', 'all together');
select is(
    cardinality(core.find_doctors(null, null, null, null, null, 2)), 2, 'no more than asked for'
);

select * from finish();
rollback;
