begin;
select plan(2);

select tests.account('Dan', 'doctor', 'PENDING_APPROVAL', 'dan@example.com') as dan \gset

select results_eq(
    format('select * from core.describe_session(%s, true)', :dan),
    format($$values (%s::bigint, 'Dan', 'dan@example.com', 'doctor', 'PENDING_APPROVAL', true,
        null::text, null::bigint)$$, :dan),
    'a session carries what the server needs to know of the account'
);
select results_eq(
    format($$select active, error from core.describe_session(%s, false, 'a_code')$$, :dan),
    $$values (false, 'a_code')$$,
    'an inactive one carries its error'
);

select * from finish();
rollback;
