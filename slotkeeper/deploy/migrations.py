"""Migrations by yoyo: each in a transaction of its own, in the order of their names, once."""

import hashlib
import re
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
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

_NAME = re.compile(r"(?P<number>\d{4})_[a-z0-9_]+\.sql")
_ROLLBACK = ".rollback.sql"

# A migration that waits for a table makes everybody who comes after it wait too: give way soon,
# and try again.
LOCK_TIMEOUT = "2s"


@dataclass(frozen=True)
class MigrationFile:
    """A file of db/migrations; `content_hash` is its SHA-256 in hex, whatever ends its lines."""

    path: Path
    content: str
    content_hash: str

    @property
    def id(self) -> str:
        """The name by which yoyo knows it."""
        return self.path.stem


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
    for path in sorted(folder.glob("*")):
        if path.suffix not in {".sql", ".py"} or path.name.endswith(_ROLLBACK):
            continue
        match = _NAME.fullmatch(path.name)
        if match is None:
            raise DeployError(f"{_shown(path)}: a migration is named NNNN_what_it_does.sql")
        other = numbers.setdefault(match["number"], path.name)
        if other != path.name:
            raise DeployError(f"{_shown(path)}: {other} has the same number")
        content = read_text(path, _shown(path))
        files.append(MigrationFile(path, content, hashlib.sha256(content.encode()).hexdigest()))
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
    migrations = {one.id: one for one in read_migrations(str(pending[0].path.parent))}
    try:
        with connected(url) as own:
            own.cursor_factory = _Cursor
            own.execute(
                sql.SQL(
                    "set role {}; set search_path = deploy; set lock_timeout = {};"
                    # Tables have policies that bind their owner, too: a migration that would not
                    # see all rows fails, rather than pass some over.
                    " set row_security = off"
                ).format(sql.Identifier(OWNER), LOCK_TIMEOUT)
            )
            backend = _Backend(own)
            # A lock row that is there now was left behind by a deploy that was killed.
            backend.break_lock()
            with backend.lock():
                backend.ensure_internal_schema_updated()
                for file in pending:
                    report(f"migration {file.id}")
                    _apply(backend, migrations[file.id], file, report)
    except psycopg.Error as error:
        raise DeployError(f"cannot migrate: {describe(error)}") from error


def _shown(path: Path) -> str:
    return f"db/migrations/{path.name}"


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
                f"{_shown(file.path)} has been edited since it was applied to this database:"
                " restore it, and make the change in a new migration"
            )


def _apply(
    backend: _Backend, migration: Migration, file: MigrationFile, report: Callable[[str], None]
) -> None:
    """Run a migration and note it, in one transaction unless the file says that it cannot.

    yoyo's `apply_one` notes it in a transaction of its own, which a crash could leave out, and
    logs names of user and host, which a container may not have and a network may take long for.
    """
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
        raise DeployError(f"{_shown(file.path)}{_line(file, error)}: {describe(error)}") from error


def _line(file: MigrationFile, error: psycopg.Error) -> str:
    statement = getattr(error, "failed_statement", None)
    start = file.content.find(statement) if isinstance(statement, str) else -1
    if start < 0:
        return ""
    return f":{line_of(file.content, start + int(error.diag.statement_position or 1) - 1)}"
