create or replace function core.has_run_out(
    status data.booking_status, expires_at timestamptz, instant timestamptz
) returns boolean
language sql immutable parallel safe
return has_run_out.status = 'PENDING' and has_run_out.expires_at <= has_run_out.instant;

comment on function core.has_run_out is
'Whether a hold is over at an instant, whatever the tidy-up has seen.';

-- Whoever reads a view needs the right to the functions that it calls.
grant execute on function core.has_run_out to slotkeeper_report;
