"""Make, start and stop the PostgreSQL server of a DATA_DIR."""

from __future__ import annotations

import ctypes
import os
import pwd
import shlex
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from server.config import OperatorError
from server.names import REPORT
from slotkeeper.embedded.account import Account, postgres_account
from slotkeeper.embedded.place import (
    PORT,
    SOCKET_NAME,
    find_place,
    lock_place,
    make_place,
    make_socket_directory,
    remove_socket_directory,
)
from slotkeeper.embedded.programs import programs_for

DATABASE = "slotkeeper"
ADMINISTRATOR = "postgres"
LOOPBACK = "127.0.0.1"

# Written once, when the data directory is made: an operator may change them there.
_SETTINGS = """
# What Slotkeeper chose when it made this directory. Change it as you like; where this server
# listens, who is let in and how many connections it takes is given on its command line.
shared_buffers = 256MB
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
# Beside the data, anew in each run. Whoever gets a server's worker into their hands, and with it
# the way to the socket, is not the administrator yet.
_ACCESS = f"""\
local all {ADMINISTRATOR} peer map=administrators
local all all scram-sha-256
"""

# Logins that have been granted the role of reports, and nobody else.
_REPORT_ACCESS = f"host {DATABASE} +{REPORT} {LOOPBACK}/32 scram-sha-256\n"

_MINIMUM_CONNECTIONS = 200
_LONGEST_LOG = 10 * 1024 * 1024
_POLL_SECONDS = 0.01
_STOP_SECONDS = 60.0
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)


class EmbeddedServer:
    """The PostgreSQL server of one DATA_DIR, which one process at a time has hold of."""

    def __init__(self, data_dir: Path, report_port: int = 0) -> None:
        """Take hold of the server of `data_dir`, which need not exist yet; nothing starts.

        Where there is a `report_port` it will listen there, on 127.0.0.1, for reporting tools.

        Raises `OperatorError` where another process holds it or the directory cannot be used.
        """
        self._account = postgres_account()
        self._report_port = report_port
        self._child: subprocess.Popen[bytes] | None = None
        try:
            self.place = make_place(data_dir, self._account)
            self.lock = lock_place(self.place)
            self.programs = programs_for(self._account)
            make_socket_directory(self.place, self._account)
            access = _ACCESS + (_REPORT_ACCESS if report_port else "")
            self._hba_file = _write(self.place.home / "pg_hba.conf", access)
            self._ident_file = _write(
                self.place.home / "pg_ident.conf", _administrators(self._account)
            )
        except OSError as error:
            raise OperatorError(f"DATA_DIR {data_dir}: {error}") from None

    @property
    def url(self) -> str:
        """The administrator's address of the database `slotkeeper`."""
        return _url(self.place.socket_directory, DATABASE)

    @property
    def psql(self) -> str:
        """A shell command that opens the database in psql."""
        program, directory = self.programs / "psql", self.place.socket_directory
        return shlex.join([str(program), "-h", str(directory), "-U", ADMINISTRATOR, DATABASE])

    @property
    def report_url(self) -> str:
        """The address for reporting tools, without a login; empty where it does not listen."""
        if not self._report_port:
            return ""
        return f"postgresql://{LOOPBACK}:{self._report_port}/{DATABASE}"

    @property
    def is_running(self) -> bool:
        """Whether the server that `start` started is alive."""
        return self._child is not None and self._child.poll() is None

    def start(self, report: Callable[[str], None], connections: int = 0) -> None:
        """Start the server and wait until the database `slotkeeper` accepts connections.

        `connections` is how many the caller needs. Raises `OperatorError` with the reason where
        it does not start; may be interrupted, and then needs `stop`.
        """
        if not (self.place.data / "PG_VERSION").exists():
            if self._child is not None:
                raise OperatorError(f"PostgreSQL's data in {self.place.data} is gone")
            report("Making a new database ...")
            self._initialise()
        log_start = self._rotate_log()
        self._child = self._launch(max(_MINIMUM_CONNECTIONS, connections))
        while self._pid_file() != [str(self._child.pid), "ready"]:
            if not self.is_running:
                with self.place.log.open("rb") as log:
                    log.seek(log_start)
                    said = log.read().decode(errors="replace")
                if "could not bind IPv4 address" in said:
                    said = f"error: it cannot listen on port {self._report_port} (set REPORT_PORT)"
                raise OperatorError(f"PostgreSQL does not start: {_reason(said)}")
            time.sleep(_POLL_SECONDS)

    def stop(self) -> None:
        """Stop the server and let go of DATA_DIR."""
        if self._child is not None:
            # Disconnect clients and write everything down, or, where the data is gone, just end.
            there = (self.place.data / "PG_VERSION").exists()
            self._child.send_signal(signal.SIGINT if there else signal.SIGQUIT)
            try:
                self._child.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                # Its other processes notice; what is missing is in the write-ahead log.
                self._child.kill()
                self._child.wait()
        remove_socket_directory(self.place)
        os.close(self.lock)

    def _initialise(self) -> None:
        """Make the data directory, with our database, whole or not at all: renamed at last."""
        for remains in self.place.home.glob("initdb-*"):
            shutil.rmtree(remains, ignore_errors=True)
        fresh = Path(tempfile.mkdtemp(prefix="initdb-", dir=self.place.home))
        os.chown(fresh, self._account.uid, self._account.gid)
        self._call(
            *("initdb", "--pgdata", fresh, "--username", ADMINISTRATOR),
            *("--auth-local", "peer", "--auth-host", "reject", "--encoding", "UTF8"),
            *("--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"),
        )
        self._call(
            *("postgres", "--single", "-D", fresh, "-c", "exit_on_error=on", "postgres"),
            text=f"create database {DATABASE}",
        )
        with (fresh / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(_SETTINGS)
        # A directory without PG_VERSION is no database; an empty one is in the way of a rename.
        if self.place.data.exists():
            shutil.rmtree(self.place.data)
        fresh.rename(self.place.data)

    def _call(self, program: str, *arguments: str | Path, text: str = "") -> None:
        done = subprocess.run(
            [self.programs / program, *arguments],
            check=False,
            input=text,
            capture_output=True,
            text=True,
            errors="replace",
            cwd="/",
            env=_environment(),
            start_new_session=True,
            **self._account.privileges,
        )
        if done.returncode != 0:
            raise OperatorError(f"{program} failed: {_reason(done.stderr) or 'no reason given'}")

    def _launch(self, connections: int) -> subprocess.Popen[bytes]:
        if self._report_port not in (0, PORT):
            # The port is a part of the socket's name, too, by which others know the socket.
            known = self.place.socket_directory / SOCKET_NAME
            known.unlink(missing_ok=True)
            known.symlink_to(f".s.PGSQL.{self._report_port}")
        settings = {
            "listen_addresses": LOOPBACK if self._report_port else "",
            "port": str(self._report_port or PORT),
            "unix_socket_directories": f'"{self.place.socket_directory}"',
            "unix_socket_permissions": "0700" if self._account.is_ours else "0770",
            "hba_file": str(self._hba_file),
            "ident_file": str(self._ident_file),
            "max_connections": str(connections),
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        environment = _environment()
        # PostgreSQL refuses to start while its pid file names any living process, though that id
        # may be another program's by now. This variable, which pg_ctl sets to its own parent,
        # exempts one id; the check of the shared memory, which is the safe one, remains.
        environment["PG_GRANDPARENT_PID"] = self._pid_file()[0]
        with self.place.log.open("ab") as log:
            return subprocess.Popen(
                [self.programs / "postgres", "-D", self.place.data, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=environment,
                pass_fds=(self.lock,),
                preexec_fn=_end_with_parent,  # noqa: PLW1509 - this process has one thread
                # Ctrl-C at the terminal is for the supervisor, which stops things in order.
                start_new_session=True,
                **self._account.privileges,
            )

    def _rotate_log(self) -> int:
        """Begin a new log where it is long; where in the log the next start begins."""
        if self.place.log.exists() and self.place.log.stat().st_size > _LONGEST_LOG:
            self.place.log.replace(self.place.log.with_suffix(".log.1"))
        self.place.log.touch(mode=0o600)
        return self.place.log.stat().st_size

    def _pid_file(self) -> list[str]:
        """What a server, running or dead, wrote about itself: its process id and its status."""
        try:
            lines = (self.place.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            lines = []
        lines += [""] * (8 - len(lines))
        return [lines[0].strip(), lines[7].strip()]


def connection_url(data_dir: Path) -> str:
    """Return the administrator's address of the embedded server that runs for `data_dir`.

    Raises `OperatorError` where none runs.
    """
    try:
        directory = find_place(data_dir).socket_directory
        if (directory / SOCKET_NAME).exists():
            return _url(directory, DATABASE)
    except PermissionError:
        raise OperatorError(f"the database in {data_dir} belongs to another user") from None
    raise OperatorError(
        f"no PostgreSQL runs for DATA_DIR {data_dir}: start it with `make run`, or set DATA_DIR"
        " to the directory of one that runs, or DATABASE_URL to another database"
    )


def _end_with_parent() -> None:
    """In a child: be stopped when the parent dies."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGINT)


def _write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o644)
    return path


def _administrators(account: Account) -> str:
    users = {pwd.getpwuid(uid).pw_name for uid in (0, account.uid)}
    return "".join(f'administrators "{user}" {ADMINISTRATOR}\n' for user in sorted(users))


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
