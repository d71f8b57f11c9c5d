begin;
select plan(7);

create function pg_temp.people_in(entity text, before jsonb, after jsonb) returns text[]
language sql
as $$
select array(select p from unnest(core.people_in(jsonb_populate_record(
    null::data.change, jsonb_build_object('entity', people_in.entity, 'entity_id', 7,
        'actor_id', 9, 'before', people_in.before, 'after', people_in.after)
))) as p order by p)
$$;
select is(pg_temp.people_in(c.entity, c.before::jsonb, c.after::jsonb), c.people::text[], c.what)
from (
    values
    ('booking', null, '{"patient_email": "ann@example.com", "account_id": 5}', '{5}',
        'whose it is'),
    ('booking', '{"account_id": 4}', '{"account_id": 5}', '{4, 5}', 'before and after'),
    ('record', null, '{"patient_id": 6}', '{6}', 'who it is about'),
    ('account', null, '{"name": "Ann"}', '{7}', 'an account by itself'),
    ('slot', null, '{"doctor_id": 3, "booked_by_id": 3}', '{}', 'neither staff nor who did it'),
    ('change', null, '{"erased": [1, 2], "account_id": 3}', '{}', 'an erasure names nobody')
) as c (entity, before, after, people, what);
select is(
    array(select p from unnest(core.people_in(jsonb_populate_record(null::data.change, '{
        "entity": "booking", "entity_id": 7, "booking_before": {"account_id": 4, "booked_by_id": 3},
        "booking_after": {"account_id": 5}
    }'))) as p order by p),
    '{4, 5}', 'of a booking that is kept by types, too'
);

select * from finish();
rollback;
