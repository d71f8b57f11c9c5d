-- What no record can be, whoever writes it; and who sees none, whatever function is called.
begin;
select plan(39);

select
    tests.account() as ann, tests.account() as bob, tests.account(role => 'doctor') as sun,
    tests.account(role => 'doctor') as moon, tests.account(role => 'clerk') as joe,
    tests.account(role => 'admin') as eve
\gset
select tests.doctor(account => :sun) as doctor, tests.doctor(account => :moon) as other \gset
select tests.record(:ann, :doctor, 'HISTORY', '{"allergy": "none"}') as first,
    tests.record(:bob, :doctor) as bobs \gset

select is(
    tests.constraint_against(
        format('select tests.record(%s, %s, %L, %L)', :ann, :doctor, c.kind, c.body)
    ),
    c.refused_by, c.what
)
from (
    values
    ('HISTORY', '{"a": null}', null, 'a history may say anything'),
    ('HISTORY', '{}', 'record_body_is_object', 'but something'),
    ('HISTORY', '[1]', 'record_body_is_object', 'as an object'),
    ('HISTORY', 'null', 'record_body_is_object', 'not as null'),
    ('HISTORY', jsonb_build_object('a', repeat('x', 65527))::text, null, 'it may be long'),
    ('HISTORY', jsonb_build_object('a', repeat('x', 65528))::text, 'record_body_size', 'so long'),
    ('HISTORY', repeat('{"a":', 15) || '[1]' || repeat('}', 15), null, 'it may be deep'),
    ('HISTORY', repeat('{"a":', 16) || '[1]' || repeat('}', 16), 'record_body_depth', 'so deep'),
    ('HISTORY', '{"a":' || repeat('[', 5000) || repeat(']', 5000) || '}', 'record_body_depth',
        'and no bomb'),
    ('VISIT_NOTE', '{"findings": [{"text": "a rash"}]}', null, 'a note has a text somewhere'),
    ('VISIT_NOTE', '{"text": " ", "n": 1}', 'record_visit_note_shape', 'which can be read'),
    ('PRESCRIPTION', '{"medicines": [{"name": "A", "dosage": "1", "duration": "1 day", "x": 1}]}',
        null, 'a prescription lists medicines, and what else there is to say'),
    ('PRESCRIPTION', '{"text": "A"}', 'record_prescription_shape', 'always'),
    ('PRESCRIPTION', '{"medicines": []}', 'record_prescription_shape', 'at least one'),
    ('PRESCRIPTION', '{"medicines": {"name": "A", "dosage": "1", "duration": "1 day"}}',
        'record_prescription_shape', 'in a list'),
    ('PRESCRIPTION', '{"medicines": [[{"name": "A", "dosage": "1", "duration": "1 day"}]]}',
        'record_prescription_shape', 'of medicines'),
    ('PRESCRIPTION', '{"medicines": [{"name": "A", "dosage": "1"}]}', 'record_prescription_shape',
        'each with all that belongs to it'),
    ('PRESCRIPTION',
        '{"medicines": [{"name": "A", "dosage": "1", "duration": "1 day"}, {"name": "A"}]}',
        'record_prescription_shape', 'the last one, too'),
    ('PRESCRIPTION', '{"medicines": [{"name": " ", "dosage": "1", "duration": "1 day"}]}',
        'record_prescription_shape', 'which can be read'),
    ('PRESCRIPTION', '{"medicines": [{"name": "A", "dosage": 1, "duration": "1 day"}]}',
        'record_prescription_shape', 'as texts'),
    ('PRESCRIPTION', (
        select jsonb_build_object('medicines', jsonb_agg(
            '{"name": "A", "dosage": "1", "duration": "1 day"}'::jsonb
        ))::text from generate_series(1, 101)
    ), 'record_prescription_shape', 'and not more than anybody could take')
) as c (kind, body, refused_by, what);

\set correct 'select tests.record(%s, %s, %L, ''{"a": 1, "text": "b"}'', %s)'
select is(tests.constraint_against(format(:'correct', :ann, :doctor, 'HISTORY', :first)), null,
    'a version names the older one');
