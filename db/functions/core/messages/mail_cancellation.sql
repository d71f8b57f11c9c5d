create or replace function core.mail_cancellation(change data.change) returns bigint
language plpgsql volatile
set search_path = ''
as $$
begin
    return core.mail_visit(
        mail_cancellation.change, mail_cancellation.change.entity_id, 'cancellation',
        'Your appointment is cancelled',
        case mail_cancellation.change.after ->> 'cancelled_by'
            when 'STAFF' then 'the clinic has cancelled your appointment:'
            else 'your appointment is cancelled, as you wished:'
        end
    );
end;
$$;

comment on function core.mail_cancellation is 'Mails that a booking is cancelled, and by whom.';
