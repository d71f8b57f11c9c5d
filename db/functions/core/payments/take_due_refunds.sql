create or replace function core.take_due_refunds("limit" integer) returns setof data.refund
language plpgsql volatile
set search_path = ''
as $$
begin
    return query
    update data.refund as f
    set status = 'SENT'
    where f.id = any(array(
        select r.id
        from data.refund as r
        where r.status in ('DUE', 'FAILED')
        order by r.sent_at nulls first, r.id
        limit take_due_refunds.limit
        for no key update skip locked
    ))
    returning f.*;
end;
$$;

comment on function core.take_due_refunds is
'For a worker that sends money back: marks refunds SENT and returns them, those first that were
never sent, then those that failed longest ago. Commit before sending; then say DONE or FAILED.
Several workers get different ones. What a worker took and did not send stays SENT.';
