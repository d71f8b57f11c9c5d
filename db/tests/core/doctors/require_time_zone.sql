begin;
select plan(4);

select lives_ok('select core.require_time_zone(''Asia/Kolkata'')', 'a zone is one');
select lives_ok('select core.require_time_zone(null)', 'none need be given');
select throws_ok(
    'select core.require_time_zone(''Mars/Olympus'')', 'PT400', 'invalid_parameter',
    'what is not of the earth is none'
);
select throws_ok(
    'select core.require_time_zone(''EST'')', 'PT400', 'invalid_parameter',
    'nor what is a name for old systems'
);

select * from finish();
rollback;
