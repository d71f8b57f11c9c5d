create or replace function core.guard_waitlist_entry() returns trigger
language plpgsql
set search_path = ''
as $$
begin
    if old.waiting or (old.booking_id, old.ended_at) is not distinct from (
        new.booking_id, new.ended_at
    ) then
        raise exception 'Who waits for what, and since when, is frozen.'
            using errcode = 'check_violation', constraint = 'waitlist_entry_frozen';
    end if;
    raise exception 'Waitlist entry % has ended or led to a booking already.', old.id
        using errcode = 'check_violation', constraint = 'waitlist_entry_status_machine';
end;
$$;

comment on function core.guard_waitlist_entry is
'Keeps what was asked for, and what became of it, whoever writes.';

create or replace trigger guard_waitlist_entry before update on data.waitlist_entry
for each row
when (
    not old.waiting
    and (old.booking_id, old.ended_at) is distinct from (new.booking_id, new.ended_at)
    or (
        old.id, old.slot_id, old.doctor_id, old.seats, old.created_at, old.booked_by_id,
        old.booked_by_role
    ) is distinct from (
        new.id, new.slot_id, new.doctor_id, new.seats, new.created_at, new.booked_by_id,
        new.booked_by_role
    )
    or old.account_id is not null and old.account_id is distinct from new.account_id
)
execute function core.guard_waitlist_entry();
