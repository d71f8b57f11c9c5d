create or replace function core.finish_message(
    id bigint, attempt integer, status integer, error text
) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_now timestamptz := clock_timestamp();
    v_sent boolean := finish_message.error is null;
    -- What SMTP says of the server, and not of the message.
    v_unavailable boolean := coalesce(finish_message.status = 421, false);
    v_over boolean := v_sent or coalesce(finish_message.status between 500 and 599, false);
begin
    update data.message as m
    set taken_until = null, last_error = core.plain_error(finish_message.error),
        sent_at = case when v_sent then v_now end,
        attempts = m.attempts - v_unavailable::integer,
        next_attempt_at = case
            when v_unavailable then v_now
            when not v_over then m.next_attempt_at
        end,
        body_text = case when not v_over then m.body_text end,
        body_html = case when not v_over then m.body_html end,
        calendar = case when not v_over then m.calendar end
    -- Whoever took so long that somebody else has taken it has nothing more to say.
    where m.id = finish_message.id and m.attempts = finish_message.attempt
        and m.taken_until is not null;
end;
$$;

comment on function core.finish_message is
'What became of an attempt: the code of the answer, if it was about this message, and what went
wrong; null where nothing did. A code from 500 to 599 is a refusal for good; 421 says that the
server takes nothing, and was no attempt of the message; what failed otherwise is tried again, later
and later, until it expires. What is over loses its body, and any token in it.';

grant execute on function core.finish_message to slotkeeper_server;
