"""Migrations by yoyo: each in a transaction of its own, in the order of their names, once."""

import hashlib
import random
import re
import socket
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import TupleRow
from yoyo import read_migrations
from yoyo.backends.core.postgresql import PostgresqlPsycopgBackend
from yoyo.connections import parse_uri
from yoyo.migrations import Migration, default_migration_table

from slotkeeper.deploy.administrator import Connection, options_of
from slotkeeper.deploy.errors import DeployError, describe, is_passing
from slotkeeper.deploy.roles import OWNER
from slotkeeper.deploy.statements import line_of

_NAME = re.compile(r"(?P<number>\d{4})_[a-z0-9_]+\.sql")
_ROLLBACK = ".rollback.sql"

# A migration that waits for a table makes everybody who comes after it wait too: give way soon,
# and try again.
LOCK_TIMEOUT = "2s"
PATIENCE_SECONDS = 300.0


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
    """Leaves the statement that failed on the error."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> "_Cursor":
        try:
            return super().execute(query, params, **options)
        except psycopg.Error as error:
            error.failed_statement = query  # type: ignore[attr-defined]
            raise


class _Backend(PostgresqlPsycopgBackend):  # type: ignore[misc]
    """yoyo's backend, without its guesses about server and machine."""

    create_lock_table_sql = PostgresqlPsycopgBackend.create_lock_table_sql.replace(
        "CREATE TABLE", "CREATE TABLE IF NOT EXISTS"
    )

    def connect(self, dburi: Any) -> Connection:
        connection: Connection = super().connect(dburi)
        connection.cursor_factory = _Cursor
        return connection

    def _check_transactional_ddl(self) -> bool:
        return True

    def get_log_data(
        self, migration: Migration | None = None, operation: str = "apply"
    ) -> dict[str, object]:
        # yoyo asks the system for the user's name, which a container may not have, and the network
        # for the host's, which may take its time.
        return {
            "id": str(uuid.uuid4()),
            "migration_id": migration.id if migration else None,
            "migration_hash": migration.hash if migration else None,
            "username": self.connection.info.user,
            "hostname": socket.gethostname(),
            "created_at_utc": datetime.now(UTC).replace(tzinfo=None),
            "operation": operation,
        }


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
        number = match["number"]
        if number in numbers:
            raise DeployError(f"{_shown(path)}: {numbers[number]} has the same number")
        numbers[number] = path.name
        try:
            content = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise DeployError(f"{_shown(path)}: {error}") from error
        files.append(MigrationFile(path, content, hashlib.sha256(content.encode()).hexdigest()))
    return files


def migrate(
    connection: Connection, url: str, files: list[MigrationFile], report: Callable[[str], None]
) -> None:
    """Apply what is pending. The caller holds the lock that keeps other deploys away.

    DeployError names the migration that failed, and its line: those before it stay applied.
    """
    applied = _applied(connection)
    _check_unchanged(files, _hashes(connection, applied))
    pending = [file for file in files if file.id not in applied]
    if not pending:
        return
    known = read_migrations(str(pending[0].path.parent))
    migrations = {migration.id: migration for migration in known}
    try:
        with _connect(url) as backend:
            # A lock row that is there now was left behind by a deploy that was killed.
            backend.break_lock()
            with backend.lock():
                backend.ensure_internal_schema_updated()
                for file in pending:
                    report(f"migration {file.id}")
                    _apply_patiently(backend, migrations[file.id], file, report)
    except psycopg.Error as error:
        raise DeployError(f"cannot migrate: {describe(error)}") from error


def _shown(path: Path) -> str:
    return f"db/migrations/{path.name}"


def _applied(connection: Connection) -> set[str]:
    table = sql.Identifier("deploy", default_migration_table)
    row = connection.execute("select to_regclass(%s) is null", (table.as_string(),)).fetchone()
    if row is not None and row[0]:
        return set()
    rows = connection.execute(sql.SQL("select migration_id from {}").format(table))
    return {str(row[0]) for row in rows}


def _hashes(connection: Connection, applied: set[str]) -> dict[str, str]:
    rows = connection.execute("select migration_id, content_hash from deploy.migration_hash")
    return {name: content_hash for name, content_hash in rows if name in applied}


def _check_unchanged(files: list[MigrationFile], hashes: dict[str, str]) -> None:
    """Raise DeployError where what was applied is not what the files say any more."""
    by_id = {file.id: file for file in files}
    for name, content_hash in sorted(hashes.items()):
        file = by_id.get(name)
        if file is None:
            raise DeployError(
                f"db/migrations/{name}.sql has been applied to this database, but the file is gone"
            )
        if file.content_hash != content_hash:
            raise DeployError(
                f"{_shown(file.path)} has been edited since it was applied to this database:"
                " restore it, and make the change in a new migration"
            )


def _connect(url: str) -> _Backend:
    """Connect yoyo to the database of `url` as the owner, its own tables in schema `deploy`."""
    settings = {
        "role": OWNER,
        "search_path": "deploy",
        "client_min_messages": "warning",
        "statement_timeout": "0",
        "idle_in_transaction_session_timeout": "0",
        "lock_timeout": LOCK_TIMEOUT,
    }
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    parameters = {
        **{name: str(value) for name, value in conninfo_to_dict(url).items() if value is not None},
        "options": f"{options_of(url)} {options}".strip(),
        "application_name": "slotkeeper deploy",
        "client_encoding": "utf8",
    }
    backend = _Backend(
        parse_uri(f"postgresql+psycopg:///?{urlencode(parameters)}"), default_migration_table
    )
    backend.init_database()
    return backend


def _apply_patiently(
    backend: _Backend, migration: Migration, file: MigrationFile, report: Callable[[str], None]
) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            _apply(backend, migration, file)
        except psycopg.Error as error:
            may_repeat = migration.use_transactions and is_passing(error)
            if not may_repeat or time.monotonic() > deadline:
                raise _failure(file, error) from error
            report(f"migration {file.id} waits for others to finish")
            time.sleep(random.uniform(0.2, 2.0))  # noqa: S311
        else:
            return


def _apply(backend: _Backend, migration: Migration, file: MigrationFile) -> None:
    """Run a migration and note it, in one transaction unless the file says that it cannot."""
    migration.load()
    if migration.use_transactions:
        with backend.transaction():
            migration.process_steps(backend, "apply")
            _note(backend, migration, file)
    else:
        migration.process_steps(backend, "apply")
        with backend.transaction():
            _note(backend, migration, file)


def _note(backend: _Backend, migration: Migration, file: MigrationFile) -> None:
    backend.log_migration(migration, "apply")
    backend.mark_one(migration, log=False)
    backend.connection.execute(
        "insert into deploy.migration_hash (migration_id, content_hash) values (%s, %s)"
        " on conflict (migration_id) do update set content_hash = excluded.content_hash",
        (file.id, file.content_hash),
    )


def _failure(file: MigrationFile, error: psycopg.Error) -> DeployError:
    statement = getattr(error, "failed_statement", None)
    start = file.content.find(statement) if isinstance(statement, str) else -1
    if start < 0:
        return DeployError(f"{_shown(file.path)}: {describe(error)}")
    position = error.diag.statement_position
    line = line_of(file.content, start + (int(position) - 1 if position else 0))
    return DeployError(f"{_shown(file.path)}:{line}: {describe(error)}")
