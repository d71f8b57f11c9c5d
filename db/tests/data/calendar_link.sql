begin;
select plan(3);

select tests.doctor() as doctor, tests.doctor() as other \gset
insert into data.calendar_link (doctor_id, token_hash) values (:doctor, sha256('a'));
\set insert 'insert into data.calendar_link (doctor_id, account_id, token_hash) values (%s, %s, %s)'
select is(
    tests.constraint_against(format(:'insert', :doctor, 'null', 'sha256(''b'')')),
    'calendar_link_pkey', 'one for each doctor'
);
select is(
    tests.constraint_against(format(:'insert', 0, 'null', 'sha256(''b'')')),
    'calendar_link_doctor_fkey', 'that there is'
);
select is(
    tests.constraint_against(format(:'insert', :other, 0, 'sha256(''b'')')),
    'calendar_link_account_fkey', 'made for an account that there is'
);

select * from finish();
rollback;
