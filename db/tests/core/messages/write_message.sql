begin;
select plan(3);

select core.write_message('test', 'ann@example.com', 'Hello', 'text', '<p>html</p>') as id \gset
select results_eq(
    format('select m.kind, m.to_address::text, m.subject, m.body_text, m.body_html, m.calendar,
            m.attempts, m.status::text, m.next_attempt_at <= clock_timestamp(),
            m.expires_at - m.created_at = make_interval(days => 7)
        from data.message as m where m.id = %s', :id),
    $$values ('test', 'ann@example.com', 'Hello', 'text', '<p>html</p>', null::text, 0,
        'PENDING', true, true)$$,
    'a message waits in the outbox, due at once, for a week'
);
select tests.account() as ann \gset
select tests.booking(tests.slot(tests.doctor())) as booking \gset
select core.write_message(
    'test', 'ann@example.com', 'Hello', 'text', 'html', 'BEGIN:VCALENDAR', :ann, :booking,
    '2100-01-01 00:00Z'
) as id \gset
select results_eq(
    format('select m.calendar, m.account_id, m.booking_id, m.expires_at
        from data.message as m where m.id = %s', :id),
    format($$values ('BEGIN:VCALENDAR', %s::bigint, %s::bigint, timestamptz '2100-01-01 00:00Z')$$,
        :ann, :booking),
    'or until a time, about an account and a booking'
);
select is(
    tests.constraint_against(
        $$select core.write_message(
            'test', 'ann@example.com', E'Hello\r\nBcc: eve@example.com', '', ''
        )$$
    ),
    'message_subject_one_line', 'no line of a header can be put into a subject'
);

select * from finish();
rollback;
