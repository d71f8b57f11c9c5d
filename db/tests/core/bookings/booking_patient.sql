begin;
select plan(30);

select
    tests.account('Ann', email => 'ann@example.com') as ann,
    tests.account('Bob', email => 'bob@example.com') as bob,
    tests.account('Sun', 'doctor', email => 'sun@example.com') as sun,
    tests.account('Moon', 'doctor') as moon,
    tests.account('Joe', 'clerk') as joe,
    tests.account('Kim', 'clerk', clinic => tests.clinic()) as kim,
    tests.account('Eve', 'admin') as eve,
    tests.account('Off', 'doctor', 'PENDING_APPROVAL') as off
\gset
select tests.doctor(account => :sun) as suns, tests.doctor(account => :moon) as moons \gset
select tests.slot(:suns, capacity => 9) as slot, tests.slot(:moons) as other \gset
create function pg_temp.patient(
    slot bigint, account bigint, name text default null, email text default null
) returns text
language sql security definer
return (
    select concat_ws(
        ' ', coalesce(p.account_id::text, 'guest'), p.patient_name, p.patient_email,
        p.booked_by_role, p.booked_by_id
    )
    from core.booking_patient(slot, account, name, email) as p
);
\set ask 'select pg_temp.patient(%s, %s)'

select tests.act_as('anon');
select is(
    pg_temp.patient(:slot, null, 'G', 'g@example.com'), 'guest G g@example.com', 'a guest'
);
select throws_ok(
    format(:'ask', :slot, 'null, null, ''g@example.com'''), 'PT400', 'missing_parameter',
    'who has a name'
);
select throws_ok(
    format(:'ask', :slot, 'null, ''G'''), 'PT400', 'missing_parameter', 'and an address'
);
select throws_ok(
    format(:'ask', :slot, :ann || ', ''G'', ''g@example.com'''), 'PT403', 'forbidden',
    'hole 6: a guest books for nobody''s account'
);

select tests.act_as('patient', :ann);
select is(
    pg_temp.patient(:slot, null), :ann || ' Ann ann@example.com', 'a patient need not say who'
);
select is(
    pg_temp.patient(:slot, null, 'Child', 'family@example.com'),
    :ann || ' Child family@example.com', 'but may'
);
select is(
    pg_temp.patient(:slot, :ann), :ann || ' Ann ann@example.com', 'and may name the own account'
);
select throws_ok(
    format(:'ask', :slot, :bob), 'PT403', 'forbidden', 'hole 6: but nobody else''s'
);
select throws_ok(
    format(:'ask', :slot, 0), 'PT403', 'forbidden', 'and does not learn which there are'
);

select tests.act_as('doctor', :sun);
select is(
    pg_temp.patient(:slot, null, 'G', 'g@example.com'),
    'guest G g@example.com doctor ' || :sun, 'a doctor books for a guest'
);
select throws_ok(
    format(:'ask', :slot, 'null'), 'PT400', 'missing_parameter', 'not for the doctor'
);
select throws_ok(
    format(:'ask', :slot, :ann), 'PT400', 'missing_parameter',
    'and learns no stranger''s name by naming an account'
);
select is(
    pg_temp.patient(:slot, :ann, 'Ann', 'a@example.com'),
    :ann || ' Ann a@example.com doctor ' || :sun, 'but may book for it'
);
select is(
    pg_temp.patient(:other, null), :sun || ' Sun sun@example.com',
    'at another doctor''s slot a doctor is a patient'
);
select throws_ok(
    format(:'ask', :other, :ann), 'PT403', 'forbidden', 'who books for nobody else'
);

select tests.act_as('clerk', :joe);
select is(
    pg_temp.patient(:slot, null, 'G', 'g@example.com'),
    'guest G g@example.com clerk ' || :joe, 'a clerk books for a guest'
);
select throws_ok(
    format(:'ask', :slot, :ann), 'PT400', 'missing_parameter', 'and learns no name, either'
);
select tests.act_as_nobody();
select
    tests.booking(:slot, :ann), tests.account('Cid') as cid,
    tests.booking(
        :slot, :bob, status => 'CANCELLED', patient_name => 'Bob',
        patient_email => 'bob@example.com'
    ) as bobs
\gset
select tests.booking(:slot, :cid, patient_name => 'Another name');
set local session_replication_role = replica;
update data.booking set booked_by_role = 'clerk' where id = :bobs;
set local session_replication_role = origin;
select tests.act_as('clerk', :joe);
select is(
    pg_temp.patient(:slot, :ann), :ann || ' Ann ann@example.com clerk ' || :joe,
    'but of those who have booked here themselves'
);
select throws_ok(
    format(:'ask', :slot, :bob), 'PT400', 'missing_parameter',
    'which nobody did for whom only staff has booked'
);
select throws_ok(
    format(:'ask', :slot, :cid), 'PT400', 'missing_parameter',
    'nor are those told who gave another name or address'
);
select throws_ok(
    format(:'ask', :slot, :joe), 'PT403', 'forbidden', 'no clerk books for the own account'
);
select tests.act_as('doctor', :sun);
select throws_ok(
    format(:'ask', :slot, :sun), 'PT403', 'forbidden', 'nor a doctor at the own slot'
);
select tests.act_as('doctor', :moon);
select throws_ok(
    format(:'ask', :other, :ann), 'PT400', 'missing_parameter', 'or who booked another doctor'
);
select tests.act_as('clerk', :kim);
select throws_ok(
    format(:'ask', :slot, 'null, ''G'', ''g@example.com'''), 'PT404', 'slot_not_found',
    'for a clerk of another clinic there is no such slot'
);
select throws_ok(
    format(:'ask', 0, 'null, ''G'', ''g@example.com'''), 'PT404', 'slot_not_found',
    'nor one that does not exist'
);

select tests.act_as('admin', :eve);
select is(
    pg_temp.patient(:slot, :bob), :bob || ' Bob bob@example.com admin ' || :eve,
    'an admin books for any account'
);
select is(
    pg_temp.patient(:slot, null, 'G', 'g@example.com'),
    'guest G g@example.com admin ' || :eve, 'or for a guest'
);
select throws_ok(
    format(:'ask', :slot, 0), 'PT404', 'account_not_found', 'not for an account that is none'
);
select throws_ok(
    format(:'ask', :slot, :off), 'PT404', 'account_not_found', 'or is not active'
);
select tests.act_as_nobody();
select is(
    core.booking_patient(:slot, null, 'G', 'g@example.com')::text, '(,G,g@example.com,,admin)',
    'a DBA is an admin without an account'
);

select * from finish();
rollback;
