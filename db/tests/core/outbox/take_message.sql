begin;
select plan(11);

select is(core.take_message(), null, 'nothing is due');
select
    core.write_message('test', 'ann@example.com', 'First', 'text', '<p>',
    'BEGIN:VCALENDAR') as first,
    core.write_message('test', 'bob@example.com', 'Second', 'text', '<p>') as second
\gset
set local role slotkeeper_server;
select core.take_message() as job \gset
reset role;
select is(
    :'job'::jsonb - '{key,made_at}'::text[],
    jsonb_build_object(
        'id', :first, 'attempt', 1, 'to', 'ann@example.com', 'subject', 'First', 'text', 'text',
        'html', '<p>', 'calendar', 'BEGIN:VCALENDAR'
    ),
    'the server takes the oldest'
);
select matches(:'job'::jsonb ->> 'key', '^' || :first || '\.[0-9]{16}$', 'with a name of its own');
select is(core.take_message(), null, 'while it is in somebody''s hands there is no other');
update data.message as m set taken_until = clock_timestamp() - interval '1 s' where m.id = :first;
select is((core.take_message() ->> 'id')::integer, :second, 'then another is taken');
update data.message as m
set taken_until = null, next_attempt_at = clock_timestamp() - interval '1 day'
where m.id = :first;
update data.message as m set taken_until = null where m.id = :second;
select is(
    core.take_message() - 'attempt', :'job'::jsonb - 'attempt',
    'what nobody has told the end of is taken again, just as it was'
);
update data.message as m set taken_until = null;
update data.message as m
set sent_at = clock_timestamp(), next_attempt_at = null, body_text = null, body_html = null,
    calendar = null;
select is(core.take_message(), null, 'what was sent is not');

-- What is worth nothing any more, and to whom the rest goes.
select tests.doctor() as doctor \gset
select
    tests.slot(:doctor, clock_timestamp() + interval '20 hours', capacity => 9) as slot,
    tests.slot(:doctor, clock_timestamp() + interval '2 days') as other
\gset
select
    tests.booking(:slot) as offered,
    tests.booking(:slot, status => 'CONFIRMED') as paid,
    tests.booking(:slot, status => 'CONFIRMED') as coming,
    tests.booking(:slot, status => 'CANCELLED') as cancelled,
    tests.booking(:other, status => 'CONFIRMED') as moved
\gset
select s.start_time from data.slot as s where s.id = :slot \gset
create function pg_temp.taken() returns text
language plpgsql
as $$
declare
    v_id bigint;
begin
    -- One after the other, as if each had just been sent.
    loop
        v_id := core.take_message() ->> 'id';
        exit when v_id is null;
        perform core.finish_message(v_id, 1, 250, null);
    end loop;
    return (
        select string_agg(concat_ws(' ', m.subject, m.status, m.last_error), '; ' order by m.id)
        from data.message as m where m.subject like '%.'
    );
end;
$$;
select core.write_message(m.kind, 'ann@example.com', m.subject, 'text', '<p>',
    booking_id => m.booking_id, expires_at => m.expires_at)
from (
    values
    (1, 'reset', 'Old.', null, clock_timestamp() - interval '1 s'),
    (2, 'offer', 'Offer.', :offered, clock_timestamp() + interval '1 h'),
    (3, 'offer', 'Over.', :offered, clock_timestamp() - interval '1 s'),
    (4, 'offer', 'Accepted.', :paid, clock_timestamp() + interval '1 h'),
    (5, 'reminder', 'Coming.', :coming, :'start_time'),
    (6, 'reminder', 'Cancelled.', :cancelled, :'start_time'),
    (7, 'reminder', 'Moved.', :moved, :'start_time'),
    (8, 'confirmation', 'First.', :moved, null),
    (9, 'confirmation', 'Overtaken.', :moved, null),
    (10, 'change', 'Newer.', :moved, null)
) as m (place, kind, subject, booking_id, expires_at)
order by m.place;
update data.message as m set last_error = '451 later' where m.subject = 'Old.';
update data.message as m set next_attempt_at = clock_timestamp() where m.subject = 'Overtaken.';
select is(
    pg_temp.taken(),
    'Old. FAILED it was too late to send it: 451 later; Offer. SENT; '
    'Over. FAILED it was too late to send it; Accepted. FAILED the offer was over; Coming. SENT; '
    'Cancelled. FAILED the visit was cancelled or moved; '
    'Moved. FAILED the visit was cancelled or moved; First. SENT; '
    'Overtaken. FAILED a newer one was sent before; Newer. SENT',
    'what is worth nothing any more is given up with the reason'
);
select tests.account(email => 'zoe@example.com') as zoe \gset
update data.account as a set email_verified_at = clock_timestamp() where a.id = :zoe;
update data.booking as b set account_id = :zoe, manage_token_hash = null where b.id = :coming;
select core.write_message(
    'change', 'ann@example.com', 'Claimed', 'text', '<p>', booking_id => :coming
);
select core.take_message() as job \gset
select is(
    :'job'::jsonb ->> 'to', 'zoe@example.com', 'of a booking it goes to the address that counts now'
);
select results_eq(
    $$select m.to_address::text from data.message as m where m.subject = 'Claimed'$$,
    array['zoe@example.com'], 'as it says then'
);
select is_empty(
    $$select r.name from (values ('anon'), ('patient'), ('doctor'), ('clerk'),
    ('admin')) as r (name)
      where has_function_privilege('slotkeeper_' || r.name, 'core.take_message()', 'execute')$$,
    'nobody else takes any'
);

select * from finish();
rollback;
