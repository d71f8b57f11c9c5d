"""One worker process: an event loop, a service, aiohttp's server on the socket of its place."""

import asyncio
import gc
import logging
import os
import signal

import uvloop
from aiohttp import web
from gunicorn.workers import base

from server.config import OperatorError, ServeConfig
from server.http.app import make_server
from server.http.listeners import BACKLOG
from server.http.service import Service

log = logging.getLogger("slotkeeper.worker")

_BEAT_SECONDS = 1.0
_DRAIN_SECONDS = 15.0
_TURNS = 10
_TURN_SECONDS = 0.005


class Worker(base.Worker):  # type: ignore[misc] # gunicorn has no types
    """What gunicorn's arbiter forks, watches by its heartbeat, and replaces when it died."""

    place: int
    """Which of the listeners is this one's."""

    def init_signals(self) -> None:
        """Leave the arbiter's ways of handling signals; the event loop has its own."""
        for number in base.Worker.SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        # A Ctrl-C reaches the whole group; the arbiter passes it on in its own way.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, base.Worker.SIGNALS)

    def run(self) -> None:
        """Serve until SIGTERM or SIGQUIT, or until the arbiter is gone; then end in order."""
        uvloop.run(self._serve(self.app.config))

    async def _serve(self, config: ServeConfig) -> None:
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGQUIT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        beating = asyncio.create_task(self._beat(stop))
        service = Service(config)
        try:
            await service.start()
        except OperatorError as error:
            log.error("%s; trying again", error)  # noqa: TRY400 - it says all in one line
            await asyncio.sleep(_BEAT_SECONDS)
            raise SystemExit(1) from None
        runner = web.ServerRunner(make_server(service), shutdown_timeout=_DRAIN_SECONDS)
        self._give_up_privileges()
        service.work()
        # What is alive now stays so; the collector need not look at it again and again.
        gc.collect()
        gc.freeze()
        await runner.setup()
        listener = self.sockets.pop(self.place)
        for another in self.sockets:
            # Else clients could connect to it after the one whose it is has stopped accepting.
            another.close()
        await web.SockSite(runner, listener, backlog=BACKLOG).start()
        self.app.ready.release()
        await stop.wait()
        await drain(runner)
        await service.stop()
        beating.cancel()

    async def _beat(self, stop: asyncio.Event) -> None:
        while os.getppid() == self.ppid:
            self.notify()
            await asyncio.sleep(_BEAT_SECONDS)
        stop.set()

    def _give_up_privileges(self) -> None:
        # Not earlier: files that are read until here may lie in a home that is closed to others.
        if self.app.account is not None:
            uid, gid = self.app.account
            os.setgid(gid)
            os.setuid(uid)


async def drain(runner: web.BaseRunner) -> None:
    """Accept nothing more, let requests in flight finish, and close every connection."""
    for site in runner.sites:
        await site.stop()
    # What was accepted is made, begun and read some turns later. A connection that the runner
    # closed between its making and its beginning would never be read, and hold up the end.
    for _ in range(_TURNS):
        await asyncio.sleep(_TURN_SECONDS)
    await runner.cleanup()
