create or replace function api.list_payments(
    status data.payment_status default null,
    provider data.label default null,
    "from" timestamptz default null,
    "to" timestamptz default null,
    "limit" data.page_size default 50,
    after bigint default null
) returns setof api.payment
language plpgsql stable security definer
set search_path = ''
-- One plan for every filter would suit none: it would read the whole table.
set plan_cache_mode = force_custom_plan
as $$
declare
    -- How many payments a page looks at.
    v_reach constant integer := 1000;
    v_clinic_id bigint;
    v_until timestamptz := coalesce(list_payments.to, 'infinity');
    v_before bigint := 0;
    v_ids bigint[];
    v_count integer;
begin
    v_clinic_id := core.caller_clinic();
    if list_payments.after is not null then
        select least(v_until, p.created_at), case when p.created_at < v_until then p.id else 0 end
        into v_until, v_before
        from data.payment as p
        join data.booking as b on b.id = p.booking_id
        join data.doctor as d on d.id = b.doctor_id
        -- Below zero it is how far a page has looked, among everybody's: there may be none of it.
        where p.id between case when list_payments.after < 0 then 0 else list_payments.after end
            and abs(list_payments.after)
            and (v_clinic_id is null or list_payments.after < 0 or d.clinic_id = v_clinic_id)
        order by p.id desc
        limit 1;
        perform core.require_after(found);
    end if;
    v_ids := array(
        select p.id
        from data.payment as p
        where (p.created_at, p.id) < (v_until, v_before)
            and p.created_at >= coalesce(list_payments.from, '-infinity')
            -- What is usual is met soon.
            and (list_payments.status is null or list_payments.status = 'SUCCEEDED'
                or p.status = list_payments.status and p.status <> 'SUCCEEDED')
        order by p.created_at desc, p.id desc
        limit v_reach
    );
    return query
    select p.*
    from unnest(v_ids) with ordinality as o (id, place)
    join api.payment as p on p.id = o.id
    join data.booking as b on b.id = p.booking_id
    join data.doctor as d on d.id = b.doctor_id
    where (list_payments.status is null or p.status = list_payments.status)
        and (list_payments.provider is null or p.provider = list_payments.provider)
        and (v_clinic_id is null or d.clinic_id = v_clinic_id)
    order by o.place
    limit list_payments.limit;
    get diagnostics v_count = row_count;
    if v_count < list_payments.limit and cardinality(v_ids) = v_reach then
        perform set_config('page.next', (-v_ids[v_reach])::text, true);
    end if;
end;
$$;

comment on function api.list_payments is
'GET /api/payments
Topic: payments

Payments, newest first: admins see all, clerks those of their clinic. `from` counts, `to` does not.
A page looks at a thousand payments at the most: where few of them fit it is short, even empty, and
the next page goes on behind them.

400 invalid_parameter: `after` names no row that the caller may see.';

grant execute on function api.list_payments to slotkeeper_clerk, slotkeeper_admin;
