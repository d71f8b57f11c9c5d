"""The sockets on which `serve` listens."""

import errno
import socket

from server.config import OperatorError

BACKLOG = 2048


def check_port(host: str, port: int) -> int:
    """Return the port, a free one instead of 0; raises OperatorError where it is not to be had."""
    try:
        # Without SO_REUSEPORT it must be free of any other server, our own kind too.
        with socket.create_server((host, port), family=_family(host)) as probe:
            free: int = probe.getsockname()[1]
            return free
    except OSError as error:
        reason = (error.strerror or "").partition(" (")[0]
        advice = " (set PORT)" if error.errno in (errno.EADDRINUSE, errno.EACCES) else ""
        raise OperatorError(
            f"cannot listen on HOST {host}, PORT {port}: {reason}{advice}"
        ) from None


def open_listeners(host: str, port: int, count: int) -> list[socket.socket]:
    """Return a listening socket for each worker, all on one port; raises OperatorError.

    A common one would give most connections to the worker that happens to be awake. They outlive
    a worker, so that clients in the queue of one that died are served by the next.
    """
    address = (host, check_port(host, port))
    return [
        socket.create_server(address, family=_family(host), backlog=BACKLOG, reuse_port=True)
        for _ in range(count)
    ]


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
