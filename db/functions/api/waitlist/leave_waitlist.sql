create or replace function api.leave_waitlist(waitlist_id bigint, manage_token text default null)
returns void
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_access data.canceller;
    v_entry data.waitlist_entry;
    v_booking data.booking;
    v_now timestamptz;
begin
    v_access := core.waitlist_access(leave_waitlist.waitlist_id, leave_waitlist.manage_token);
    if v_access is null then
        raise exception 'waitlist_not_found' using errcode = 'PT404',
            detail = 'There is no such entry, or it is not yours; a guest sends the manage_token.';
    end if;
    -- Nobody offers seats of the slot, nor acts on an offer of its seats, without this lock.
    perform from data.slot as s
    where s.id = (
        select w.slot_id from data.waitlist_entry as w where w.id = leave_waitlist.waitlist_id
    )
    for no key update;
    select w.* into v_entry from data.waitlist_entry as w where w.id = leave_waitlist.waitlist_id;
    select b.* into v_booking from data.booking as b where b.id = v_entry.booking_id;
    v_now := clock_timestamp();
    if v_entry.waiting then
        update data.waitlist_entry as w set ended_at = v_now where w.id = v_entry.id;
    elsif core.is_live(v_booking, v_now) then
        if v_booking.status <> 'PENDING' or v_booking.slot_id <> v_entry.slot_id then
            raise exception 'already_booked' using errcode = 'PT409',
                detail = format('This became booking %s: cancel that one.', v_booking.id);
        end if;
        perform core.release_bookings(
            array[v_booking.id], 'CANCELLED', cancelled_by => v_access
        );
        perform core.offer_seats(array[v_entry.slot_id]);
    end if;
end;
$$;

comment on function api.leave_waitlist is
'DELETE /api/waitlist/{waitlist_id}
Topic: waitlist

Waits no more; what is offered goes to the next one. Where all is over nothing happens.

404 waitlist_not_found: no such entry, or not the caller''s.
409 already_booked: the offer was paid, accepted or moved to another slot; cancel the booking.';

grant execute on function api.leave_waitlist
to slotkeeper_anon, slotkeeper_patient, slotkeeper_doctor, slotkeeper_clerk, slotkeeper_admin;
