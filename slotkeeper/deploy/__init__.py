"""Bringing a database to what the folder `db` says: roles, migrations, functions, views, jobs.

It is safe to run twice at once and on a database in use, and writes nothing where nothing differs.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psycopg
from psycopg import sql

from server.catalog import CATALOG_QUERY, CatalogError, read_catalog
from server.names import OWNER
from slotkeeper.deploy import database, migrations, objects
from slotkeeper.deploy.administrator import Connection, connected
from slotkeeper.deploy.errors import DeployError, describe
from slotkeeper.deploy.locks import DATABASE, exclusive
from slotkeeper.deploy.reload import reload
from slotkeeper.deploy.roles import ensure_roles
from slotkeeper.deploy.schedule import ensure_schedule
from slotkeeper.deploy.sources import Source, hash_of, read_sources
from slotkeeper.deploy.state import ensure_state, read_state, write_state

__all__ = ["DeployError", "deploy"]


def deploy(
    url: str, database_folder: Path, role_secret: str, report: Callable[[str], None]
) -> None:
    """Deploy a folder like `db/` to the database that `url` names, as its administrator.

    `role_secret` is what the passwords of the roles are derived from; all databases of a cluster
    share it. `report` gets a line for each thing done. Raises DeployError, whose message names what
    failed, with file and line: then migrations that were applied stay, and every function and
    view is as it was.
    """
    # All files are read before anything is changed.
    files = migrations.read_files(database_folder / "migrations")
    sources = read_sources(database_folder)
    with connected(url) as connection:
        database.check_version(connection)
        login_roles = ensure_roles(url, database_folder / "roles.sql", role_secret, report)
        try:
            with exclusive(connection, DATABASE, report):
                database.prepare(connection, login_roles, report)
                ensure_state(connection)
                migrations.migrate(connection, url, files, report)
                _load(connection, files, sources, report)
                _rebase(connection, report)
                scheduler = ensure_schedule(connection, url, report)
                state = read_state(connection)
                if scheduler != state.scheduler:
                    write_state(connection, replace(state, scheduler=scheduler))
        except psycopg.Error as error:
            raise DeployError(f"deploy has failed: {describe(error)}") from error


def _load(
    connection: Connection,
    files: list[migrations.MigrationFile],
    sources: list[Source],
    report: Callable[[str], None],
) -> None:
    """Reload functions and views, unless the catalog holds just what these files made of it."""
    applied = [f"{file.id}:{file.content_hash}" for file in files]
    loaded = [text for one in sources for text in (one.path, one.text, one.triggers)]
    state = read_state(connection)

    def loaded_hash() -> str:
        return hash_of([*applied, *loaded, objects.fingerprint(connection)])

    def check() -> None:
        _check_catalog(connection, sources)

    if state.loaded_hash == loaded_hash():
        # A server of a newer version may ask more of a function than the one that loaded it.
        check()
        report("functions and views are up to date")
    else:
        reload(
            connection, sources, state=state, loaded_hash=loaded_hash, check=check, report=report
        )


def _rebase(connection: Connection, report: Callable[[str], None]) -> None:
    """Let the history of a database that was restored from another cluster's go on in this one."""
    has_history = connection.execute("select to_regprocedure('core.rebase_changes()') is not null")
    if has_history.fetchone() == (True,):
        with connection.transaction():
            connection.execute(sql.SQL("set local role {}").format(sql.Identifier(OWNER)))
            rebased = connection.execute("select core.rebase_changes()").fetchone()
        if rebased != (0,):
            report("the history came from another cluster: it goes on in this one")


def _check_catalog(connection: Connection, sources: list[Source]) -> None:
    """Raise DeployError where a server could not serve what the catalog holds."""
    row = connection.execute(CATALOG_QUERY.encode()).fetchone()
    assert row is not None
    try:
        read_catalog(row[0])
    except CatalogError as error:
        by_name = {f"{source.schema}.{source.name}": source.path for source in sources}
        path = by_name.get(error.function)
        raise DeployError(
            f"{path + ': ' if path else ''}{error.function}: {error.reason}"
        ) from error
