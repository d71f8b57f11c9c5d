-- Whoever was shown everything of a person, or erased it, has left a trace.
begin;
select plan(3);

select tests.account() as ann \gset
insert into data.privacy_request (patient_id, kind) values (:ann, 'EXPORT');
select is(
    tests.constraint_against('delete from data.privacy_request'),
    'privacy_request_never_deleted', 'which stays'
);
select is(
    tests.constraint_against('insert into data.privacy_request (patient_id, kind)
        values (0, ''EXPORT'')'),
    'privacy_request_patient_fkey', 'and names a person'
);
select is(
    (select c.after ->> 'kind' from data.change as c where c.entity = 'privacy_request'), 'EXPORT',
    'in the history, too'
);

select * from finish();
rollback;
