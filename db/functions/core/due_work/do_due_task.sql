create or replace function core.do_due_task(task text) returns integer
language plpgsql volatile security definer
set search_path = ''
-- A session keeps the plans that it made while tables were as good as empty.
set enable_seqscan = off
-- To make them anew for each turn took longer than most turns.
set plan_cache_mode = force_generic_plan
as $$
begin
    return case do_due_task.task
        when 'expire_holds' then core.expire_due_holds(1000)
        when 'serve_waitlists' then core.serve_waitlists(100)
        when 'keep_slots' then core.keep_slots(10)
        when 'remind' then core.remind(100)
        when 'mail_resets' then core.mail_resets(100)
        when 'write_messages' then core.write_messages(500)
        when 'write_deliveries' then core.write_deliveries(1000)
        when 'keep_reports' then core.keep_reports(500, interval '1 minute')
        -- Not counted: where much happens it comes after a while, and leaves time to bookings.
        when 'chain_changes' then 0 * core.chain_changes(2000)
        when 'forget_sessions' then core.forget_sessions(1000)
        when 'forget_tokens' then core.forget_tokens(1000)
        when 'forget_messages' then core.forget_messages(1000)
        when 'forget_deliveries' then core.forget_deliveries(1000)
    end;
end;
$$;

comment on function core.do_due_task is
'Does a batch of one of core.due_tasks() and returns how many things that were, 0 where the rest can
wait for its next turn; NULL for any other name.';

grant execute on function core.do_due_task to slotkeeper_server;
