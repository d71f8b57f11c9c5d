create or replace function api.list_accounts(
    status data.account_status default null,
    role data.account_role default null,
    q data.label default null,
    "limit" data.page_size default 50,
    after bigint default null
) returns setof api.account
language plpgsql stable security definer
set search_path = ''
-- One plan for every filter would suit none: it would read the whole table.
set plan_cache_mode = force_custom_plan
as $$
declare
    -- How many accounts a page looks at.
    v_reach constant integer := 1000;
    v_last_id bigint;
    v_count integer;
begin
    perform core.caller_account();
    perform core.require_after(list_accounts.after is null or exists (
        select from data.account as a where a.id = list_accounts.after
    ));
    if list_accounts.q is not null then
        select a.id into v_last_id
        from data.account as a
        where (list_accounts.status is null or a.status = list_accounts.status)
            and (list_accounts.role is null or a.role = list_accounts.role)
            and (list_accounts.after is null or a.id > list_accounts.after)
        order by a.id
        offset v_reach - 1 limit 1;
    end if;
    return query
    select a.*
    from api.account as a
    where (list_accounts.status is null or a.status = list_accounts.status)
        and (list_accounts.role is null or a.role = list_accounts.role)
        and (list_accounts.q is null
            or strpos(lower(a.name), lower(list_accounts.q)) > 0
            or strpos(lower(a.email), lower(list_accounts.q)) > 0)
        and (list_accounts.after is null or a.id > list_accounts.after)
        and (v_last_id is null or a.id <= v_last_id)
    order by a.id
    limit list_accounts.limit;
    get diagnostics v_count = row_count;
    if v_last_id is not null and v_count < list_accounts.limit then
        perform set_config('page.next', v_last_id::text, true);
    end if;
end;
$$;

comment on function api.list_accounts is
'GET /api/accounts
Topic: accounts

Accounts by id; those with status PENDING_APPROVAL wait for an admin. `q` finds a part of the name
or of the address; with it a page looks at a thousand accounts at the most: where few of them fit it
is short, even empty, and the next page goes on behind them.

400 invalid_parameter: `after` names no row that the caller may see.';

grant execute on function api.list_accounts to slotkeeper_admin;
