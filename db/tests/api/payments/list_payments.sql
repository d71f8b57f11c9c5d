begin;
select plan(16);

select tests.clinic() as clinic, tests.clinic() as elsewhere \gset
select
    tests.account(role => 'admin') as eve,
    tests.account(role => 'doctor') as sun,
    tests.account(role => 'clerk', clinic => :clinic) as clerk,
    tests.account(role => 'clerk', clinic => :elsewhere) as other_clerk
\gset
select tests.slot(tests.doctor(clinic => :clinic), capacity => 40) as slot \gset
select tests.booking(:slot) as b1, tests.booking(:slot) as b2 \gset
select tests.payment(:b1, 'FAILED', 'acme') as p1 \gset
select tests.payment(:b1, 'SUCCEEDED', 'acme') as p2 \gset
select tests.payment(:b2, 'SURPLUS', 'other') as p3 \gset
select tests.payment(:b2) as p4 \gset
set local session_replication_role = replica;
update data.payment as p
set created_at = timestamptz '2030-01-01 00:00:00+00' + make_interval(days => o.day::integer),
    settled_at = case when p.status <> 'PENDING' then timestamptz '2030-02-01 00:00:00+00' end
from unnest(array[:p1, :p2, :p3, :p4]::bigint[]) with ordinality as o (id, day)
where p.id = o.id;
set local session_replication_role = origin;
create function pg_temp.listed(filter text default '') returns bigint[]
language plpgsql
as $$
declare
    v_ids bigint[];
begin
    execute format('select array(select p.id from api.list_payments(%s) as p)', filter) into v_ids;
    return v_ids;
end;
$$;

select tests.act_as('doctor', :sun);
select throws_ok('select api.list_payments()', '42501', null, 'no doctor lists payments');
select tests.act_as('admin', :eve);
select is(pg_temp.listed(), array[:p4, :p3, :p2, :p1]::bigint[], 'an admin sees all, newest first');
select is(pg_temp.listed(c.filter), c.ids::bigint[], c.sentence)
from (
    values
    ('status => ''SUCCEEDED''', array[:p2], 'of a status'),
    ('status => ''SURPLUS''', array[:p3], 'of a rare one'),
    ('status => ''CANCELLED''', '{}'::integer[], 'of one that none has'),
    ('provider => ''acme''', array[:p2, :p1], 'of a provider'),
    ('"from" => ''2030-01-03 00:00+00'', "to" => ''2030-01-05 00:00+00''', array[:p3, :p2],
        'of some days; the end does not count'),
    ('"limit" => 2', array[:p4, :p3], 'a page'),
    ('"limit" => 2, after => ' || :p3, array[:p2, :p1], 'and the next'),
    ('"to" => ''2030-01-04 00:00+00'', after => ' || :p4, array[:p2, :p1],
        'behind a row that is later than asked for')
) as c (filter, ids, sentence);
select throws_ok(
    'select api.list_payments(after => 0)', 'PT400', 'invalid_parameter', 'behind no payment'
);
select tests.act_as('clerk', :clerk);
select is(cardinality(pg_temp.listed()), 4, 'a clerk sees the clinic''s');
select is(
    pg_temp.listed('after => ' || :p3), array[:p2, :p1]::bigint[], 'and pages through them'
);
select tests.act_as('clerk', :other_clerk);
select is(cardinality(pg_temp.listed()), 0, 'and no other''s');
select throws_ok(
    format('select api.list_payments(after => %s)', :p3), 'PT400', 'invalid_parameter',
    'nor learns by a page which there are'
);

-- Where few fit, the page ends and says so.
select tests.act_as_nobody();
set local session_replication_role = replica;
insert into data.payment (booking_id, amount, currency, status, provider, created_at, settled_at)
select :b1, 50, 'USD', 'FAILED', 'many', d.day, d.day
from (values (timestamptz '2031-01-01 00:00:00+00')) as d (day)
cross join generate_series(1, 1001);
set local session_replication_role = origin;
select tests.act_as('clerk', :other_clerk);
create function pg_temp.pages() returns integer
language plpgsql
as $$
declare
    v_count integer := 0;
    v_after text := 'null';
begin
    loop
        perform set_config('page.next', '', true);
        perform pg_temp.listed(format('after => %s', v_after));
        v_count := v_count + 1;
        v_after := nullif(current_setting('page.next'), '');
        exit when v_after is null;
    end loop;
    return v_count;
end;
$$;
select is(pg_temp.pages(), 2, 'a page of another clinic''s says where the next one goes on');

select * from finish();
rollback;
