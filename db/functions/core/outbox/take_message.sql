create or replace function core.take_message() returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_now timestamptz;
    v_due record;
    v_message data.message;
begin
    -- One at a time, in whatever process of whatever server. Who died with one in hand keeps the
    -- others for as long as it was taken.
    if not pg_try_advisory_xact_lock(hashtext('slotkeeper.take_message')) then
        return null;
    end if;
    v_now := clock_timestamp();
    if exists (select from data.message as m where m.taken_until > v_now) then
        return null;
    end if;
    for v_due in
        select
            m.id, m.kind, m.booking_id,
            case
                when m.expires_at <= v_now then 'it was too late to send it'
                when m.kind = 'offer' and b.status <> 'PENDING' then 'the offer was over'
                when m.kind = 'reminder'
                    and (b.status <> 'CONFIRMED' or s.start_time <> m.expires_at)
                    then 'the visit was cancelled or moved'
            end as given_up
        from data.message as m
        left join data.booking as b on b.id = m.booking_id
        left join data.slot as s on s.id = b.slot_id
        where m.next_attempt_at <= v_now
        order by m.next_attempt_at, m.id
        limit 1000
    loop
        -- What is told last should be how things stand.
        if v_due.kind in ('confirmation', 'change') and exists (
            select from data.message as m
            where m.booking_id = v_due.booking_id and m.id > v_due.id
                and m.kind in ('change', 'cancellation') and m.sent_at is not null
        ) then
            v_due.given_up := 'a newer one was sent before';
        end if;
        if v_due.given_up is null then
            update data.message as m
            set attempts = m.attempts + 1, taken_until = v_now + interval '1 minute',
                next_attempt_at = v_now + core.backoff(m.attempts + 1),
                to_address = coalesce(core.booking_address(m.booking_id), m.to_address)
            where m.id = v_due.id
            returning m.* into v_message;
            exit;
        end if;
        update data.message as m
        set next_attempt_at = null, taken_until = null, body_text = null, body_html = null,
            calendar = null, last_error = concat_ws(': ', v_due.given_up, m.last_error)
        where m.id = v_due.id;
    end loop;
    if v_message.id is null then
        return null;
    end if;
    return jsonb_build_object(
        'id', v_message.id, 'attempt', v_message.attempts,
        'key', format(
            '%s.%s', v_message.id, (extract(epoch from v_message.created_at) * 1000000)::bigint
        ),
        'made_at', extract(epoch from v_message.created_at)::bigint,
        'to', v_message.to_address, 'subject', v_message.subject, 'text', v_message.body_text,
        'html', v_message.body_html, 'calendar', v_message.calendar
    );
end;
$$;

comment on function core.take_message is
'The next message that is to be sent, for a minute in the hands of whoever asks; `key` stays the
same in each attempt, so that a repeat can be told. It goes to the address that counts now; what is
not worth sending any more is given up on the way, with the reason. Null where nothing is due, or
somebody has one in hand. What becomes of it is told to core.finish_message; what nobody tells is
taken again.';

grant execute on function core.take_message to slotkeeper_server;
