"""One worker process: an event loop, a service, an HTTP server on a socket it was given."""

import asyncio
import gc
import json
import os
import signal
import socket

import uvloop
from aiohttp import web

from server.config import ServeConfig
from server.http.app import make_server
from server.http.requests import restart_request_ids
from server.http.service import Service, StartError

_DRAIN_SECONDS = 15.0


def run_worker(config: ServeConfig, listener: socket.socket, reports: int, alive: int) -> int:
    """Serve until SIGTERM; the exit status.

    One JSON line on the pipe `reports` tells whether the start was a success. The process ends at
    once when nobody holds the writing end of the pipe `alive` any more.
    """
    restart_request_ids()
    return uvloop.run(_serve(config, listener, reports, alive))


async def _serve(config: ServeConfig, listener: socket.socket, reports: int, alive: int) -> int:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    loop.add_reader(alive, os._exit, 1)
    service = Service(config)
    try:
        await service.start()
    except StartError as error:
        _report(reports, {"error": str(error)})
        await service.stop()
        return 1
    # What is alive now stays so; the collector need not look at it again and again.
    gc.collect()
    gc.freeze()
    runner = web.ServerRunner(make_server(service), shutdown_timeout=_DRAIN_SECONDS)
    await runner.setup()
    await web.SockSite(runner, listener, backlog=2048).start()
    _report(reports, {"ready": True, "scheduler": service.scheduler})
    await stop.wait()
    await runner.cleanup()
    await service.stop()
    return 0


def _report(pipe: int, report: dict[str, object]) -> None:
    os.write(pipe, json.dumps(report).encode())
    os.close(pipe)
