create or replace function core.booking_link(booking_id bigint) returns text
language plpgsql volatile
set search_path = ''
as $$
declare
    v_link text := core.public_link('/bookings/' || booking_link.booking_id);
    v_token text := core.new_token();
begin
    if v_link is null then
        return null;
    end if;
    insert into data.manage_token (token_hash, booking_id)
    select core.hash_token(v_token), b.id
    from data.booking as b
    where b.id = booking_link.booking_id and b.account_id is null;
    return v_link || case when found then '#manage_token=' || v_token else '' end;
end;
$$;

comment on function core.booking_link is
'The page of a booking for a mail to who holds it; for a guest with a manage token that is made for
this mail, behind a # since a browser sends that to nobody. Null where the installation does not
know its own address.';
