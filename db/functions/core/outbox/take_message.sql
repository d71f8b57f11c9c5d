create or replace function core.take_message() returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_now timestamptz;
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
    update data.message as m
    set attempts = m.attempts + 1, taken_until = v_now + interval '1 minute',
        next_attempt_at = v_now + core.backoff(m.attempts + 1)
    where m.id = (
        select n.id
        from data.message as n
        where n.sent_at is null and n.next_attempt_at <= v_now
        order by n.next_attempt_at, n.id
        limit 1
        for no key update skip locked
    )
    returning m.* into v_message;
    if not found then
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
same in each attempt, so that a repeat can be told. Null where nothing is due, or somebody has one
in hand. What becomes of it is told to core.finish_message; what nobody tells is taken again.';

grant execute on function core.take_message to slotkeeper_server;
