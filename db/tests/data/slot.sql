-- What no slot can be, whoever writes it.
begin;
select plan(35);

select tests.doctor() as doctor, tests.doctor() as other \gset
\set day 'timestamptz ''2100-01-01 00:00Z'''
\set times :day ' + %L::interval, ' :day ' + %L::interval'
\set at 'insert into data.slot (doctor_id, start_time, end_time, capacity) '
\set at :at 'values (%s, ' :times ', %s)'
select format(:'at', :doctor, '10:00', '11:00', 1) as an_hour \gset
:an_hour;

select is(
    tests.constraint_against(format(:'at', :doctor, t.starts, t.ends, 1)), t.refused_by, t.sentence
)
from (
    values
    ('10:00', '11:00', 'slot_overlaps', 'a doctor has no two slots at one time'),
    ('10:30', '11:00', 'slot_overlaps', 'hole 8: none that begins within another'),
    ('09:00', '10:01', 'slot_overlaps', 'none that ends within another'),
    ('10:15', '10:16', 'slot_overlaps', 'none that lies within another'),
    ('09:00', '12:00', 'slot_overlaps', 'none that spans another'),
    ('09:00', '10:00', null, 'one may end where the next begins'),
    ('11:00', '12:00', null, 'and begin where the last one ends'),
    ('12:00', '12:00', 'slot_ends_after_start', 'a slot does not end as it starts'),
    ('13:00', '12:00', 'slot_ends_after_start', 'nor before'),
    ('12:00', '36:01', 'slot_within_a_day', 'nor more than a day later'),
    ('12:00', '36:00', null, 'but a day later'),
    ('12:00', '12:00:30', 'slot_whole_minutes', 'it lasts whole minutes'),
    ('7899 years 364 days', '7899 years 364 days 23:59', null, 'it may last to the end of 9999'),
    (
        '7899 years 364 days 23:59', '7900 years', 'slot_within_four_digit_years',
        'not beyond, where clients cannot follow'
    )
) as t (starts, ends, refused_by, sentence);
select is(
    tests.constraint_against(format(:'at', :other, '10:00', '11:00', 1)), null,
    'another doctor may have one at that time'
);
select is(
    tests.constraint_against(format(:'at', :other, '10:00', '11:00', c.capacity)), c.refused_by,
    format('a capacity of %s', c.capacity)
)
from (
    values (-1, 'slot_capacity_range'), (0, 'slot_capacity_range'), (1, null), (1000, null),
    (1001, 'slot_capacity_range')
) as c (capacity, refused_by);
select is(
    tests.constraint_against(format(:'at', 0, '10:00', '11:00', 1)), 'slot_doctor_fkey',
    'a slot has a doctor'
);
update data.slot as s set deleted_at = clock_timestamp() where s.doctor_id = :doctor;
select is(
    tests.constraint_against(:'an_hour'), null, 'a deleted slot is in nobody''s way'
);
:an_hour;
select is(
    tests.constraint_against('update data.slot set deleted_at = null where not open'),
    'slot_overlaps',
    'but it does not come back where another is'
);
select is(
    tests.constraint_against(
        'update data.slot set deleted_at = created_at - interval ''1 second'' where open'
    ),
    'slot_deleted_after_created', 'it is not deleted before it is made'
);
select throws_ok(
    'update data.slot set open = false', '428C9', null, 'whether it is open follows from that'
);

-- The bookings of a slot hold it.
select tests.slot(:other, capacity => 3) as slot, tests.slot(:other) as free_slot \gset
select tests.booking(:slot) as first_seat, tests.booking(:slot) as second_seat \gset
select api.cancel_booking(:first_seat);
\set set_capacity 'update data.slot set capacity = %s where id = ' :slot
\set delete 'update data.slot set deleted_at = clock_timestamp() where id = '
select is(
    tests.constraint_against(format(:'set_capacity', 1)), 'booking_fits_slot',
    'the capacity does not sink below a seat that is sold'
);
select is(
    tests.constraint_against(format(:'set_capacity', 2)), null, 'it may sink below one that is free'
);
select is(tests.constraint_against(format(:'set_capacity', 9)), null, 'and it may rise');
select is(
    tests.constraint_against(:'delete' || :slot), 'booking_fits_slot',
    'a slot with live bookings is not deleted'
);
select is(tests.constraint_against(:'delete' || :free_slot), null, 'a free one may be');
select api.cancel_booking(:second_seat);
select is(
    tests.constraint_against(:'delete' || :slot), null,
    'and one whose bookings have all been cancelled'
);
select is(
    tests.constraint_against(format(:'set_capacity', 1)), null, 'whose seats do not count any more'
);
select is(
    tests.constraint_against('delete from data.slot where id = ' || :slot), 'booking_slot_fkey',
    'hole 15: its row stays with them'
);

-- Who makes a slot may say on which day it is; who does not is told.
select is(
    tests.constraint_against(format(
        $$insert into data.slot (doctor_id, start_time, end_time, local_date)
            values (%s, '2101-01-01 10:00Z', '2101-01-01 11:00Z', %L)$$, :other, d.day
    )), d.refused_by, d.why
)
from (
    values
    ('2101-01-02', null, 'a slot may be on the next day of UTC'),
    ('2101-01-03', 'slot_local_date_near_start', 'on none that is in no zone')
) as d (day, refused_by, why);

select * from finish();
rollback;
