begin;
select plan(3);

create temp table made as select core.new_token() as token from generate_series(1, 100);

select is(
    (select count(*) from made where token ~ '^[0-9a-f]{64}$'), 100::bigint,
    'a token is 64 hexadecimal digits'
);
select is((select count(distinct token) from made), 100::bigint, 'no token comes twice');
select is(
    (select count(distinct half)
     from made, unnest(array[left(token, 32), right(token, 32)]) as half), 200::bigint,
    'neither half of a token repeats the other'
);

select * from finish();
rollback;
