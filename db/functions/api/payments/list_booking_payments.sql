create or replace function api.list_booking_payments(
    booking_id bigint,
    manage_token text default null,
    "limit" data.page_size default 50,
    after bigint default null
) returns setof api.payment
language plpgsql stable security definer
set search_path = ''
as $$
begin
    perform core.require_booking_access(
        list_booking_payments.booking_id, list_booking_payments.manage_token
    );
    perform core.require_after(list_booking_payments.after is null or exists (
        select from data.payment as p
        where p.id = list_booking_payments.after
            and p.booking_id = list_booking_payments.booking_id
    ));
    return query
    select p.*
    from api.payment as p
    where p.booking_id = list_booking_payments.booking_id
        and (list_booking_payments.after is null or p.id < list_booking_payments.after)
    order by p.id desc
    limit list_booking_payments.limit;
end;
$$;

comment on function api.list_booking_payments is
'GET /api/bookings/{booking_id}/payments
Topic: payments

The attempts to pay a booking, newest first, for whoever may read the booking.

400 invalid_parameter: `after` names no row that the caller may see.
404 booking_not_found: no such booking, or it is not the caller''s.';

grant execute on function api.list_booking_payments
to slotkeeper_anon, slotkeeper_patient, slotkeeper_doctor, slotkeeper_clerk, slotkeeper_admin;
