create or replace function api.list_slot_bookings(
    slot_id bigint, "limit" data.page_size default 50, after bigint default null
) returns setof api.booking
language plpgsql stable security definer
set search_path = ''
as $$
begin
    perform core.caller_account();
    if not exists (
        select from data.slot as s
        where s.id = list_slot_bookings.slot_id and core.is_staff(s.doctor_id)
    ) then
        raise exception 'slot_not_found' using errcode = 'PT404',
            detail = 'There is no such slot, or it is not yours.';
    end if;
    perform core.require_after(list_slot_bookings.after is null or exists (
        select from data.booking as b
        where b.id = list_slot_bookings.after and b.slot_id = list_slot_bookings.slot_id
    ));
    return query
    select b.*
    from api.booking as b
    where b.slot_id = list_slot_bookings.slot_id
        and (list_slot_bookings.after is null or b.id < list_slot_bookings.after)
    order by b.id desc
    limit list_slot_bookings.limit;
end;
$$;

comment on function api.list_slot_bookings is
'GET /api/bookings/slot/{slot_id}
Topic: bookings

Bookings of a slot, newest first, for its doctor, the clinic''s clerks and admins.

400 invalid_parameter: `after` names no row that the caller may see.
404 slot_not_found: no such slot, or not the caller''s.';

grant execute on function api.list_slot_bookings
to slotkeeper_doctor, slotkeeper_clerk, slotkeeper_admin;
