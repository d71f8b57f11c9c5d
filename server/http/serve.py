"""`serve`: gunicorn's arbiter over worker processes that share one port."""

import asyncio
import itertools
import logging
import multiprocessing
import os
import resource
import signal
import socket
import sys
from contextlib import suppress

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter

from server.config import ServeConfig
from server.http.listeners import open_listeners
from server.http.protocol import MOST_TURNED_AWAY
from server.http.service import Service
from server.http.worker import Worker
from server.names import POOLS

# Longer than a worker needs to let requests in flight finish.
_STOP_SECONDS = 18
_SILENT_SECONDS = 30
_START_SECONDS = 10
# Files beside those of clients and pools.
_OTHER_FILES = 64 + MOST_TURNED_AWAY

Account = tuple[int, int]


def serve(config: ServeConfig, account: Account | None = None, parent: int = 0) -> None:
    """Serve until SIGTERM or SIGINT, then let requests in flight finish; ends the process.

    Workers become the user and group `account` before they accept a connection. Where the process
    `parent` is given, its death is like SIGTERM. Raises OperatorError where the port
    is taken, or the database cannot be reached or is not deployed.
    """
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    config = _with_all_files(config)
    listeners = open_listeners(config.host, config.port, config.workers)
    due = _scheduler(config, account)
    host = f"[{config.host}]" if ":" in config.host else config.host
    url = f"http://{host}:{listeners[0].getsockname()[1]}"
    plural = "" if config.workers == 1 else "s"
    told = f"Serving on {url} ({config.workers} worker{plural})\nDue work: {due}\n"
    _Arbiter(_Application(config, account), listeners, told, parent).run()


class _Application(BaseApplication):  # type: ignore[misc] # gunicorn has no types
    """Our settings, and those that we give to gunicorn."""

    def __init__(self, config: ServeConfig, account: Account | None) -> None:
        self.config = config
        self.account = account
        self.ready = multiprocessing.get_context("fork").Semaphore(0)
        super().__init__()

    def load_config(self) -> None:
        """Set what differs from gunicorn's defaults."""
        self.cfg.set("worker_class", Worker)
        self.cfg.set("workers", self.config.workers)
        self.cfg.set("pre_fork", self.pre_fork)
        self.cfg.set("timeout", _SILENT_SECONDS)
        self.cfg.set("graceful_timeout", _STOP_SECONDS)
        self.cfg.set("loglevel", "warning")
        self.cfg.set("control_socket_disable", True)

    def pre_fork(self, arbiter: Arbiter, worker: Worker) -> None:
        """Give a new worker the listener that nobody has, and the file of its heartbeat."""
        taken = {other.place for other in arbiter.WORKERS.values()}
        worker.place = next(place for place in itertools.count() if place not in taken)
        if self.account is not None:
            os.fchown(worker.tmp.fileno(), *self.account)

    def load(self) -> None:
        """Load nothing: a worker knows what it serves."""


class _Arbiter(Arbiter):  # type: ignore[misc] # gunicorn has no types
    """Starts workers, starts others for those that died, and stops them in order."""

    # No others: these neither reload nor change the number of workers.
    SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT)

    def __init__(
        self, application: _Application, listeners: list[socket.socket], told: str, parent: int
    ) -> None:
        super().__init__(application)
        self.LISTENERS = listeners
        self._told = told
        self._parent = parent

    def spawn_worker(self) -> int:
        """Fork; a signal that comes before the worker can handle it waits until it can."""
        signal.pthread_sigmask(signal.SIG_BLOCK, self.SIGNALS)
        try:
            pid: int = super().spawn_worker()
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, self.SIGNALS)
        return pid

    def manage_workers(self) -> None:
        """See to it, once a second, that there are as many workers as there should be."""
        if self._parent and os.getppid() != self._parent:
            raise StopIteration
        super().manage_workers()
        if self._told:
            for _ in range(self.num_workers):
                self.app.ready.acquire(timeout=_START_SECONDS)
            sys.stdout.write(self._told)
            sys.stdout.flush()
            self._told = ""


def _with_all_files(config: ServeConfig) -> ServeConfig:
    """Take as many open files as we may have; fewer connections where even those are too few."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if files == resource.RLIM_INFINITY:
        return config
    left = max(1, files - _OTHER_FILES - POOLS * config.pool_size)
    return config.model_copy(update={"max_connections": min(config.max_connections, left)})


def _scheduler(config: ServeConfig, account: Account | None) -> str:
    """Start a service once, as the workers will be: what goes wrong is told once, in one line.

    Return who does due work.
    """

    async def start() -> str:
        service = Service(config)
        try:
            await service.start()
            await service.tell_addresses()
        finally:
            await service.stop()
        if service.scheduler == "server":
            return "done by this server, every 5 seconds"
        return f"done inside the database by {service.scheduler}"

    if account is not None:
        os.setgroups([])
        os.setegid(account[1])
        os.seteuid(account[0])
    try:
        return asyncio.run(start())
    finally:
        if account is not None:
            os.seteuid(0)
            os.setegid(0)
