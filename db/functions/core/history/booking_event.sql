create or replace function core.booking_event(before data.booking, after data.booking)
returns data.event
language sql volatile
return case
    when (booking_event.after).status <> (booking_event.before).status then
        case (booking_event.after).status
            when 'PENDING' then data.event 'booking.held'
            when 'CONFIRMED' then case
                -- A check-in that is taken back is no news to the patient.
                when (booking_event.before).status <> 'CHECKED_IN'
                    then data.event 'booking.confirmed'
            end
            when 'CANCELLED' then 'booking.cancelled'
            when 'FAILED' then case
                when (booking_event.after).expires_at <= clock_timestamp()
                    then data.event 'booking.expired'
                else 'booking.declined'
            end
            when 'CHECKED_IN' then 'booking.checked_in'
            when 'COMPLETED' then 'booking.completed'
            when 'NO_SHOW' then 'booking.no_show'
        end
    when (booking_event.after).slot_id <> (booking_event.before).slot_id then 'booking.moved'
    when (booking_event.after).seat_count < (booking_event.before).seat_count
        then 'booking.seats_given_back'
end;

comment on function core.booking_event is
'What is announced of a change of a booking, a row before and after; null where nothing is.';
