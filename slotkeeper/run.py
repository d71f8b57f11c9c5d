"""`slotkeeper run`: from nothing to a served API, and back to nothing in order.

Without DATABASE_URL: the embedded PostgreSQL, secrets kept beside it, deploy, the demo once, and
`serve` as a child whose environment holds nobody's database credentials. With DATABASE_URL:
deploy, then that child. So it is one tree: `run` over PostgreSQL and `serve`, and that over its
workers.

At Ctrl-C (or SIGTERM, or SIGHUP):
1. `run` alone gets the signal, for its children have sessions of their own; `_Stopping` notes it,
   and interrupts what is still being started.
2. `_end` sends SIGTERM to `serve`: gunicorn stops listening and passes it on to its workers.
3. Each worker (server/http/worker.py) lets its requests in flight finish and ends.
4. `EmbeddedServer.stop` sends SIGINT to PostgreSQL, which writes everything down and ends.
5. The locks on DATA_DIR end with the last process, so that the next run may begin.

Where `run` is killed, its children notice: PostgreSQL by a signal from the kernel, `serve` by
looking each second who its parent is; the next run waits for their end.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import psycopg

from server import config
from server.http.listeners import check_port
from server.names import POOLS
from slotkeeper.demo import load_demo, places, report_place, welcome
from slotkeeper.deploy import deploy
from slotkeeper.embedded import EmbeddedError, EmbeddedServer
from slotkeeper.kept_secrets import kept_secret

_POLL_SECONDS = 0.1
_STOP_SECONDS = 40.0
_RETRY_SECONDS = 1.0
_TELL_SECONDS = 10.0
# What is open beside the pools: more than is needed.
_BESIDE_POOLS = 40


class RunError(Exception):
    """The run cannot begin or go on. The text is one line for the operator."""


def run(database_folder: Path) -> None:
    """Run everything until SIGINT, SIGTERM or SIGHUP, then stop it in order and return.

    Raises `RunError`, or what the parts raise, with one line for the operator.
    """
    settings = config.read(config.Settings)
    with _signals() as stopping, contextlib.ExitStack() as stack:
        postgres = None
        if settings.database_url:
            served = config.read(config.ServeConfig)
        else:
            postgres = EmbeddedServer(settings.data_dir, settings.report_port)
            stack.callback(postgres.stop)
            kept = {
                name: getattr(settings, name) or kept_secret(settings.data_dir / name, name.upper())
                for name in ("jwt_secret", "role_secret")
            }
            served = config.read(config.ServeConfig, database_url=postgres.url, **kept)
        served = served.model_copy(update={"port": check_port(served.host, served.port)})
        with stopping.interrupting():
            _prepare(served, postgres, database_folder)
        base_url = _base_url(served)
        psql = 'psql "$DATABASE_URL"' if postgres is None else postgres.psql
        _say(places(base_url, psql, sends_mail=bool(served.smtp_url)))
        if postgres is not None:
            _say(report_place(postgres.report_url))
            _say(welcome(postgres.url, database_folder, base_url))
        # It says last that it serves, once all of its workers do.
        server = stack.enter_context(_serving(served, postgres))
        _watch(server, stopping, postgres, _connections(served))


def _prepare(
    served: config.ServeConfig, postgres: EmbeddedServer | None, database_folder: Path
) -> None:
    if postgres is not None:
        postgres.start(_say, _connections(served))
    deploy(served.database_url, database_folder, served.role_secret, _say)
    if postgres is not None and not postgres.place.demo_mark.exists():
        load_demo(postgres.url, database_folder, _say)
        postgres.place.demo_mark.touch()


def _connections(served: config.ServeConfig) -> int:
    return served.workers * served.pool_size * POOLS + _BESIDE_POOLS


class _Stopping:
    """Set by SIGINT, SIGTERM and SIGHUP. It has no lock that a handler could wait for forever."""

    def __init__(self) -> None:
        self._set = False
        self._interrupts = False

    def is_set(self) -> bool:
        """Tell whether a signal has come."""
        return self._set

    def handle(self, _signal: int, _frame: FrameType | None) -> None:
        """Note the signal, and interrupt what may be interrupted."""
        self._set = True
        if self._interrupts:
            self._interrupts = False  # Not what cleans up after the first one.
            raise KeyboardInterrupt

    def check(self) -> None:
        """Raise KeyboardInterrupt where a signal has come."""
        if self._set:
            raise KeyboardInterrupt

    @contextlib.contextmanager
    def interrupting(self) -> Iterator[None]:
        """Let a signal raise KeyboardInterrupt inside the block, or at its beginning."""
        self._interrupts = True
        try:
            self.check()
            yield
        except Exception as error:
            if self._set:
                # To undo what was interrupted may fail in turn; that is no news.
                raise KeyboardInterrupt from error
            raise
        finally:
            self._interrupts = False


@contextlib.contextmanager
def _signals() -> Iterator[_Stopping]:
    """Handle signals inside the block, which a signal may end early without being an error."""
    stopping = _Stopping()
    before = {
        number: signal.signal(number, stopping.handle)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    }
    try:
        yield stopping
    except KeyboardInterrupt:
        if not stopping.is_set():
            raise
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def _serving(
    served: config.ServeConfig, postgres: EmbeddedServer | None
) -> Iterator[subprocess.Popen[bytes]]:
    """Start `serve` as a child in a session of its own, and end it with the block."""
    # Neither an administrator's name nor a password: libpq's own variables carry them, too.
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
    child = subprocess.Popen(
        [sys.executable, "-m", "slotkeeper", "serve", "--parent", str(os.getpid())],
        stdin=subprocess.DEVNULL,
        env={
            **inherited,
            "DATABASE_URL": psycopg.conninfo.make_conninfo("", **served.database),
            "JWT_SECRET": served.jwt_secret,
            "ROLE_SECRET": served.role_secret,
            "PORT": str(served.port),
        },
        pass_fds=() if postgres is None else (postgres.remains.fileno,),
        # Ctrl-C at the terminal reaches the supervisor alone, which stops things in order.
        start_new_session=True,
    )
    try:
        yield child
    finally:
        _end(child)


def _end(child: subprocess.Popen[bytes]) -> None:
    """Let requests in flight finish, then make sure that no process of the child is left."""
    if child.poll() is None:
        child.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(_STOP_SECONDS)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def _base_url(served: config.ServeConfig) -> str:
    """Return an address that reaches the server from this machine."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(served.host, served.host)  # noqa: S104
    return f"http://{f'[{host}]' if ':' in host else host}:{served.port}"


