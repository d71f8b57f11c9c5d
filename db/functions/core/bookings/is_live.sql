create or replace function core.is_live(booking data.booking, instant timestamptz) returns boolean
language sql immutable
return core.is_active((is_live.booking).status) and not core.has_run_out(
    (is_live.booking).status, (is_live.booking).expires_at, is_live.instant
);

comment on function core.is_live is
'Whether a booking may still be paid, moved or cancelled at an instant.';
