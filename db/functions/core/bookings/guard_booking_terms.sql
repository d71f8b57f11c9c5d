create or replace function core.guard_booking_terms() returns trigger
language plpgsql
set search_path = ''
as $$
begin
    if new.seat_count <> (
        select sum(upper(r.seats) - lower(r.seats)) from unnest(new.seats) as r (seats)
    ) then
        raise exception 'A booking counts the seats that it is of.'
            using errcode = 'check_violation', constraint = 'booking_seats_counted';
    end if;
    if tg_op = 'UPDATE' and (
        old.id, old.account_id, old.seat_count, old.amount, old.currency,
        old.cancellation_notice_hours, old.created_at
    ) is distinct from (
        new.id, new.account_id, new.seat_count, new.amount, new.currency,
        new.cancellation_notice_hours, new.created_at
    ) then
        raise exception 'Who booked, when, how many seats and on which terms is frozen.'
            using errcode = 'check_violation', constraint = 'booking_frozen';
    end if;
    return new;
end;
$$;

comment on function core.guard_booking_terms is
'Keeps what was agreed on, whoever writes: who booked, when, how many seats and on which terms.';

-- Most bookings are of seats side by side, which need no second look.
create or replace trigger guard_booking_terms_insert before insert on data.booking
for each row
when (
    new.seats <> int4multirange(int4range(lower(new.seats), lower(new.seats) + new.seat_count))
)
execute function core.guard_booking_terms();

create or replace trigger guard_booking_terms_update before update of
id, account_id, seats, seat_count, amount, currency, cancellation_notice_hours, created_at
on data.booking
for each row execute function core.guard_booking_terms();
