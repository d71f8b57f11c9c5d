"""What the catalog holds of the functions, views and triggers that files make."""

from dataclasses import dataclass

from psycopg.rows import TupleRow

from slotkeeper.deploy.administrator import Connection
from slotkeeper.deploy.sources import SCHEMAS, hash_of

# All functions and views in our schemas. What belongs to an extension is not ours. Names come
# qualified, as the search path is empty.
_OURS = """
    with ours as materialized (
        select o.*, i.type, i.identity, n.nspname::text as schema
        from (
            select
                'pg_catalog.pg_proc'::regclass as class, p.oid, p.pronamespace as namespace,
                p.proname::text as name, p.proowner as owner,
                coalesce(p.proacl, acldefault('f', p.proowner)) as acl, null as options
            from pg_catalog.pg_proc as p
            union all
            select
                'pg_catalog.pg_class'::regclass, c.oid, c.relnamespace, c.relname::text, c.relowner,
                c.relacl, c.reloptions::text
            from pg_catalog.pg_class as c
            where c.relkind = 'v'
        ) as o
        join pg_catalog.pg_namespace as n on n.oid = o.namespace
        cross join lateral pg_identify_object(o.class, o.oid, 0) as i
        where n.nspname = any(%s)
            and not exists (
                select
                from pg_catalog.pg_depend as d
                where d.classid = o.class and d.objid = o.oid and d.deptype = 'e'
            )
    )
"""

_FIND = """
    select
        schema, name, type, identity, owner::regrole::text,
        case when type <> 'view' then pg_get_function_arguments(oid) end,
        case type
            when 'view' then concat_ws('|', pg_get_viewdef(oid), options)
            when 'aggregate' then null
            else pg_get_functiondef(oid)
        end
    from ours
    order by type = 'view' desc, identity
"""

# Grants and comments: what takes each off, and what it says.
_MARKS = """
    , acls as (
        select o.type, o.identity, o.owner, o.acl
        from ours as o
        union all
        select o.type, o.identity, o.owner, a.attacl
        from ours as o
        join pg_catalog.pg_attribute as a on a.attrelid = o.oid and a.attacl is not null
        where o.type = 'view'
    )
    select
        format(
            'revoke all on %%s %%s from %%s cascade',
            case a.type when 'view' then 'table' else 'routine' end, a.identity,
            case when g.grantee = 0 then 'public' else g.grantee::regrole::text end
        ),
        a.acl::text
    from acls as a
    cross join aclexplode(a.acl) as g
    where g.grantee <> a.owner
    union
    select
        format('comment on %%s %%s is null', replace(i.type, 'view column', 'column'), i.identity),
        d.description
    from ours as o
    join pg_catalog.pg_description as d on d.classoid = o.class and d.objoid = o.oid
    cross join lateral pg_identify_object(d.classoid, d.objoid, d.objsubid) as i
    order by 1, 2
"""

# What a column without a comment is in the view that it comes from, where it has the same name.
_INHERITED = """
    select format(
        'comment on column %%s.%%I is %%L', o.identity, a.attname,
        min(col_description(s.attrelid, s.attnum))
    )
    from ours as o
    join pg_catalog.pg_rewrite as r on r.ev_class = o.oid
    join pg_catalog.pg_depend as d
        on d.classid = 'pg_catalog.pg_rewrite'::regclass and d.objid = r.oid
        and d.refclassid = 'pg_catalog.pg_class'::regclass
    join ours as v on v.type = 'view' and v.oid = d.refobjid and v.oid <> o.oid
    join pg_catalog.pg_attribute as s on s.attrelid = v.oid and s.attnum = d.refobjsubid
    join pg_catalog.pg_attribute as a on a.attrelid = o.oid and a.attname = s.attname
    where o.type = 'view' and col_description(a.attrelid, a.attnum) is null
    group by o.identity, a.attname
    having count(col_description(s.attrelid, s.attnum)) > 0
"""

