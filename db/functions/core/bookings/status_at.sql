create or replace function core.status_at(
    status data.booking_status, expires_at timestamptz, instant timestamptz
) returns data.booking_status
language sql immutable
return case
    when core.has_run_out(status_at.status, status_at.expires_at, status_at.instant)
        then data.booking_status 'FAILED'
    else status_at.status
end;

comment on function core.status_at is
'The status of a booking at an instant: a hold that has run out has failed, whatever the tidy-up has
seen.';
