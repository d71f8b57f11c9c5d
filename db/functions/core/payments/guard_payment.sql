create or replace function core.guard_payment() returns trigger
language plpgsql
set search_path = ''
as $$
declare
    v_booking_status data.booking_status;
begin
    if tg_op = 'UPDATE' and new.status <> all (
        case old.status
            when 'PENDING' then '{PENDING, SUCCEEDED, FAILED, CANCELLED, SURPLUS}'
            -- A provider may report success late.
            when 'FAILED' then '{FAILED, SUCCEEDED, SURPLUS}'
            when 'CANCELLED' then '{CANCELLED, SUCCEEDED, SURPLUS}'
            else array[old.status]
        end::data.payment_status[]
    ) then
        raise exception 'Payment % cannot go from % to %.', old.id, old.status, new.status
            using errcode = 'check_violation', constraint = 'payment_status_machine';
    end if;
    if tg_op = 'UPDATE' and ((
        old.id, old.booking_id, old.amount, old.currency, old.provider, old.method,
        old.taken_by_id, old.taken_by_role, old.created_at
    ) is distinct from (
        new.id, new.booking_id, new.amount, new.currency, new.provider, new.method,
        new.taken_by_id, new.taken_by_role, new.created_at
    ) or old.captured_amount > 0 and (old.captured_amount, old.captured_currency, old.settled_at)
        is distinct from (new.captured_amount, new.captured_currency, new.settled_at)
    ) then
        raise exception 'Payment % is history: what was paid and taken never changes.', old.id
            using errcode = 'check_violation', constraint = 'payment_frozen';
    end if;
    if tg_op = 'INSERT' or new.status = 'SUCCEEDED' and old.status <> 'SUCCEEDED' then
        select b.status into v_booking_status
        from data.booking as b
        where b.id = new.booking_id and b.amount = new.amount and b.currency = new.currency;
        if not found then
            raise exception 'A payment is of the amount that was frozen with its booking.'
                using errcode = 'check_violation', constraint = 'payment_of_frozen_amount';
        end if;
        if new.status in ('PENDING', 'SUCCEEDED') and v_booking_status in ('FAILED', 'CANCELLED')
        then
            raise exception 'Nothing is paid for a booking that failed or was cancelled.'
                using errcode = 'check_violation', constraint = 'payment_of_booking_in_force';
        end if;
    end if;
    return new;
end;
$$;

comment on function core.guard_payment is
'The status machine of a payment, for whoever writes; what was captured stays what it is, and pays
only what is in force.';

create or replace trigger guard_payment_insert before insert on data.payment
for each row execute function core.guard_payment();

create or replace trigger guard_payment_update before update on data.payment
for each row execute function core.guard_payment();
