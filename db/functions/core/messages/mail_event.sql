create or replace function core.mail_event(change data.change) returns bigint
language plpgsql volatile
set search_path = ''
as $$
begin
    -- Of an erased person there is nothing to tell, and nobody to tell it to.
    if mail_event.change.after is null then
        return null;
    end if;
    return case mail_event.change.event
        when 'booking.confirmed' then core.mail_confirmation(mail_event.change)
        when 'booking.moved' then core.mail_change(mail_event.change)
        when 'booking.seats_given_back' then core.mail_change(mail_event.change)
        when 'booking.cancelled' then core.mail_cancellation(mail_event.change)
        when 'booking.expired' then core.mail_expiry(mail_event.change)
        when 'booking.reminder' then core.mail_reminder(mail_event.change)
        when 'waitlist.offered' then core.mail_offer(mail_event.change)
        when 'refund.due' then core.mail_refund(mail_event.change)
        when 'refund.done' then core.mail_refund(mail_event.change)
    end;
end;
$$;

comment on function core.mail_event is
'Mails what has happened, where somebody is told by mail. Returns the id of the message, null where
there is none.';
