create or replace function core.require_after(seen boolean) returns void
language plpgsql stable
set search_path = ''
as $$
begin
    if require_after.seen is not true then
        raise exception 'invalid_parameter' using errcode = 'PT400',
            detail = 'after must be the id of the last row seen.';
    end if;
end;
$$;

comment on function core.require_after is
'Refuses a page behind a row that the caller has not seen: no such row, or not the caller''s.

400 invalid_parameter: `after` names no row of the caller''s.';
