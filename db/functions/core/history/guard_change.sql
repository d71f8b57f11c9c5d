create or replace function core.guard_change() returns trigger
language plpgsql
set search_path = ''
as $$
begin
    raise exception 'What happened is never changed.'
        using errcode = 'check_violation', constraint = 'change_append_only';
end;
$$;

comment on function core.guard_change is
'Keeps what happened as it was written; but what was said of a person can be emptied, all at once.';

create or replace trigger guard_change before update on data.change
for each row
when (
    num_nonnulls(new.before, new.after, new.salt) > 0
    or (old.id, old.xid, old.made_at, old.entity, old.entity_id, old.event, old.actor_id,
        old.actor_role, old.request_id)
    is distinct from
    (new.id, new.xid, new.made_at, new.entity, new.entity_id, new.event, new.actor_id,
        new.actor_role, new.request_id)
)
execute function core.guard_change();
