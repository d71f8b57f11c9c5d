begin;
select plan(4);

select lives_ok('select core.require_birth_date(null)', 'it need not be known');
select lives_ok('select core.require_birth_date(current_date)', 'one may be born today');
select throws_ok(
    'select core.require_birth_date(current_date + 2)', 'PT400', 'invalid_parameter', 'not later'
);
select throws_ok('select ''1849-12-31''::data.birth_date', '23514', null, 'nor so long ago');

select * from finish();
rollback;