select is(
    tests.constraint_against(format(:'correct', :ann, :doctor, 'HISTORY', :bobs)),
    'record_corrects_fkey', 'of the same patient'
);
select is(
    tests.constraint_against(format(:'correct', :ann, :doctor, 'VISIT_NOTE', :first)),
    'record_corrects_fkey', 'and kind'
);
select is(
    tests.constraint_against(format(:'correct', :ann, :other, 'HISTORY', :first)),
    'record_corrects_fkey', 'and doctor'
);
select tests.record(:ann, :doctor, 'HISTORY', '{"a": 1}', :first) as second \gset
select is(
    tests.constraint_against(format(:'correct', :ann, :doctor, 'HISTORY', :first)),
    'record_corrected_once', 'there is one newest version'
);

-- A function that anybody may call, and that looks at nothing.
create function api.careless() returns bigint
language sql security definer
begin atomic
    select (select count(*) from data.record) + (select count(*) from data.record_word);
end;
alter function api.careless owner to slotkeeper_owner;
create function api.careless_write(patient_id bigint, doctor_id bigint, author_id bigint)
returns void
language sql security definer
begin atomic
    insert into data.record (patient_id, doctor_id, author_id, kind, body)
    values (patient_id, doctor_id, author_id, 'HISTORY', '{"a": 1}');
end;
alter function api.careless_write owner to slotkeeper_owner;
create function api.careless_emptying() returns bigint
language sql security definer
begin atomic
    with emptied as (
        update data.record set body = null, salt = null, erased_at = clock_timestamp() returning id
    )
    select count(*) from emptied;
end;
alter function api.careless_emptying owner to slotkeeper_owner;
grant execute on function api.careless, api.careless_write, api.careless_emptying
to slotkeeper_anon, slotkeeper_patient, slotkeeper_doctor, slotkeeper_clerk, slotkeeper_admin;
create function pg_temp.seen(role text, account bigint) returns bigint
language plpgsql
as $$
declare
    v_count bigint;
begin
    perform tests.act_as(seen.role, seen.account);
    v_count := api.careless();
    perform tests.act_as_nobody();
    return v_count;
end;
$$;

select is(
    (select string_agg(pg_temp.seen(c.role, c.id)::text, ' ')
    from (values ('anon', null), ('doctor', :sun), ('doctor', :moon), ('clerk', :joe),
        ('admin', :eve), ('admin', null), ('patient', null), ('patient', :eve)) as c (role, id)),
    '0 0 0 0 0 0 0 0', 'a careless function shows nobody anything'
);
select cmp_ok(pg_temp.seen('patient', :bob), '=', 1::bigint + 4, 'but oneself the own');

select tests.slot(:doctor, capacity => 9) as slot \gset
select tests.booking(:slot, :bob, status => 'CONFIRMED') as booking \gset
select is(pg_temp.seen('doctor', :sun), 5::bigint, 'and a doctor those of the own patients');
select is(pg_temp.seen('doctor', :moon), 0::bigint, 'no other doctor');
select tests.book_as(:booking, 'doctor');
select is(pg_temp.seen('doctor', :sun), 0::bigint, 'not by a booking that doctors make');
select tests.book_as(:booking, null);
update data.booking set status = 'CANCELLED', cancelled_at = now() where id = :booking;
select is(pg_temp.seen('doctor', :sun), 0::bigint, 'nor by one that is over');
select tests.booking(:slot, :bob, status => 'CONFIRMED') as booking \gset

select tests.act_as('doctor', :sun);
select lives_ok(
    format('select api.careless_write(%s, %s, %s)', :bob, :doctor, :sun),
    'a doctor can write about the own patients'
);
select throws_ok(
    format('select api.careless_write(%s, %s, %s)', c.patient, c.doctor, c.author), '42501', null,
    c.what
)
from (
    values
    (:ann, :doctor, :sun, 'about no others'), (:bob, :other, :sun, 'as no other doctor'),
    (:bob, :doctor, :moon, 'and in no other name')
) as c (patient, doctor, author, what);
select is(api.careless_emptying(), 0::bigint, 'and takes nothing away');
select tests.act_as_nobody();
update data.doctor set deleted_at = clock_timestamp() where id = :doctor;
select is(pg_temp.seen('doctor', :sun), 0::bigint, 'a doctor who left sees nothing');
update data.account set status = 'PENDING_APPROVAL' where id = :bob;
select is(pg_temp.seen('patient', :bob), 0::bigint, 'nor does a patient who may not log in');

select * from finish();
rollback;
