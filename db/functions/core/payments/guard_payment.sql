create or replace function core.guard_payment() returns trigger
language plpgsql
set search_path = ''
as $$
begin
    if tg_op = 'INSERT' then
        if not exists (
            select from data.booking as b
            where b.id = new.booking_id and b.amount = new.amount and b.currency = new.currency
        ) then
            raise exception 'A payment is of the amount that was frozen with its booking.'
                using errcode = 'check_violation', constraint = 'payment_of_frozen_amount';
        end if;
        return new;
    end if;
    if new.status <> old.status and old.status <> 'PENDING' then
        raise exception 'Payment % cannot go from % to %.', old.id, old.status, new.status
            using errcode = 'check_violation', constraint = 'payment_status_machine';
    end if;
    raise exception 'Payment % is history: its amount, booking and provider never change.', old.id
        using errcode = 'check_violation', constraint = 'payment_frozen';
end;
$$;

comment on function core.guard_payment is 'The status machine of a payment, for whoever writes.';

create or replace trigger guard_payment_insert before insert on data.payment
for each row execute function core.guard_payment();

create or replace trigger guard_payment_update before update on data.payment
for each row
when (
    new.status <> old.status and old.status <> 'PENDING'
    or (old.id, old.booking_id, old.amount, old.currency, old.provider, old.created_at)
    is distinct from
    (new.id, new.booking_id, new.amount, new.currency, new.provider, new.created_at)
)
execute function core.guard_payment();
