create or replace function core.guard_new_booking() returns trigger
language plpgsql
set search_path = ''
as $$
begin
    if new.seat_count <> core.count_seats(new.seats) then
        raise exception 'A booking counts the seats that it is of.'
            using errcode = 'check_violation', constraint = 'booking_seats_counted';
    end if;
    if new.status <> 'PENDING'
        and not (new.status = 'CONFIRMED' and (new.amount = 0 or new.payment_terms = 'AT_VISIT'))
    then
        raise exception 'A booking starts as PENDING, or as CONFIRMED where nothing is due yet.'
            using errcode = 'check_violation', constraint = 'booking_status_machine';
    end if;
    return new;
end;
$$;

comment on function core.guard_new_booking is
'Lets bookings begin as they must, whoever writes.';

-- Most are held, and of seats side by side: these need no second look. One trigger for both, since
-- each costs a booking some hundredths of its time.
create or replace trigger guard_new_booking before insert on data.booking
for each row
when (
    new.status <> 'PENDING'
    or new.seats <> int4multirange(int4range(lower(new.seats), lower(new.seats) + new.seat_count))
)
execute function core.guard_new_booking();
