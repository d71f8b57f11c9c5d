create or replace function core.booking_address(booking_id bigint) returns text
language plpgsql stable
set search_path = ''
as $$
begin
    return (
        select case when a.email_verified_at is null then b.patient_email else a.email end
        from data.booking as b
        left join data.account as a on a.id = b.account_id
        where b.id = booking_address.booking_id
    );
end;
$$;

comment on function core.booking_address is
'Where mails about a booking go at the moment: to the address of the account that it is, or that has
claimed it; while that is not verified, and for a guest''s booking, to the one given when booking.';
