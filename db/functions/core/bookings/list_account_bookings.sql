create or replace function core.list_account_bookings(
    account_id bigint, "limit" integer, after bigint
) returns setof bigint
language sql stable
begin atomic
    select b.id
    from data.booking as b
    where b.account_id = list_account_bookings.account_id
        and (list_account_bookings.after is null or b.id < list_account_bookings.after)
    order by b.id desc
    limit list_account_bookings.limit;
end;

comment on function core.list_account_bookings is
'The ids of a page of the bookings that an account made, newest first.';
