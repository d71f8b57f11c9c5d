create or replace function core.finish_message(
    id bigint, attempt integer, status integer, error text
) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_now timestamptz := clock_timestamp();
    v_sent boolean := finish_message.error is null;
    v_over boolean;
begin
    v_over := v_sent or coalesce(finish_message.status between 500 and 599, false);
    update data.message as m
    set taken_until = null, last_error = core.plain_error(finish_message.error),
        sent_at = case when v_sent then greatest(v_now, m.due_at) end,
        next_attempt_at = case when not t.over then m.next_attempt_at end,
        body_text = case when not t.over then m.body_text end,
        body_html = case when not t.over then m.body_html end,
        calendar = case when not t.over then m.calendar end
    from (
        select o.id, v_over or greatest(o.created_at, o.due_at) < v_now - interval '7 days' as over
        from data.message as o
        where o.id = finish_message.id
    ) as t
    -- Whoever took so long that somebody else has taken it has nothing more to say.
    where m.id = t.id and m.attempts = finish_message.attempt and m.taken_until is not null;
end;
$$;

comment on function core.finish_message is
'What became of an attempt: the code of the answer, if it was about this message, and what went
wrong; null where nothing did. A code from 500 to 599 is a refusal for good; what failed otherwise
is tried again, later and later, for a week. What is over loses its body, and any token in it.';

grant execute on function core.finish_message to slotkeeper_server;
