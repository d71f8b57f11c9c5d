create or replace function core.people_in(change data.change) returns text[]
language sql stable
return case when (people_in.change).entity = 'change' then array[]::text[] else array_remove(array[
    coalesce(
        (people_in.change).before ->> 'account_id',
        (people_in.change).booking_before.account_id::text
    ),
    coalesce(
        (people_in.change).after ->> 'account_id', (people_in.change).booking_after.account_id::text
    ),
    (people_in.change).before ->> 'patient_id', (people_in.change).after ->> 'patient_id',
    case (people_in.change).entity when 'account' then (people_in.change).entity_id::text end
], null) end;

comment on function core.people_in is
'The accounts that a change names before or after, some twice, by which it is found to be erased.
Who did it is not meant: actors, and staff who booked, stay.';
