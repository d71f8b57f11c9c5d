"""`slotkeeper run`: from nothing to a served API, and back to nothing in order.

Without DATABASE_URL: the embedded PostgreSQL, secrets kept beside it, deploy, the demo once, and
`serve` as a child whose environment holds nobody's database credentials. With DATABASE_URL:
deploy, then that child. So it is one tree: `run` over PostgreSQL and `serve`, and that over its
workers.

At Ctrl-C (or SIGTERM, or SIGHUP):
1. `run` alone gets the signal, for its children have sessions of their own; it raises
   KeyboardInterrupt wherever `run` is, and later ones do nothing.
2. `_end` sends SIGTERM to `serve`: gunicorn stops listening and passes it on to its workers.
3. Each worker (server/http/worker.py) lets its requests in flight finish and ends.
4. `EmbeddedServer.stop` sends SIGINT to PostgreSQL, which writes everything down and ends.
5. The lock on DATA_DIR ends with the last process, so that the next run may begin.

Where `run` is killed, its children notice: PostgreSQL by a signal from the kernel, `serve` by
looking each second who its parent is; the next run waits for their end.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg

from server import config
from server.config import OperatorError
from server.http.listeners import check_port
from server.names import POOLS, REPORT
from slotkeeper.demo import load_demo, welcome
from slotkeeper.deploy import deploy
from slotkeeper.embedded import EmbeddedServer
from slotkeeper.kept_secrets import kept_secret

_POLL_SECONDS = 0.1
_STOP_SECONDS = 40.0
_RETRY_SECONDS = 1.0
_TELL_EVERY = 10  # tries
# What is open beside the pools: more than is needed.
_BESIDE_POOLS = 40
_PLACES = """\
API            {base_url}/api
Documentation  {base_url}/api-docs
Database       {psql}"""
_UNSENT_MAIL = """\
Mail           waits in the database, since there is no SMTP_URL; in the psql above:
               select to_address, subject, body_text from data.message where sent_at is null;"""


def run(database_folder: Path, report: Callable[[str], None]) -> None:
    """Run everything until SIGINT, SIGTERM or SIGHUP, then stop it in order and return.

    `report` gets what it says. Raises `OperatorError`, or what the parts raise.
    """
    settings = config.read(config.Settings)
    with _ended_by_signals(), contextlib.ExitStack() as stack:
        postgres = None
        if settings.database_url:
            served = config.read(config.ServeConfig)
        else:
            postgres = EmbeddedServer(settings.data_dir, settings.report_port)
            stack.callback(postgres.stop)
            kept = {
                name: getattr(settings, name) or kept_secret(settings.data_dir, name)
                for name in ("jwt_secret", "role_secret")
            }
            served = config.read(config.ServeConfig, database_url=postgres.url, **kept)
        served = served.model_copy(update={"port": check_port(served.host, served.port)})
        connections = served.workers * served.pool_size * POOLS + _BESIDE_POOLS
        if postgres is not None:
            postgres.start(report, connections)
        deploy(served.database_url, database_folder, served.role_secret, report)
        if postgres is not None and not postgres.place.demo_mark.exists():
            load_demo(postgres.url, database_folder, report)
            postgres.place.demo_mark.touch()
        _introduce(served, postgres, database_folder, report)
        # It says last that it serves, once all of its workers do.
        server = stack.enter_context(_serving(served, postgres))
        stack.callback(report, "Stopping ...")
        while server.poll() is None:
            if postgres is not None and not postgres.is_running:
                _start_again(postgres, connections, report)
            time.sleep(_POLL_SECONDS)
        raise OperatorError(f"the server ended by itself ({_ending(server.returncode)})")


@contextlib.contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Let the first signal end the block, without being an error, and later ones do nothing."""
    came = False

    def end(*_: object) -> None:
        nonlocal came
        if not came:
            came = True
            raise KeyboardInterrupt

    numbers = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # as nohup has it
        numbers.append(signal.SIGHUP)
    before = {number: signal.signal(number, end) for number in numbers}
    try:
        yield
    except BaseException:
        # To undo what was interrupted may fail in turn; that is no news.
        if not came:
            raise
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _introduce(
    served: config.ServeConfig,
    postgres: EmbeddedServer | None,
    database_folder: Path,
    report: Callable[[str], None],
) -> None:
    """Say where everything will be found."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(served.host, served.host)  # noqa: S104
    base_url = f"http://{f'[{host}]' if ':' in host else host}:{served.port}"
    psql = 'psql "$DATABASE_URL"' if postgres is None else postgres.psql
    report(_PLACES.format(base_url=base_url, psql=psql))
    if not served.smtp_url:
        report(_UNSENT_MAIL)
    if postgres is not None:
        if postgres.report_url:
            report(f"Reports        {postgres.report_url}, for logins that have the role {REPORT}")
        if text := welcome(postgres.url, database_folder, base_url):
            report(text)


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
        pass_fds=() if postgres is None else (postgres.lock,),
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


def _start_again(postgres: EmbeddedServer, connections: int, report: Callable[[str], None]) -> None:
    """Start PostgreSQL until it starts: there may be no room on its disk for a while."""
    report("PostgreSQL ended by itself; starting it again ...")
    for tries in itertools.count():
        try:
            postgres.start(report, connections)
            break
        except OperatorError as error:
            if tries % _TELL_EVERY == 0:
                report(f"{error}; trying again until it does")
            time.sleep(_RETRY_SECONDS)


def _ending(status: int) -> str:
    return f"by {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"
