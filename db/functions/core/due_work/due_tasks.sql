create or replace function core.due_tasks() returns text[]
language sql immutable
return array[
    'expire_holds', 'serve_waitlists', 'keep_slots', 'remind', 'mail_resets', 'write_messages',
    'write_deliveries', 'keep_reports', 'chain_changes', 'forget_sessions', 'forget_tokens',
    'forget_messages', 'forget_deliveries'
];

comment on function core.due_tasks is 'The names of what core.do_due_task() does.';

grant execute on function core.due_tasks to slotkeeper_server;
