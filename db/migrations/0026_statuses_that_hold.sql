-- Generated columns and CHECKs are read from the catalog and compiled anew for each statement that
-- writes: two columns and a CHECK less are some hundredths of a booking's time. Indexes and one
-- CHECK look at the status itself; core.holds_seats and core.is_active tell it to who asks.
alter table data.booking
drop constraint booking_seat_sold_once,
drop constraint booking_seats_within_capacity,
drop constraint booking_slot_is_open;
drop index data.booking_seats_held_idx, data.booking_owner_live_idx;
-- The functions of before go on reading the columns until the reload has replaced them: what they
-- book meanwhile is held, as they expect it.
alter table data.booking
alter column holds_seats drop expression, alter column holds_seats set default true,
alter column live drop expression, alter column live set default true;
comment on column data.booking.holds_seats is
'Read by functions of before 0026 alone; a later migration drops it.';
comment on column data.booking.live is
'Read by functions of before 0026 alone; a later migration drops it.';
alter table data.booking
add constraint booking_seat_sold_once exclude using gist ((slot_id + 0) with =, seats with &&)
where (status in ('PENDING', 'CONFIRMED', 'CHECKED_IN')),
-- Its seats exist; and a slot is deleted only when nobody is to come any more.
add constraint booking_fits_slot check (
    status not in ('PENDING', 'CONFIRMED', 'CHECKED_IN')
    or seats <@ int4multirange(int4range(1, slot_capacity + 1))
    and (slot_open or status = 'CHECKED_IN')
);
create index booking_seats_held_idx on data.booking (slot_id)
where status in ('PENDING', 'CONFIRMED', 'CHECKED_IN');
create index booking_owner_active_idx
on data.booking (coalesce(account_id::text, lower(patient_email)))
where status in ('PENDING', 'CONFIRMED');
