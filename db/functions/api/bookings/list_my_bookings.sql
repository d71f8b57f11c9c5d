create or replace function api.list_my_bookings(
    "limit" data.page_size default 50, after bigint default null
) returns setof api.booking
language plpgsql stable security definer
set search_path = ''
as $$
declare
    v_account_id bigint;
begin
    v_account_id := core.caller_account();
    perform core.require_after(list_my_bookings.after is null or exists (
        select from data.booking as b
        where b.id = list_my_bookings.after and b.account_id = v_account_id
    ));
    return query
    select b.*
    from core.list_account_bookings(
        v_account_id, list_my_bookings.limit, list_my_bookings.after
    ) as o (id)
    join api.booking as b on b.id = o.id
    order by b.id desc;
end;
$$;

comment on function api.list_my_bookings is
'GET /api/bookings/my-bookings
Topic: bookings

Bookings that the caller''s account made, newest first.

400 invalid_parameter: `after` names no row that the caller may see.';

grant execute on function api.list_my_bookings
to slotkeeper_patient, slotkeeper_doctor, slotkeeper_clerk, slotkeeper_admin;
