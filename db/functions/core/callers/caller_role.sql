create or replace function core.caller_role() returns text
language plpgsql stable
set search_path = ''
as $$
declare
    -- Within a definer's function current_user is the owner; whoever called stands here.
    v_role text := coalesce(nullif(current_setting('role', true), 'none'), session_user);
begin
    return case
        when v_role = 'slotkeeper_anon' then 'anon'
        when v_role = 'slotkeeper_patient' then 'patient'
        when v_role = 'slotkeeper_doctor' then 'doctor'
        when v_role = 'slotkeeper_admin' or v_role = 'slotkeeper_owner' then 'admin'
        when pg_catalog.pg_has_role(v_role, 'slotkeeper_admin', 'usage') then 'admin'
        when pg_catalog.pg_has_role(v_role, 'slotkeeper_doctor', 'usage') then 'doctor'
        when pg_catalog.pg_has_role(v_role, 'slotkeeper_patient', 'usage') then 'patient'
        else 'anon'
    end;
end;
$$;

comment on function core.caller_role is
'The caller as anon, patient, doctor or admin, from the database role alone. A role of the
installation''s own counts as the highest of these that was granted to it; a superuser as admin.';
