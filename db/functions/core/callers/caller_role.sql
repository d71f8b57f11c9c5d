-- Within a definer's function current_user is the owner; whoever called stands in the setting
-- `role`, or is who logged in.
create or replace function core.caller_role() returns text
language sql stable
return case coalesce(nullif(current_setting('role', true), 'none'), session_user)
    when 'slotkeeper_anon' then 'anon'
    when 'slotkeeper_patient' then 'patient'
    when 'slotkeeper_doctor' then 'doctor'
    when 'slotkeeper_clerk' then 'clerk'
    when 'slotkeeper_admin' then 'admin'
    when 'slotkeeper_owner' then 'admin'
    else core.granted_role(coalesce(nullif(current_setting('role', true), 'none'), session_user))
end;

comment on function core.caller_role is
'The caller as anon, patient, doctor, clerk or admin, from the database role alone.';
