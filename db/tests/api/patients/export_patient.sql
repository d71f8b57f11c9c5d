begin;
select plan(17);

select
    tests.account('Ann', email => 'ann@example.com') as ann, tests.account('Bob') as bob,
    tests.account(role => 'doctor') as sun, tests.account(role => 'clerk') as joe,
    tests.account(role => 'admin') as eve
\gset
select tests.doctor(account => :sun) as doctor \gset
select tests.slot(:doctor, capacity => 9) as slot \gset
select tests.booking(:slot, :ann, status => 'COMPLETED') as booking,
    tests.booking(:slot, :bob, status => 'COMPLETED') as bobs,
    tests.booking(:slot, patient_email => 'ann@example.com') as guests \gset
select tests.record(:ann, :doctor, body => '{"text": "anns"}') as first,
    tests.record(:bob, :doctor, body => '{"text": "bobs"}') as bobs_record \gset
select tests.record(:ann, :doctor, body => '{"text": "corrected"}', corrects => :first) as second
\gset
select tests.waitlist_entry(tests.slot(:doctor), :ann) as entry \gset
select core.write_message(
    'reset', 'ann@example.com', 'Your code', 'a secret code', '<p>a secret code', account_id => :ann
) as message \gset

select tests.act_as('patient', :ann);
create temp table export as select to_jsonb(e) as e from api.export_patient(:ann) as e;
select is(e -> 'patient' ->> 'email', 'ann@example.com', 'the profile') from export;
select is(
    array(select r ->> 'id' from jsonb_array_elements(e -> 'records') as r),
    array[:'second', :'first'], 'every version of every record'
) from export;
select is(
    array(select b ->> 'id' from jsonb_array_elements(e -> 'bookings') as b), array[:'booking'],
    'the bookings of the account: an address is not proof of a person'
) from export;
select is(jsonb_array_length(e -> 'payments'), 1, 'what was paid') from export;
select is(e -> 'waitlist' -> 0 ->> 'id', :'entry', 'what is waited for') from export;
select is(e -> 'messages' -> 0 ->> 'subject', 'Your code', 'mails') from export;
select ok(e::text !~ 'secret|password_hash|"salt"|token', 'but nothing secret') from export;
select ok(e::text !~ 'bobs', 'and nothing of anybody else') from export;
select is(
    (select c ->> 'actor_id' from jsonb_array_elements(e -> 'changes') as c
        where c ->> 'entity' = 'privacy_request'),
    :'ann', 'who asked for it is in it'
) from export;
select is_empty(
    $$select k from export, jsonb_array_elements(e -> 'changes') as c, jsonb_object_keys(c) as k
      where k ~ '^(booking|xid)'$$, 'not in what form it is kept'
);
select throws_ok(format('select api.export_patient(%s)', :bob), 'PT404', 'patient_not_found',
    'hole 6: nobody gets another''s');

select tests.act_as('admin', :eve);
select is(
    jsonb_array_length(to_jsonb(api.export_patient(:ann)) -> 'records'), 2,
    'an admin may be asked for it'
);
select tests.act_as_nobody();
select results_eq(
    format($$select c.actor_id from data.privacy_request as q
        join data.change as c on c.entity = 'privacy_request' and c.entity_id = q.id
        where q.patient_id = %s order by q.id$$, :ann),
    array[:ann, :eve]::bigint[], 'and leaves a trace'
);
-- In another transaction, that is.
update data.privacy_request set xid = '3';
set role slotkeeper_owner;
select is_empty('select from data.record', 'the door that it opened is closed again');
reset role;
-- In one that has got the same id, in the cluster that a dump was restored in.
update data.privacy_request set xid = default, created_at = now() - interval '1 second';
set role slotkeeper_owner;
select is_empty('select from data.record', 'nor is it opened by chance');
reset role;
select tests.act_as('clerk', :joe);
select throws_ok(format('select api.export_patient(%s)', :ann), '42501', null, 'clerks get none');
select tests.act_as('doctor', :sun);
select throws_ok(format('select api.export_patient(%s)', :ann), '42501', null, 'nor do doctors');

select * from finish();
rollback;
