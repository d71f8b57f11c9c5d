"""The target database before its migrations: version, grants, extensions, the owner's defaults."""

from collections.abc import Callable, Sequence
from contextlib import suppress

import psycopg

from server.names import OWNER, REPORT, SERVER
from slotkeeper.deploy.administrator import Connection
from slotkeeper.deploy.errors import DeployError, describe

OLDEST, NEWEST = 15, 18

# Where to connect is granted by name in databases made for us; these are everybody's.
EVERYBODYS = ("postgres", "template1")

# What is missing of all that takes the administrator, as statements that need no order.
_MISSING = """
    with granted as (
        select coalesce(r.rolname::text, 'public') as role, a.privilege_type as privilege
        from pg_catalog.pg_database as d
        cross join aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) as a
        left join pg_catalog.pg_roles as r on r.oid = a.grantee
        where d.datname = current_database()
    ), wanted as (
        select unnest(%(connecting)s::text[]) as role, 'CONNECT' as privilege
        union all
        select %(owner)s::text, 'CREATE'
    ), missing as (
        select w.role, w.privilege from wanted as w
        except
        select g.role, g.privilege from granted as g
    )
    select format('grant %%s on database %%I to %%I', m.privilege, current_database(), m.role)
    from missing as m
    union all
    -- Callers have what is granted to them by name and no more. Not even temporary objects: types
    -- among them would come before PostgreSQL's own in functions that run as the owner.
    select format('revoke %%s on database %%I from public', g.privilege, current_database())
    from granted as g
    where g.role = 'public' and g.privilege = any(%(private)s)
    union all
    select 'revoke create on schema public from public'
    from pg_catalog.pg_namespace as n
    cross join aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) as a
    where n.nspname = 'public' and a.grantee = 0 and a.privilege_type = 'CREATE'
    union all
    -- Its own schema does: a constraint finds its operator classes whatever the search path is.
    select 'create schema if not exists extensions; create extension btree_gist schema extensions'
    where not exists (select from pg_catalog.pg_extension as e where e.extname = 'btree_gist')
    union all
    select format('create schema deploy authorization %%I', %(owner)s::text)
    where to_regnamespace('deploy') is null
    union all
    -- Nobody executes the owner's functions but whom a file grants it. Only the form for all
    -- schemas takes away what PUBLIC has by default.
    select format(
        'alter default privileges for role %%I revoke execute on functions from public',
        %(owner)s::text
    )
    where not exists (
        select
        from pg_catalog.pg_default_acl as d
        where d.defaclrole = %(owner)s::regrole and d.defaclnamespace = 0
            and d.defaclobjtype = 'f'
            and not exists (select from aclexplode(d.defaclacl) as a where a.grantee = 0)
    )
"""

# Advisory locks, which ours are taken with; the sight of them, by which one could try out who is
# booking at this moment; and large objects, which fill a disk.
_OPEN_TO_ALL = """
    select
        format('revoke execute on function %%s from public', p.oid::regprocedure)
        || case
            when p.proname ~ 'advisory'
            then format('; grant execute on function %%s to ', p.oid::regprocedure) || %s
            when p.proname = 'pg_lock_status'
            then '; grant execute on function pg_catalog.pg_lock_status to pg_monitor'
            else ''
        end
    from pg_catalog.pg_proc as p
    where p.pronamespace = 'pg_catalog'::regnamespace
        and p.proname ~ ('^pg_(try_)?advisory_|^pg_lock_status$'
            '|^lo_(creat|from_bytea|put|truncate)|^lowrite$')
        and has_function_privilege('public', p.oid, 'execute')
"""


def check_version(connection: Connection) -> None:
    """Raise DeployError unless PostgreSQL is one that is supported."""
    version = connection.info.server_version // 10000
    if not OLDEST <= version <= NEWEST:
        raise DeployError(
            f"PostgreSQL {version} is not supported: use one from {OLDEST} to {NEWEST}"
        )


def prepare(
    connection: Connection, login_roles: Sequence[str], report: Callable[[str], None]
) -> None:
    """Make everything that takes the administrator; write nothing where it is there already."""
    shared = connection.info.dbname in EVERYBODYS
    parameters = {
        "connecting": [*login_roles, REPORT],
        "owner": OWNER,
        "private": ["TEMPORARY"] if shared else ["CONNECT", "TEMPORARY"],
    }
    try:
        with connection.transaction():
            for (statement,) in connection.execute(_MISSING.encode(), parameters).fetchall():
                connection.execute(statement)
        if not shared:
            _close_catalog(connection, report)
    except psycopg.Error as error:
        raise DeployError(f"cannot prepare the database: {describe(error)}") from error


def _close_catalog(connection: Connection, report: Callable[[str], None]) -> None:
    """Take from callers what PostgreSQL lets everybody do; managed services may not allow it."""
    with suppress(psycopg.errors.InsufficientPrivilege), connection.transaction():
        for statement in _open_to_all(connection):
            connection.execute(statement.encode())
    # PostgreSQL only warns of what could not be revoked.
    if _open_to_all(connection):
        report(
            "callers may still take and see advisory locks and make large objects:"
            " only a superuser can revoke that"
        )


def _open_to_all(connection: Connection) -> list[str]:
    rows = connection.execute(_OPEN_TO_ALL.encode(), (f"{OWNER}, {SERVER}",))
    return [str(row[0]) for row in rows]
