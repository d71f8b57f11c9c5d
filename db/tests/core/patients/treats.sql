begin;
select plan(14);

select tests.account() as ann, tests.account(role => 'doctor') as sun,
    tests.account(role => 'doctor') as moon \gset
select tests.doctor(account => :sun) as doctor, tests.doctor(account => :moon) as other \gset
select tests.slot(:doctor, capacity => 20) as slot \gset

create function pg_temp.opens(status text, role text) returns boolean
language plpgsql
as $$
declare
    v_patient bigint := tests.account();
    v_sun bigint := (select min(a.id) from data.account as a where a.role = 'doctor');
    v_answer boolean;
begin
    perform tests.book_as(
        tests.booking((select min(s.id) from data.slot as s), v_patient, status => status), role
    );
    perform tests.act_as('doctor', v_sun);
    v_answer := core.treats(v_patient);
    perform tests.act_as_nobody();
    return v_answer;
end;
$$;
grant usage on schema core to slotkeeper_doctor;
grant execute on function core.treats to slotkeeper_doctor;
grant execute on all functions in schema core to slotkeeper_doctor;
grant select on all tables in schema data to slotkeeper_doctor;

select is(pg_temp.opens(c.status, c.role), c.opens, c.what)
from (
    values
    ('CONFIRMED', null, true, 'a confirmed booking of the patient opens'),
    ('CHECKED_IN', null, true, 'one who is there'),
    ('COMPLETED', null, true, 'one who was there'),
    ('PENDING', null, false, 'one that is not paid does not'),
    ('FAILED', null, false, 'nor one that failed'),
    ('CANCELLED', null, false, 'nor one that was cancelled'),
    ('NO_SHOW', null, false, 'nor one to which nobody came'),
    ('CONFIRMED', 'clerk', true, 'the front desk may have made it'),
    ('COMPLETED', 'admin', true, 'or an admin'),
    ('CONFIRMED', 'doctor', false, 'the doctor may not'),
    ('COMPLETED', 'doctor', false, 'whatever becomes of it')
) as c (status, role, opens, what);

select tests.booking(:slot, :ann, status => 'CONFIRMED') as booking \gset
select tests.act_as('doctor', :moon);
select ok(not core.treats(:ann), 'nor is it a door for another doctor');
select tests.act_as('doctor', :sun);
select ok(core.treats(:ann), 'as it is for this one');
select tests.act_as_nobody();
select ok(not core.treats(:ann), 'and for nobody who is no doctor');

select * from finish();
rollback;
