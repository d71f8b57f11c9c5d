begin;
select plan(16);

select is(core.take_delivery(), null, 'nothing is due');
select tests.webhook('https://one.example/hook') as one,
tests.webhook('https://two.example/') as two
\gset
select
    tests.delivery(:one) as first,
    tests.delivery(:one) as second,
    tests.delivery(:two) as third
\gset
set local role slotkeeper_server;
select core.take_delivery() as job \gset
reset role;
select is(
    (:'job'::jsonb - '{body,headers}'::text[]),
    jsonb_build_object(
        'id', :first, 'attempt', 1, 'url', 'https://one.example/hook', 'local', false
    ),
    'the server takes the oldest'
);
select is(
    (:'job'::jsonb ->> 'body')::jsonb,
    (select core.event_document(c) from tests.changes() as c
    join data.delivery as d on d.change_id = c.id where d.id = :first),
    'which tells of its event'
);
select matches(
    :'job'::jsonb #>> '{headers,X-Signature}', '^t=[0-9]+,v1=[0-9a-f]{64}$', 'and is signed'
);
select is(
    split_part(:'job'::jsonb #>> '{headers,X-Signature}', 'v1=', 2),
    encode(core.hmac_sha256(
        repeat('s', 64)::bytea,
        convert_to(
            (regexp_match(:'job'::jsonb #>> '{headers,X-Signature}', 't=([0-9]+)'))[1] || '.'
            || (:'job'::jsonb ->> 'body'), 'UTF8'
        )
    ), 'hex'),
    'by the webhook''s secret over t, a dot and the body'
);
select is(core.take_delivery(), null, 'while it is in somebody''s hands there is no other');
select results_eq(
    format(
        $$select d.attempts, d.taken_until - clock_timestamp() between '50 s' and '60 s',
          d.next_attempt_at - clock_timestamp() between '20 s' and '90 s'
          from data.delivery as d where d.id = %s$$, :first
    ),
    'values (1, true, true)', 'for a minute'
);
update data.delivery as d set taken_until = clock_timestamp() - interval '1 s' where d.id = :first;
select is((core.take_delivery() ->> 'id')::integer, :second, 'then another is taken');
update data.delivery as d
set taken_until = null, next_attempt_at = clock_timestamp() - interval '1 day';
update data.webhook as w set paused_until = clock_timestamp() + interval '1 hour' where w.id = :one;
select is((core.take_delivery() ->> 'id')::integer, :third, 'a webhook that fails is passed over');
update data.delivery as d set taken_until = null, next_attempt_at = d.created_at;
update data.webhook as w set paused_until = clock_timestamp() where w.id = :one;
select is((core.take_delivery() ->> 'id')::integer, :third, 'and then comes behind the others');
update data.webhook as w set paused_until = clock_timestamp() + interval '1 hour' where w.id = :one;
update data.delivery as d set taken_until = null, next_attempt_at = clock_timestamp();
update data.webhook as w set active = false where w.id = :two;
select is(core.take_delivery(), null, 'and one that is not active');
update data.webhook as w set paused_until = clock_timestamp() where w.id = :one;
select is(
    (core.take_delivery() ->> 'attempt')::integer, 2,
    'what nobody has told the end of is taken again'
);
update data.delivery as d set taken_until = null, next_attempt_at = null;
select is(core.take_delivery(), null, 'what is over is not');
update data.delivery as d
set next_attempt_at = clock_timestamp(), expires_at = clock_timestamp(), last_error = null
where d.id in (:first, :third);
select is(core.take_delivery(), null, 'nor what has expired');
select results_eq(
    $$select d.webhook_id, concat_ws(' ', d.status, d.last_error) from data.delivery as d
      where d.last_error is not null order by 1$$,
    format($$values (%s::bigint, 'FAILED it was too late to send it'),
        (%s, 'FAILED it was too late to send it')$$, :one, :two),
    'which is given up, though its webhook be not active'
);
select is_empty(
    $$select r.name from (values ('anon'), ('patient'), ('doctor'), ('clerk'),
    ('admin')) as r (name)
      where has_function_privilege('slotkeeper_' || r.name, 'core.take_delivery()', 'execute')$$,
    'nobody else takes any'
);

select * from finish();
rollback;
