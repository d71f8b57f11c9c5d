create or replace function core.mailed_booking(manage_token text) returns bigint
language plpgsql stable strict
set search_path = ''
as $$
begin
    return (
        select b.id
        from data.manage_token as t
        join data.booking as b on b.id = t.booking_id
        where t.token_hash = core.hash_token(mailed_booking.manage_token) and b.account_id is null
    );
end;
$$;

comment on function core.mailed_booking is
'The guest''s booking about which a mail was sent with this manage token, which opens it like the
first one; null where there is none, or an account has claimed it.';
