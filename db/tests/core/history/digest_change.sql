begin;
select plan(4);

select tests.clinic() as clinic, gen_random_uuid() as salt \gset
select c.id as change from data.change as c order by c.id desc limit 1 \gset
create function pg_temp.digest(fields jsonb, salt uuid) returns bytea
language sql
as $$
select core.digest_change(jsonb_populate_record(c, digest.fields), digest.salt)
from data.change as c order by c.id desc limit 1
$$;
select is(pg_temp.digest('{"request_id": "x"}', :'salt'), pg_temp.digest('{}', :'salt'),
    'of before and after, and of nothing else');
select isnt(pg_temp.digest('{"after": {}}', :'salt'), pg_temp.digest('{}', :'salt'), 'after');
select isnt(pg_temp.digest('{"before": {}}', :'salt'), pg_temp.digest('{}', :'salt'), 'before');
select isnt(pg_temp.digest('{}', gen_random_uuid()), pg_temp.digest('{}', :'salt'),
    'the same is another with other salt');

select * from finish();
rollback;
