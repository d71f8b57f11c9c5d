create or replace function core.guard_slot() returns trigger
language plpgsql
set search_path = ''
as $$
begin
    -- Under another level the look for bookings would miss those made since the transaction began.
    if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
        raise exception 'A slot is moved at the isolation level READ COMMITTED only.'
            using errcode = 'check_violation', constraint = 'slot_moved_seeing_all';
    end if;
    -- The row is locked by now, and with it whoever is booking it has been waited for.
    if exists (select from data.booking as b where b.slot_id = old.id) then
        raise exception 'Slot % was booked: its doctor and its times stay.', old.id
            using errcode = 'check_violation', constraint = 'slot_booked_stays';
    end if;
    return new;
end;
$$;

comment on function core.guard_slot is
'Keeps a slot that was ever booked where it is, whoever writes.';

create or replace trigger guard_slot before update on data.slot
for each row
when (
    (old.id, old.doctor_id, old.start_time, old.end_time)
    is distinct from (new.id, new.doctor_id, new.start_time, new.end_time)
)
execute function core.guard_slot();
