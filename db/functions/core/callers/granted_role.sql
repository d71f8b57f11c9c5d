create or replace function core.granted_role(database_role text) returns text
language plpgsql stable
set search_path = ''
as $$
begin
    return case
        when pg_has_role(granted_role.database_role, 'slotkeeper_admin', 'usage') then 'admin'
        when pg_has_role(granted_role.database_role, 'slotkeeper_clerk', 'usage') then 'clerk'
        when pg_has_role(granted_role.database_role, 'slotkeeper_doctor', 'usage') then 'doctor'
        when pg_has_role(granted_role.database_role, 'slotkeeper_patient', 'usage') then 'patient'
        else 'anon'
    end;
end;
$$;

comment on function core.granted_role is
'What a role of the installation''s own counts as: the highest of admin, clerk, doctor and
patient that was granted to it, or else anon; a superuser is an admin.';
