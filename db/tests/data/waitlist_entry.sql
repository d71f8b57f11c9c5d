-- What no entry of a waitlist can be, whoever writes it.
begin;
select plan(7);

select tests.account() as ann, tests.slot(tests.doctor()) as slot \gset
select
    tests.waitlist_entry(:slot, account => :ann, patient_email => 'ann@example.com') as w1,
    tests.waitlist_entry(:slot, patient_email => 'Bob@example.com') as w2
\gset
\set wait 'select tests.waitlist_entry(' :slot ', %s)'
select
    is(tests.constraint_against(format(:'wait', e.arguments)), e.refused_by, e.sentence)
from (
    values
    ('account => ' || :ann, 'waitlist_entry_once', 'an account waits once'),
    ('patient_email => ''bOB@example.com''', 'waitlist_entry_once',
        'so does the address of a guest'),
    ('patient_email => ''ann@example.com''', null, 'which may be that of an account'),
    ('seats => 0', 'seat_count_range', 'nobody waits for no seat')
) as e (arguments, refused_by, sentence);
select is(
    tests.constraint_against(format('update data.waitlist_entry as w set manage_token_hash = null
        where w.id = %s', :w2)),
    'waitlist_entry_one_owner', 'an entry is somebody''s'
);
select is(
    tests.constraint_against(format('insert into data.waitlist_entry (slot_id, doctor_id,
            account_id, patient_name, patient_email, booked_by_id)
        select s.id, s.doctor_id, %s, ''A'', ''a@example.com'', %1$s
        from data.slot as s where s.id = %s', tests.account(), :slot)),
    'waitlist_entry_booked_by_staff', 'who enters somebody does so as something'
);
update data.waitlist_entry as w set ended_at = clock_timestamp() where w.id = :w1;
select is(
    tests.constraint_against(format(:'wait', 'account => ' || :ann)), null,
    'who has left may wait again'
);

select * from finish();
rollback;
