create or replace function core.mail_offer(change data.change) returns bigint
language plpgsql volatile
set search_path = ''
as $$
declare
    v_booking_id bigint := (mail_offer.change.after ->> 'booking_id')::bigint;
    v_expires_at timestamptz;
    v_until text;
begin
    select b.expires_at, core.say_time(b.expires_at, v.time_zone)
    into v_expires_at, v_until
    from data.booking as b join core.visit as v on v.slot_id = b.slot_id
    where b.id = v_booking_id;
    return core.mail_visit(
        mail_offer.change, v_booking_id, 'offer', 'A seat has come free for you',
        'what you waited for has come free, and is held for you:',
        'Pay or accept it in time, or who waits next gets it.'
        || format(' It is yours until %s.', v_until),
        v_expires_at
    );
end;
$$;

comment on function core.mail_offer is 'Mails whoever waited for a slot that there is a seat.';
