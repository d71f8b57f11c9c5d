"""The target database before its migrations: version, grants, extensions, the owner's defaults."""

from collections.abc import Sequence

import psycopg
from psycopg import sql

from server.names import OWNER, REPORT
from slotkeeper.deploy.administrator import Connection
from slotkeeper.deploy.errors import DeployError, describe

OLDEST, NEWEST = 15, 18

# Extensions that migrations rely on. They belong to the administrator and live in a schema of their
# own: an exclusion constraint finds its operator classes whatever the search path is.
EXTENSIONS = ("btree_gist",)
EXTENSION_SCHEMA = "extensions"

# Where to connect is granted by name in databases made for us; these are everybody's.
EVERYBODYS = ("postgres", "template1")


def check_version(connection: Connection) -> None:
    """Raise DeployError unless PostgreSQL is one that this is tested for."""
    version = connection.info.server_version // 10000
    if not OLDEST <= version <= NEWEST:
        raise DeployError(
            f"PostgreSQL {version} is not supported: use one from {OLDEST} to {NEWEST}"
        )


def prepare(connection: Connection, login_roles: Sequence[str]) -> None:
    """Make everything that takes the administrator; write nothing where it is there already."""
    try:
        with connection.transaction():
            _grant_database(connection, login_roles)
            _close_public(connection)
            _create_extensions(connection)
            _create_deploy_schema(connection)
            _close_functions(connection)
    except psycopg.Error as error:
        raise DeployError(f"cannot prepare the database: {describe(error)}") from error


def _true(connection: Connection, query: str, parameters: Sequence[object] = ()) -> bool:
    row = connection.execute(query.encode(), parameters).fetchone()
    return row is not None and bool(row[0])


def _grant_database(connection: Connection, login_roles: Sequence[str]) -> None:
    database = connection.info.dbname
    granted = set(
        connection.execute(
            "select coalesce(r.rolname::text, 'public'), a.privilege_type"
            " from pg_catalog.pg_database as d"
            " cross join aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) as a"
            " left join pg_catalog.pg_roles as r on r.oid = a.grantee"
            " where d.datname = %s",
            (database,),
        ).fetchall()
    )
    wanted = {(role, "CONNECT") for role in (*login_roles, REPORT)} | {(OWNER, "CREATE")}
    for role, privilege in sorted(wanted - granted):
        connection.execute(
            sql.SQL("grant {} on database {} to {}").format(
                sql.SQL(privilege), sql.Identifier(database), sql.Identifier(role)
            )
        )
    # Callers have what is granted to them by name and no more. Not even temporary objects: types
    # among them would come before PostgreSQL's own in functions that run as the owner.
    for privilege in ("TEMPORARY",) if database in EVERYBODYS else ("CONNECT", "TEMPORARY"):
        if ("public", privilege) in granted:
            connection.execute(
                sql.SQL("revoke {} on database {} from public").format(
                    sql.SQL(privilege), sql.Identifier(database)
                )
            )


def _close_public(connection: Connection) -> None:
    if _true(
        connection,
        "select exists (select from pg_catalog.pg_namespace as n,"
        " aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) as a"
        " where n.nspname = 'public' and a.grantee = 0 and a.privilege_type = 'CREATE')",
    ):
        connection.execute("revoke create on schema public from public")


def _create_extensions(connection: Connection) -> None:
    for extension in EXTENSIONS:
        if _true(
            connection,
            "select exists (select from pg_catalog.pg_extension where extname = %s)",
            (extension,),
        ):
            continue
        if not _true(
            connection,
            "select exists (select from pg_catalog.pg_available_extensions where name = %s)",
            (extension,),
        ):
            raise DeployError(
                f"this PostgreSQL does not have the extension {extension}:"
                " install its contrib package"
            )
        connection.execute(
            sql.SQL("create schema if not exists {}").format(sql.Identifier(EXTENSION_SCHEMA))
        )
        connection.execute(
            sql.SQL("create extension {} with schema {}").format(
                sql.Identifier(extension), sql.Identifier(EXTENSION_SCHEMA)
            )
        )


def _create_deploy_schema(connection: Connection) -> None:
    if not _true(connection, "select to_regnamespace('deploy') is not null"):
        connection.execute(
            sql.SQL("create schema deploy authorization {}").format(sql.Identifier(OWNER))
        )


def _close_functions(connection: Connection) -> None:
    """Let nobody execute the owner's functions but whom a file grants it.

    Only the form for all schemas takes away what PUBLIC has by default.
    """
    if not _true(
        connection,
        "select exists (select from pg_catalog.pg_default_acl as d"
        " join pg_catalog.pg_roles as r on r.oid = d.defaclrole"
        " where r.rolname = %s and d.defaclnamespace = 0 and d.defaclobjtype = 'f'"
        " and not exists (select from aclexplode(d.defaclacl) as a where a.grantee = 0))",
        (OWNER,),
    ):
        connection.execute(
            sql.SQL(
                "alter default privileges for role {} revoke execute on functions from public"
            ).format(sql.Identifier(OWNER))
        )
