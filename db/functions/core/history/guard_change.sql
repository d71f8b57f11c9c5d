create or replace function core.guard_change() returns trigger
language plpgsql
set search_path = ''
as $$
begin
    raise exception 'What happened is never changed.'
        using errcode = 'check_violation', constraint = tg_table_name || '_append_only';
end;
$$;

comment on function core.guard_change is
'Keeps what happened as it was written. What names a person may be emptied, all at once; a change
of its own says so, which core.verify_audit looks for. `xid` may change: core.rebase_changes.';

create or replace trigger guard_change before update on data.change
for each row
when (
    (new.before, new.after, new.booking_before, new.booking_after)
    is distinct from (old.before, old.after, old.booking_before, old.booking_after)
    and num_nonnulls(new.before, new.after, new.booking_before, new.booking_after) > 0
    or (old.id, old.made_at, old.entity, old.entity_id, old.event, old.actor_id,
        old.actor_role, old.request_id)
    is distinct from
    (new.id, new.made_at, new.entity, new.entity_id, new.event, new.actor_id,
        new.actor_role, new.request_id)
)
execute function core.guard_change();

create or replace trigger guard_change before update on data.chain_link
for each row
when (
    new.salt is not null
    or (old.number, old.change_id, old.made_at, old.entity, old.entity_id, old.actor_id,
        old.digest, old.hash)
    is distinct from
    (new.number, new.change_id, new.made_at, new.entity, new.entity_id, new.actor_id,
        new.digest, new.hash)
)
execute function core.guard_change();
