create or replace function core.booking_access(
    booking_id bigint, manage_token text, out by_staff boolean, out as_owner boolean
)
language plpgsql stable
set search_path = ''
as $$
declare
    v_account_id bigint;
    v_role text;
begin
    v_account_id := core.caller_account();
    v_role := core.caller_role();
    select
        v_role = 'admin' or v_role = 'doctor' and exists (
            select from data.doctor as d
            where d.id = b.doctor_id and d.account_id = v_account_id
        ),
        v_role = 'admin'
        or coalesce(b.account_id = v_account_id, false)
        or coalesce(b.manage_token_hash = core.hash_token(booking_access.manage_token), false)
    into booking_access.by_staff, booking_access.as_owner
    from data.booking as b
    where b.id = booking_access.booking_id;
end;
$$;

comment on function core.booking_access is
'As whom the caller may act on a booking: as staff, who are its doctor and admins; as its owner, who
is whoever made it, by account or by manage token, or an admin. Both are false for a stranger and
null where there is no such booking.';
