-- What a booking has to be is compiled anew for each statement that writes one: so only what keeps
-- seats from being sold twice is a CHECK, and short; the trigger guard_booking keeps the rest.
alter table data.booking
drop constraint booking_one_owner,
drop constraint booking_times_fit_status,
drop constraint booking_seats_within_capacity,
add constraint booking_expires_after_created check (expires_at > created_at),
add constraint booking_seats_within_capacity
check (not holds_seats or seats <@ int4multirange(int4range(1, slot_capacity + 1)));
