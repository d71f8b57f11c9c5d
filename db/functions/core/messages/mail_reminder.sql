create or replace function core.mail_reminder(change data.change) returns bigint
language plpgsql volatile
set search_path = ''
as $$
begin
    return core.mail_visit(
        mail_reminder.change, mail_reminder.change.entity_id, 'reminder',
        'A reminder of your appointment', 'we look forward to seeing you:',
        'If you cannot come, please cancel.',
        (
            select s.start_time from data.slot as s
            where s.id = (mail_reminder.change.after ->> 'slot_id')::bigint
        )
    );
end;
$$;

comment on function core.mail_reminder is 'Mails, a day before, that there is a visit.';
