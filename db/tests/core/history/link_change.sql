begin;
select plan(12);

select tests.clinic() as clinic \gset
create function pg_temp.linked(fields jsonb, digest text default '') returns bytea
language sql
as $$
select core.link_change(jsonb_populate_record(c, linked.fields), linked.digest::bytea)
from data.change as c order by c.id desc limit 1
$$;
select isnt(pg_temp.linked(c.fields::jsonb), pg_temp.linked('{}'), 'it depends on ' || c.fields)
from (
    values
    ('{"id": 0}'), ('{"made_at": "2001-01-01 00:00Z"}'), ('{"entity": "x"}'), ('{"entity_id": 0}'),
    ('{"event": "refund.due"}'), ('{"actor_id": 0}'), ('{"actor_role": "x"}'),
    ('{"request_id": "x"}')
) as c (fields);
select is(pg_temp.linked('{"before": {}, "after": {}}'), pg_temp.linked('{}'),
    'not on what may be emptied');
select isnt(pg_temp.linked('{}', 'x'), pg_temp.linked('{}'), 'but on its digest');
select pg_temp.linked('{}') as linked \gset
select is(
    pg_temp.linked('{"id": 12345678901, "made_at": "2001-02-03 04:05:06.07Z", "entity": "booking",
        "entity_id": 7, "event": "booking.held", "actor_id": null, "actor_role": "anon",
        "request_id": "\"Zoë\""}'),
    convert_to(
        '[12345678901, 981173106.070000, "booking", 7, "booking.held", null, "anon", "\"Zoë\""]',
        'UTF8'
    ),
    'as it always was, or no link that is there would fit'
);
set local timezone = 'Asia/Kolkata';
select is(pg_temp.linked('{}'), :'linked', 'in no zone');

select * from finish();
rollback;
