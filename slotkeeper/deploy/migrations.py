"""Migrations by yoyo: each in a transaction of its own, in the order of their names, once."""

import glob
import re
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import TupleRow
from yoyo import read_migrations
from yoyo.backends.core.postgresql import PostgresqlPsycopgBackend
from yoyo.connections import parse_uri
from yoyo.migrations import Migration, default_migration_table

from server.names import OWNER
from slotkeeper.deploy.administrator import Connection, connected
from slotkeeper.deploy.errors import DeployError, describe, read_text
from slotkeeper.deploy.locks import patiently
from slotkeeper.deploy.script import line_of
from slotkeeper.deploy.sources import hash_of

_NAME = re.compile(r"(?P<number>\d{4})_[a-z0-9_]+\.sql")

# A migration that waits for a table makes everybody who comes after it wait too: give way soon,
# and try again.
LOCK_TIMEOUT = "2s"


@dataclass(frozen=True)
class MigrationFile:
    """A file of db/migrations, as yoyo knows it and as it is read.

    `content_hash` is its SHA-256 in hex, whatever ends its lines.
    """

    migration: Migration
    shown: str
    content: str
    content_hash: str

    @property
    def id(self) -> str:
        """Its name without the ending."""
        return str(self.migration.id)


class _Cursor(psycopg.Cursor[TupleRow]):
    """Leaves the statement that failed on the error: yoyo runs them one by one."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> "_Cursor":
        try:
            return super().execute(query, params, **options)
        except psycopg.Error as error:
            error.failed_statement = query  # type: ignore[attr-defined]
            raise


class _Backend(PostgresqlPsycopgBackend):  # type: ignore[misc]
    """yoyo's backend on a connection of ours, as libpq understands more than yoyo's addresses."""

    def __init__(self, connection: Connection) -> None:
        self._ours = connection
        super().__init__(parse_uri("postgresql+psycopg:///"), default_migration_table)
        self.init_database()

    def connect(self, _: object) -> Connection:
        return self._ours


def read_files(folder: Path) -> list[MigrationFile]:
    """Read the migrations of a folder, in order; raise DeployError for a name that is none."""
    files: list[MigrationFile] = []
    numbers: dict[str, str] = {}
    for migration in read_migrations(glob.escape(str(folder))):
        path = Path(migration.path)
        shown = f"db/migrations/{path.name}"
        match = _NAME.fullmatch(path.name)
        if match is None:
            raise DeployError(f"{shown}: a migration is named NNNN_what_it_does.sql")
        other = numbers.setdefault(match["number"], path.name)
        if other != path.name:
            raise DeployError(f"{shown}: {other} has the same number")
        content = read_text(path, shown)
        files.append(MigrationFile(migration, shown, content, hash_of([content])))
    return files


def migrate(
    connection: Connection, url: str, files: list[MigrationFile], report: Callable[[str], None]
) -> None:
    """Apply what is pending. The caller holds the lock that keeps other deploys away.

    DeployError names the migration that failed, and its line: those before it stay applied.
    """
    applied = _applied(connection)
    _check_unchanged({file.id: file for file in files}, applied)
    pending = [file for file in files if file.id not in applied]
    if not pending:
        return
    try:
        with connected(url) as own:
            own.cursor_factory = _Cursor
            # Tables have policies that bind their owner, too: a migration that would not see all
            # rows fails, rather than pass some over.
            own.execute(
                f"set role {OWNER}; set search_path = deploy; set lock_timeout = '{LOCK_TIMEOUT}';"
                " set row_security = off"
            )
            backend = _Backend(own)
            backend.ensure_internal_schema_updated()
            for file in pending:
                report(f"migration {file.id}")
                _apply(backend, file, report)
    except psycopg.Error as error:
        raise DeployError(f"cannot migrate: {describe(error)}") from error


def _applied(connection: Connection) -> dict[str, str]:
    """Return the hashes of what yoyo knows as applied: its own command can take something back."""
    query = "select migration_id, content_hash from deploy.migration_hash"
    hashes: dict[str, str] = dict(connection.execute(query))
    if not hashes:  # Nor is yoyo's table there before the first.
        return {}
    rows = connection.execute("select migration_id from deploy._yoyo_migration")
    return {name: hashes[name] for (name,) in rows if name in hashes}


def _check_unchanged(files: dict[str, MigrationFile], applied: dict[str, str]) -> None:
    """Raise DeployError where what was applied is not what the files say any more."""
    for name, content_hash in sorted(applied.items()):
        file = files.get(name)
        if file is None:
            raise DeployError(
                f"db/migrations/{name}.sql has been applied to this database, but the file is gone"
            )
        if file.content_hash != content_hash:
            raise DeployError(
                f"{file.shown} has been edited since it was applied to this database:"
                " restore it, and make the change in a new migration"
            )


def _apply(backend: _Backend, file: MigrationFile, report: Callable[[str], None]) -> None:
    """Run a migration and note it, in one transaction unless the file says that it cannot.

    yoyo's `apply_one` notes it in a transaction of its own, which a crash could leave out, and
    logs names of user and host, which a container may not have and a network may take long for.
    """
    migration = file.migration
    migration.load()

    def once() -> None:
        with backend.transaction() if migration.use_transactions else nullcontext():
            migration.process_steps(backend, "apply")
            with backend.transaction():
                backend.mark_one(migration, log=False)
                backend.connection.execute(
                    "insert into deploy.migration_hash (migration_id, content_hash)"
                    " values (%s, %s) on conflict (migration_id)"
                    " do update set content_hash = excluded.content_hash",
                    (file.id, file.content_hash),
                )

    try:
        if migration.use_transactions:
            patiently(once, lambda: report(f"migration {file.id} waits for others to finish"))
        else:
            once()
    except psycopg.Error as error:
        raise DeployError(f"{file.shown}{_line(file, error)}: {describe(error)}") from error


def _line(file: MigrationFile, error: psycopg.Error) -> str:
    statement = getattr(error, "failed_statement", None)
    start = file.content.find(statement) if isinstance(statement, str) else -1
    if start < 0:
        return ""
    return f":{line_of(file.content, start + int(error.diag.statement_position or 1) - 1)}"
