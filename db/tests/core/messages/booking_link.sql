begin;
select plan(5);

select tests.account() as ann \gset
select tests.slot(tests.doctor(), capacity => 2) as slot \gset
select tests.booking(:slot, :ann) as anns, tests.booking(:slot) as guests \gset
select is(core.booking_link(:guests), null, 'no link where the own address is not known');
update data.setting set public_url = 'https://example.org';
select is(
    core.booking_link(:anns), 'https://example.org/bookings/' || :anns,
    'an account''s booking opens to who is logged in'
);
select is((select count(*) from data.manage_token), 0::bigint, 'no token was made for these');
select core.booking_link(:guests) as link, core.booking_link(:guests) as other \gset
select is(
    core.mailed_booking(substring(l.link from '#manage_token=([0-9a-f]{64})$')), :guests::bigint,
    'a guest''s by a token of each link'
)
from (values (:'link'), (:'other')) as l (link);

select * from finish();
rollback;
