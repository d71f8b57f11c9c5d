"""`slotkeeper run`: from nothing to a served API, and back to nothing in order.

Without DATABASE_URL: the embedded PostgreSQL, secrets kept beside it, deploy, the demo once, and
`serve` as a child whose environment holds nobody's database credentials. With DATABASE_URL:
deploy, then that child.
"""

from __future__ import annotations

import contextlib
import errno
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import psycopg

from server import config
from slotkeeper.demo import load_demo, places, welcome
from slotkeeper.deploy import deploy
from slotkeeper.embedded import EmbeddedServer
from slotkeeper.kept_secrets import kept_secret
from slotkeeper.lifeline import SUPERVISOR
from slotkeeper.locks import Lock, LockedError

_POLL_SECONDS = 0.1
_READY_POLL_SECONDS = 0.02
_READY_SECONDS = 60.0
_STOP_SECONDS = 40.0
_REMAINS_SECONDS = 15.0
# Roles with a pool each, and what is open beside the pools: more than is needed.
_POOLS = 5
_BESIDE_POOLS = 40


class RunError(Exception):
    """The run cannot begin or go on. The text is one line for the operator."""


@dataclass(frozen=True)
class _Endpoint:
    host: str
    port: int

    @property
    def reachable_host(self) -> str:
        """An address that reaches the server from this machine."""
        return {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(self.host, self.host)  # noqa: S104

    @property
    def base_url(self) -> str:
        host = self.reachable_host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"


def run(database_folder: Path) -> None:
    """Run everything until SIGINT or SIGTERM, then stop it in order and return.

    Raises `RunError`, or what the parts raise, with one line for the operator.
    """
    with contextlib.ExitStack() as stack:
        stopping = stack.enter_context(_signals())
        settings = config.read(config.Settings)
        if settings.database_url:
            _run_on_server(database_folder, stopping)
        else:
            _run_embedded(settings, database_folder, stopping, stack)


def _run_embedded(
    settings: config.Settings,
    database_folder: Path,
    stopping: _Stopping,
    stack: contextlib.ExitStack,
) -> None:
    data_dir = settings.data_dir
    connections = settings.workers * settings.pool_size * _POOLS + _BESIDE_POOLS
    postgres = EmbeddedServer.open(data_dir)
    stack.callback(postgres.stop)
    lock = _end_remains(data_dir / "serve.lock")
    stack.callback(lock.release)
    endpoint = _free_endpoint(settings)
    served = config.read(
        config.ServeConfig,
        database_url=postgres.url,
        jwt_secret=settings.jwt_secret or kept_secret(data_dir / "jwt_secret", "JWT_SECRET"),
        role_secret=settings.role_secret or kept_secret(data_dir / "role_secret", "ROLE_SECRET"),
    )
    stopping.check()
    postgres.start(_say, connections=connections, give_up=stopping.is_set)
    # Only now it is known where the socket is.
    served = served.model_copy(update={"database_url": postgres.url})
    with stopping.interrupting():
        deploy(postgres.url, database_folder, served.role_secret, _say)
        if not postgres.place.demo_mark.exists():
            load_demo(postgres.url, database_folder, _say)
            postgres.place.demo_mark.touch()
    with _serving(served, endpoint, lock) as server:
        _wait_until_ready(server, endpoint, stopping)
        _say(places(endpoint.base_url, postgres.psql))
        _say(welcome(postgres.url, database_folder, endpoint.base_url))
        _watch(server, stopping, postgres)


def _run_on_server(database_folder: Path, stopping: _Stopping) -> None:
    served = config.read(config.ServeConfig)
    endpoint = _free_endpoint(served)
    with stopping.interrupting():
        deploy(served.database_url, database_folder, served.role_secret, _say)
    with _serving(served, endpoint, None) as server:
        _wait_until_ready(server, endpoint, stopping)
        _say(places(endpoint.base_url, 'psql "$DATABASE_URL"'))
        _watch(server, stopping, None)


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

    def check(self) -> None:
        """Raise KeyboardInterrupt where a signal has come."""
        if self._set:
            raise KeyboardInterrupt


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


def _end_remains(path: Path) -> Lock:
    """Take the lock that a server shares with its workers; end those that a killed run left."""
    try:
        return Lock.take(path)
    except LockedError as error:
        _say("Ending the server that an earlier run left behind ...")
        group = error.holder
    # The lock is held, so a process of that group lives, and the number is no one else's.
    for stop_signal in (signal.SIGTERM, signal.SIGKILL):
        if group > 0:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(group, stop_signal)
        with contextlib.suppress(LockedError):
            return Lock.take(path, wait_seconds=_REMAINS_SECONDS)
    raise RunError(f"an earlier run's server (process {group}) does not end")


def _free_endpoint(settings: config.Settings) -> _Endpoint:
    """Find out early that the port is taken, rather than after everything else has started."""
    host, port = settings.host, settings.port
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            return _Endpoint(host, probe.getsockname()[1])
    except OSError as error:
        advice = " (set PORT)" if error.errno in {errno.EADDRINUSE, errno.EACCES} else ""
        raise RunError(
            f"cannot listen on HOST {host}, PORT {port}: {error.strerror}{advice}"
        ) from None


@contextlib.contextmanager
def _serving(
    served: config.ServeConfig, endpoint: _Endpoint, lock: Lock | None
) -> Iterator[subprocess.Popen[bytes]]:
    """Start `serve` as a child in a session of its own, and end it with the block."""
    # Neither an administrator's name nor a password: libpq's own variables carry them, too.
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
    child = subprocess.Popen(
        [sys.executable, "-m", "slotkeeper.cli", "serve"],
        stdin=subprocess.DEVNULL,
        env={
            **inherited,
            "DATABASE_URL": psycopg.conninfo.make_conninfo("", **served.database.parameters),
            "JWT_SECRET": served.jwt_secret,
            "ROLE_SECRET": served.role_secret,
            "PORT": str(endpoint.port),
            SUPERVISOR: str(os.getpid()),
        },
        pass_fds=(lock.fileno(),) if lock else (),
        # Ctrl-C at the terminal reaches the supervisor alone, which stops things in order.
        start_new_session=True,
    )
    if lock:
        lock.note(child.pid)
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


def _wait_until_ready(
    server: subprocess.Popen[bytes], endpoint: _Endpoint, stopping: _Stopping
) -> None:
    """Wait until the server answers."""
    deadline = time.monotonic() + _READY_SECONDS
    while not _is_healthy(endpoint):
        stopping.check()
        if server.poll() is not None:
            raise RunError(f"the server ended at its start ({_ending(server.returncode)})")
        if time.monotonic() > deadline:
            raise RunError(f"the server is not ready after {_READY_SECONDS:.0f} seconds")
        time.sleep(_READY_POLL_SECONDS)


def _is_healthy(endpoint: _Endpoint) -> bool:
    connection = http.client.HTTPConnection(endpoint.reachable_host, endpoint.port, timeout=5)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _watch(
    server: subprocess.Popen[bytes],
    stopping: _Stopping,
    postgres: EmbeddedServer | None,
) -> None:
    """Wait for a signal; start PostgreSQL again where it died, end where the server did."""
    while not stopping.is_set():
        if server.poll() is not None:
            raise RunError(f"the server ended by itself ({_ending(server.returncode)})")
        if postgres is not None and not postgres.is_running:
            _say("PostgreSQL ended by itself; starting it again ...")
            postgres.start(_say, give_up=stopping.is_set)
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
