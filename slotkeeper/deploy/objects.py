"""What the catalog holds of the functions, views and triggers that files make."""

from dataclasses import dataclass

from psycopg.rows import TupleRow

from slotkeeper.deploy.administrator import Connection
from slotkeeper.deploy.sources import SCHEMAS, Source, TriggerName

# All of ours: functions and views in our schemas, and triggers that call such functions. What
# belongs to an extension is not ours. PostgreSQL casts names and object ids to what shows them
# qualified, as the search path is empty.
_OURS = """
    with recursive schemas as (
        select n.oid, n.nspname::text as name
        from pg_catalog.pg_namespace as n
        where n.nspname = any(%(schemas)s)
    ), routines as (
        select p.oid, s.name as schema, p.proname::text as name, p.prokind, p.proowner, p.proacl
        from schemas as s
        join pg_catalog.pg_proc as p on p.pronamespace = s.oid
        where not exists (
            select
            from pg_catalog.pg_depend as d
            where d.deptype = 'e'
                and d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = p.oid
        )
    ), views as (
        select c.oid, s.name as schema, c.relname::text as name, c.relowner, c.relacl, c.reloptions
        from schemas as s
        join pg_catalog.pg_class as c on c.relnamespace = s.oid and c.relkind = 'v'
        where not exists (
            select
            from pg_catalog.pg_depend as d
            where d.deptype = 'e'
                and d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid
        )
    ), triggers as (
        select
            t.oid, n.nspname::text as schema, c.relname::text as table_name,
            t.tgname::text as name, t.tgenabled
        from pg_catalog.pg_trigger as t
        join routines as r on r.oid = t.tgfoid
        join pg_catalog.pg_class as c on c.oid = t.tgrelid
        join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
        where not t.tgisinternal and t.tgparentid = 0
    )
"""

_FINGERPRINT = """
    select encode(sha256(convert_to(coalesce(
        string_agg(l.line, e'\\n' order by l.line collate "C"), ''
    ), 'UTF8')), 'hex')
    from (
        select concat_ws(
            '|', 'routine', r.oid::regprocedure, r.proowner::regrole, r.proacl,
            case when r.prokind <> 'a' then pg_get_functiondef(r.oid) end,
            obj_description(r.oid, 'pg_proc')
        ) as line
        from routines as r
        union all
        select concat_ws(
            '|', 'view', v.oid::regclass, v.relowner::regrole, v.relacl, v.reloptions,
            pg_get_viewdef(v.oid), obj_description(v.oid, 'pg_class')
        )
        from views as v
        union all
        select concat_ws(
            '|', 'column', v.oid::regclass, a.attnum, a.attname, a.atttypid::regtype, a.attacl,
            col_description(v.oid, a.attnum)
        )
        from views as v
        join pg_catalog.pg_attribute as a on a.attrelid = v.oid and a.attnum > 0
        union all
        select concat_ws(
            '|', 'trigger', t.tgenabled, pg_get_triggerdef(t.oid),
            obj_description(t.oid, 'pg_trigger')
        )
        from triggers as t
    ) as l
"""

# Everything that is dropped with an object, each as a whole: dependency leads from part to whole
# (a view's rule to the view) and from what is used to what uses it.
_DEPENDENTS = """
    , gone (classid, objid) as (
        values (%(catalog)s::regclass::oid, %(oid)s::oid)
        union
        select next.classid, next.objid
        from gone as g
        cross join lateral (
            select d.classid, d.objid
            from pg_catalog.pg_depend as d
            where d.refclassid = g.classid and d.refobjid = g.objid
            union all
            select d.refclassid, d.refobjid
            from pg_catalog.pg_depend as d
            where d.classid = g.classid and d.objid = g.objid and d.deptype = 'i'
        ) as next
    )
    select
        case
            when r.oid is not null then 'routine'
            when v.oid is not null then 'view'
            when t.oid is not null then 'trigger'
            else 'other'
        end,
        coalesce(r.schema, v.schema, t.schema),
        coalesce(r.name, v.name, t.table_name),
        t.name,
        pg_describe_object(g.classid, g.objid, 0)
    from gone as g
    left join routines as r on g.classid = 'pg_catalog.pg_proc'::regclass and r.oid = g.objid
    left join views as v on g.classid = 'pg_catalog.pg_class'::regclass and v.oid = g.objid
    left join triggers as t
        on g.classid = 'pg_catalog.pg_trigger'::regclass and t.oid = g.objid
    left join pg_catalog.pg_type as y
        on g.classid = 'pg_catalog.pg_type'::regclass and y.oid = g.objid
    where g.objid <> %(oid)s::oid
        -- A relation's rules and row type are parts of it, as an array type is of its element's.
        and g.classid <> 'pg_catalog.pg_rewrite'::regclass
        and coalesce(y.typrelid = 0 and y.typsubscript <> 'array_subscript_handler'::regproc, true)
"""


