create or replace function core.mail_visit(
    change data.change, booking_id bigint, kind text, subject text, opening text,
    closing text default null, expires_at timestamptz default null
) returns bigint
language plpgsql volatile
set search_path = ''
as $$
declare
    v_after jsonb := mail_visit.change.after;
    v_booking data.booking;
    v_address data.email := core.booking_address(mail_visit.booking_id);
    v_visit core.visit;
    v_method text := case
        when mail_visit.change.event in (
            'booking.confirmed', 'booking.moved', 'booking.seats_given_back', 'booking.reminder'
        ) and v_after ->> 'status' = 'CONFIRMED' then 'REQUEST'
        when mail_visit.change.event = 'booking.cancelled'
            and v_after ? 'confirmed_at' then 'CANCEL'
    end;
    v_seats integer;
    v_calendar text;
begin
    select b.* into v_booking from data.booking as b where b.id = mail_visit.booking_id;
    -- To nobody: the top-level domain .invalid is where those are who were erased (RFC 2606).
    if v_address like '%.invalid' then
        return null;
    end if;
    -- As it was then: it may have moved on since, which another mail tells.
    select v.* into strict v_visit
    from core.visit as v
    where v.slot_id = coalesce((v_after ->> 'slot_id')::bigint, v_booking.slot_id);
    v_seats := coalesce((v_after ->> 'seat_count')::integer, v_booking.seat_count);
    if v_method is not null then
        v_calendar := core.booking_calendar(
            v_booking.id, v_visit.slot_id, v_method,
            case when v_method = 'CANCEL' then 'CANCELLED' else 'CONFIRMED' end,
            -- What happened before revisions were counted does not know it.
            coalesce((v_after ->> 'revision')::integer, v_booking.revision)
        );
    end if;
    return core.write_mail(
        mail_visit.kind, v_address, mail_visit.subject,
        array[
            -- Whoever books for another's address writes the name: no text, and no link.
            case
                when v_booking.patient_name ~ '[/:@]|\.\S|.{61}' then 'Hello,'
                else format('Dear %s,', v_booking.patient_name)
            end,
            mail_visit.opening,
            format(
                '%s (%s), %s', v_visit.doctor_name, v_visit.specialization,
                concat_ws(', ', v_visit.clinic_name, v_visit.city)
            ),
            core.say_time(v_visit.start_time, v_visit.time_zone, v_visit.end_time),
            format(
                case when v_seats = 1 then 'Booking %s' else 'Booking %s, for %s seats' end,
                v_booking.id, v_seats
            ),
            mail_visit.closing
        ],
        core.booking_link(v_booking.id), 'Your booking', v_calendar,
        v_booking.account_id, v_booking.id, mail_visit.expires_at
    );
end;
$$;

comment on function core.mail_visit is
'Mails whoever holds a booking what has become of it, by a change: what all such mails have in
common. Not what the visit is about: a reason is nobody''s business who reads along.';
