create or replace function api.list_accounts(
    status data.account_status default null,
    "limit" data.page_size default 50,
    after bigint default null
) returns setof api.account
language plpgsql stable security definer
set search_path = ''
-- One plan for every filter would suit none: it would read the whole table.
set plan_cache_mode = force_custom_plan
as $$
begin
    perform core.caller_account();
    perform core.require_after(list_accounts.after is null or exists (
        select from data.account as a where a.id = list_accounts.after
    ));
    return query
    select a.*
    from api.account as a
    where (list_accounts.status is null or a.status = list_accounts.status)
        and (list_accounts.after is null or a.id > list_accounts.after)
    order by a.id
    limit list_accounts.limit;
end;
$$;

comment on function api.list_accounts is
'GET /api/accounts
Topic: accounts

Accounts by id; those with status PENDING_APPROVAL wait for an admin.

400 invalid_parameter: `after` names no row that the caller may see.';

grant execute on function api.list_accounts to slotkeeper_admin;
