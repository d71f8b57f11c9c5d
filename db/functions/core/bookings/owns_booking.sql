create or replace function core.owns_booking(
    booking data.booking, manage_token text
) returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
    return coalesce((owns_booking.booking).account_id = core.caller_account(), false)
        or coalesce(
            (owns_booking.booking).manage_token_hash = core.hash_token(owns_booking.manage_token),
            false
        );
end;
$$;

comment on function core.owns_booking is
'Whether the caller made a booking: by account, or by manage token. So may its doctor, who then is
both.';
