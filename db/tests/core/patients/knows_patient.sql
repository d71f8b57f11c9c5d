begin;
select plan(24);

select tests.clinic() as far \gset
select
    tests.account('Ann') as ann, tests.account('Bob') as bob,
    tests.account(role => 'doctor') as sun, tests.account(role => 'doctor') as moon,
    tests.account(role => 'clerk') as joe, tests.account(role => 'clerk', clinic => :far) as kim,
    tests.account(role => 'admin') as eve
\gset
select tests.doctor(account => :sun) as doctor,
    tests.doctor(account => :moon, clinic => :far) as other \gset
select tests.booking(tests.slot(:doctor), :ann, status => 'CANCELLED') as booking \gset

create function pg_temp.knows(role text, account bigint, patient bigint) returns boolean
language plpgsql
as $$
declare
    v_answer text;
begin
    perform tests.act_as(knows.role, knows.account);
    v_answer := tests.refusal_of(format('select api.get_patient(%s)', knows.patient));
    perform tests.act_as_nobody();
    if v_answer not like 'PT404 patient_not_found %' then
        raise '%', v_answer;
    end if;
    return v_answer is null;
end;
$$;

select ok(pg_temp.knows('patient', :ann, :ann), 'one knows oneself');
select ok(not pg_temp.knows('patient', :bob, :ann), 'and nobody else');
select ok(pg_temp.knows('admin', :eve, :ann), 'admins know all');
select ok(not pg_temp.knows('admin', :eve, :sun), 'who are patients');
select ok(not pg_temp.knows('admin', :eve, 0), 'and are there');
select ok(pg_temp.knows('clerk', :joe, :ann), 'clerks know who booked at their clinic');
select ok(not pg_temp.knows('clerk', :kim, :ann), 'clerks of another clinic do not');
select ok(not pg_temp.knows('clerk', :joe, :bob), 'nor whoever never booked there');
select ok(not pg_temp.knows('doctor', :sun, :ann), 'a cancelled booking is no door for its doctor');

select tests.book_as(tests.booking(tests.slot(:doctor), :bob, status => c.status), c.role)
from (values ('COMPLETED', 'clerk'), ('CONFIRMED', 'doctor')) as c (status, role);
select ok(
    not pg_temp.knows('clerk', :joe, :bob), 'clerks cannot make somebody known by booking for them'
);
select ok(pg_temp.knows('doctor', :sun, :bob), 'to the doctor they are by a clerk''s booking');
select tests.book_as(tests.booking(tests.slot(:doctor), :bob), 'admin');
select ok(pg_temp.knows('clerk', :joe, :bob), 'but an admin can make them known to clerks');

select tests.account('Cid') as cid, tests.account('Dot') as dot \gset
update data.account
set made_by_id = :moon, made_at_clinic_id = :far, password_hash = null
where id = :cid;
select ok(pg_temp.knows('doctor', :moon, :cid), 'who made an account knows whose it is');
select ok(pg_temp.knows('clerk', :kim, :cid), 'so does the desk of the clinic');
select ok(not pg_temp.knows('doctor', :sun, :cid), 'but no other doctor');
select ok(not pg_temp.knows('clerk', :joe, :cid), 'nor another clinic');
update data.account set password_hash = '$argon2id$ own' where id = :cid;
select ok(not pg_temp.knows('doctor', :moon, :cid), 'nor any more who made it, once it is taken');
select ok(not pg_temp.knows('clerk', :kim, :cid), 'nor the desk, from then on');
select tests.book_as(tests.booking(tests.slot(:other), :cid, status => 'CONFIRMED'), 'doctor');
select ok(pg_temp.knows('clerk', :kim, :cid), 'until it has booked for the patient');
select ok(not pg_temp.knows('doctor', :moon, :cid), 'which makes no doctor know anybody');
select tests.book_as(tests.booking(tests.slot(:doctor), :cid, status => 'CONFIRMED'), 'clerk');
select ok(not pg_temp.knows('clerk', :joe, :cid), 'nor a clinic that did not make the account');
select ok(pg_temp.knows('doctor', :sun, :cid), 'but the doctor whom a clerk has booked');

update data.account set status = 'ERASED' where id = :dot;
select ok(not pg_temp.knows('admin', :eve, :dot), 'who was erased is not there');
select throws_ok(
    format($$select tests.act_as('patient', %s); select api.get_patient(%s)$$, :dot, :dot),
    'PT401', 'unauthenticated', 'and does not come back'
);

select * from finish();
rollback;
