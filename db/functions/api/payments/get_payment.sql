create or replace function api.get_payment(payment_id bigint, manage_token text default null)
returns api.payment
language plpgsql stable security definer
set search_path = ''
as $$
declare
    v_access record;
begin
    v_access := core.booking_access(
        (select p.booking_id from data.payment as p where p.id = get_payment.payment_id),
        get_payment.manage_token
    );
    if v_access.as_owner is not true then
        raise exception 'payment_not_found' using errcode = 'PT404',
            detail = 'There is no such payment, or it is not yours.';
    end if;
    return (select p from api.payment as p where p.id = get_payment.payment_id);
end;
$$;

comment on function api.get_payment is
'GET /api/payments/{payment_id}
GET /payments/{payment_id}
Topic: payments

One payment, for whoever owns its booking or holds its manage token, and for admins.

404 payment_not_found: no such payment, or it is not the caller''s.';

grant execute on function api.get_payment
to slotkeeper_anon, slotkeeper_patient, slotkeeper_doctor, slotkeeper_clerk, slotkeeper_admin;
