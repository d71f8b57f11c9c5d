begin;
select plan(9);

select is(core.take_message(), null, 'nothing is due');
select core.write_message(
    'test', 'later@example.com', 'Later', 'text', '<p>',
    due_at => clock_timestamp() + interval '1 h'
) as later
\gset
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
set sent_at = clock_timestamp(), body_text = null, body_html = null, calendar = null
where m.id = :first;
select is(core.take_message(), null, 'what was sent is not, nor what is due later');
update data.message as m set due_at = clock_timestamp(), next_attempt_at = clock_timestamp()
where m.id = :later;
select is((core.take_message() ->> 'id')::integer, :later, 'until it is');
select is_empty(
    $$select r.name from (values ('anon'), ('patient'), ('doctor'), ('clerk'),
    ('admin')) as r (name)
      where has_function_privilege('slotkeeper_' || r.name, 'core.take_message()', 'execute')$$,
    'nobody else takes any'
);

select * from finish();
rollback;
