begin;
select plan(39);

select
    tests.account(role => 'admin') as eve,
    tests.account(role => 'doctor') as sun,
    tests.account(role => 'doctor') as moon,
    tests.account(role => 'doctor') as star,
    tests.account(role => 'clerk') as joe
\gset
select tests.clinic(time_zone => 'Pacific/Auckland') as auckland \gset
select
    tests.doctor(account => :sun) as doctor,
    tests.doctor(account => :moon, clinic => :auckland) as other
\gset
-- Late in the evening of a day in UTC, which is the next day in Auckland.
select ((current_date + 30)::timestamp + time '23:30') at time zone 'UTC' as evening \gset
select
    tests.slot(:doctor, :'evening', capacity => 9) as slot,
    tests.slot(:other, :'evening', capacity => 9) as other_slot
\gset
select tests.booking(tests.slot(:doctor, :'evening'::timestamptz - interval '1 day')) as b0 \gset
select
    tests.booking(:slot) as b1,
    tests.booking(:other_slot, patient_email => 'Bob@Example.com') as b2,
    tests.booking(:slot, status => 'CONFIRMED') as b3,
    tests.booking(:slot, status => 'CANCELLED') as b4,
    tests.booking(:other_slot, status => 'FAILED') as b5
\gset
\set list 'select b.id from api.list_bookings(%s) as b'

select tests.act_as('admin', :eve);
select results_eq(
    format(:'list', ''), array[:b5, :b4, :b3, :b2, :b1, :b0]::bigint[],
    'an admin sees all, newest first'
);
select results_eq(format(:'list', '''{CONFIRMED}'''), array[:b3]::bigint[], 'of one status');
select results_eq(
    format(:'list', '''{PENDING}'''), array[:b2, :b1, :b0]::bigint[], 'of another one'
);
select results_eq(
    format(:'list', 'patient_email => ''bOB@example.com'''), array[:b2]::bigint[],
    'of one address, in whatever case'
);
select results_eq(
    format(:'list', format('doctor_id => %s', :other)), array[:b5, :b2]::bigint[], 'of one doctor'
);
select results_eq(
    format(:'list', 'date => current_date + 30'), array[:b1, :b3, :b4]::bigint[],
    'of one day, in its order'
);
select results_eq(
    format(:'list', 'date => current_date + 31'), array[:b2, :b5]::bigint[],
    'the day is that of the clinic'
);
select is_empty(format(:'list', 'date => current_date + 32'), 'on another day there is none');
select is_empty(
    format(:'list', format('''{CONFIRMED}'', doctor_id => %s', :other)),
    'all conditions hold together'
);
select results_eq(format(:'list', '"limit" => 2'), array[:b5, :b4]::bigint[], 'a first page');
select results_eq(
    format(:'list', format('"limit" => 2, after => %s', :b4)), array[:b3, :b2]::bigint[],
    'a second page'
);
select results_eq(
    format(:'list', format('"limit" => 3, after => %s', :b2)), array[:b1, :b0]::bigint[],
    'the last page'
);
select throws_ok(format(:'list', '"limit" => 501'), '23514', null, 'at most 500 at a time');
select throws_ok(format(:'list', '"limit" => 0'), '23514', null, 'at least one');

select results_eq(
    format(:'list', '''{CONFIRMED,CANCELLED}'''), array[:b4, :b3]::bigint[], 'of several statuses'
);
select results_eq(
    format(:'list', format('clinic_id => %s', :auckland)), array[:b5, :b2]::bigint[],
    'of one clinic'
);
select is_empty(
    format(:'list', format('clinic_id => %s, doctor_id => %s', :auckland, :doctor)),
    'in which that doctor does not work'
);
select results_eq(
    format(:'list', 'sort => ''start_time'''), array[:b0, :b1, :b3, :b4, :b2, :b5]::bigint[],
    'in the order of the days'
);
select results_eq(
    format(:'list', format('sort => ''start_time'', "limit" => 2, after => %s', :b1)),
    array[:b3, :b4]::bigint[], 'page by page'
);
select results_eq(
    format(:'list', format('sort => ''start_time'', "limit" => 2, after => -%s', :slot)),
    array[:b2, :b5]::bigint[], 'also behind a slot'
);
select results_eq(
    format(:'list', format('"from" => %L', :'evening')),
    array[:b1, :b3, :b4, :b2, :b5]::bigint[], 'from some time on'
);
select results_eq(
    format(:'list', format('"to" => %L', :'evening')), array[:b0]::bigint[],
    'before some time'
);
select is_empty(
    format(:'list', format('"from" => %L, "to" => %L', :'evening', :'evening')),
    'from one on and before it'
);
select results_eq(
    format(:'list', format('"from" => %L, sort => ''created_at''', :'evening')),
    array[:b5, :b4, :b3, :b2, :b1]::bigint[], 'the newest first, if one asks for that'
);
select results_eq(
    format(:'list', 'date => current_date + 31, sort => ''created_at'', "limit" => 1'),
    array[:b5]::bigint[], 'also of a day'
);
select throws_ok(
    format(:'list', format('after => -%s', :slot)), 'PT400', 'invalid_parameter',
    'the newest ones are not behind a slot'
);

select tests.act_as('clerk', :joe);
select results_eq(
    format(:'list', ''), array[:b4, :b3, :b1, :b0]::bigint[], 'clerks see those of their clinic'
);
select is_empty(
    format(:'list', format('clinic_id => %s', :auckland)), 'and never those of another one'
);
select is_empty(format(:'list', 'date => current_date + 31'), 'on no day');
select throws_ok(
    format(:'list', format('sort => ''start_time'', after => -%s', :other_slot)), 'PT400',
    'invalid_parameter', 'nor behind its slots'
);
select throws_ok(
    format(:'list', format('sort => ''start_time'', after => %s', :b2)), 'PT400',
    'invalid_parameter', 'or bookings'
);
select tests.act_as('doctor', :sun);
select results_eq(
    format(:'list', 'sort => ''start_time'''), array[:b0, :b1, :b3, :b4]::bigint[],
    'a doctor''s day sheet is the doctor''s own'
);
select results_eq(
    format(:'list', ''), array[:b4, :b3, :b1, :b0]::bigint[], 'doctors see those of their own slots'
);
select is_empty(
    format(:'list', format('doctor_id => %s', :other)), 'and never those of another doctor'
);
select tests.act_as('doctor', :star);
select is_empty(format(:'list', ''), 'an account that is no doctor yet sees none');
select tests.act_as('patient', tests.account());
select throws_ok(format(:'list', ''), '42501', null, 'hole 6: a patient cannot list bookings');
select tests.act_as('anon');
select throws_ok(format(:'list', ''), '42501', null, 'hole 6: nor can anybody');
select tests.act_as_nobody();
select is(
    (select jsonb_agg(to_jsonb(l)) from api.list_bookings() as l),
    (select jsonb_agg(to_jsonb(b) order by b.id desc) from api.booking as b),
    'each is what the view shows'
);

-- Whose token is no good.
select tests.account(role => 'admin') \g /dev/null
update data.account as a set status = 'PENDING_APPROVAL' where a.id = :eve;
select tests.act_as('admin', :eve);
select throws_ok(
    format(:'list', ''), 'PT401', 'unauthenticated', 'an account that is not active lists nothing'
);

select * from finish();
rollback;
