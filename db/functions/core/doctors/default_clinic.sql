create or replace function core.default_clinic() returns bigint
language plpgsql stable
set search_path = ''
as $$
begin
    return (select min(c.id) from data.clinic as c);
end;
$$;

comment on function core.default_clinic is 'The clinic of doctors that name none: the first one.';
