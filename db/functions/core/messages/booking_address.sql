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
'Where mails about a booking go now: to its account''s address, if that is verified; else to the
one given when booking.';
