"""The one query that reads everything the server needs from the PostgreSQL catalog.

Lists of types pass through arrays, since the planner takes an array for short: with its own guess
at a recursion it would compile the query (jit) for two seconds to run it for ten milliseconds.

It reads only catalogs that every role may read, so it gives the same answer to the deployer
inside its transaction and to `slotkeeper_server`. Its result is one JSON text, see
`server.catalog.reader`.
"""

CATALOG_QUERY = r"""
with recursive web_role as (
    select r.rolname as name
    from pg_catalog.pg_roles as r
    join pg_catalog.pg_namespace as n on n.nspname = 'api'
    where
        pg_catalog.starts_with(r.rolname::text, 'slotkeeper_')
        and r.rolname not in ('slotkeeper_owner', 'slotkeeper_server')
        and r.rolcanlogin
        and not r.rolsuper
        and pg_catalog.has_schema_privilege(r.oid, n.oid, 'usage')
),

routine as (
    select
        p.*, n.nspname,
        count(*) over (partition by n.nspname, p.proname) > 1 as overloaded
    from pg_catalog.pg_proc as p
    join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
    where n.nspname in ('api', 'auth')
),

-- Every type that a signature leads to: through domains, arrays, and the columns of composites.
used_type (id) as (
    select pg_catalog.unnest(array(
        select f.prorettype from routine as f
        union
        select a.type
        from routine as f
        cross join lateral
            pg_catalog.unnest(coalesce(f.proallargtypes, f.proargtypes::oid[])) as a (type)
    ))
    union
    select part.id
    from used_type as u
    join pg_catalog.pg_type as t on t.oid = u.id
    cross join lateral (
        select t.typbasetype as id where t.typtype = 'd'
        union all
        select t.typelem where t.typcategory = 'A'
        union all
        select c.atttypid
        from pg_catalog.pg_attribute as c
        where t.typtype = 'c' and c.attrelid = t.typrelid and c.attnum > 0 and not c.attisdropped
    ) as part
),

functions as (
    select coalesce(json_agg(json_build_object(
        'schema', f.nspname,
        'name', f.proname,
        'oid', f.oid::bigint,
        'kind', f.prokind,
        'overloaded', f.overloaded,
        'volatility', f.provolatile,
        'returns', f.prorettype,
        'returns_set', f.proretset,
        'comment', pg_catalog.obj_description(f.oid, 'pg_proc'),
        'public', f.proacl is null or exists (
            select from pg_catalog.aclexplode(f.proacl) as acl
            where acl.grantee = 0 and acl.privilege_type = 'EXECUTE'
        ),
        'roles', array(
            select r.rolname
            from pg_catalog.aclexplode(f.proacl) as acl
            join pg_catalog.pg_roles as r on r.oid = acl.grantee
            where acl.privilege_type = 'EXECUTE'
            order by r.rolname
        ),
        'arguments', (
            select coalesce(json_agg(json_build_object(
                'name', f.proargnames[a.place],
                'mode', coalesce(f.proargmodes[a.place], 'i'),
                'type', a.type,
                'default', case
                    when coalesce(f.proargmodes[a.place], 'i') = 'i'
                        then pg_catalog.pg_get_function_arg_default(f.oid, a.place::int)
                end
            ) order by a.place), '[]')
            from pg_catalog.unnest(coalesce(f.proallargtypes, f.proargtypes::oid[]))
                with ordinality as a (type, place)
        )
    ) order by f.nspname, f.proname, f.oid), '[]') as list
    from routine as f
),

types as (
    select coalesce(json_object_agg(t.oid, json_build_object(
        'schema', n.nspname,
        'name', t.typname,
        'kind', case
            when t.typcategory = 'A' then 'array'
            when t.typtype = 'd' then 'domain'
            when t.typtype = 'e' then 'enum'
            when t.typtype = 'c' then 'composite'
            else 'base'
        end,
        'comment', case when n.nspname <> 'pg_catalog' then coalesce(
            pg_catalog.obj_description(t.oid, 'pg_type'),
            pg_catalog.obj_description(t.typrelid, 'pg_class')
        ) end,
        'base', nullif(case when t.typcategory = 'A' then t.typelem else t.typbasetype end, 0),
        'typmod', t.typtypmod,
        'not_null', t.typnotnull,
        'checks', array(
            select pg_catalog.pg_get_constraintdef(k.oid, true)
            from pg_catalog.pg_constraint as k
            where k.contypid = t.oid and k.contype = 'c'
            order by k.conname
        ),
        'labels', array(
            select e.enumlabel
            from pg_catalog.pg_enum as e
            where e.enumtypid = t.oid
            order by e.enumsortorder
        ),
        'columns', (
            select coalesce(json_agg(json_build_object(
                'name', c.attname,
                'type', c.atttypid,
                'typmod', c.atttypmod,
                'not_null', c.attnotnull,
                'comment', pg_catalog.col_description(c.attrelid, c.attnum)
            ) order by c.attnum), '[]')
            from pg_catalog.pg_attribute as c
            where
                t.typtype = 'c' and c.attrelid = t.typrelid
                and c.attnum > 0 and not c.attisdropped
        )
    )), '{}') as map
    from pg_catalog.unnest(array(select f.id from used_type as f)) as u (id)
    join pg_catalog.pg_type as t on t.oid = u.id
    join pg_catalog.pg_namespace as n on n.oid = t.typnamespace
)

select json_build_object(
    'comment', pg_catalog.obj_description(pg_catalog.to_regnamespace('api'), 'pg_namespace'),
    'web_roles', array(select r.name from web_role as r order by r.name),
    'functions', f.list,
    'types', t.map
)::text
from functions as f
cross join types as t
"""
