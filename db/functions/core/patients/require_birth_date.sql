create or replace function core.require_birth_date(date_of_birth date) returns void
language plpgsql stable
set search_path = ''
as $$
begin
    -- By the day that has begun anywhere on earth.
    if require_birth_date.date_of_birth
        > (statement_timestamp() at time zone 'UTC' + interval '14 hours')::date
    then
        raise exception 'invalid_parameter' using errcode = 'PT400',
            detail = 'date_of_birth must not be in the future.';
    end if;
end;
$$;

comment on function core.require_birth_date is
'Refuses a day of birth that is still to come.

400 invalid_parameter: nobody is born yet on that day.';
