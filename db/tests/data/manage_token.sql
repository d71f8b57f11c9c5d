begin;
select plan(3);

select tests.booking(tests.slot(tests.doctor())) as booking \gset
insert into data.manage_token (token_hash, booking_id) values (sha256('a'), :booking);
\set insert 'insert into data.manage_token (token_hash, booking_id) values (%s, %s)'
select is(
    tests.constraint_against(format(:'insert', 'sha256(''a'')', :booking)), 'manage_token_pkey',
    'a token opens one booking'
);
select is(
    tests.constraint_against(format(:'insert', 'sha256(''b'')', 0)), 'manage_token_booking_fkey',
    'that there is'
);
select is(
    tests.constraint_against(format(:'insert', '''b''', :booking)), 'token_hash_length',
    'only its SHA-256 is kept'
);

select * from finish();
rollback;
