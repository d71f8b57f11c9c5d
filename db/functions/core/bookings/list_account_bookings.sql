create or replace function core.list_account_bookings(
    account_id bigint, "limit" integer, after bigint
) returns setof api.booking
language plpgsql stable
set search_path = ''
as $$
begin
    return query
    select b.*
    from data.booking as o
    join api.booking as b on b.id = o.id
    where o.account_id = list_account_bookings.account_id
        and (list_account_bookings.after is null or o.id < list_account_bookings.after)
    order by o.id desc
    limit list_account_bookings.limit;
end;
$$;

comment on function core.list_account_bookings is
'A page of the bookings that an account made, newest first.';
