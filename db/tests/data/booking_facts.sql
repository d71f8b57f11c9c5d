begin;
select plan(8);

select tests.doctor() as doctor \gset
select
    tests.booking(tests.slot(:doctor), status => 'CONFIRMED') as confirmed,
    tests.booking(tests.slot(:doctor), status => 'COMPLETED') as completed,
    tests.booking(tests.slot(:doctor), status => 'CANCELLED') as cancelled
\gset
select is(
    tests.constraint_against(format('update data.booking set %s where id = %s', c.change, c.id)),
    c.refused_by, c.sentence
)
from (
    values
    (:confirmed, 'checked_in_at = now()', 'booking_facts_fit_status', 'who has not come did not'),
    (:completed, 'checked_in_at = null', 'booking_facts_fit_status', 'who was there came once'),
    (:completed, 'completed_at = null', 'booking_facts_fit_status', 'and left some time'),
    (:completed, 'completed_at = checked_in_at - interval ''1 second''',
        'booking_facts_fit_status', 'not before'),
    (:completed, 'completed_at = checked_in_at', null, 'a visit may be short'),
    (:confirmed, 'cancelled_by = ''STAFF''', 'booking_facts_fit_status', 'what stands has no end'),
    (:confirmed, 'cancellation_reason = ''?''', 'booking_facts_fit_status', 'nor a reason of it'),
    (:cancelled, 'cancelled_by = ''STAFF'', cancellation_reason = ''?''', null,
        'what was cancelled may have both')
) as c (id, change, refused_by, sentence);

select * from finish();
rollback;
