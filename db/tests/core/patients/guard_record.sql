begin;
select plan(9);

select tests.account() as ann, tests.doctor() as doctor \gset
select tests.record(:ann, :doctor) as record \gset
select is(
    tests.constraint_against(format('update data.record set %s where id = %s', c.change, :record)),
    'record_append_only', c.what
)
from (
    values
    ('body = ''{"text": "other"}''', 'nobody changes what is said'),
    ('kind = ''HISTORY''', 'nor what it is'),
    ('body = null', 'nor takes a part of it away'),
    ('body = null, salt = null, erased_at = now(), created_at = now()', 'nor puts another day'),
    ('created_at = now()', 'at any time')
) as c (change, what);
select is(
    tests.constraint_against('delete from data.record'), 'record_never_deleted',
    'nobody deletes it'
);
select is(
    tests.constraint_against('truncate data.record cascade'), 'record_never_deleted', 'at once'
);
update data.record set body = null, salt = null, erased_at = clock_timestamp() where id = :record;
select is((select r.body from data.record as r where r.id = :record), null, 'it can be emptied');
select is(
    tests.constraint_against(
        'update data.record set body = ''{"a": 1}'', salt = gen_random_uuid()'
    ),
    'record_append_only', 'and is never filled again'
);

select * from finish();
rollback;
