begin;
select plan(16);

select
    tests.account(role => 'admin') as eve,
    tests.account(role => 'doctor') as sun,
    tests.account(role => 'doctor') as moon
\gset
select tests.doctor(account => :sun) as doctor, tests.doctor(account => :moon) as other \gset
select
    tests.slot(:doctor, capacity => 9) as slot,
    tests.slot(:doctor) as next_slot,
    tests.slot(:doctor) as empty
\gset
select
    tests.booking(:slot) as b1,
    tests.booking(:next_slot) as b2,
    tests.booking(:slot, status => 'CANCELLED') as b3,
    tests.booking(:slot, status => 'CONFIRMED') as b4
\gset
\set list 'select b.id from api.list_slot_bookings(%s) as b'

select tests.act_as('doctor', :sun);
select results_eq(
    format(:'list', :slot), array[:b4, :b3, :b1]::bigint[],
    'a doctor sees who booked a slot, newest first'
);
select results_eq(
    format(:'list', format('%s, "limit" => 2', :slot)), array[:b4, :b3]::bigint[], 'a first page'
);
select results_eq(
    format(:'list', format('%s, after => %s', :slot, :b3)), array[:b1]::bigint[], 'the last page'
);
select throws_ok(
    format(:'list', format('%s, "limit" => 501', :slot)), '23514', null, 'at most 500 at a time'
);
select is_empty(format(:'list', :empty), 'a slot that nobody booked has none');
select tests.refusal_of(format(:'list', 0)) as nothing_there \gset
select is(
    :'nothing_there'::text, 'PT404 slot_not_found There is no such slot, or it is not yours.',
    'a slot that does not exist is not found'
);
select tests.act_as('doctor', :moon);
select is(
    tests.refusal_of(format(:'list', :slot)), :'nothing_there',
    'another doctor''s slot is not found either'
);
select tests.act_as('doctor', tests.account(role => 'doctor'));
select is(
    tests.refusal_of(format(:'list', :slot)), :'nothing_there',
    'nor for an account that is no doctor yet'
);
select tests.act_as('clerk', tests.account(role => 'clerk'));
select results_eq(
    format(:'list', :next_slot), array[:b2]::bigint[], 'a clerk sees those of the clinic'
);
select tests.act_as('clerk', tests.account(role => 'clerk', clinic => tests.clinic()));
select is(
    tests.refusal_of(format(:'list', :slot)), :'nothing_there',
    'and another clinic''s slot is not found'
);
select tests.act_as('admin', :eve);
select results_eq(format(:'list', :next_slot), array[:b2]::bigint[], 'an admin sees every slot''s');
select throws_ok(format(:'list', 0), 'PT404', 'slot_not_found', 'but not one that does not exist');
select tests.act_as('patient', tests.account());
select throws_ok(
    format(:'list', :slot), '42501', null, 'hole 6: a patient does not see who booked'
);
select tests.act_as('anon');
select throws_ok(format(:'list', :slot), '42501', null, 'hole 6: nor does anybody else');
select tests.act_as_nobody();
select api.delete_slot(:slot, force => true);
select results_eq(
    format(:'list', :slot), array[:b4, :b3, :b1]::bigint[], 'a deleted slot keeps its history'
);
update data.account as a set status = 'PENDING_APPROVAL' where a.id = :sun;
select tests.act_as('doctor', :sun);
select throws_ok(
    format(:'list', :slot), 'PT401', 'unauthenticated',
    'an account that is not active lists nothing'
);

select * from finish();
rollback;
