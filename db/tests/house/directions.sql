-- Data flows one way: api and auth use core, report uses core, all use data; nothing flows back up.
begin;
select plan(4);

create temp view part as
select
    'pg_proc'::regclass as catalog, p.oid, p.pronamespace::regnamespace::text as schema,
    format('%s.%s', p.pronamespace::regnamespace, p.proname) as name,
    concat_ws(
        ' ', pg_get_function_arguments(p.oid), pg_get_function_result(p.oid), p.prosrc,
        pg_get_function_sqlbody(p.oid)
    ) as source
from pg_proc as p
union all
select
    'pg_class', c.oid, c.relnamespace::regnamespace::text,
    format('%s.%s', c.relnamespace::regnamespace, c.relname),
    case when c.relkind = 'v' then pg_get_viewdef(c.oid) end
from pg_class as c;

create temp view forbidden (lower, upper) as
values ('core', 'api'), ('core', 'auth'), ('core', 'report'), ('report', 'api'),
    ('report', 'auth'), ('auth', 'api'), ('auth', 'report'), ('api', 'auth'), ('api', 'report'),
    ('data', 'api'), ('data', 'auth'), ('data', 'report'), ('data', 'core');

select is(
    array(
        select distinct p.schema from part as p
        where p.schema in ('api', 'auth', 'core', 'data', 'report') order by 1
    ),
    '{api,auth,core,data,report}', 'there is something in every schema'
);
select is_empty(
    $$select p.name, f.upper from part as p join forbidden as f on f.lower = p.schema
      where p.source ~ format('\m%s\.[a-z]', f.upper)$$,
    'no function or view names what lies above it'
);
-- A view depends on its columns' types and, by its rule, on what it reads.
select is_empty(
    $$select distinct p.name, u.name
      from pg_depend as d
      left join pg_rewrite as r on d.classid = 'pg_rewrite'::regclass and r.oid = d.objid
      join part as p
          on p.catalog = case when r.oid is null then d.classid else 'pg_class'::regclass end
          and p.oid = coalesce(r.ev_class, d.objid)
      left join pg_type as y on d.refclassid = 'pg_type'::regclass and y.oid = d.refobjid
      join part as u
          on u.catalog = case when y.typrelid > 0 then 'pg_class'::regclass else d.refclassid end
          and u.oid = coalesce(nullif(y.typrelid, 0), d.refobjid)
      join forbidden as f on f.lower = p.schema and f.upper = u.schema$$,
    'none depends on it'
);
select is_empty(
    $$select t.tgname, p.name from pg_trigger as t join part as p
          on p.catalog = 'pg_proc'::regclass and p.oid = t.tgfoid
      where not t.tgisinternal and t.tgrelid in (
              select c.oid from pg_class as c where c.relnamespace = 'data'::regnamespace
          )
          and p.schema <> 'core'$$,
    'what watches over the tables is in core'
);

select * from finish();
rollback;
