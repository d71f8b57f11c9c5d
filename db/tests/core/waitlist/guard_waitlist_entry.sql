begin;
select plan(10);

select tests.slot(tests.doctor(), capacity => 9) as slot, tests.slot(tests.doctor()) as other \gset
select
    tests.waitlist_entry(:slot) as waiting, tests.waitlist_entry(:slot) as gone,
    tests.waitlist_entry(:slot) as served, tests.booking(:slot) as booking
\gset
update data.waitlist_entry as w set ended_at = clock_timestamp() where w.id = :gone;
update data.waitlist_entry as w set booking_id = :booking where w.id = :served;

\set change 'update data.waitlist_entry as w set %s where w.id = %s'
select
    is(tests.constraint_against(format(:'change', c.change, :waiting)), c.refused_by, c.sentence)
from (
    values
    ('patient_name = ''B''', null, 'a name may be corrected'),
    ('slot_id = ' || :other, 'waitlist_entry_frozen', 'the slot stays'),
    ('seats = 2', 'waitlist_entry_frozen', 'so do the seats'),
    ('created_at = created_at - interval ''1 day''', 'waitlist_entry_frozen',
        'nobody jumps the queue'),
    ('booked_by_role = ''clerk''', 'waitlist_entry_frozen', 'as does who entered it'),
    ('ended_at = clock_timestamp()', null, 'who waits may leave')
) as c (change, refused_by, sentence);
select is(
    tests.constraint_against(format(:'change', 'ended_at = null', :gone)),
    'waitlist_entry_status_machine', 'who has left is not back'
);
select is(
    tests.constraint_against(format(:'change', 'booking_id = null', :served)),
    'waitlist_entry_status_machine', 'an offer is not taken back'
);
select is(
    tests.constraint_against(format(
        :'change', 'ended_at = clock_timestamp(), booking_id = ' || tests.booking(:slot), :waiting
    )),
    'waitlist_entry_ended_without_offer', 'who leaves gets none'
);

update data.waitlist_entry as w set account_id = tests.account(), manage_token_hash = null
where w.id = :waiting;
select is(
    tests.constraint_against(format(:'change', 'account_id = ' || tests.account(), :waiting)),
    'waitlist_entry_frozen', 'an account''s entry stays the account''s'
);

select * from finish();
rollback;
