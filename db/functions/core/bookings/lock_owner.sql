create or replace function core.lock_owner(booking_id bigint) returns boolean
language plpgsql volatile
set search_path = ''
as $$
declare
    v_locked text;
    v_owner text;
begin
    select core.owner_of(b.account_id, b.patient_email) into v_owner
    from data.booking as b
    join data.doctor as d on d.id = b.doctor_id
    join data.clinic as c on c.id = d.clinic_id
    where b.id = lock_owner.booking_id and not c.overlap_allowed;
    -- A guest's booking may be claimed while we wait; then it is the account's, for good.
    while v_owner is distinct from v_locked loop
        perform pg_advisory_xact_lock(core.owner_key(v_owner));
        v_locked := v_owner;
        select core.owner_of(b.account_id, b.patient_email) into v_owner
        from data.booking as b
        where b.id = lock_owner.booking_id;
    end loop;
    return v_locked is not null;
end;
$$;

comment on function core.lock_owner is
'Where the clinic of a booking does not let bookings of one owner overlap: locks the owner, so that
nobody else makes, moves or claims bookings of that owner, and returns true. For callers who have
locked no booking and no slot yet.';
