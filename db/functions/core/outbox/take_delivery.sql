create or replace function core.take_delivery() returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_now timestamptz;
    v_id bigint;
    v_attempt integer;
    v_body text;
    v_seconds text;
    v_job jsonb;
begin
    -- One at a time, in whatever process of whatever server. Who died with one in hand keeps the
    -- others for as long as it was taken.
    if not pg_try_advisory_xact_lock(hashtext('slotkeeper.take_delivery')) then
        return null;
    end if;
    v_now := clock_timestamp();
    if exists (select from data.delivery as d where d.taken_until > v_now) then
        return null;
    end if;
    -- Also of those that are passed over below.
    update data.delivery as d
    set next_attempt_at = null, taken_until = null,
        last_error = concat_ws(': ', 'it was too late to send it', d.last_error)
    where d.id in (
        select o.id
        from data.delivery as o
        where o.next_attempt_at is not null and o.expires_at <= v_now
        order by o.expires_at
        limit 1000
    );
    select n.id into v_id
    from data.webhook as w
    cross join lateral (
        select d.id, d.next_attempt_at
        from data.delivery as d
        where d.webhook_id = w.id and d.next_attempt_at <= v_now
        order by d.next_attempt_at, d.id
        limit 1
    ) as n
    where w.active and coalesce(w.paused_until <= v_now, true)
    -- Who failed or was slow comes behind all others.
    order by w.paused_until nulls first, n.next_attempt_at, n.id
    limit 1
    -- It stays active until this is committed.
    for share of w skip locked;
    update data.delivery as d
    set attempts = d.attempts + 1, taken_until = v_now + interval '1 minute',
        next_attempt_at = v_now + core.backoff(d.attempts + 1)
    where d.id = v_id
    returning d.attempts into v_attempt;
    if not found then
        return null;
    end if;
    select core.event_document(core.plain_change(c))::text into v_body
    from data.delivery as d join data.change as c on c.id = d.change_id
    where d.id = v_id;
    v_seconds := floor(extract(epoch from v_now))::bigint::text;
    select jsonb_build_object(
        'id', v_id, 'attempt', v_attempt, 'url', w.url, 'local', s.local_webhooks, 'body', v_body,
        'headers', jsonb_build_object(
            'Content-Type', 'application/json',
            'X-Signature', format('t=%s,v1=%s', v_seconds, encode(core.hmac_sha256(
                convert_to(w.secret, 'UTF8'), convert_to(v_seconds || '.' || v_body, 'UTF8')
            ), 'hex'))
        )
    ) into v_job
    from data.delivery as d
    join data.webhook as w on w.id = d.webhook_id
    cross join data.setting as s
    where d.id = v_id;
    return v_job;
end;
$$;

comment on function core.take_delivery is
'The next request that is to be sent, for a minute in the hands of whoever asks: its url, headers,
body, and whether it may go to this machine. The signature is made anew for each attempt. What
has expired is given up on the way. Null where nothing is due, or somebody has one in hand. What
becomes of it is told to core.finish_delivery; what nobody tells is taken again.';

grant execute on function core.take_delivery to slotkeeper_server;
