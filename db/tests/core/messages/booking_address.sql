begin;
select plan(4);

select
    tests.account(email => 'ann@example.com') as ann,
    tests.slot(tests.doctor(), capacity => 2) as slot
\gset
select
    tests.booking(:slot, patient_email => 'guest@example.com') as guests,
    tests.booking(:slot, :ann, patient_email => 'other@example.com') as anns
\gset
select is(
    core.booking_address(:guests), 'guest@example.com', 'a guest''s is the one given when booking'
);
select is(
    core.booking_address(:anns), 'other@example.com',
    'so is an account''s, while nobody has shown to receive mail at its own'
);
update data.account as a set email_verified_at = clock_timestamp() where a.id = :ann;
select is(core.booking_address(:anns), 'ann@example.com', 'then that');
update data.account as a set email = 'new@example.com' where a.id = :ann;
select is(core.booking_address(:anns), 'new@example.com', 'whatever it is at the moment');

select * from finish();
rollback;
