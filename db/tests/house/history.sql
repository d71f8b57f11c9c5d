-- What is accounted for: every table is, or it is said why not.
begin;
select plan(7);

create temp view kept as
select c.relname::text as name
from pg_class as c
join pg_trigger as t on t.tgrelid = c.oid
where c.relnamespace = 'data'::regnamespace and t.tgname = 'keep_change';

create temp table left_out (name, why) as
values
('change', 'the history itself'),
('chain_link', 'follows from the history'),
('event_reader', 'how far readers of the history are'),
('calendar_link', 'a hash of a secret; who asks for the link gets a new one'),
('manage_token', 'a hash of a secret, minted for a mail'),
('account_token', 'a hash of a secret, for an hour'),
('session', 'logging in changes nothing'),
('refresh_token', 'belongs to a session; a hash of a secret'),
('setting', 'belongs to who runs the installation; holds a secret'),
('provider_event', 'as it came, never changed; what follows is a change of a payment'),
('message', 'follows from changes, by which it is written'),
('reminder', 'follows from bookings, by which it is written'),
('delivery', 'follows from changes; keeps its own attempts'),
('record_word', 'follows from records'),
('reset_request', 'who asked for a token, until it is mailed'),
('report_day', 'follows from bookings and slots'),
('report_money', 'follows from payments and refunds'),
('report_state', 'follows from what reports are of'),
('stale_day', 'what is to be counted anew'),
('stale_doctor', 'what is to be counted anew'),
('stale_money', 'what is to be counted anew');

select is_empty(
    $$select c.relname from pg_class as c
      where c.relnamespace = 'data'::regnamespace and c.relkind in ('r', 'p')
          and c.relname not in (select k.name from kept as k)
          and c.relname not in (select l.name from left_out as l)$$,
    'a table is accounted for, or it is said here why not'
);
select is_empty(
    $$select name from kept intersect select name from left_out$$, 'and not both'
);
select is_empty(
    $$select w.name from unnest('{account, booking, clinic, doctor, payment, refund, slot}'::text[])
          as w (name)
      except select k.name from kept as k$$,
    'what rules ask for is'
);
-- AFTER, so that it is the row that is written; enabled for everybody but replication.
select is_empty(
    $$select t.tgrelid::regclass from pg_trigger as t
      where t.tgname = 'keep_change' and (
          -- How deliveries go is counted in a webhook, and no change of it.
          replace(pg_get_triggerdef(t.oid), ' OF url, events, active, secret, deleted_at', '')
              !~ 'AFTER INSERT OR( DELETE OR)? UPDATE ON \S+ FOR EACH ROW EXECUTE'
          or t.tgenabled <> 'O'
          or pg_get_triggerdef(t.oid) !~ ' DELETE ' and not exists (
              select from pg_trigger as r
              where r.tgrelid = t.tgrelid and r.tgname = 'refuse_delete'
          )
      )$$,
    'every row that is written, changed or deleted (where that can be), whatever its columns'
);
set local client_min_messages = warning;
select is_empty(
    $$select k.name from kept as k
      where tests.constraint_against(format('truncate data.%I cascade', k.name)) is null$$,
    'nor do all rows go at once, which no trigger of rows sees'
);
select is_empty(
    $$select k.name, a.attname from kept as k
      join pg_attribute as a
          on a.attrelid = format('data.%I', k.name)::regclass and a.attnum > 0
          and not a.attisdropped
      where k.name <> 'record'
          and (a.atttypid = 'bytea'::regtype or a.attname ~ '(secret|token|hash)')
          and a.attname !~ '_(until|at)$'
          and core.without_secrets(jsonb_build_object(a.attname, 'x')) <> '{}'$$,
    'none of them has a secret that would be kept'
);
select is_empty(
    $$select k.name from kept as k
      where not exists (
          select from pg_attribute as a
          where a.attrelid = format('data.%I', k.name)::regclass and a.attname = 'id'
      )$$,
    'each has an id by which to find its history'
);

select * from finish();
rollback;
