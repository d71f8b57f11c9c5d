create or replace function core.guard_booking() returns trigger
language plpgsql
set search_path = ''
as $$
begin
    if new.status <> all (
        case old.status
            when 'PENDING' then '{CONFIRMED, FAILED, CANCELLED}'::data.booking_status[]
            when 'CONFIRMED' then '{CANCELLED, CHECKED_IN, NO_SHOW}'
            when 'NO_SHOW' then '{CHECKED_IN}'
            when 'CHECKED_IN' then '{COMPLETED, CONFIRMED}'
            else '{}'
        end
    ) then
        raise exception 'Booking % cannot go from % to %.', old.id, old.status, new.status
            using errcode = 'check_violation', constraint = 'booking_status_machine';
    end if;
    if old.status = 'PENDING' and new.status = 'CONFIRMED' then
        if new.amount > 0 and new.payment_terms = 'PREPAID' and not exists (
            select from data.payment as p where p.booking_id = new.id and p.status = 'SUCCEEDED'
        ) then
            raise exception 'Booking % can be confirmed only by a payment.', old.id
                using errcode = 'check_violation', constraint = 'booking_confirmed_by_payment';
        end if;
        if old.expires_at <= clock_timestamp() then
            -- An answer to callers: the hold may have run out since they looked.
            raise exception 'booking_expired' using errcode = 'PT409',
                detail = format('The hold of booking %s has run out.', old.id);
        end if;
    end if;
    return new;
end;
$$;

comment on function core.guard_booking is
'The status machine of a booking, for whoever writes. Only a payment confirms what is to be prepaid.

409 booking_expired: it would be confirmed after its hold.';

create or replace trigger guard_booking_update before update of status on data.booking
for each row when (new.status <> old.status) execute function core.guard_booking();
