begin;
select plan(12);

select tests.clinic() as clinic, tests.clinic() as elsewhere \gset
select
    tests.account(role => 'admin') as eve,
    tests.account(role => 'doctor') as sun,
    tests.account(role => 'clerk', clinic => :clinic) as clerk,
    tests.account(role => 'clerk', clinic => :elsewhere) as other_clerk
\gset
select tests.slot(tests.doctor(clinic => :clinic), capacity => 9) as slot \gset
select tests.booking(:slot, status => 'CONFIRMED') as booking \gset
select core.owe_refund(array[:booking]::bigint[], 'Part ' || n, 10)
from generate_series(1, 3) as n order by n;
update data.refund as f set status = 'SENT' where f.reason <> 'Part 2';
update data.refund as f set status = 'DONE' where f.reason = 'Part 1';
select max(f.id) as newest from data.refund as f \gset
create function pg_temp.listed(filter text default '') returns text[]
language plpgsql
as $$
declare
    v_reasons text[];
begin
    execute format('select array(select f.reason from api.list_refunds(%s) as f)', filter)
    into v_reasons;
    return v_reasons;
end;
$$;

select tests.act_as('doctor', :sun);
select throws_ok('select api.list_refunds()', '42501', null, 'no doctor lists refunds');
select tests.act_as('admin', :eve);
select is(pg_temp.listed(), '{Part 3,Part 2,Part 1}', 'an admin sees all, newest first');
select is(pg_temp.listed('''DUE'''), '{Part 2}', 'those that are due');
select is(pg_temp.listed('''FAILED'''), '{}', 'those that failed');
select is(pg_temp.listed('"limit" => 1'), '{Part 3}', 'page by page');
select is(pg_temp.listed('"limit" => 1, after => ' || :newest), '{Part 2}', 'and the next');
select throws_ok(
    'select api.list_refunds(after => 0)', 'PT400', 'invalid_parameter', 'behind none'
);
select is(
    (select to_jsonb(f) - '{id,created_at,payment_id}'::text[]
    from api.list_refunds('DUE') as f),
    format($${"booking_id": %s, "amount": 10, "currency": "USD", "status": "DUE",
        "reason": "Part 2", "reference": null, "sent_at": null, "done_at": null}$$,
        :booking)::jsonb,
    'with all there is to know, and nobody''s name'
);
select tests.act_as('clerk', :clerk);
select is(cardinality(pg_temp.listed()), 3, 'a clerk sees the clinic''s');
select is(pg_temp.listed('after => ' || :newest), '{Part 2,Part 1}', 'and pages through them');
select tests.act_as('clerk', :other_clerk);
select is(pg_temp.listed(), '{}', 'and no other''s');
select throws_ok(
    format('select api.list_refunds(after => %s)', :newest), 'PT400', 'invalid_parameter',
    'nor learns by a page which there are'
);

select * from finish();
rollback;
