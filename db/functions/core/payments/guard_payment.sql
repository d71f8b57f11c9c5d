create or replace function core.guard_payment() returns trigger
language plpgsql
set search_path = ''
as $$
declare
    -- The rule that is broken; its name goes to whoever writes, as a constraint's would.
    v_broken text;
    v_booking_status data.booking_status;
begin
    if tg_op = 'UPDATE' then
        v_broken := case
            when new.status <> all (
                case old.status
                    when 'PENDING' then '{PENDING, SUCCEEDED, FAILED, CANCELLED, SURPLUS}'
                    -- A provider may report success late.
                    when 'FAILED' then '{FAILED, SUCCEEDED, SURPLUS}'
                    when 'CANCELLED' then '{CANCELLED, SUCCEEDED, SURPLUS}'
                    else array[old.status]
                end::data.payment_status[]
            ) then 'payment_status_machine'
            when (
                old.id, old.booking_id, old.amount, old.currency, old.provider, old.method,
                old.taken_by_id, old.taken_by_role, old.created_at
            ) is distinct from (
                new.id, new.booking_id, new.amount, new.currency, new.provider, new.method,
                new.taken_by_id, new.taken_by_role, new.created_at
            )
            or old.captured_amount > 0
            and (old.captured_amount, old.captured_currency, old.settled_at)
            is distinct from (new.captured_amount, new.captured_currency, new.settled_at)
            then 'payment_frozen'
        end;
    end if;
    v_broken := coalesce(v_broken, case
        when (new.status = 'PENDING') <> (new.settled_at is null) then 'payment_settled_has_time'
        when new.settled_at < new.created_at then 'payment_settled_after_created'
        -- Not NaN, which is above all numbers.
        when new.captured_amount not between 0 and 999999999999.99 then 'payment_captured_range'
        when (new.status in ('SUCCEEDED', 'SURPLUS')) <> (new.captured_amount > 0)
            or (new.captured_amount > 0) <> (new.captured_currency is not null)
            then 'payment_captured_fits_status'
        when new.status = 'SUCCEEDED'
            and (new.captured_amount <> new.amount or new.captured_currency <> new.currency)
            then 'payment_succeeded_in_full'
        when (new.provider = 'desk') <> (new.method is not null)
            or (new.provider = 'desk') <> (new.taken_by_role is not null)
            or new.provider <> 'desk' and new.taken_by_id is not null
            then 'payment_method_of_desk'
    end);
    if v_broken is null
        and (tg_op = 'INSERT' or new.status = 'SUCCEEDED' and old.status <> 'SUCCEEDED')
    then
        select b.status into v_booking_status
        from data.booking as b
        where b.id = new.booking_id and b.amount = new.amount and b.currency = new.currency;
        if not found then
            v_broken := 'payment_of_frozen_amount';
        elsif new.status in ('PENDING', 'SUCCEEDED')
            and v_booking_status in ('FAILED', 'CANCELLED')
        then
            v_broken := 'payment_of_booking_in_force';
        end if;
    end if;
    if v_broken is not null then
        raise exception 'Payment % breaks a rule: %.', new.id, v_broken
            using errcode = 'check_violation', constraint = v_broken;
    end if;
    return new;
end;
$$;

comment on function core.guard_payment is
'Keeps the rules of a payment, whoever writes; the error names the one that is broken:
payment_status_machine, as drawn in the README; payment_frozen, what is to be paid and what was
taken; payment_of_frozen_amount, that of the booking; payment_of_booking_in_force, not one that
failed or was cancelled; payment_settled_has_time and payment_settled_after_created, when;
payment_captured_range, payment_captured_fits_status and payment_succeeded_in_full, what was taken;
payment_method_of_desk, who took it there, and how.';

-- One trigger and no CHECK, for the reason that stands below core.guard_booking.
create or replace trigger guard_payment before insert or update on data.payment
for each row execute function core.guard_payment();
