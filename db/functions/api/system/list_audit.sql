create or replace function api.list_audit(
    entity data.label default null,
    id bigint default null,
    actor bigint default null,
    "from" timestamptz default null,
    "to" timestamptz default null,
    "limit" data.page_size default 50,
    after bigint default null
) returns setof api.audit_entry
language plpgsql stable security definer
set search_path = ''
-- One plan for every filter would suit none: it would read the whole table.
set plan_cache_mode = force_custom_plan
as $$
declare
    -- How many changes a page looks at.
    v_reach constant integer := 1000;
    v_of_one constant boolean := list_audit.entity is not null and list_audit.id is not null;
    v_until timestamptz := coalesce(list_audit.to, 'infinity');
    v_before bigint := 0;
    v_ids bigint[];
    v_count integer;
begin
    perform core.caller_account();
    if list_audit.after is not null then
        select least(v_until, l.made_at), case when l.made_at < v_until then l.change_id else 0 end
        into v_until, v_before
        from data.chain_link as l
        where l.change_id = list_audit.after;
        perform core.require_after(found);
    end if;
    v_ids := array(
        select l.change_id
        from data.chain_link as l
        where (l.made_at, l.change_id) < (v_until, v_before)
            and l.made_at >= coalesce(list_audit.from, '-infinity')
            -- What an index finds; what else is asked for, of that.
            and (not v_of_one or l.entity = list_audit.entity and l.entity_id = list_audit.id)
            and (v_of_one or list_audit.actor is null or l.actor_id = list_audit.actor)
        order by l.made_at desc, l.change_id desc
        limit v_reach
    );
    return query
    select e.*
    from unnest(v_ids) with ordinality as o (id, place)
    -- By itself: the planner would look for what is rare among all there is.
    cross join lateral (select e.* from api.audit_entry as e where e.id = o.id offset 0) as e
    where (list_audit.entity is null or e.entity = list_audit.entity)
        and (list_audit.id is null or e.entity_id = list_audit.id)
        and (list_audit.actor is null or e.actor_id = list_audit.actor)
    order by o.place
    limit list_audit.limit;
    get diagnostics v_count = row_count;
    if v_count < list_audit.limit and cardinality(v_ids) = v_reach then
        perform set_config('page.next', v_ids[v_reach]::text, true);
    end if;
end;
$$;

comment on function api.list_audit is
'GET /api/admin/audit
Topic: system

Who changed what and when, newest first, a few seconds after it was committed. `entity` and `id`
name a row whose history is asked for, `actor` an account that did something; `from` counts, `to`
does not. A page looks at a thousand changes at the most: where few of them fit it is short, even
empty, and the next page goes on behind them.

400 invalid_parameter: `after` names no row that the caller may see.';

grant execute on function api.list_audit to slotkeeper_admin;
