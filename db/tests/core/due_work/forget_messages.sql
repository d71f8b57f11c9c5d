begin;
select plan(5);

select tests.booking(tests.slot(tests.doctor())) as booking \gset
select core.write_message('test', 'ann@example.com', 'Hello', 'x', 'y') from generate_series(1, 4);
insert into data.manage_token (token_hash, booking_id)
select sha256(n::text::bytea), :booking from generate_series(1, 4) as n;
select min(m.id) as kept from data.message as m \gset
update data.message as m set created_at = created_at - interval '1 year 1 hour' where m.id <> :kept;
update data.manage_token as t set created_at = created_at - interval '1 year 1 hour'
where t.token_hash <> sha256('1');

select is(core.forget_messages(2), 4, 'a batch of each');
select is(core.forget_messages(2), 2, 'then the rest of what is older than a year');
select is(core.forget_messages(2), 0, 'then nothing');
select is(
    (select count(*) from data.message) + (select count(*) from data.manage_token), 2::bigint,
    'what is younger is kept'
);

select count(core.write_message('test', 'ann@example.com', 'Hello', 'x', 'y'))
from generate_series(1, 5000);
analyze data.message;
set local enable_seqscan = off;
select cmp_ok(
    tests.rows_read('select core.forget_messages(100)'), '<', 10::bigint,
    'whatever is kept costs nothing'
);

select * from finish();
rollback;