_TRIGGERS = """
    select
        format('drop trigger %%I on %%s', t.tgname, t.tgrelid::regclass),
        concat_ws('|', t.tgenabled, pg_get_triggerdef(t.oid), obj_description(t.oid, 'pg_trigger'))
    from ours as o
    join pg_catalog.pg_trigger as t on t.tgfoid = o.oid
    where not t.tgisinternal and t.tgparentid = 0
    order by 1
"""

# Whatever a cascade could take along, but for what is ours or an inner part of something else, as a
# view's rule and row type are. What PostgreSQL brings has lower numbers.
_THEIRS = """
    select
        d.classid, d.objid, d.objsubid,
        case when %s then pg_describe_object(d.classid, d.objid, d.objsubid) end
    from (
        select d.classid, d.objid, d.objsubid
        from pg_catalog.pg_depend as d
        where d.objid >= 16384
        group by d.classid, d.objid, d.objsubid
        having bool_and(d.deptype <> 'i')
    ) as d
    left join pg_catalog.pg_rewrite as r
        on d.classid = 'pg_catalog.pg_rewrite'::regclass and r.oid = d.objid
    left join pg_catalog.pg_trigger as t
        on d.classid = 'pg_catalog.pg_trigger'::regclass and t.oid = d.objid
    left join pg_catalog.pg_class as c
        on d.classid = 'pg_catalog.pg_class'::regclass and c.oid = d.objid
    where c.relnamespace is distinct from 'pg_toast'::regnamespace
        and coalesce(r.ev_class, t.tgfoid, d.objid) not in (select o.oid from ours as o)
"""


@dataclass(frozen=True)
class Object:
    """A function or view in the catalog; `arguments` are those of a function, with defaults."""

    schema: str
    name: str
    type: str
    identity: str
    owner: str
    arguments: str | None
    definition: str | None

    @property
    def key(self) -> tuple[str, str, bool]:
        """What it has in common with the file that makes it."""
        return self.schema, self.name, self.type == "view"


def _ask(connection: Connection, query: str, *parameters: object) -> list[TupleRow]:
    return connection.execute((_OURS + query).encode(), (list(SCHEMAS), *parameters)).fetchall()


def find(connection: Connection) -> list[Object]:
    """Return the functions and views that are there, views first."""
    return [Object(*row) for row in _ask(connection, _FIND)]


def fingerprint(connection: Connection) -> str:
    """Return a hash of all of ours: definitions, owners, grants, comments and triggers."""
    rows = [row for query in (_FIND, _MARKS, _TRIGGERS) for row in _ask(connection, query)]
    return hash_of(map(repr, rows))


def clear(connection: Connection) -> None:
    """Take all grants and comments off what is there."""
    statements = ";".join(statement for statement, _ in _ask(connection, _MARKS))
    connection.execute(statements.encode(), prepare=False)


def inherit_comments(connection: Connection) -> None:
    """Give columns of views that have no comment that of the column that they come from."""
    statements = ";".join(statement for (statement,) in _ask(connection, _INHERITED))
    connection.execute(statements.encode(), prepare=False)


def triggers(connection: Connection) -> dict[str, str]:
    """Return, by the statement that drops it, a text for each trigger that changes with it."""
    return dict(_ask(connection, _TRIGGERS))


def theirs(connection: Connection) -> dict[tuple[int, int, int], str]:
    """Return, by its number, what each thing is that others have made."""
    rows = _ask(connection, _THEIRS, True)
    return {(row[0], row[1], row[2]): str(row[3]) for row in rows}


def drop(connection: Connection, found: Object, made: dict[tuple[int, int, int], str]) -> list[str]:
    """Drop an object and what hangs on it; return what went along of what others had `made`.

    Callers wait for it, so that what is left is not described again.
    """
    connection.execute(f"drop {found.type} if exists {found.identity} cascade".encode())
    left = {(row[0], row[1], row[2]) for row in _ask(connection, _THEIRS, False)}
    return sorted(text for number, text in made.items() if number not in left)
