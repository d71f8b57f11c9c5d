create or replace function core.require_bookable(
    slot_id bigint, owner text, by_staff boolean, instant timestamptz
) returns void
language plpgsql stable
set search_path = ''
as $$
declare
    v_slot record;
begin
    select
        s.start_time, c.booking_notice_minutes, c.booking_horizon_days, c.unpaid_limit,
        c.overlap_allowed
    into v_slot
    from data.slot as s
    join data.doctor as d on d.id = s.doctor_id
    join data.clinic as c on c.id = d.clinic_id
    where s.id = require_bookable.slot_id;
    if v_slot.start_time <= require_bookable.instant then
        raise exception 'slot_in_past' using errcode = 'PT409',
            detail = 'This slot has already started.';
    end if;
    if not require_bookable.by_staff then
        if v_slot.start_time not between
            require_bookable.instant + v_slot.booking_notice_minutes * interval '1 minute'
            and require_bookable.instant + v_slot.booking_horizon_days * interval '24 hours'
        then
            raise exception 'outside_booking_window' using errcode = 'PT409',
                detail = format('Slots can be booked from %s days to %s minutes before they start.',
                    v_slot.booking_horizon_days, v_slot.booking_notice_minutes);
        end if;
        perform core.require_few_unpaid(
            require_bookable.owner, v_slot.unpaid_limit, require_bookable.instant
        );
    end if;
    if not v_slot.overlap_allowed then
        perform core.require_no_overlap(
            require_bookable.owner, require_bookable.slot_id, require_bookable.instant
        );
    end if;
end;
$$;

comment on function core.require_bookable is
'Refuses a slot that the policies of its clinic do not let an owner book at an instant; staff are
bound by fewer of them. Call it with the owner and the slot locked and the clock read after that.

409 slot_in_past: it has already started.
409 outside_booking_window: the clinic takes bookings for it earlier or later than now.
409 too_many_unpaid: as many live bookings to come have nothing paid already.
409 overlaps_own_booking: another booking of the same patient overlaps it.';
