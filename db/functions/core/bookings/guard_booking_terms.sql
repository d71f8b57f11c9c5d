create or replace function core.guard_booking_terms() returns trigger
language plpgsql
set search_path = ''
as $$
begin
    if new.seat_count <> core.count_seats(new.seats) then
        raise exception 'A booking counts the seats that it is of.'
            using errcode = 'check_violation', constraint = 'booking_seats_counted';
    end if;
    if (
        (
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
        -- What nobody paid or is paying for falls by the share of the seats that are given back.
        or new.amount <> old.amount and (
            new.amount * old.seat_count <> old.amount * new.seat_count
            or exists (
                select from data.payment as p
                where p.booking_id = new.id and p.status in ('PENDING', 'SUCCEEDED')
            )
        )
    ) then
        raise exception 'Who booked, when, how many seats and on which terms is frozen.'
            using errcode = 'check_violation', constraint = 'booking_frozen';
    end if;
    return new;
end;
$$;

comment on function core.guard_booking_terms is
'Keeps what was agreed on, whoever writes: who booked, when, how many seats and on which terms. But
a guest''s booking may become an account''s, and seats may be given back: with them falls the
amount, unless a payment of it was taken or is open.';

create or replace trigger guard_booking_terms_update before update of
id, account_id, seats, seat_count, amount, currency, cancellation_notice_hours, payment_terms,
booked_by_id, booked_by_role, priced_seats, created_at
on data.booking
for each row execute function core.guard_booking_terms();

-- By itself: what changes a slot writes its doctor anew into each booking.
create or replace trigger guard_booking_doctor before update of doctor_id on data.booking
for each row when (new.doctor_id <> old.doctor_id)
execute function core.guard_booking_terms();
