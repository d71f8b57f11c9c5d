-- What is mailed about the newest change of a row that is an event of this name; null: nothing.
create function tests.mail_about(entity text, id bigint, event text) returns data.message
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_change data.change;
    v_message data.message;
    v_id bigint;
begin
    select c.* into strict v_change
    from tests.changes() as c
    where c.entity = mail_about.entity and c.entity_id = mail_about.id
        and c.event = mail_about.event::data.event
    order by c.id desc
    limit 1;
    v_id := core.mail_event(v_change);
    select m.* into v_message from data.message as m where m.id = v_id;
    return v_message;
end;
$$;

-- A value of a calendar's line that begins so, unfolded; null: there is no such line.
create function tests.ics_value(calendar text, property text) returns text
language sql
as $$
select substring(
    replace(ics_value.calendar, E'\r\n ', ''),
    '(?n)^' || ics_value.property || '[:;]([^\r]*)'
)
$$;
