begin;
select plan(5);

select tests.account() as ann, tests.account(role => 'doctor') as sun \gset
select tests.doctor(account => :sun) as doctor \gset
select tests.booking(tests.slot(:doctor), :ann, status => 'CONFIRMED') as booking \gset
select tests.act_as('doctor', :sun);
select r.id as record from api.create_record(:ann, 'HISTORY', '{"allergy": "canary"}') as r \gset
select tests.act_as_nobody();

select is(
    (select c.actor_id from data.change as c where c.entity = 'record' and c.entity_id = :record),
    :sun::bigint, 'who wrote a record is kept'
);
select is(
    (
        select c.after ->> 'body_sha256' from data.change as c
        where c.entity = 'record' and c.entity_id = :record
    ),
    (
        select encode(sha256(convert_to(r.salt || r.body::text, 'UTF8')), 'hex')
        from data.record as r where r.id = :record
    ),
    'that it says what it said can be shown'
);
update data.record set body = null, salt = null, erased_at = clock_timestamp() where id = :record;
select is(
    (select count(*) from data.change as c where c.entity = 'record' and c.entity_id = :record),
    2::bigint, 'emptying it is kept, too'
);
select ok(
    (select c.before ? 'body_sha256' and c.after ? 'erased_at' from data.change as c
        where c.entity = 'record' order by c.id desc limit 1),
    'with what it was'
);
select is_empty(
    $$select from data.change as c where c::text ~ 'canary'$$, 'what it said is not kept'
);

select * from finish();
rollback;
