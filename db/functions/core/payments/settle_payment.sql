create or replace function core.settle_payment(booking data.booking, status data.payment_status)
returns bigint
language plpgsql volatile
set search_path = ''
as $$
declare
    v_payment_id bigint;
begin
    update data.payment as p
    set status = settle_payment.status, settled_at = clock_timestamp()
    where p.booking_id = (settle_payment.booking).id and p.status = 'PENDING'
    returning p.id into v_payment_id;
    if v_payment_id is null then
        insert into data.payment as p (booking_id, amount, currency, status, provider, settled_at)
        values (
            (settle_payment.booking).id, (settle_payment.booking).amount,
            (settle_payment.booking).currency, settle_payment.status, 'simulated', clock_timestamp()
        )
        returning p.id into v_payment_id;
    end if;
    return v_payment_id;
end;
$$;

comment on function core.settle_payment is
'Settles the open payment of a booking that the caller has locked, or records one that was settled
at once; returns its id.';
