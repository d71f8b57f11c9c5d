begin;
select plan(23);

select
    tests.account() as ann, tests.account() as bob, tests.account(role => 'doctor') as sun,
    tests.account(role => 'doctor') as moon, tests.account(role => 'clerk') as joe,
    tests.account(role => 'admin') as eve
\gset
select tests.doctor('Sun', account => :sun) as doctor,
    tests.doctor('Moon', account => :moon) as other
\gset
select tests.slot(:doctor, capacity => 9) as slot \gset
select
    tests.record(:ann, :doctor, 'HISTORY', '{"allergies": ["Penicillin", "50% nuts"]}') as r1,
    tests.record(
        :ann, :other, 'VISIT_NOTE', '{"text": "A rash on O''Neil''s \"left\" arm."}'
    ) as r2,
    tests.record(
        :ann, :doctor, 'PRESCRIPTION',
        '{"medicines": [{"name": "Aspirin", "dosage": "100 mg", "duration": "10 days"}]}'
    ) as r3,
    tests.record(:bob, :doctor) as bobs
\gset
-- As a caller sees them: by whom each is, and its kind.
create function pg_temp.found(filter text) returns text
language plpgsql
as $$
declare
    v_answer text;
begin
    execute format('select string_agg(r.doctor_name || '' '' || left(r.kind::text, 1), '', ''
        order by r.place) from (select * from api.list_records(%s) with ordinality as r (
            id, patient_id, doctor_id, doctor_name, booking_id, kind, body, corrects_id,
            corrected_by_id, created_at, place)) as r', filter) into v_answer;
    return v_answer;
end;
$$;

select tests.act_as('patient', :ann);
select is(pg_temp.found(:'ann' || c.filter), c.found, c.what)
from (
    values
    ('', 'Sun P, Moon V, Sun H', 'newest first'),
    (', "limit" => 2', 'Sun P, Moon V', 'page'),
    (', after => ' || :r2, 'Sun H', 'by page'),
    (', kind => ''{HISTORY}''', 'Sun H', 'of a kind'),
    (', kind => ''{HISTORY,VISIT_NOTE}''', 'Moon V, Sun H', 'or several'),
    (', doctor_id => ' || :doctor, 'Sun P, Sun H', 'by a doctor'),
    (', q => ''penicillin''', 'Sun H', 'with a word inside'),
    (', q => ''PENI''', 'Sun H', 'with the beginning of one'),
    (', q => ''aspirin 100 days''', 'Sun P', 'with some words, wherever they stand'),
    (', q => ''aspirin rash''', null, 'all of them'),
    (', q => ''allergies''', null, 'names are not what it says'),
    (', q => ''left "arm"''', 'Moon V', 'quotes are no words'),
    (', q => ''o''''neil''', 'Moon V', 'nor do they hurt'),
    (', q => ''50%''', 'Sun H', 'nor does what would be a pattern'),
    (', q => ''%''', null, 'which finds nothing'),
    (', q => ''a & | ! <-> :* (''', 'Sun P, Moon V', 'nor the signs of a text search'),
    (', doctor_id => ' || :other || ', kind => ''{HISTORY}''', null, 'all holds together')
) as c (filter, found, what);
select throws_ok(
    format('select api.list_records(%s, after => %s)', :ann, :bobs), 'PT400', 'invalid_parameter',
    'a page goes on behind the own'
);
select throws_ok(
    format('select api.list_records(%s)', :bob), 'PT404', 'patient_not_found',
    'hole 6: nobody reads another''s'
);
select tests.act_as('doctor', :sun);
select throws_ok(
    format('select api.list_records(%s)', :ann), 'PT404', 'patient_not_found',
    'nor does a doctor who is not booked'
);
select tests.act_as_nobody();
select tests.booking(:slot, :ann, status => 'CONFIRMED');
select tests.act_as('doctor', :sun);
select is(pg_temp.found(:ann::text), 'Sun P, Moon V, Sun H', 'who is reads what others wrote, too');
select tests.act_as('clerk', :joe);
select throws_ok(format('select api.list_records(%s)', :ann), '42501', null, 'clerks see none');
select tests.act_as('admin', :eve);
select throws_ok(format('select api.list_records(%s)', :ann), '42501', null, 'nor do admins');

select * from finish();
rollback;
