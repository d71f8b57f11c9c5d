begin;
select plan(20);

select
    tests.account() as ann, tests.account() as bob, tests.account(role => 'doctor') as sun,
    tests.account(role => 'clerk') as joe, tests.account(role => 'admin') as eve
\gset
select tests.doctor('Dr. Sun', account => :sun) as doctor, tests.doctor() as other \gset
select tests.slot(:doctor, capacity => 9) as slot \gset
select
    tests.booking(:slot, :ann, status => 'COMPLETED') as booking,
    tests.booking(:slot, :ann, status => 'CANCELLED') as cancelled,
    tests.booking(tests.slot(:other), :ann, status => 'CONFIRMED') as others,
    tests.booking(:slot, :bob, status => 'CANCELLED') as bobs
\gset
select tests.record(:bob, :doctor, 'HISTORY') as bobs_record,
    tests.record(:ann, :other) as others_record \gset
\set note '''{"text": "A rash."}'''

select tests.act_as('doctor', :sun);
select results_eq(
    format($$select patient_id, doctor_id, doctor_name, booking_id, kind, body, corrects_id
        from api.create_record(%s, 'VISIT_NOTE', '{"text": "A rash."}', %s)$$, :ann, :booking),
    format($$values (%s::bigint, %s::bigint, 'Dr. Sun'::data.label, %s::bigint,
        'VISIT_NOTE'::data.record_kind, '{"text": "A rash."}'::jsonb, null::bigint)$$,
        :ann, :doctor, :booking),
    'a doctor writes about a visit'
);
select r.id as record from api.list_records(:ann, doctor_id => :doctor) as r \gset
select is(
    (select r.id from api.create_record(:ann, 'VISIT_NOTE', :note, corrects_id => :record) as r
    where r.corrects_id = :record) > :record, true, 'and corrects it by a newer version'
);
select max(r.id) as newest from api.list_records(:ann) as r \gset
select throws_ok(
    format('select api.create_record(%s, %L, %L, %s)', :ann, c.kind, c.body, c.more),
    c.status, c.code, c.what
)
from (
    values
    ('VISIT_NOTE', :note, 'corrects_id => ' || :record, 'PT409', 'record_corrected', 'once'),
    ('VISIT_NOTE', :note, 'corrects_id => 0', 'PT404', 'record_not_found', 'one that is there'),
    ('VISIT_NOTE', :note, 'corrects_id => ' || :bobs_record, 'PT404', 'record_not_found',
        'of the same patient'),
    ('VISIT_NOTE', :note, 'corrects_id => ' || :others_record, 'PT404', 'record_not_found',
        'by the same doctor'),
    ('HISTORY', :note, 'corrects_id => ' || :newest, 'PT404', 'record_not_found', 'and kind'),
    ('VISIT_NOTE', :note, :'others', 'PT404', 'booking_not_found', 'another doctor''s is none'),
    ('VISIT_NOTE', :note, :'bobs', 'PT404', 'booking_not_found', 'nor another patient''s'),
    ('VISIT_NOTE', :note, :'cancelled', 'PT404', 'booking_not_found', 'nor one that never was'),
    ('HISTORY', '{}', 'null', 'PT400', 'invalid_parameter', 'nothing is no record'),
    ('PRESCRIPTION', '{"medicines": [{"name": "A"}]}', 'null', 'PT400', 'invalid_parameter',
        'a prescription has a shape'),
    ('HISTORY', null, 'null', 'PT400', 'invalid_parameter', 'null is no body')
) as c (kind, body, more, status, code, what);
select throws_ok(
    format('select api.create_record(%s, ''VISIT_NOTE'', %L)', :bob, :note), 'PT404',
    'patient_not_found', 'one writes about own patients'
);
select throws_ok(
    format('select api.create_record(%s, ''VISIT_NOTE'', %L)', :eve, :note), 'PT404',
    'patient_not_found', 'who are patients'
);
select tests.act_as_nobody();
update data.account set status = 'SUSPENDED' where id = :ann;
select tests.act_as('doctor', :sun);
select lives_ok(
    format('select api.create_record(%s, ''VISIT_NOTE'', %L, corrects_id => %s)',
        :ann, :note, :newest),
    'who is treated need not be able to log in'
);
select tests.act_as_nobody();
update data.account set status = 'ACTIVE' where id = :ann;
select is(
    array(select r.author_id from data.record as r where r.doctor_id = :doctor and r.id >= :record),
    array[:sun, :sun, :sun]::bigint[], 'who wrote it is kept'
);
select throws_ok(
    format('select tests.act_as(%L, %s); select api.create_record(%s, ''VISIT_NOTE'', %L)',
        c.role, c.account, :ann, :note), '42501', null, c.role || 's write nothing'
)
from (values ('patient', :ann), ('clerk', :joe), ('admin', :eve)) as c (role, account);

select * from finish();
rollback;
