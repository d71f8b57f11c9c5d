begin;
select plan(16);

select
    tests.account() as ann, tests.account() as bob, tests.account(role => 'doctor') as sun,
    tests.account(role => 'doctor') as moon, tests.account(role => 'clerk') as clerk,
    tests.account(role => 'clerk', clinic => tests.clinic()) as other_clerk,
    tests.account(role => 'admin') as eve
\gset
select tests.doctor(account => :sun) as doctor, tests.doctor(account => :moon) as other \gset
select tests.slot(:doctor, capacity => 5) as slot \gset
select
    tests.waitlist_entry(:slot, account => :ann) as ann_s,
    tests.waitlist_entry(:slot, manage_token => 'right') as guest_s,
    tests.waitlist_entry(:slot, account => :bob) as bob_s
\gset
\set get 'select api.get_waitlist_entry(%s, %L)'

select tests.act_as('anon');
select throws_ok(format(:'get', g.id, g.token), 'PT404', 'waitlist_not_found', g.what)
from (
    values
    (0, 'right', 'no entry'), (:ann_s, 'right', 'an account''s by another''s token'),
    (:guest_s, 'wrong', 'a guest''s by another token'), (:guest_s, null, 'or by none')
) as g (id, token, what);
select lives_ok(format(:'get', :guest_s, 'right'), 'by its token a guest''s is found');
select tests.act_as('patient', :bob);
select throws_ok(
    format(:'get', :ann_s, null), 'PT404', 'waitlist_not_found', 'another patient is a stranger'
);
select tests.act_as('doctor', :moon);
select throws_ok(
    format(:'get', :ann_s, null), 'PT404', 'waitlist_not_found', 'another doctor, too'
);
select tests.act_as('clerk', :other_clerk);
select throws_ok(
    format(:'get', :ann_s, null), 'PT404', 'waitlist_not_found', 'and another clinic''s clerk'
);
select tests.act_as('patient', :ann);
select lives_ok(format(:'get', :ann_s, null), 'who waits sees it');
select tests.act_as('doctor', :sun);
select lives_ok(format(:'get', :ann_s, null), 'the doctor does');
select tests.act_as('clerk', :clerk);
select lives_ok(format(:'get', :ann_s, null), 'a clerk does');
select tests.act_as('admin', :eve);
select lives_ok(format(:'get', :ann_s, null), 'an admin does');

-- What an entry is, by what became of it.
select tests.act_as_nobody();
create function pg_temp.shown(id bigint) returns text
language sql
as $$
select concat_ws(' ', w.status, w.position, w.booking_id > 0)
from api.get_waitlist_entry(shown.id) as w
$$;
select core.offer_seats(array[:slot]);
select is(pg_temp.shown(:ann_s), 'OFFERED t', 'offered');
select w.booking_id as booking from data.waitlist_entry as w where w.id = :ann_s \gset
select tests.payment(:booking, 'SUCCEEDED');
update data.booking as b set status = 'CONFIRMED', confirmed_at = clock_timestamp()
where b.id = :booking;
select is(pg_temp.shown(:ann_s), 'BOOKED t', 'booked');
select tests.run_out(w.booking_id) from data.waitlist_entry as w where w.id = :guest_s;
select is(pg_temp.shown(:guest_s), 'ENDED t', 'ended when the offer has run out, to the second');
select tests.waitlist_entry(tests.slot(:doctor), account => :ann) as late \gset
select tests.move_slot((select w.slot_id from data.waitlist_entry as w where w.id = :late),
    clock_timestamp() - interval '1 hour');
select is(pg_temp.shown(:late), 'ENDED', 'and when the slot has started');

select * from finish();
rollback;
