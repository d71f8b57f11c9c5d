create or replace function core.overlapping_bookings(
    owner text, slot_id bigint, instant timestamptz
) returns setof bigint
language sql stable
begin atomic
    select b.id
    from data.slot as n
    join data.booking as b
        on core.owner_of(b.account_id, b.patient_email) = overlapping_bookings.owner
        and core.is_active(b.status)
    join data.slot as s on s.id = b.slot_id
    where n.id = overlapping_bookings.slot_id
        and s.start_time < n.end_time and s.end_time > n.start_time
        and not core.has_run_out(b.status, b.expires_at, overlapping_bookings.instant);
end;

comment on function core.overlapping_bookings is
'The live bookings of an owner, at any clinic, whose time overlaps that of a slot.';
