create or replace function core.guard_account() returns trigger
language plpgsql
set search_path = ''
as $$
begin
    -- Of two who go at once the second waits here, and then sees that the first has gone.
    perform from data.setting as s for no key update;
    if not exists (
        select from data.account as a
        where a.role = 'admin' and a.status = 'ACTIVE' and a.id <> old.id
    ) then
        raise exception 'The last admin stays one.'
            using errcode = 'check_violation', constraint = 'account_last_admin';
    end if;
    return coalesce(new, old);
end;
$$;

comment on function core.guard_account is
'Keeps the last active admin an active admin, whoever writes or deletes.';

create or replace trigger guard_account before update of role, status on data.account
for each row
when (
    old.role = 'admin' and old.status = 'ACTIVE'
    and (new.role <> 'admin' or new.status <> 'ACTIVE')
)
execute function core.guard_account();

create or replace trigger guard_account_delete before delete on data.account
for each row when (old.role = 'admin' and old.status = 'ACTIVE')
execute function core.guard_account();
