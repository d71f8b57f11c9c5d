"""Connections: how many there may be, how long they may be silent, how large a head may be."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from ipaddress import IPv6Address
from typing import cast

from aiohttp import web

from server.http.answers import problem_answer
from server.http.heads import MAXIMUM_HEAD_BYTES, HeadParser, HeadTooLargeError
from server.http.requests import new_request_id, request_id_of
from server.problems import Problem, internal_error, overloaded

log = logging.getLogger("slotkeeper.http")

# As many more may wait for the word that they are not served.
MOST_TURNED_AWAY = 128

_KEEPALIVE_SECONDS = 75.0
_HEAD_SECONDS = 10.0
_LINGER_SECONDS = 2.0
_TURNED_AWAY_SECONDS = 1.0
_SAY_AGAIN_SECONDS = 60.0
_SLICE_BYTES = 16384
# aiohttp would keep 32 requests that wait for one before them, each with its head.
_PIPELINED = 4


class Connections(web.Server):
    """aiohttp's low-level server: no router and no middleware, for the catalog is the router.

    A `web.Application` would find its one catch-all route anew for each request, at about a third
    of what all of aiohttp costs otherwise. It serves `most` connections at a time, of one address
    `most_per_address` (0: any number); any other gets 503 and is closed.
    """

    def __init__(
        self,
        handler: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]],
        most: int,
        most_per_address: int,
    ) -> None:
        super().__init__(handler, handler_cancellation=True)
        self.turned_away = 0
        self._most = most
        self._most_per_address = most_per_address or most
        self._served = 0
        self._served_of: Counter[str] = Counter()
        self._quiet_until = 0.0

    def __call__(self) -> web.RequestHandler:
        """The protocol of one more connection."""
        return Protocol(self)

    def admit(self, address: str) -> bool:
        """Whether one more connection is served; then it counts until `release`."""
        if self._served >= self._most or self._served_of[address] >= self._most_per_address:
            self._say_so()
            return False
        self._served += 1
        self._served_of[address] += 1
        return True

    def release(self, address: str) -> None:
        """A connection that was admitted has ended."""
        self._served -= 1
        self._served_of[address] -= 1
        if not self._served_of[address]:
            del self._served_of[address]

    def _say_so(self) -> None:
        """One line for as long as it lasts."""
        now = self._loop.time()
        if now >= self._quiet_until:
            log.warning(
                "connections are turned away: %d are open; this worker serves %d, of one address %d"
                " (MAX_CONNECTIONS, MAX_CONNECTIONS_PER_ADDRESS, limit of open files)",
                self._served,
                self._most,
                self._most_per_address,
            )
        self._quiet_until = now + _SAY_AGAIN_SECONDS


class Protocol(web.RequestHandler):
    """One connection. What is not even HTTP is answered in the shape of all other errors."""

    __slots__ = ("_address", "_connections", "_deadline", "_heads")

    def __init__(self, connections: Connections) -> None:
        loop = asyncio.get_running_loop()
        super().__init__(
            connections,
            loop=loop,
            access_log=None,  # type: ignore[arg-type]
            keepalive_timeout=_KEEPALIVE_SECONDS,
            lingering_time=_LINGER_SECONDS,
            auto_decompress=False,
        )
        self._max_msg_queue_size, self._msg_queue_resume_size = _PIPELINED, _PIPELINED // 2
        self._parser = self._heads = HeadParser(
            self,
            loop,
            self._read_bufsize,
            payload_exception=web.RequestPayloadError,
            auto_decompress=False,
            max_msg_queue_size=_PIPELINED,
        )
        self._connections = connections
        self._address: str | None = None
        # Running until the first head is complete, and whenever part of one has come.
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Serve it, or turn it away."""
        address = _network_of(transport.get_extra_info("peername"))
        if not self._connections.admit(address):
            transport.set_protocol(TurnedAway(self._connections))
            transport.get_protocol().connection_made(transport)
            return
        self._address = address
        self._deadline = self._loop.call_later(_HEAD_SECONDS, self._too_slow)
        super().connection_made(transport)

    def connection_lost(self, exc: BaseException | None) -> None:
        """Its place is free; a request in progress is cancelled."""
        if self._address is not None:
            self._connections.release(self._address)
            self._address = None
        if self._deadline is not None:
            self._deadline.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse it, a slice at a time; complete requests wait for their turn."""
        if len(data) > _SLICE_BYTES:
            for start in range(0, len(data), _SLICE_BYTES):
                self.data_received(data[start : start + _SLICE_BYTES])
            return
        super().data_received(data)
        if self._heads.pending:
            if self._deadline is None:
                self._deadline = self._loop.call_later(_HEAD_SECONDS, self._too_slow)
        elif self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,  # noqa: ARG002
    ) -> web.StreamResponse:
        """The answer to a request that never reached the handler; ends the connection."""
        self.close()
        if status >= 500:
            problem = internal_error()
        elif isinstance(exc, HeadTooLargeError):
            detail = f"Target and headers may have {MAXIMUM_HEAD_BYTES} bytes at most."
            problem = Problem(431, "headers_too_large", detail)
        else:
            problem = Problem(400, "bad_request", "This is not a well-formed HTTP request.")
        answer = problem_answer(problem, request_id_of(request))
        answer.linger = _LINGER_SECONDS
        return answer

    def _too_slow(self) -> None:
        self._deadline = None
        if self._request_in_progress:
            # The head behind it has its time when its turn comes.
            self._deadline = self._loop.call_later(_HEAD_SECONDS, self._too_slow)
        else:
            self.force_close()


class TurnedAway(asyncio.Protocol):
    """A connection too many. It hears so when it has spoken, or after a second.

    Not before, for a client may be deaf while it sends; and a connection that is closed before its
    request was read is reset, its answer lost.
    """

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._transport: asyncio.Transport | None = None
        self._end: asyncio.TimerHandle | None = None
        self._answered = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait a little; or not at all where too many wait already."""
        self._transport = cast(asyncio.Transport, transport)
        if self._connections.turned_away >= MOST_TURNED_AWAY:
            self._transport.abort()
            return
        self._connections.turned_away += 1
        loop = asyncio.get_running_loop()
        self._end = loop.call_later(_TURNED_AWAY_SECONDS, self._close)

    def data_received(self, data: bytes) -> None:  # noqa: ARG002
        """Say that it is not served, whatever it wants."""
        assert self._transport is not None
        if not self._answered:
            self._answered = True
            answer = problem_answer(overloaded("Too many connections."), new_request_id())
            self._transport.write(answer.encoded(keep_alive=False))
            self._transport.write_eof()

    def connection_lost(self, exc: BaseException | None) -> None:  # noqa: ARG002
        """It has gone."""
        if self._end is not None:
            self._end.cancel()
            self._connections.turned_away -= 1

    def _close(self) -> None:
        assert self._transport is not None
        self.data_received(b"")
        self._transport.close()


def _network_of(peer: tuple[str, int] | None) -> str:
    """The address of a client, or the network of 64 bits that an IPv6 address belongs to."""
    host = peer[0] if peer else ""
    if ":" not in host:
        return host
    address = IPv6Address(host)
    return str(address.ipv4_mapped or f"{int(address) >> 64:x}::")
