create or replace function core.has_run_out(booking data.booking) returns boolean
language plpgsql volatile
set search_path = ''
as $$
begin
    return (has_run_out.booking).status = 'PENDING'
        and (has_run_out.booking).expires_at <= clock_timestamp();
end;
$$;

comment on function core.has_run_out is
'Whether a hold is over by the clock of this very moment, whatever the tidy-up has seen.';
