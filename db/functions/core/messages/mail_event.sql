create or replace function core.mail_event(change data.change) returns bigint
language plpgsql volatile
set search_path = ''
as $$
declare
    v_id bigint := mail_event.change.entity_id;
    v_after jsonb := mail_event.change.after;
    v_unpaid text := case
        when v_after ->> 'status' = 'PENDING' then 'It is held for you until it is paid.'
    end;
begin
    -- Of an erased person there is nothing to tell, and nobody to tell it to.
    if v_after is null then
        return null;
    end if;
    return case mail_event.change.event
        when 'booking.confirmed' then core.mail_visit(
            mail_event.change, v_id, 'confirmation', 'Your appointment is confirmed',
            'your appointment is confirmed:',
            core.say_payment(mail_event.change)
        )
        when 'booking.moved' then core.mail_visit(
            mail_event.change, v_id, 'change', 'Your appointment has changed',
            'your appointment has moved. It is now:',
            nullif(concat_ws(' ', v_unpaid, core.say_payment(mail_event.change)), '')
        )
        when 'booking.seats_given_back' then core.mail_visit(
            mail_event.change, v_id, 'change', 'Your appointment has changed',
            format(
                'seats of your appointment were given back. You have %s now:',
                v_after ->> 'seat_count'
            ),
            coalesce(v_unpaid, core.say_payment(mail_event.change))
        )
        when 'booking.cancelled' then core.mail_visit(
            mail_event.change, v_id, 'cancellation', 'Your appointment is cancelled',
            case v_after ->> 'cancelled_by'
                when 'STAFF' then 'the clinic has cancelled your appointment:'
                else 'your appointment is cancelled, as you wished:'
            end,
            core.say_payment(mail_event.change)
        )
        when 'booking.expired' then core.mail_visit(
            mail_event.change, v_id, 'expiry', 'Your booking has expired',
            'what was held for you was not paid or accepted in time, and is no longer yours:',
            'You are welcome to book again.'
        )
        when 'booking.reminder' then core.mail_visit(
            mail_event.change, v_id, 'reminder', 'A reminder of your appointment',
            'we look forward to seeing you:', 'If you cannot come, please cancel.',
            (
                select s.start_time from data.slot as s
                where s.id = (v_after ->> 'slot_id')::bigint
            )
        )
        when 'waitlist.offered' then core.mail_offer(mail_event.change)
        when 'refund.due' then core.mail_refund(mail_event.change)
        when 'refund.done' then core.mail_refund(mail_event.change)
    end;
end;
$$;

comment on function core.mail_event is
'Mails what has happened, where somebody is told by mail. Returns the id of the message, null where
there is none.';
