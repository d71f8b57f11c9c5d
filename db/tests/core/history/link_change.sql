begin;
select plan(13);

select tests.clinic() as clinic \gset
create function pg_temp.hash(fields jsonb, digest text default '', previous text default '')
returns bytea
language sql
as $$
select core.link_change(
    jsonb_populate_record(c, hash.fields), hash.digest::bytea, hash.previous::bytea
)
from data.change as c order by c.id desc limit 1
$$;
select isnt(pg_temp.hash(c.fields::jsonb), pg_temp.hash('{}'), 'it depends on ' || c.fields)
from (
    values
    ('{"id": 0}'), ('{"made_at": "2001-01-01 00:00Z"}'), ('{"entity": "x"}'), ('{"entity_id": 0}'),
    ('{"event": "refund.due"}'), ('{"actor_id": 0}'), ('{"actor_role": "x"}'),
    ('{"request_id": "x"}')
) as c (fields);
select is(pg_temp.hash('{"before": {}, "after": {}}'), pg_temp.hash('{}'),
    'not on what may be emptied');
select isnt(pg_temp.hash('{}', 'x'), pg_temp.hash('{}'), 'but on its digest');
select isnt(pg_temp.hash('{}', '', 'x'), pg_temp.hash('{}'), 'and on the link before');
select pg_temp.hash('{}') as hash \gset
set local timezone = 'Asia/Kolkata';
select is(pg_temp.hash('{}'), :'hash', 'in no zone');
select is(octet_length(:'hash'::bytea), 32, 'SHA-256');

select * from finish();
rollback;
