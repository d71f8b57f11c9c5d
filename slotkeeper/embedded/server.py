"""Make, start, adopt and stop the PostgreSQL server of a DATA_DIR."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from slotkeeper.embedded import postmaster
from slotkeeper.embedded.account import Account, postgres_account
from slotkeeper.embedded.errors import EmbeddedError
from slotkeeper.embedded.place import (
    PORT,
    SYSTEM_PLACE,
    Place,
    find_place,
    forget_socket_directory,
    prepare_data_dir,
    prepare_place,
    prepare_socket_directory,
)
from slotkeeper.embedded.programs import programs_for
from slotkeeper.locks import Lock, LockedError

DATABASE = "slotkeeper"
ADMINISTRATOR = "postgres"

# Written once, when the data directory is made: an operator may change them there.
_SETTINGS = """
# What Slotkeeper chose when it made this directory. Change it as you like; where this server
# listens and how many connections it takes is given on its command line.
shared_buffers = 256MB
effective_cache_size = 1GB
work_mem = 8MB
maintenance_work_mem = 64MB
max_wal_size = 2GB
wal_compression = on
random_page_cost = 1.1
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] %q%u@%d '
log_lock_waits = on
# A refusal is an answer, not an event: strangers could fill the disk with theirs. What goes wrong
# with a request is in the log of the server that it came to.
log_min_messages = log
"""
# The socket's directory lets in nobody but its owner and root.
_ACCESS = "local all all trust\n"

_MINIMUM_CONNECTIONS = 200
_LONGEST_LOG = 10 * 1024 * 1024
_POLL_SECONDS = 0.01
_START_SECONDS = 300.0
_REMAINS_SECONDS = 15.0
_REMAINS = ("pre-existing shared memory block", 'lock file "postmaster.pid"')


class EmbeddedServer:
    """The PostgreSQL server of one DATA_DIR, from `start` to `stop`.

    One process at a time holds it; a server that outlived a killed holder is adopted.
    """

    def __init__(self, place: Place, account: Account, programs: Path, lock: Lock) -> None:
        self.place = place
        self.programs = programs
        self._account = account
        self._lock = lock
        self._child: subprocess.Popen[bytes] | None = None
        self._pid = 0
        self._log_start = 0
        self._connections = 0

    @classmethod
    def open(cls, data_dir: Path) -> EmbeddedServer:
        """Take hold of the server of `data_dir`, which need not exist yet; nothing starts.

        Raises `EmbeddedError` where another process holds it or the directory cannot be used.
        """
        prepare_data_dir(data_dir)
        account = postgres_account()
        try:
            with Lock.take(data_dir / "open.lock", wait_seconds=10.0):
                place = prepare_place(data_dir, account)
                lock = Lock.take(place.home / "run.lock")
                return cls(place, account, programs_for(account, SYSTEM_PLACE), lock)
        except LockedError as error:
            holder = f" (process {error.holder})" if error.holder else ""
            raise EmbeddedError(f"DATA_DIR {data_dir} is in use by another run{holder}") from None
        except OSError as error:
            raise EmbeddedError(f"DATA_DIR {data_dir}: {error}") from None

    @property
    def url(self) -> str:
        """The administrator's address of the database `slotkeeper`."""
        return _url(self.place.socket_directory, DATABASE)

    @property
    def psql(self) -> str:
        """A shell command that opens the database in psql."""
        program = _shortest(self.programs / "psql")
        # Not shortened: libpq takes a directory that is not absolute for a host's name.
        socket_directory = str(self.place.socket_directory)
        return shlex.join([program, "-h", socket_directory, "-U", ADMINISTRATOR, DATABASE])

    @property
    def is_running(self) -> bool:
        """Whether the server that `start` started or adopted is alive."""
        if self._child is not None:
            return self._child.poll() is None
        return postmaster.is_postmaster_of(self._pid, self.place.data)

    def start(
        self,
        report: Callable[[str], None],
        *,
        give_up: Callable[[], bool],
        connections: int = 0,
    ) -> None:
        """Start the server and wait until the database `slotkeeper` accepts connections.

        `connections` is how many the caller needs; by default as many as in the last start. Once
        `give_up` is true a wait ends with KeyboardInterrupt; the caller stops the server then.
        Raises `EmbeddedError` with the reason where it does not start.
        """
        self._connections = max(_MINIMUM_CONNECTIONS, self._connections, connections)
        if not (self.place.data / "PG_VERSION").exists():
            report("Making a new database ...")
            self._initialise()
        self._start(report, give_up)
        self._create_database()

    def stop(self) -> None:
        """Stop the server and let go of DATA_DIR. A second call does nothing."""
        if not self._lock.is_held:
            return
        stopped = postmaster.stop(self.place.data)
        if self._child is not None and stopped:
            self._child.wait()
        self._child, self._pid = None, 0
        if stopped:
            forget_socket_directory(self.place)
        self._lock.release()
        if not stopped:
            raise EmbeddedError(f"PostgreSQL does not stop: see {self.place.log}")

    def _initialise(self) -> None:
        """Make the data directory whole or not at all: beside its place, then renamed."""
        for remains in self.place.home.glob("initdb-*"):
            shutil.rmtree(remains, ignore_errors=True)
        fresh = Path(tempfile.mkdtemp(prefix="initdb-", dir=self.place.home))
        os.chown(fresh, self._account.uid, self._account.gid)
        done = subprocess.run(
            [
                *(self.programs / "initdb", "--pgdata", fresh, "--username", ADMINISTRATOR),
                *("--auth", "trust", "--encoding", "UTF8", "--locale", "C"),
                *("--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"),
            ],
            check=False,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            cwd="/",
            env=_environment(),
            start_new_session=True,
            **self._account.privileges,
        )
        if done.returncode != 0:
            shutil.rmtree(fresh, ignore_errors=True)
            raise EmbeddedError(f"initdb failed: {_reason(done.stderr) or 'no reason given'}")
        with (fresh / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(_SETTINGS)
        (fresh / "pg_hba.conf").write_text(_ACCESS, encoding="utf-8")
        # A directory without PG_VERSION is no database; an empty one is in the way of a rename.
        if self.place.data.exists():
            shutil.rmtree(self.place.data)
        fresh.rename(self.place.data)

    def _start(self, report: Callable[[str], None], give_up: Callable[[], bool]) -> None:
        deadline = time.monotonic() + _REMAINS_SECONDS
        while True:
            server = postmaster.running(self.place.data)
            if server is not None and server.status != "stopping":
                report("Taking over the PostgreSQL that an earlier run left behind ...")
                self._child, self._pid = None, server.pid
            elif server is not None:
                postmaster.wait_until_gone(server.pid, self.place.data, _START_SECONDS)
                continue
            else:
                self._launch()
            failure = self._wait_until_ready(report, give_up)
            if failure is None:
                return
            # Processes of a killed server end by themselves within moments.
            if not any(text in failure for text in _REMAINS) or time.monotonic() > deadline:
                raise EmbeddedError(f"PostgreSQL does not start: {_reason(failure)}")
            time.sleep(0.1)

    def _launch(self) -> None:
        socket_directory = prepare_socket_directory(self.place, self._account)
        settings = {
            "listen_addresses": "",
            "port": str(PORT),
            "unix_socket_directories": f'"{socket_directory}"',
            "unix_socket_permissions": "0700",
            "max_connections": str(self._connections),
        }
        environment = _environment()
        # PostgreSQL refuses to start while its pid file names any living process, though that id
        # may be another program's by now. This variable, which pg_ctl sets to its own parent,
        # exempts one id; the check of the shared memory, which is the safe one, remains.
        stale = postmaster.read_pid_file(self.place.data)
        if stale is not None:
            environment["PG_GRANDPARENT_PID"] = str(stale.pid)
        self._rotate_log()
        with self.place.log.open("ab") as log:
            self._child = subprocess.Popen(
                [
                    *(self.programs / "postgres", "-D", self.place.data),
                    *(
                        part
                        for name, value in settings.items()
                        for part in ("-c", f"{name}={value}")
                    ),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=environment,
                # Ctrl-C at the terminal is for the supervisor, which stops things in order.
                start_new_session=True,
                **self._account.privileges,
            )
        self._pid = self._child.pid

    def _rotate_log(self) -> None:
        if self.place.log.exists() and self.place.log.stat().st_size > _LONGEST_LOG:
            self.place.log.replace(self.place.log.with_suffix(".log.1"))
        self._log_start = self.place.log.stat().st_size if self.place.log.exists() else 0

    def _wait_until_ready(
        self, report: Callable[[str], None], give_up: Callable[[], bool]
    ) -> str | None:
        """Wait for the server; return None when it is ready, else what it said before it ended."""
        start = time.monotonic()
        told = False
        while time.monotonic() - start < _START_SECONDS:
            server = postmaster.read_pid_file(self.place.data)
            if server is not None and server.pid == self._pid:
                if server.status == "ready":
                    return None
                if give_up():  # Not before the file exists: `stop` needs it.
                    raise KeyboardInterrupt
            if not self.is_running:
                return self._said()
            if not told and time.monotonic() - start > 3.0:
                report("Waiting for PostgreSQL, which recovers from a crash ...")
                told = True
            time.sleep(_POLL_SECONDS)
        return f"not ready after {_START_SECONDS:.0f} seconds"

    def _said(self) -> str:
        if self._child is None:
            return _REMAINS[0]  # An adopted server ended while it was waited for: start one.
        with self.place.log.open("rb") as log:
            log.seek(self._log_start)
            return log.read().decode(errors="replace")

    def _create_database(self) -> None:
        try:
            with psycopg.connect(
                _url(self._socket_directory(), "postgres"), autocommit=True, connect_timeout=10
            ) as connection:
                exists = connection.execute(
                    "select from pg_catalog.pg_database as d where d.datname = %s", (DATABASE,)
                ).fetchone()
                if exists is None:
                    connection.execute(
                        sql.SQL("create database {}").format(sql.Identifier(DATABASE))
                    )
        except psycopg.Error as error:
            raise EmbeddedError(f"PostgreSQL does not answer: {_reason(str(error))}") from None

    def _socket_directory(self) -> Path:
        server = postmaster.read_pid_file(self.place.data)
        if server is not None and server.socket_directory is not None:
            return server.socket_directory
        return self.place.socket_directory


def connection_url(data_dir: Path) -> str:
    """Return the administrator's address of the embedded server that runs for `data_dir`.

    Raises `EmbeddedError` where none runs.
    """
    none = EmbeddedError(
        f"no PostgreSQL runs for DATA_DIR {data_dir}: start it with `make run`, or set DATA_DIR"
        " to the directory of one that runs, or DATABASE_URL to another database"
    )
    if not data_dir.is_dir():
        raise none
    try:
        place = find_place(data_dir)
        server = postmaster.running(place.data)
    except PermissionError:
        raise EmbeddedError(f"the database in {data_dir} belongs to another user") from None
    if server is None:
        raise none
    return _url(server.socket_directory or place.socket_directory, DATABASE)


def _url(socket_directory: Path, database: str) -> str:
    host = quote(str(socket_directory), safe="")
    return f"postgresql://{ADMINISTRATOR}@/{database}?host={host}&port={PORT}"


def _environment() -> dict[str, str]:
    """Nothing of the caller's: neither PG* variables nor a locale that is not installed."""
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


def _reason(text: str) -> str:
    """Take the telling line out of what a PostgreSQL program printed."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for mark in ("FATAL:", "PANIC:", "error:"):
        for line in reversed(lines):
            if mark in line:
                return line.split(mark, 1)[1].strip()
    return lines[-1] if lines else ""


def _shortest(path: Path) -> str:
    """Return the path relative to the current directory where it lies inside."""
    try:
        return str(path.relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(path)
