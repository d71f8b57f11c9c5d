create or replace function core.mail_change(change data.change) returns bigint
language plpgsql volatile
set search_path = ''
as $$
declare
    v_after jsonb := mail_change.change.after;
begin
    return core.mail_visit(
        mail_change.change, mail_change.change.entity_id, 'change', 'Your appointment has changed',
        case mail_change.change.event
            when 'booking.moved' then 'your appointment has moved. It is now:'
            else format(
                'seats of your appointment were given back. You have %s now:',
                v_after ->> 'seat_count'
            )
        end,
        case when v_after ->> 'status' = 'PENDING' then 'It is held for you until it is paid.' end
    );
end;
$$;

comment on function core.mail_change is 'Mails that a booking was moved, or has fewer seats.';
