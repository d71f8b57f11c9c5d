create or replace function core.owner_of(account_id bigint, patient_email text) returns text
language sql immutable
return coalesce(owner_of.account_id::text, lower(owner_of.patient_email));

comment on function core.owner_of is
'For whom bookings are counted: an account, by its id; a guest by the address. An index knows it.';
