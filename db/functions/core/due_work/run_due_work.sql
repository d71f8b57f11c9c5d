create or replace function core.run_due_work() returns integer
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_count integer;
begin
    -- What takes long and locks nobody out comes first, what never waits for a lock last.
    v_count := core.keep_reports(500, interval '1 minute')
        + core.write_messages(200) + core.write_deliveries(1000)
        + core.expire_due_holds(1000) + core.serve_waitlists(100) + core.forget_sessions(1000)
        + core.keep_slots(10)
        + core.remind(100) + core.forget_messages(1000) + core.forget_deliveries(1000)
        + core.mail_resets(100) + core.forget_tokens(1000);
    -- At the end, since who erases a person waits for it, and may hold what others wait for. Not
    -- counted: where much happens the chain comes after a while, and takes no time from bookings.
    perform core.chain_changes(2000);
    return v_count;
end;
$$;

comment on function core.run_due_work is
'Does a batch of what has become due and returns how many things that were: call again until 0.
Nothing depends on when: a hold is over when its time is over. pg_cron calls this, or the server.';

grant execute on function core.run_due_work to slotkeeper_server;
