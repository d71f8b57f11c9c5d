-- What every function agrees on, and what each schema's functions do beyond that.
begin;
select plan(27);

create temp view ours as
select
    p.oid, n.nspname as schema, p.proname as name, n.nspname || '.' || p.proname as full_name,
    coalesce(pg_get_function_sqlbody(p.oid), p.prosrc) as body, p.prosecdef as definer,
    p.provolatile as volatility, p.proconfig as settings,
    p.prosqlbody is not null as bound, p.prokind as kind, p.proowner, p.proacl, p.proretset,
    p.pronargs, p.pronargdefaults,
    coalesce(p.proargnames, '{}') as argument_names,
    coalesce(obj_description(p.oid, 'pg_proc'), '') as comment
from pg_proc as p
join pg_namespace as n on n.oid = p.pronamespace
where n.nspname in ('api', 'core', 'auth', 'report', 'data');

create temp view argument as
select f.oid, f.schema, f.full_name, a.name, a.number, format_type(t.oid, null) as type
from ours as f
join pg_proc as p on p.oid = f.oid
cross join lateral unnest(p.proargtypes::oid[]) with ordinality as y(type, number)
cross join lateral (select f.argument_names[y.number] as name, y.number) as a
join pg_type as t on t.oid = y.type;

create temp view route as
select f.oid, f.full_name, f.volatility, r.line, split_part(r.line, ' ', 1) as method
from ours as f
cross join lateral regexp_split_to_table(split_part(f.comment, E'\n\n', 1), E'\n') as r(line)
where f.schema = 'api' and r.line !~ '^[A-Z][a-z]+: ';

-- Codes that a function raises, itself or through what it calls.
create temp view raised as
with recursive own as (
    select f.oid, f.full_name, m[2] as status, m[1] as code
    from ours as f
    cross join lateral regexp_matches(
        f.body, $r$raise exception '([a-z_]+)'\s+using errcode = 'PT([0-9]{3})'$r$, 'g'
    ) as m
),
call as (
    select distinct f.oid as caller, g.oid as callee
    from ours as f
    cross join lateral regexp_matches(f.body, '\m(api|core|auth)\.([a-z_]+)\(', 'g') as m
    join ours as g on g.schema = m[1] and g.name = m[2]
),
reached(caller, callee) as (
    select f.oid, f.oid from ours as f
    union
    select r.caller, c.callee from reached as r join call as c on c.caller = r.callee
)
select distinct r.caller as oid, o.status, o.code
from reached as r join own as o on o.oid = r.callee;

create temp view documented as
select f.oid, f.schema, f.full_name, m[1] as status, m[2] as code
from ours as f
cross join lateral regexp_matches(f.comment, '^([0-9]{3}) ([a-z_]+): \S', 'gn') as m;

select isnt_empty($$select from ours where schema = 'api'$$, 'there are functions to look at');

