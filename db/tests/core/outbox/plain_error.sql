begin;
select plan(5);

select is(
    core.plain_error(E'550 5.1.1 <ann@example.com>:\r\n no such user'), '550 5.1.1 … no such user',
    'one line without addresses'
);
select is(
    core.plain_error('554 refused: /bookings/1#manage_token=' || core.new_token()),
    '554 refused: /bookings/1#manage_token=…', 'nor tokens'
);
select is(core.plain_error('451 try again'), '451 try again', 'the rest stays');
select is(length(core.plain_error(repeat('no ', 1000))), 300, 'up to a length');
select is(core.plain_error(null), null, 'nothing wrong, nothing said');

select * from finish();
rollback;
