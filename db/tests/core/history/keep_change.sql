begin;
select plan(7);

select tests.account() as ann \gset
select tests.slot(tests.doctor()) as slot \gset
select set_config(
    'request.jwt.claims', format('{"sub": "%s", "request_id": "r-1"}', :ann), true
);
select tests.booking(:slot, :ann) as booking \gset
select results_eq(
    format($$select c.event::text, c.actor_id, c.request_id, c.before, c.after ->> 'status'
      from tests.changes() as c where c.entity = 'booking' and c.entity_id = %s$$, :booking),
    format($$values ('booking.held', %s::bigint, 'r-1', null::jsonb, 'PENDING')$$, :ann),
    'a new row, once: who made it, in which request, and what it is'
);
update data.booking set reason = 'a cough' where id = :booking;
select results_eq(
    format($$select c.event::text, c.before ->> 'reason', c.after ->> 'reason'
      from tests.changes() as c
      where c.entity = 'booking' and c.entity_id = %s and c.before is not null$$, :booking),
    $$values (null::text, null::text, 'a cough')$$,
    'a change: before and after; what is no news is not announced'
);
select is_empty(
    $$select c.id from tests.changes() as c
      where coalesce(c.before, '{}') || coalesce(c.after, '{}')
          ?| '{password_hash, manage_token_hash, idempotency_key_hash}'$$,
    'no hash of a secret is kept'
);
select is_empty(
    $$select c.table_name, c.column_name from information_schema.columns as c
      where c.table_schema = 'data' and c.table_name in (
          select t.event_object_table from information_schema.triggers as t
          where t.trigger_name = 'keep_change'
      )
      and (c.data_type = 'bytea' or c.column_name ~ '(secret|token|hash)')
      and core.without_secrets(jsonb_build_object(c.column_name, 'x')) <> '{}'$$,
    'nor can a new one come unnoticed'
);
select tests.webhook('https://old.example.org') as webhook \gset
update data.webhook set url = 'https://new.example.org' where id = :webhook;
update data.webhook set failures = 1 where id = :webhook;
select results_eq(
    format($$select c.before ->> 'url', c.after ->> 'url', c.after ? 'secret'
      from tests.changes() as c where c.entity = 'webhook' and c.entity_id = %s order by c.id$$,
        :webhook),
    $$values (null::text, 'https://old.example.org', false),
          ('https://old.example.org', 'https://new.example.org', false)$$,
    'who is told is kept, not how it went'
);
select set_config('request.jwt.claims', '', true);
update data.booking set reason = null where id = :booking;
select is(
    (select c.actor_role from tests.changes() as c order by c.id desc limit 1), session_user::text,
    'a DBA is kept by the login'
);
select is(
    (select c.actor_id from tests.changes() as c order by c.id desc limit 1), null, 'and as nobody'
);

select * from finish();
rollback;
