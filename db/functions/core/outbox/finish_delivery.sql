create or replace function core.finish_delivery(
    id bigint, attempt integer, status integer, error text
) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_now timestamptz := clock_timestamp();
    v_webhook_id bigint;
    v_took interval;
begin
    -- First the webhook, as whoever changes one does.
    select w.id, v_now - (d.taken_until - interval '1 minute') into v_webhook_id, v_took
    from data.delivery as d
    join data.webhook as w on w.id = d.webhook_id
    where d.id = finish_delivery.id
    for no key update of w;
    update data.delivery as d
    set taken_until = null, answer_status = finish_delivery.status,
        last_error = core.plain_error(finish_delivery.error),
        delivered_at = case when finish_delivery.error is null then v_now end,
        next_attempt_at = case when finish_delivery.error is not null then d.next_attempt_at end
    -- Whoever took so long that somebody else has taken it has nothing more to say.
    where d.id = finish_delivery.id and d.attempts = finish_delivery.attempt
        and d.taken_until is not null;
    if not found then
        return;
    end if;
    update data.webhook as w
    set failures = case when finish_delivery.error is null then 0 else w.failures + 1 end,
        paused_until = v_now + case
            when finish_delivery.error is not null then least(
                interval '2 seconds' * power(2, least(w.failures, 20)), interval '10 minutes'
            )
            -- So long all others have waited.
            when v_took > interval '1 second' then v_took
        end
    where w.id = v_webhook_id and (
        finish_delivery.error is not null or v_took > interval '1 second' or w.failures > 0
        or w.paused_until is not null
    );
end;
$$;

comment on function core.finish_delivery is
'What became of an attempt: the status of the answer, if there was one, and what went wrong; null
where nothing did. What failed is tried again, later and later, until it expires; and for a while
nothing else is sent to the same address, nor to one that was slow, for as long as it took.';

grant execute on function core.finish_delivery to slotkeeper_server;
