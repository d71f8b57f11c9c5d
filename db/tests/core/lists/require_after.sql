begin;
select plan(3);

select lives_ok('select core.require_after(true)', 'a page goes on behind a row that was seen');
select throws_ok(
    'select core.require_after(false)', 'PT400', 'invalid_parameter', 'and behind no other'
);
select throws_ok(
    'select core.require_after(null)', 'PT400', 'invalid_parameter', 'nor behind who knows what'
);

select * from finish();
rollback;
