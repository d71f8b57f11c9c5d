create or replace function api.list_my_bookings(
    status data.booking_status[] default null,
    "when" data.visit_time default null,
    "limit" data.page_size default 50,
    after bigint default null
) returns setof api.booking
language plpgsql stable security definer
set search_path = ''
as $$
declare
    -- How many bookings a page looks at where not all are asked for.
    v_reach constant integer := 1000;
    v_some boolean := num_nonnulls(list_my_bookings.status, list_my_bookings.when) > 0;
    v_now timestamptz := statement_timestamp();
    v_account_id bigint;
    v_ids bigint[];
    v_count integer;
begin
    v_account_id := core.caller_account();
    perform core.require_after(list_my_bookings.after is null or exists (
        select from data.booking as b
        where b.id = list_my_bookings.after and b.account_id = v_account_id
    ));
    v_ids := array(
        select o.id
        from core.list_account_bookings(
            v_account_id, case when v_some then v_reach else list_my_bookings.limit end,
            list_my_bookings.after
        ) as o (id)
    );
    return query
    select b.*
    from api.booking as b
    where b.id = any(v_ids)
        and (list_my_bookings.status is null or b.status = any(list_my_bookings.status))
        and (list_my_bookings.when is null
            or (b.start_time > v_now) = (list_my_bookings.when = 'upcoming'))
    order by b.id desc
    limit list_my_bookings.limit;
    get diagnostics v_count = row_count;
    if v_some and v_count < list_my_bookings.limit and cardinality(v_ids) = v_reach then
        perform set_config('page.next', v_ids[v_reach]::text, true);
    end if;
end;
$$;

comment on function api.list_my_bookings is
'GET /api/bookings/my-bookings
Topic: bookings

Bookings that the caller''s account made, newest first: of one `status` or of several, of visits to
come or of those that have started. With such a filter a page looks at a thousand bookings at the
most: where few of them fit it is short, and its link leads on.

400 invalid_parameter: `after` names no row that the caller may see.';

grant execute on function api.list_my_bookings
to slotkeeper_patient, slotkeeper_doctor, slotkeeper_clerk, slotkeeper_admin;
