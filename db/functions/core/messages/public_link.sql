create or replace function core.public_link(path text) returns text
language plpgsql stable
set search_path = ''
as $$
begin
    return (select s.public_url || public_link.path from data.setting as s);
end;
$$;

comment on function core.public_link is
'The address of a path of the service, such as /api/clinics, for those outside; null where the
installation does not know its own.';
