create or replace function core.keep_booking_change() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
    if tg_op = 'INSERT' then
        insert into data.change (entity, entity_id, event, booking_after)
        values (
            'booking', new.id,
            case new.status
                when 'PENDING' then data.event 'booking.held'
                else 'booking.confirmed'
            end,
            row(
                new.id, new.slot_id, new.doctor_id, new.slot_capacity, new.slot_open, new.seats,
                new.seat_count, new.status, new.account_id, new.patient_name, new.patient_email,
                new.patient_phone, new.reason, new.amount, new.currency,
                new.cancellation_notice_hours, new.refund_forfeited, new.created_at, new.expires_at,
                new.confirmed_at, new.cancelled_at, new.payment_terms, new.booked_by_id,
                new.booked_by_role, new.checked_in_at, new.completed_at, new.cancelled_by,
                new.cancellation_reason, new.priced_seats, new.revision
            )
        );
    elsif tg_op = 'UPDATE' then
        insert into data.change (entity, entity_id, event, booking_before, booking_after)
        values (
            'booking', new.id, core.booking_event(old, new),
            row(
                old.id, old.slot_id, old.doctor_id, old.slot_capacity, old.slot_open, old.seats,
                old.seat_count, old.status, old.account_id, old.patient_name, old.patient_email,
                old.patient_phone, old.reason, old.amount, old.currency,
                old.cancellation_notice_hours, old.refund_forfeited, old.created_at, old.expires_at,
                old.confirmed_at, old.cancelled_at, old.payment_terms, old.booked_by_id,
                old.booked_by_role, old.checked_in_at, old.completed_at, old.cancelled_by,
                old.cancellation_reason, old.priced_seats, old.revision
            ),
            row(
                new.id, new.slot_id, new.doctor_id, new.slot_capacity, new.slot_open, new.seats,
                new.seat_count, new.status, new.account_id, new.patient_name, new.patient_email,
                new.patient_phone, new.reason, new.amount, new.currency,
                new.cancellation_notice_hours, new.refund_forfeited, new.created_at, new.expires_at,
                new.confirmed_at, new.cancelled_at, new.payment_terms, new.booked_by_id,
                new.booked_by_role, new.checked_in_at, new.completed_at, new.cancelled_by,
                new.cancellation_reason, new.priced_seats, new.revision
            )
        );
    end if;
    return null;
end;
$$;

comment on function core.keep_booking_change is
'Writes down a change of a booking, as core.keep_change does for other tables, by types: as JSON it
took almost twice as long, and a booking is what is written most. None is ever deleted.';

create or replace trigger keep_change after insert or update on data.booking
for each row execute function core.keep_booking_change();
