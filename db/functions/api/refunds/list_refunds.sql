create or replace function api.list_refunds(
    status data.refund_status default null,
    "limit" data.page_size default 50,
    after bigint default null
) returns setof api.refund
language plpgsql stable security definer
set search_path = ''
-- One plan for every filter would suit none: it would read the whole table.
set plan_cache_mode = force_custom_plan
as $$
declare
    -- How many refunds a page looks at.
    v_reach constant integer := 1000;
    v_clinic_id bigint;
    v_ids bigint[];
    v_count integer;
begin
    v_clinic_id := core.caller_clinic();
    -- Below zero it is how far a page has looked, at everybody's.
    perform core.require_after(list_refunds.after is null or list_refunds.after < 0 or exists (
        select from data.refund as f
        join data.payment as p on p.id = f.payment_id
        join data.booking as b on b.id = p.booking_id
        join data.doctor as d on d.id = b.doctor_id
        where f.id = list_refunds.after and (v_clinic_id is null or d.clinic_id = v_clinic_id)
    ));
    v_ids := array(
        select f.id
        from data.refund as f
        where (list_refunds.status is null or f.status = list_refunds.status)
            and f.id < coalesce(abs(list_refunds.after), 9223372036854775807)
        order by f.id desc
        limit v_reach
    );
    return query
    select r.*
    from api.refund as r
    join data.booking as b on b.id = r.booking_id
    join data.doctor as d on d.id = b.doctor_id
    where r.id = any(v_ids) and (v_clinic_id is null or d.clinic_id = v_clinic_id)
    order by r.id desc
    limit list_refunds.limit;
    get diagnostics v_count = row_count;
    if v_count < list_refunds.limit and cardinality(v_ids) = v_reach then
        perform set_config('page.next', (-v_ids[v_reach])::text, true);
    end if;
end;
$$;

comment on function api.list_refunds is
'GET /api/refunds
Topic: refunds

Refunds, newest first: admins see all, clerks those of their clinic. A page looks at a thousand
refunds at the most: where few of them are the caller''s it is short, and the next one goes on.

400 invalid_parameter: `after` names no row that the caller may see.';

grant execute on function api.list_refunds to slotkeeper_clerk, slotkeeper_admin;
