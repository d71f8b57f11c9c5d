create or replace function core.caller_clinic() returns bigint
language plpgsql stable
set search_path = ''
as $$
begin
    return (select a.clinic_id from data.account as a where a.id = (select core.caller_account()));
end;
$$;

comment on function core.caller_clinic is
'The clinic for which the caller works as a clerk, or null.';
