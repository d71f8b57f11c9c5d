create or replace function core.require_no_overlap(
    owner text, slot_id bigint, instant timestamptz, booking_id bigint default null
) returns void
language plpgsql stable
set search_path = ''
as $$
begin
    if exists (
        select from core.overlapping_bookings(
            require_no_overlap.owner, require_no_overlap.slot_id, require_no_overlap.instant
        ) as o (id)
        where o.id is distinct from require_no_overlap.booking_id
    ) then
        raise exception 'overlaps_own_booking' using errcode = 'PT409',
            detail = 'Another booking of the same patient overlaps this time.';
    end if;
end;
$$;

comment on function core.require_no_overlap is
'Refuses a slot whose time overlaps another live booking of an owner than the one that is to be
moved there. Call it with the owner locked, and only where the clinic does not allow that.

409 overlaps_own_booking: another booking of the same patient overlaps it.';