select is_empty(
    $$select full_name, settings from ours
      where not coalesce(settings, '{}') @> '{"search_path=\"\""}' and not bound and kind = 'f'$$,
    'every function pins an empty search_path, or was bound to what it names when it was made'
);
select is_empty(
    $$select f.full_name from ours as f join pg_proc as p on p.oid = f.oid
      where (p.prolang = (select l.oid from pg_language as l where l.lanname = 'sql'))
          <> (bound and not definer and settings is null)$$,
    'what is in SQL is bound and can be inlined: neither a definer nor with settings'
);
select is_empty(
    $$select full_name from ours where schema in ('api', 'auth') and not definer$$,
    'functions of api and auth are SECURITY DEFINER'
);
select is_empty(
    $$select full_name from ours where proowner <> 'slotkeeper_owner'::regrole$$,
    'slotkeeper_owner owns every function, so that is what definers run as'
);
select is_empty(
    $$select full_name from ours
      where exists (
          select from aclexplode(coalesce(proacl, acldefault('f', proowner))) as a
          where a.grantee = 0
      )$$,
    'nothing is executable by PUBLIC'
);
select is_empty(
    $$select full_name from ours where schema = 'api' and not exists (
          select from aclexplode(proacl) as a
          where a.grantee::regrole::text in (
              'slotkeeper_anon', 'slotkeeper_patient', 'slotkeeper_doctor', 'slotkeeper_clerk',
              'slotkeeper_admin'
          )
      )$$,
    'every api function is granted to a web role'
);
select is_empty(
    $$select full_name, a.grantee::regrole from ours, aclexplode(proacl) as a
      where a.grantee <> proowner
          and (schema, a.grantee::regrole::text, name) not in (
              select f.schema, 'slotkeeper_server', f.name from ours as f
              where f.schema = 'auth'
                  or f.full_name ~ '^core\.(run_due_work|due_tasks|do_due_task)$'
                  or f.full_name ~ '^core\.(take|finish)_(message|delivery)$'
              -- Whoever reads a view needs the right to the functions that it calls.
              union all
              select 'core', 'slotkeeper_report', f.name
              from unnest('{has_run_out, holds_seats}'::text[]) as f (name)
          )
          and schema <> 'api'$$,
    'slotkeeper_server may call auth and what the server does by itself; nobody else core or auth'
);
select is_empty(
    $$select full_name from ours group by full_name having count(*) > 1$$,
    'one function has one signature'
);
select is_empty(
    $$select full_name from ours where body ~ '\.\w+ = core\.caller_(account|clinic|doctor)\('$$,
    'who calls is asked for once, (select core.caller_…()), not for each row'
);
select is_empty(
    $$select full_name from ours where body ~* '\mwhen\s+others\M' and kind = 'f'$$,
    'no function catches errors that it does not know'
);
select is_empty(
    $$select full_name from ours
      where split_part(regexp_replace(body, '\mbegin\M.*', ''), 'declare', 2)
          ~ '\mcore\.(caller|lock|require|booking_access)'$$,
    'nobody is authorized and nothing is locked among declarations'
);
select is_empty(
    $$select o.full_name
      from ours as o
      cross join regexp_matches(
          regexp_replace(o.body, '^.*?\mexception\s+(?=when\M)', ''),
          '\mwhen\s+([\w''\s]+)\mthen\s+(\w+)', 'g'
      ) as m
      where o.full_name not in ('core.run_due_work', 'core.write_messages')
          and o.body ~ '\mexception\s+when\M'
          and (m[1] !~ '^\w+_violation\s+$' or m[2] <> 'raise')$$,
    'a subtransaction serves only to say in our words which constraint was violated'
);
select is_empty(
    $$select full_name from ours
      where body ~* '40001|40P01|serialization_failure|deadlock_detected'$$,
    'no conflict of business is raised as one of concurrency'
);
select is_empty(
    $$select full_name from ours
      where (select count(*) from regexp_matches(body, $r$errcode = 'PT$r$, 'g'))
          <> (select count(*) from regexp_matches(
              body, $r$errcode = 'PT[0-9]{3}',\s+detail = $r$, 'g'
          ))$$,
    'every error says in a sentence what happened'
);
select is_empty(
    $$select full_name, line from route
      where line !~ '^(GET|POST|PUT|PATCH|DELETE) /[a-z0-9_{}./-]+( 20[0-9])?$'$$,
    'a comment of an api function begins with its routes'
);
select is_empty(
    $$select full_name from ours
      where schema = 'api' and split_part(comment, E'\n\n', 1) !~ '\nTopic: [a-z_]+(\n|$)'$$,
    'and names its topic behind them'
);
select is_empty(
    $$select full_name from ours
      where comment = '' or schema = 'api' and split_part(comment, E'\n\n', 2) = ''$$,
    'every function is described'
);
select is_empty(
    $$select r.full_name, r.line from route as r join ours as f using (oid)
      where (r.method = 'GET' and f.comment !~ '\nReading: logged\n')
          <> (r.volatility in ('s', 'i'))$$,
    'GET routes are STABLE, unless reading is logged; others are VOLATILE'
);
select is_empty(
    $$select full_name from ours
      where volatility <> 'v'
          -- Where the next page goes on is part of the answer.
          and replace(body, 'set_config(''page.next''', '') ~* (
              '\m(insert into|update data\.|delete from|for (no key )?update|set_config)\M'
          )$$,
    'functions that are not VOLATILE do not write or lock'
);
select is_empty(
    $$select d.full_name, r.status, r.code
      from raised as r
      join ours as d on d.oid = r.oid and d.schema = 'api'
      where r.status <> '401' and not exists (
          select from documented as x
          where x.oid = r.oid and x.status = r.status and x.code = r.code
      )
      order by 1, 2, 3$$,
    'every error of an api function, or of what it calls, is in its comment; 401 is implied'
);
select is_empty(
    $$select d.full_name, d.status, d.code
      from documented as d
      where not exists (
          select from raised as r
          where r.oid = d.oid and r.status = d.status and r.code = d.code
      )
      -- By a trigger, which nobody calls.
      and (d.full_name, d.code) <> ('api.receive_payment_event', 'booking_expired')
      order by 1, 2, 3$$,
    'every error in a comment can be raised'
);
select is_empty(
    $$select full_name, name, type from argument
      where schema in ('api', 'auth') and (
          name is null
          or name !~ '^[a-z][a-z0-9]*(_[a-z0-9]+)*$'
          or name ~ '^[pv]_'
          or name ~ '(^|_)id$' and type <> 'bigint'
          or name ~ '_ids$' and type <> 'bigint[]'
          or type in ('json', 'timestamp without time zone', 'real', 'double precision')
      )$$,
    'arguments have names and types that JSON callers expect'
);
select is_empty(
    $$select f.full_name from ours as f
      where f.schema = 'api' and exists (select from route as r where r.oid = f.oid)
          and f.proretset <> (
              select count(*) = 2 from argument as a
              where a.oid = f.oid and a.name in ('limit', 'after')
          )
          and f.name <> 'list_tables'$$,
    'a function that returns a set takes limit and after; no other does'
);

select is_empty(
    $$select f.full_name from ours as f
      where exists (select from argument as a where a.oid = f.oid and a.name = 'after')
          and f.schema = 'api' and f.body !~ '\mcore\.require_after\('$$,
    'a list refuses an after that names no row'
);

-- A plan may run it once for each row, and what a run has locked and changed the next passes over.
select is_empty(
    $$select f.full_name from ours as f
      where f.body ~ '\min\s*\(\s*select([^()]|\([^()]*\))*\mfor (no key )?update'$$,
    'rows to lock are picked once: in array(), not in a subquery'
);

select is_empty(
    $$select distinct w.ev_class::regclass, p.proname
      from pg_depend as d
      join pg_rewrite as w on w.oid = d.objid
      join pg_class as v on v.oid = w.ev_class
      join pg_proc as p on p.oid = d.refobjid
      where d.classid = 'pg_rewrite'::regclass and d.refclassid = 'pg_proc'::regclass
          and v.relnamespace = any(array['report', 'core']::regnamespace[])
          and p.proparallel <> 's'$$,
    'nothing keeps a report from being read by several workers at once'
);

select * from finish();
rollback;
