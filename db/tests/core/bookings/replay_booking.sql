begin;
select plan(15);

\set key '8a6e0804-2bd0-4672-b79d-d97027f9071a'
\set other_key 'c7f0a1d2-6d1e-4b7e-9a3c-0f6a4d3b2c1d'
\set mail g@example.com
\set anns_mail ann@example.com
select
    tests.account() as ann, tests.account() as bob, tests.account(role => 'admin') as eve
\gset
select tests.slot(tests.doctor(), capacity => 9) as slot, tests.slot(tests.doctor()) as other \gset
\set replay 'select core.replay_booking(%L, %s, %s, %L, null, null)'

select is(
    (core.replay_booking(:'key', :slot, null, :'mail', null, null)).booking_id, null,
    'a new key has no booking yet'
);
select tests.act_as('anon');
select id as guests, manage_token
from api.book_slot(:slot, 'Guest', :'mail', idempotency_key => :'key') \gset
select tests.act_as('patient', :ann);
select id as anns
from api.book_slot(:slot, 'Ann', :'anns_mail', idempotency_key => :'other_key') \gset
select tests.act_as_nobody();

select * from core.replay_booking(:'key', :slot, null, :'mail', null, null) \gset again_
select is(:again_booking_id, :guests, 'a known one gives its booking');
select is(:'again_manage_token'::text, :'manage_token', 'with the token of the first answer');
select is(
    (select r.booking_id || coalesce(r.manage_token, '')
        from core.replay_booking(:'other_key', :slot, :ann, :'anns_mail', null, null) as r),
    :'anns', 'an account needs none'
);
select throws_ok(
    format(:'replay', :'key', :other, 'null', :'mail'), 'PT409', 'idempotency_key_reused',
    'not for another slot'
);
select throws_ok(
    format(:'replay', :'key', :slot, :ann, :'mail'), 'PT409', 'idempotency_key_reused',
    'not for an account'
);
select throws_ok(
    format(:'replay', :'other_key', :slot, 'null', :'anns_mail'), 'PT409', 'idempotency_key_reused',
    'what an account booked not for a guest'
);
select throws_ok(
    format(:'replay', :'other_key', :slot, :bob, :'anns_mail'), 'PT409', 'idempotency_key_reused',
    'nor for another account'
);
select throws_ok(
    format(
        'select core.replay_booking(%L, %s, null, %L, %s, ''admin'')',
        :'key', :slot, :'mail', :eve
    ),
    'PT409', 'idempotency_key_reused', 'nor for staff who book for that guest'
);
select throws_ok(
    format(:'replay', :'key', :slot, 'null', 'other@example.com'),
    'PT409', 'idempotency_key_reused', 'nor a guest''s for another guest, who would get it all'
);
select is(
    (select b.manage_token_hash::bytea from data.booking as b where b.id = :guests),
    core.hash_token(:'manage_token'), 'who is refused changes no token'
);
select is(
    (
        select r.booking_id
        from core.replay_booking(:'key', :slot, null, 'G@Example.com', null, null) as r
    ),
    :guests::bigint,
    'an address is the same in capitals'
);
update data.booking as b set manage_token_hash = sha256('old') where b.id = :guests;
select is(
    (select r.manage_token from core.replay_booking(:'key', :slot, null, :'mail', null, null) as r),
    :'manage_token', 'for a booking that had another token'
);
select is(
    (select b.manage_token_hash::bytea from data.booking as b where b.id = :guests),
    core.hash_token(:'manage_token'), 'it becomes the booking''s'
);
select tests.run_out(:guests);
select is(
    (select r.booking_id from core.replay_booking(:'key', :slot, null, :'mail', null, null) as r),
    :guests::bigint, 'a hold that has run out meanwhile is given as well: the key is spent'
);

select * from finish();
rollback;
