create or replace function core.keep_record_change() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
    v_before jsonb;
begin
    if tg_op = 'UPDATE' then
        v_before := core.without_body(to_jsonb(old));
    end if;
    insert into data.change (entity, entity_id, before, after)
    values ('record', new.id, v_before, core.without_body(to_jsonb(new)));
    return null;
end;
$$;

comment on function core.keep_record_change is
'Writes down that a record was written or emptied, as core.keep_change does for other tables, but
not what is in it: admins read the history, and see no records.';

create or replace trigger keep_change after insert or update on data.record
for each row execute function core.keep_record_change();
