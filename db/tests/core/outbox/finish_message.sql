begin;
select plan(7);

select core.write_message('test', 'ann@example.com', 'A', 'text', '<p>',
'BEGIN:VCALENDAR') as message
\gset
create function pg_temp.attempt(status integer, error text) returns text
language plpgsql
as $$
declare
    v_job jsonb;
begin
    update data.message as m set next_attempt_at = clock_timestamp();
    v_job := core.take_message();
    perform core.finish_message(
        (v_job ->> 'id')::bigint, (v_job ->> 'attempt')::integer, attempt.status, attempt.error
    );
    return (
        select concat_ws(
            ' ', m.attempts, case when m.next_attempt_at is null then 'over' end,
            case when m.sent_at is not null then 'sent' end, m.last_error,
            num_nonnulls(m.body_text, m.body_html, m.calendar)
        )
        from data.message as m
    );
end;
$$;

select is(pg_temp.attempt(null, 'cannot connect'), '1 cannot connect 3', 'what failed is kept');
select is(pg_temp.attempt(451, '451 busy'), '2 451 busy 3', 'and what is refused for a while');
select core.finish_message(:message, 2, null, null);
select is((select m.sent_at from data.message as m), null, 'what was told is told once');
savepoint failed_twice;
select is(
    pg_temp.attempt(550, '550 no such user'), '3 over 550 no such user 0',
    'what is refused for good is over, without its body'
);
rollback to failed_twice;
select is(
    pg_temp.attempt(421, 'cannot connect'), '2 cannot connect 3',
    'where the server takes nothing, that was no attempt'
);
select is(pg_temp.attempt(250, null), '3 over sent 0', 'what was sent is over, without its body');
select is_empty(
    $$select r.name from (values ('anon'), ('patient'), ('doctor'), ('clerk'),
    ('admin')) as r (name)
      where has_function_privilege(
          'slotkeeper_' || r.name, 'core.finish_message(bigint, integer, integer, text)', 'execute'
      )$$,
    'nobody else tells'
);

select * from finish();
rollback;
