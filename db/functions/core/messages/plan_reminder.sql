create or replace function core.plan_reminder(change data.change) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
    insert into data.reminder as r (booking_id, due_at)
    select b.id, s.start_time - interval '24 hours'
    from data.booking as b
    join data.slot as s on s.id = (plan_reminder.change.after ->> 'slot_id')::bigint
    where b.id = plan_reminder.change.entity_id
        and plan_reminder.change.after ->> 'status' = 'CONFIRMED'
        and plan_reminder.change.made_at < s.start_time - interval '24 hours'
    on conflict (booking_id) do update set due_at = excluded.due_at where r.reminded_at is null;
end;
$$;

comment on function core.plan_reminder is
'Plans the reminder of a booking that was confirmed or moved, for 24 hours before its start; none
where less time was left by then, and none twice.';
