create or replace function core.require_cancellable(
    booking data.booking, by_staff boolean, instant timestamptz
) returns boolean
language plpgsql stable
set search_path = ''
as $$
declare
    v_booking data.booking := require_cancellable.booking;
    v_start timestamptz;
begin
    if not core.is_live(v_booking, require_cancellable.instant) then
        raise exception 'booking_not_active' using errcode = 'PT409',
            detail = format('Booking %s is already %s.', v_booking.id,
                case when v_booking.status = 'PENDING' then 'FAILED' else v_booking.status end);
    end if;
    select s.start_time into v_start from data.slot as s where s.id = v_booking.slot_id;
    if not require_cancellable.by_staff and v_start <= require_cancellable.instant then
        raise exception 'too_late_to_cancel' using errcode = 'PT409',
            detail = 'The slot has already started.';
    end if;
    return require_cancellable.by_staff or not v_booking.refund_forfeited
        and v_start - require_cancellable.instant
        >= make_interval(hours => v_booking.cancellation_notice_hours);
end;
$$;

comment on function core.require_cancellable is
'Refuses a booking that the caller cannot cancel any more; tells whether what was paid is owed back
then. Call it with the row locked and the clock read after that.

409 booking_not_active: it has failed, ended or been cancelled already.
409 too_late_to_cancel: the slot has started; only staff may cancel now.';
