create or replace function core.is_active(status data.booking_status) returns boolean
language sql immutable parallel safe
return is_active.status in ('PENDING', 'CONFIRMED');

comment on function core.is_active is
'Whether a booking may still be cancelled or moved; a hold only until it runs out, see core.is_live.
An index of data.booking looks at the same statuses.';
