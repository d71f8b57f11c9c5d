-- A reporting tool asks for days: each view that has a `local_date` finds them by an index.
begin;
select plan(4);

select tests.doctor() as doctor \gset
insert into data.slot (doctor_id, start_time, end_time)
select :doctor, t, t + interval '30 minutes'
from generate_series(timestamptz '2090-01-01 00:00Z', '2095-01-01', interval '6 hours') as t;
insert into data.booking (
    slot_id, doctor_id, slot_capacity, patient_name, patient_email, seats, status, amount, currency,
    manage_token_hash, expires_at
)
select
    s.id, s.doctor_id, 1, 'Patient', 'patient@example.com', '{[1,2)}', 'PENDING', 50, 'USD',
    sha256(''), '2100-01-01'
from data.slot as s;
insert into data.stale_day (doctor_id, local_date)
select distinct s.doctor_id, s.local_date from data.slot as s;
select core.count_days(10000);
insert into data.report_money (
    doctor_id, local_date, currency, captured, surplus, owed_back, paid_back
)
select r.doctor_id, r.local_date, 'USD', 50, 0, 0, 0 from data.report_day as r;
analyze data.slot, data.booking, data.report_day, data.report_money;

-- Whether an index serves is asked, not what these few rows would cost without one.
set local enable_seqscan = off;

create function pg_temp.plan_of(query text) returns text
language plpgsql
as $$
declare
    v_line text;
    v_plan text := '';
begin
    for v_line in execute 'explain ' || plan_of.query loop
        v_plan := v_plan || v_line || E'\n';
    end loop;
    return v_plan;
end;
$$;
create temp table looked_at as
select
    c.relname::text as view, pg_temp.plan_of(
        format('select * from report.%I as v where v.local_date = %L', c.relname, '2090-03-03')
    ) as plan
from pg_class as c
join pg_attribute as a on a.attrelid = c.oid and a.attname = 'local_date'
where c.relnamespace = 'report'::regnamespace;

select cmp_ok((select count(*) from looked_at), '>=', 9::bigint, 'there are views to look at');
select is_empty(
    $$select view, plan from looked_at where plan !~ 'Index Cond: .*local_date'$$,
    'a filter by local_date is a look into an index'
);
select is_empty(
    $$select view, plan from looked_at
      where plan ~ 'Seq Scan on (slot|booking|payment|report_day|report_money)'$$,
    'and nothing is read whole'
);

select doesnt_match(
    pg_temp.plan_of('select * from report.booking'), 'Aggregate|SubPlan',
    'nothing is looked up for each booking, which several workers could not do at once'
);

select * from finish();
rollback;
