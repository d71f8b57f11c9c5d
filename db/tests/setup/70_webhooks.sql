-- A webhook that is told of everything, unless events are given; its secret is 64 times s.
create function tests.webhook(
    url text default 'https://example.org/hook',
    events data.event[] default null,
    active boolean default true
) returns bigint
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_id bigint;
begin
    insert into data.webhook as w (url, events, active, secret)
    values (webhook.url, webhook.events, webhook.active, repeat('s', 64))
    returning w.id into v_id;
    return v_id;
end;
$$;

-- A delivery to a webhook that is due, of a booking that was just confirmed.
create function tests.delivery(webhook bigint) returns bigint
language plpgsql volatile security definer
set search_path = ''
as $$
declare
    v_booking_id bigint := tests.booking(tests.slot(tests.doctor()), status => 'CONFIRMED');
    v_id bigint;
begin
    insert into data.delivery as d (webhook_id, change_id)
    select delivery.webhook, max(c.id)
    from data.change as c
    where c.entity = 'booking' and c.entity_id = v_booking_id and c.event = 'booking.confirmed'
    returning d.id into v_id;
    return v_id;
end;
$$;
