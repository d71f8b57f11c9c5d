create or replace function core.run_due_work() returns integer
language plpgsql volatile security definer
set search_path = ''
as $$
begin
    -- What takes long and locks nobody out comes first, what never waits for a lock last.
    return core.write_messages(200) + core.write_deliveries(1000)
        + core.expire_due_holds(1000) + core.serve_waitlists(100) + core.forget_sessions(1000)
        + core.keep_slots(10)
        + core.remind(100) + core.forget_messages(1000) + core.forget_deliveries(1000);
end;
$$;

comment on function core.run_due_work is
'Does a batch of what has become due and returns how many things that were: call again until 0.
Nothing depends on when: a hold is over when its time is over. pg_cron calls this, or the server.';

grant execute on function core.run_due_work to slotkeeper_server;
