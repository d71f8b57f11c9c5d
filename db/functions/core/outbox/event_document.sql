create or replace function core.event_document(change data.change) returns jsonb
language plpgsql stable
set search_path = ''
set timezone = 'UTC'
as $$
declare
    v_entity constant text := (event_document.change).entity;
    v_id constant bigint := (event_document.change).entity_id;
    v_after constant jsonb := coalesce((event_document.change).after, '{}');
    v_booking_id bigint;
    v_document jsonb;
begin
    v_booking_id := case v_entity
        when 'booking' then v_id
        when 'waitlist_entry' then coalesce((v_after ->> 'booking_id')::bigint, (
            select w.booking_id from data.waitlist_entry as w where w.id = v_id
        ))
        when 'refund' then (
            select p.booking_id
            from data.refund as f join data.payment as p on p.id = f.payment_id
            where f.id = v_id
        )
    end;
    v_document := jsonb_build_object(
        'id', (event_document.change).id, 'event', (event_document.change).event,
        'made_at', (event_document.change).made_at, 'entity', v_entity, 'entity_id', v_id
    );
    return v_document || coalesce((
        select jsonb_build_object('booking', jsonb_strip_nulls(jsonb_build_object(
            'id', b.id, 'clinic_id', d.clinic_id, 'doctor_id', b.doctor_id, 'slot_id', s.id,
            'start_time', s.start_time, 'end_time', s.end_time,
            'seats', coalesce((v_after ->> 'seat_count')::integer, b.seat_count),
            'status', case v_entity
                when 'booking' then coalesce(v_after ->> 'status', b.status::text)
            end
        )))
        from data.booking as b
        join data.doctor as d on d.id = b.doctor_id
        join data.slot as s on s.id = case v_entity
            when 'booking' then coalesce((v_after ->> 'slot_id')::bigint, b.slot_id)
            else b.slot_id
        end
        where b.id = v_booking_id
    ), '{}') || coalesce((
        select jsonb_build_object('refund', jsonb_build_object(
            'id', f.id, 'amount', f.amount, 'currency', p.captured_currency
        ))
        from data.refund as f join data.payment as p on p.id = f.payment_id
        where v_entity = 'refund' and f.id = v_id
    ), '{}');
end;
$$;

comment on function core.event_document is
'An event as others are told of it: what happened when, to which booking, as it was right after
that, by ids and times; of a refund the amount. Neither names nor addresses nor reasons: whoever
needs them asks for the booking, and shows the right to see it. Never a token, since whoever reads
it could act as the patient. Made anew for each attempt, so that nothing of it has to be kept.';