@dataclass(frozen=True)
class Found:
    """A function or view in the catalog."""

    oid: int
    schema: str
    name: str
    is_view: bool

    @property
    def key(self) -> tuple[str, str, bool]:
        """What it has in common with the file that makes it."""
        return self.schema, self.name, self.is_view


@dataclass(frozen=True)
class Dependents:
    """What a drop takes along: ours, and descriptions of what no file could bring back."""

    ours: frozenset[tuple[str, str, bool]]
    triggers: frozenset[TriggerName]
    others: tuple[str, ...]


def _ask(connection: Connection, query: str, **parameters: object) -> list[TupleRow]:
    everything = {"schemas": list(SCHEMAS), **parameters}
    return connection.execute((_OURS + query).encode(), everything).fetchall()


def key_of(source: Source) -> tuple[str, str, bool]:
    """Return what a file has in common with the object that it makes."""
    return source.schema, source.name, source.is_view


def fingerprint(connection: Connection) -> str:
    """Return the SHA-256, in hex, of all of ours: definitions, owners, grants and comments."""
    ((hash_of_all,),) = _ask(connection, _FINGERPRINT)
    return str(hash_of_all)


def find(connection: Connection) -> list[Found]:
    """Return the functions and views that are there."""
    query = """
        select oid, schema, name, false from routines
        union all
        select oid, schema, name, true from views
        order by 4 desc, 2, 3, 1
    """
    return [Found(*row) for row in _ask(connection, query)]


def trigger_definitions(connection: Connection) -> dict[TriggerName, str]:
    """Return a text for each trigger that changes with its definition."""
    query = """
        select
            schema, table_name, name,
            concat_ws('|', tgenabled, pg_get_triggerdef(oid), obj_description(oid, 'pg_trigger'))
        from triggers
    """
    rows = _ask(connection, query)
    return {TriggerName((schema, table), name): text for schema, table, name, text in rows}


def adoptions(connection: Connection, owner: str) -> list[str]:
    """Return the statements that give the owner what somebody else made in our schemas."""
    query = """
        select format('alter routine %%s owner to %%I', oid::regprocedure, %(owner)s::text)
        from routines where proowner <> %(owner)s::regrole
        union all
        select format('alter view %%s owner to %%I', oid::regclass, %(owner)s::text)
        from views where relowner <> %(owner)s::regrole
    """
    return [str(row[0]) for row in _ask(connection, query, owner=owner)]


def clearances(connection: Connection) -> list[str]:
    """Return the statements that take all grants and comments off what is there."""
    query = """
        , grants as (
            select distinct 'routine' as kind, r.oid::regprocedure::text as target, a.grantee
            from routines as r
            cross join aclexplode(coalesce(r.proacl, acldefault('f', r.proowner))) as a
            where a.grantee <> r.proowner
            union
            select 'table', v.oid::regclass::text, a.grantee
            from views as v
            cross join aclexplode(v.relacl) as a
            where a.grantee <> v.relowner
            union
            select 'table', v.oid::regclass::text, a.grantee
            from views as v
            join pg_catalog.pg_attribute as c on c.attrelid = v.oid and c.attacl is not null
            cross join aclexplode(c.attacl) as a
            where a.grantee <> v.relowner
        )
        select format(
            'revoke all on %%s %%s from %%s cascade', g.kind, g.target,
            case when g.grantee = 0 then 'public' else g.grantee::regrole::text end
        )
        from grants as g
        union all
        select format('comment on routine %%s is null', r.oid::regprocedure)
        from routines as r
        where obj_description(r.oid, 'pg_proc') is not null
        union all
        select format('comment on view %%s is null', v.oid::regclass)
        from views as v
        where obj_description(v.oid, 'pg_class') is not null
        union all
        select format('comment on column %%s.%%I is null', v.oid::regclass, a.attname)
        from views as v
        join pg_catalog.pg_attribute as a
            on a.attrelid = v.oid and a.attnum > 0 and not a.attisdropped
        where col_description(v.oid, a.attnum) is not null
    """
    return [str(row[0]) for row in _ask(connection, query)]


def dependents(connection: Connection, found: Found) -> Dependents:
    """Return what `drop … cascade` of an object takes along, the object itself left out."""
    catalog = "pg_catalog.pg_class" if found.is_view else "pg_catalog.pg_proc"
    ours: set[tuple[str, str, bool]] = set()
    triggers: set[TriggerName] = set()
    others: list[str] = []
    rows = _ask(connection, _DEPENDENTS, catalog=catalog, oid=found.oid)
    for kind, schema, name, trigger, description in rows:
        if kind == "trigger":
            triggers.add(TriggerName((schema, name), trigger))
        elif kind == "other":
            others.append(str(description))
        else:
            ours.add((schema, name, kind == "view"))
    return Dependents(frozenset(ours), frozenset(triggers), tuple(sorted(others)))