def _watch(
    server: subprocess.Popen[bytes],
    stopping: _Stopping,
    postgres: EmbeddedServer | None,
    connections: int,
) -> None:
    """Wait for a signal; start PostgreSQL again where it died, end where the server did.

    Where PostgreSQL cannot be started, such as on a full disk, it is tried until it can.
    """
    tell = 0.0
    while not stopping.is_set():
        if server.poll() is not None:
            raise RunError(f"the server ended by itself ({_ending(server.returncode)})")
        if postgres is not None and not postgres.is_running:
            if tell == 0.0:
                _say("PostgreSQL ended by itself; starting it again ...")
            try:
                with stopping.interrupting():
                    postgres.start(_say, connections)
                tell = 0.0
            except EmbeddedError as error:
                if time.monotonic() >= tell:
                    _say(f"{error}; trying again until it does")
                    tell = time.monotonic() + _TELL_SECONDS
                with stopping.interrupting():
                    time.sleep(_RETRY_SECONDS)
        time.sleep(_POLL_SECONDS)
    _say("Stopping ...")


def _ending(status: int) -> str:
    if status < 0:
        return f"by {signal.Signals(-status).name}"
    return f"exit status {status}"


def _say(text: str) -> None:
    if text:
        sys.stdout.write(f"{text.rstrip()}\n")
    sys.stdout.flush()
