begin;
select plan(11);

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
set local timezone = 'Asia/Kolkata';
select is(pg_temp.linked('{}'), :'linked', 'in no zone');

select * from finish();
rollback;
