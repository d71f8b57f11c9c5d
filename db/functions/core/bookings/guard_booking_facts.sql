create or replace function core.guard_booking_facts() returns trigger
language plpgsql
set search_path = ''
as $$
begin
    raise exception 'What happened to a booking fits its status: %.', new.status
        using errcode = 'check_violation', constraint = 'booking_facts_fit_status';
end;
$$;

comment on function core.guard_booking_facts is
'Keeps what is known of a visit, a cancellation and seats given back in step with the status of the
booking, whoever writes.';

-- A trigger, not a constraint: a new booking, of which none of it is known yet, would pay for that.
create or replace trigger guard_booking_facts before update on data.booking
for each row
when (
    (new.status in ('CHECKED_IN', 'COMPLETED')) <> (new.checked_in_at is not null)
    or (new.status = 'COMPLETED') <> (new.completed_at is not null)
    or new.completed_at < new.checked_in_at
    or new.status <> 'CANCELLED' and num_nonnulls(new.cancelled_by, new.cancellation_reason) > 0
    or new.priced_seats <= new.seat_count
)
execute function core.guard_booking_facts();
