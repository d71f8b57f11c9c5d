create or replace function core.lock_bookings_of(owner text) returns boolean
language plpgsql volatile
set search_path = ''
as $$
begin
    perform pg_advisory_xact_lock(core.owner_key(lock_bookings_of.owner));
    perform from data.booking as b
    where core.owner_of(b.account_id, b.patient_email) = lock_bookings_of.owner and b.live;
    return found;
end;
$$;

comment on function core.lock_bookings_of is
'Locks an owner (`core.owner_of`), so that what the owner has is counted by one at a time; returns
whether any of it is live. For callers who have locked no slot yet.';
