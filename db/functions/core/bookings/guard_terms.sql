create or replace function core.guard_terms() returns trigger
language plpgsql
set search_path = ''
as $$
begin
    if (
        old.id, old.doctor_id, old.currency, old.cancellation_notice_hours, old.payment_terms,
        old.booked_by_id, old.booked_by_role, old.created_at
    ) is distinct from (
        new.id, new.doctor_id, new.currency, new.cancellation_notice_hours, new.payment_terms,
        new.booked_by_id, new.booked_by_role, new.created_at
    )
    or old.account_id is not null and old.account_id is distinct from new.account_id
    or new.seat_count > old.seat_count
    or new.priced_seats is distinct from old.priced_seats
    and (old.priced_seats is not null or new.priced_seats <> old.seat_count)
    -- What nobody paid falls by the share of the seats that are given back.
    or new.amount <> old.amount and (
        new.amount * old.seat_count <> old.amount * new.seat_count
        or exists (
            select from data.payment as p
            where p.booking_id = new.id and p.status in ('PENDING', 'SUCCEEDED')
        )
    )
    then
        raise exception 'Booking % keeps what was agreed on.', old.id
            using errcode = 'check_violation', constraint = 'booking_frozen';
    end if;
    return new;
end;
$$;

comment on function core.guard_terms is
'Keeps what was agreed on with a booking, whoever writes. But a guest''s booking may become an
account''s, and seats may be given back: with them falls the amount, unless a payment of it was
taken or is open.';

-- Whoever sets none of these columns need not be looked at.
create or replace trigger guard_terms before update of
id, doctor_id, currency, cancellation_notice_hours, payment_terms, booked_by_id, booked_by_role,
created_at, account_id, seat_count, priced_seats, amount
on data.booking
for each row execute function core.guard_terms();
