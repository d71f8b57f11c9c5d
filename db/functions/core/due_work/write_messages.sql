create or replace function core.write_messages(batch integer) returns integer
language plpgsql volatile
set search_path = ''
as $$
declare
    v_change data.change;
    v_count integer := 0;
begin
    for v_change in select e.* from core.next_events('messages', write_messages.batch) as e loop
        v_count := v_count + 1;
        perform core.mail_event(v_change);
        if v_change.event in ('booking.confirmed', 'booking.moved') then
            perform core.plan_reminder(v_change);
        end if;
    end loop;
    return v_count;
end;
$$;

comment on function core.write_messages is
'Writes the mails about what has happened, at most `batch` changes, each once; returns how many
changes that were.';
