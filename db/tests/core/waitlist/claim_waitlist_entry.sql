begin;
select plan(3);

select tests.account() as ann, tests.slot(tests.doctor(), capacity => 2) as slot \gset
select
    tests.waitlist_entry(:slot, manage_token => 'right') as claimed,
    tests.waitlist_entry(:slot, manage_token => 'right') as other
\gset
select core.offer_seats(array[:slot]);
update data.booking as b set account_id = :ann, manage_token_hash = null
where b.id = (select w.booking_id from data.waitlist_entry as w where w.id = :claimed);
select tests.act_as('anon');
select throws_ok(
    format('select api.leave_waitlist(%s, ''right'')', :claimed), 'PT404', 'waitlist_not_found',
    'the token of a booking that was claimed opens nothing any more'
);
select lives_ok(
    format('select api.get_waitlist_entry(%s, ''right'')', :other), 'that of another one does'
);
select tests.act_as('patient', :ann);
select is(
    array(select w.id from api.list_waitlist() as w), array[:claimed]::bigint[],
    'the entry is the account''s'
);

select * from finish();
rollback;
