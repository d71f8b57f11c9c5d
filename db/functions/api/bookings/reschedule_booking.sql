create or replace function api.reschedule_booking(
    booking_id bigint, new_slot_id bigint, manage_token text default null
) returns api.booking
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_access record;
    v_apart boolean;
    v_booking data.booking;
    v_old data.slot;
    v_new data.slot;
    v_now timestamptz;
    v_window record;
    v_picked int4multirange;
begin
    v_access := core.require_booking_access(
        reschedule_booking.booking_id, reschedule_booking.manage_token
    );
    v_apart := core.lock_owner(reschedule_booking.booking_id);
    v_booking := core.lock_booking(reschedule_booking.booking_id, reschedule_booking.new_slot_id);
    v_now := clock_timestamp();
    perform core.require_live(v_booking, v_now);
    select s.* into v_old from data.slot as s where s.id = v_booking.slot_id;
    select s.* into v_new
    from data.slot as s
    where s.id = reschedule_booking.new_slot_id and s.deleted_at is null;
    if not found then
        raise exception 'slot_not_found' using errcode = 'PT404',
            detail = format('There is no slot %s.', reschedule_booking.new_slot_id);
    end if;
    if v_new.doctor_id <> v_old.doctor_id then
        raise exception 'different_doctor' using errcode = 'PT409',
            detail = 'A booking can be moved only to a slot of the same doctor.';
    end if;
    if least(v_old.start_time, v_new.start_time) <= v_now then
        raise exception 'slot_in_past' using errcode = 'PT409',
            detail = 'Neither slot may have started.';
    end if;
    if v_new.id <> v_old.id then
        select c.booking_notice_minutes as notice, c.booking_horizon_days as horizon into v_window
        from data.doctor as d
        join data.clinic as c on c.id = d.clinic_id
        where d.id = v_new.doctor_id and d.suspended_at is null;
        if not found then
            raise exception 'slot_not_found' using errcode = 'PT404',
                detail = format('There is no slot %s.', reschedule_booking.new_slot_id);
        end if;
        if not v_access.by_staff and v_new.start_time not between
            v_now + v_window.notice * interval '1 minute'
            and v_now + v_window.horizon * interval '24 hours'
        then
            raise exception 'outside_booking_window' using errcode = 'PT409',
                detail = format('Slots can be had from %s days to %s minutes before they start.',
                    v_window.horizon, v_window.notice);
        end if;
        if v_apart then
            perform core.require_no_overlap(
                core.owner_of(v_booking.account_id, v_booking.patient_email), v_new.id, v_now,
                v_booking.id
            );
        end if;
        v_picked := core.pick_seats(v_new.id, v_new.capacity, v_booking.seat_count, v_now);
        if v_booking.status = 'PENDING' and exists (
            select from data.waitlist_entry as w where w.booking_id = v_booking.id
        ) then
            -- An offer may last for days, but never beyond the start of what it holds.
            v_booking.expires_at := least(v_booking.expires_at, v_new.start_time);
        end if;
        update data.booking as b
        set slot_id = v_new.id, slot_capacity = v_new.capacity, seats = v_picked,
            expires_at = v_booking.expires_at,
            refund_forfeited = b.refund_forfeited or not v_access.by_staff
                and v_old.start_time - v_now < make_interval(hours => b.cancellation_notice_hours)
        where b.id = v_booking.id;
        perform core.offer_seats(array[v_old.id]);
    end if;
    return (select b from api.booking as b where b.id = v_booking.id);
end;
$$;

comment on function api.reschedule_booking is
'PATCH /api/bookings/{booking_id}/reschedule
Topic: bookings

Moves a live booking to another slot of the same doctor, keeping its id, its price and the end of
its hold; but an offer ends with the start at the latest. To the same slot: nothing changes. Whoever
moves their own booking later than the notice for cancelling gets nothing back by cancelling it
afterwards.

404 booking_not_found: no such booking, or it is not the caller''s.
404 slot_not_found: no such new slot.
409 booking_expired: its hold ran out before it was paid.
409 booking_not_active: it was declined, cancelled, attended or missed.
409 different_doctor: the new slot is another doctor''s.
409 slot_in_past: the old or the new slot has started.
409 outside_booking_window: the new slot starts too soon, or too late, to be booked by its owner.
409 overlaps_own_booking: another booking of the same patient overlaps the new slot, which the
  clinic does not allow.
409 slot_taken: the new slot has no free seat.
409 not_enough_seats: the new slot has fewer free seats than the booking needs.';

grant execute on function api.reschedule_booking
to slotkeeper_anon, slotkeeper_patient, slotkeeper_doctor, slotkeeper_clerk, slotkeeper_admin;
