begin;
select plan(11);

select tests.webhook() as webhook \gset
select tests.delivery(:webhook) as delivery \gset
create function pg_temp.state() returns text
language sql
as $$
select concat_ws(
    ' ', d.status, d.answer_status, d.last_error, d.delivered_at is not null, d.taken_until is null,
    w.failures, w.paused_until > clock_timestamp()
)
from data.delivery as d join data.webhook as w on w.id = d.webhook_id
$$;

select core.take_delivery();
set local role slotkeeper_server;
select core.finish_delivery(:delivery, 1, 500, 'answered 500');
reset role;
select is(pg_temp.state(), 'PENDING 500 answered 500 f t 1 t', 'what failed is tried again');
select core.finish_delivery(:delivery, 1, 200, null);
select is(pg_temp.state(), 'PENDING 500 answered 500 f t 1 t', 'what was told is told once');

update data.webhook as w set paused_until = null;
update data.delivery as d set next_attempt_at = clock_timestamp();
select core.take_delivery();
select core.finish_delivery(:delivery, 1, 200, null);
select is(
    pg_temp.state(), 'PENDING 500 answered 500 f f 1',
    'an earlier attempt has nothing to say any more'
);
select core.finish_delivery(:delivery, 2, 204, null);
select is(pg_temp.state(), 'DELIVERED 204 t t 0', 'what was delivered is over');

create function pg_temp.fail_after(failures integer) returns interval
language plpgsql
as $$
begin
    update data.webhook as w set failures = fail_after.failures, paused_until = null;
    update data.delivery as d
    set next_attempt_at = clock_timestamp(), attempts = 0, delivered_at = null;
    perform core.finish_delivery((core.take_delivery() ->> 'id')::bigint, 1, null, 'none');
    return (select w.paused_until - clock_timestamp() from data.webhook as w);
end;
$$;
select ok(
    pg_temp.fail_after(f.failures) between f.about - interval '1 second' and f.about,
    format('after %s failures more the pause is %s', f.failures, f.about)
)
from (
    values (0, interval '2 seconds'), (3, '16 seconds'), (100, '10 minutes')
) as f (failures, about);
create function pg_temp.take(seconds integer) returns interval
language plpgsql
as $$
begin
    update data.webhook as w set paused_until = clock_timestamp();
    update data.delivery as d set next_attempt_at = clock_timestamp(), attempts = 0;
    perform core.take_delivery();
    update data.delivery as d set taken_until = d.taken_until - make_interval(secs => take.seconds);
    perform core.finish_delivery(d.id, 1, 200, null) from data.delivery as d;
    return (select w.paused_until - clock_timestamp() from data.webhook as w);
end;
$$;
select ok(
    pg_temp.take(9) between '8 seconds' and '10 seconds',
    'who is slow to take it is left alone for as long'
);
select is(pg_temp.take(0), null, 'who is not has the next one at once');
select core.finish_delivery(0, 1, 200, null);
select is((select count(*) from data.delivery), 1::bigint, 'of none there is nothing to tell');
select is_empty(
    $$select r.name from (values ('anon'), ('patient'), ('doctor'), ('clerk'),
    ('admin')) as r (name)
      where has_function_privilege(
          'slotkeeper_' || r.name, 'core.finish_delivery(bigint, integer, integer, text)', 'execute'
      )$$,
    'nobody else tells'
);

select * from finish();
rollback;
