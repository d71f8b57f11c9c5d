create or replace function core.holds_seats(status data.booking_status) returns boolean
language sql immutable parallel safe
return holds_seats.status in ('PENDING', 'CONFIRMED', 'CHECKED_IN');

comment on function core.holds_seats is
'Whether the seats of a booking are nobody else''s: also those of a hold that has run out, until it
is marked FAILED. Indexes and the constraints of data.booking look at the same statuses.';

-- Whoever reads a view needs the right to the functions that it calls.
grant execute on function core.holds_seats to slotkeeper_report;
