"""`serve`: worker processes that share one port, and the process that watches over them."""

import contextlib
import errno
import json
import logging
import os
import select
import signal
import socket
import sys
import time
from dataclasses import dataclass
from typing import NoReturn

from server.config import ServeConfig
from server.http.worker import run_worker

log = logging.getLogger("slotkeeper.serve")

_BACKLOG = 2048
_START_SECONDS = 60.0
_STOP_SECONDS = 18.0
_STEADY_SECONDS = 10.0
_LONGEST_PAUSE_SECONDS = 5.0
_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD)


class ServeError(SystemExit):
    """Ends the process with status 1 and one line on stderr."""


@dataclass
class _Worker:
    """A worker process and the sockets it accepts from; `pid` 0 while it is down."""

    listener: socket.socket
    pid: int = 0
    reports: int = -1  # the reading end of what it tells us
    begun: float = 0.0
    ready: bool = False
    pause: float = 0.1
    due: float = 0.0  # when to start it again


def serve(config: ServeConfig) -> None:
    """Serve until SIGTERM or SIGINT; then let requests in flight finish.

    Raises ServeError where the port is taken, the database cannot be reached or is not deployed.
    """
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    _Parent(config).run()


class _Parent:
    def __init__(self, config: ServeConfig) -> None:
        self._config = config
        self._stopping = False
        self._announced = False
        self._scheduler = ""
        self._failure = ""
        # Workers hold the reading end: it ends when this process does, however it does.
        self._alive, self._life = os.pipe()
        self._woken, self._wake = os.pipe()
        for fd in (self._woken, self._wake):
            os.set_blocking(fd, False)
        self._workers = [_Worker(s) for s in _listeners(config.host, config.port, config.workers)]
        self._port: int = self._workers[0].listener.getsockname()[1]

    def run(self) -> None:
        # For good: a second signal while the first one is obeyed must not change how this ends.
        for number in _SIGNALS:
            signal.signal(number, lambda *_: None)
        signal.set_wakeup_fd(self._wake, warn_on_full_buffer=False)
        started = time.monotonic()
        try:
            for worker in self._workers:
                self._start(worker)
            while not self._stopping:
                self._wait()
                self._reap()
                if not self._announced:
                    self._check_start(started)
                self._restart()
        finally:
            self._stop()
            signal.set_wakeup_fd(-1)
        if self._failure:
            raise ServeError(f"slotkeeper: {self._failure}")

    # -- workers

    def _restart(self) -> None:
        """Start anew what has died and whose pause is over."""
        if self._announced and not self._stopping:
            for worker in self._workers:
                if not worker.pid and time.monotonic() >= worker.due:
                    self._start(worker)

    def _start(self, worker: _Worker) -> None:
        reading, writing = os.pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        pid = os.fork()
        if pid == 0:
            self._become_worker(worker, reading, writing)
        os.close(writing)
        worker.pid, worker.reports = pid, reading
        worker.begun, worker.ready = time.monotonic(), False

    def _become_worker(self, worker: _Worker, reading: int, writing: int) -> NoReturn:
        status = 1
        try:
            signal.set_wakeup_fd(-1)
            for number in _SIGNALS:
                signal.signal(number, signal.SIG_DFL)
            # A Ctrl-C reaches the whole group; the parent passes it on in its own way.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            for fd in (reading, self._life, self._woken, self._wake):
                os.close(fd)
            for other in self._workers:
                if other is not worker:
                    other.listener.close()
                    if other.reports >= 0:
                        os.close(other.reports)
            status = run_worker(self._config, worker.listener, writing, self._alive)
        except BaseException:
            logging.getLogger("slotkeeper.worker").exception("the worker failed")
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)

    def _wait(self) -> None:
        """Sleep until a signal, a report, or a worker that is due."""
        reports = [w.reports for w in self._workers if w.reports >= 0]
        pauses = [w.due - time.monotonic() for w in self._workers if not w.pid]
        timeout = max(0.0, min(pauses)) if pauses else 5.0
        readable, _, _ = select.select([self._woken, *reports], [], [], timeout)
        if self._woken in readable:
            numbers = os.read(self._woken, 4096)
            if signal.SIGTERM in numbers or signal.SIGINT in numbers:
                self._stopping = True
        for worker in self._workers:
            if worker.reports in readable:
                self._read_report(worker)

    def _read_report(self, worker: _Worker) -> None:
        line = os.read(worker.reports, 65536)
        os.close(worker.reports)
        worker.reports = -1
        report = json.loads(line) if line else {}
        if report.get("ready"):
            worker.ready = True
            self._scheduler = report["scheduler"]
        elif report.get("error"):
            self._failure = self._failure or report["error"]

    def _reap(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            for worker in self._workers:
                if worker.pid == pid:
                    self._note_death(worker, os.waitstatus_to_exitcode(status))

    def _note_death(self, worker: _Worker, status: int) -> None:
        if worker.reports >= 0:
            self._read_report(worker)
        pid, worker.pid = worker.pid, 0
        if self._stopping:
            return
        if not self._announced:
            self._failure = self._failure or f"a worker ended with status {status} at the start"
            return
        if time.monotonic() - worker.begun > _STEADY_SECONDS:
            worker.pause = 0.1
        worker.due = time.monotonic() + worker.pause
        reason = f" ({self._failure})" if self._failure else ""
        self._failure = ""
        log.error("worker %d ended with status %d%s; starting another", pid, status, reason)
        worker.pause = min(worker.pause * 2, _LONGEST_PAUSE_SECONDS)

    def _check_start(self, started: float) -> None:
        if self._failure:
            self._stopping = True
        elif all(w.ready for w in self._workers):
            self._announced = True
            self._announce()
        elif time.monotonic() - started > _START_SECONDS:
            self._failure = "the workers did not start in time"
            self._stopping = True

    def _announce(self) -> None:
        host = self._config.host
        shown = f"[{host}]" if ":" in host else host
        count = len(self._workers)
        plural = "" if count == 1 else "s"
        if self._scheduler == "server":
            due = "Due work: done by this server, every 5 seconds"
        else:
            due = f"Due work: done inside the database by {self._scheduler}"
        sys.stdout.write(
            f"Serving on http://{shown}:{self._port} ({count} worker{plural})\n{due}\n"
        )
        sys.stdout.flush()

    def _stop(self) -> None:
        """Stop listening, let the workers finish, end those that do not."""
        self._stopping = True
        for worker in self._workers:
            worker.listener.close()
        self._signal_all(signal.SIGTERM)
        deadline = time.monotonic() + _STOP_SECONDS
        while any(w.pid for w in self._workers) and time.monotonic() < deadline:
            select.select([self._woken], [], [], 0.2)
            with contextlib.suppress(BlockingIOError):
                os.read(self._woken, 4096)
            self._reap()
        self._signal_all(signal.SIGKILL)
        for worker in self._workers:
            if worker.pid:
                os.waitpid(worker.pid, 0)

    def _signal_all(self, number: int) -> None:
        for worker in self._workers:
            if worker.pid:
                os.kill(worker.pid, number)


def _listeners(host: str, port: int, count: int) -> list[socket.socket]:
    """One listening socket for each worker, all on one port; raises ServeError.

    They are made here and outlive a worker, so that clients in the queue of one that died are
    served by the next.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        raise ServeError(f"slotkeeper: HOST: {host}: {error.strerror}") from None
    found.sort(key=lambda info: info[0] != socket.AF_INET)
    family, _, _, _, address = found[0]
    try:
        # Without SO_REUSEPORT the port must be free of any other server, our own kind too.
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen(1)
            address = (address[0], probe.getsockname()[1], *address[2:])
        return [_listener(family, address) for _ in range(count)]
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            reason = "is in use by another program; set PORT to another one"
        else:
            reason = error.strerror or "cannot be used"
        raise ServeError(f"slotkeeper: port {port} of {host} {reason}") from None


def _listener(family: int, address: tuple[object, ...]) -> socket.socket:
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listener.bind(address)
    listener.listen(_BACKLOG)
    listener.setblocking(False)
    return listener
