-- A page goes on behind a row that the caller may see. Behind any other there is no page: it would
-- be the first one again, or tell that the row exists.
begin;
select plan(16);

select
    tests.account() as ann,
    tests.account() as bob,
    tests.account(role => 'doctor') as sun,
    tests.account(role => 'doctor') as moon,
    tests.account(role => 'admin') as eve
\gset
select tests.doctor(account => :sun) as doctor, tests.doctor(account => :moon) as other \gset
select
    tests.slot(:doctor, capacity => 9) as slot,
    tests.slot(:doctor) as next_slot,
    tests.slot(:other) as other_slot
\gset
select
    tests.booking(:slot, :ann) as b1,
    tests.booking(:other_slot, :bob) as b2,
    tests.booking(:next_slot, :bob) as b3
\gset
select tests.session(:bob) as login \gset

create function pg_temp.refuses(what text, call text, after bigint) returns text
language sql
as $$
select throws_ok(
    format('select api.%s, after => %s)', call, after), 'PT400', 'invalid_parameter', what
)
$$;

select tests.act_as('anon');
select pg_temp.refuses(c.what, c.call, 9007199254740991)
from (
    values
    ('slots behind none', 'list_slots("limit" => 2'),
    ('a doctor''s slots behind none', 'list_doctor_slots(' || :doctor),
    ('doctors behind none', 'list_doctors("limit" => 2'),
    ('clinics behind none', 'list_clinics("limit" => 2')
) as c (what, call);
select pg_temp.refuses(
    'a doctor''s slots behind another doctor''s', 'list_doctor_slots(' || :doctor, :other_slot
);
select tests.act_as('patient', :ann);
select pg_temp.refuses('the own bookings behind another''s', 'list_my_bookings("limit" => 2', :b2);
select pg_temp.refuses('own logins behind another''s', 'list_sessions("limit" => 2', :login);
select tests.act_as_nobody();
select tests.waitlist_entry(:slot, account => :ann) as w1 \gset
select tests.act_as('patient', :bob);
select pg_temp.refuses('waiting behind another''s', 'list_waitlist("limit" => 2', :w1);
select pg_temp.refuses(
    'nor by address',
    format('list_patient_bookings(%L', (select tests.email_of(:bob))), :b1
);
select tests.act_as('doctor', :sun);
select pg_temp.refuses('a doctor''s bookings behind another''s', 'list_bookings("limit" => 2', :b2);
select pg_temp.refuses(
    'a slot''s bookings behind another slot''s', 'list_slot_bookings(' || :slot, :b3
);
select tests.act_as('admin', :eve);
select pg_temp.refuses('bookings behind none', 'list_bookings("limit" => 2', 0);
select pg_temp.refuses('accounts behind none', 'list_accounts("limit" => 2', 0);
select pg_temp.refuses('patients behind none', 'list_patients("limit" => 2', 0);
select tests.act_as_nobody();
select tests.record(:ann, :doctor) as r1, tests.record(:bob, :doctor) as r2 \gset
select tests.act_as('patient', :ann);
select pg_temp.refuses('own records behind another''s', 'list_records(' || :ann, :r2);
select tests.act_as('doctor', :sun);
select pg_temp.refuses('own patients behind another''s', 'list_patients("limit" => 2', :bob);

select * from finish();
rollback;
