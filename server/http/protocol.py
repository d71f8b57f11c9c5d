"""aiohttp's server and its connections: whom it serves, and what it does not wait for."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from typing import Any, cast

from aiohttp import web
from yarl import URL

from server.http.answers import problem_answer
from server.http.bounds import Bounds, network_of
from server.http.heads import MAXIMUM_HEAD_BYTES, HeadParser, HeadTooLargeError
from server.http.requests import MAXIMUM_BODY_BYTES, new_request_id, request_id_of
from server.problems import Problem, internal_error, overloaded

# So many more may wait for the word that they are not served.
MOST_TURNED_AWAY = 128

_KEEPALIVE_SECONDS = 75.0
_HEAD_SECONDS = 10.0
_LINGER_SECONDS = 2.0
_LEFT_SECONDS = 1.0
_TURNED_AWAY_SECONDS = 1.0
_UNREAD_MILLISECONDS = 30_000
_SLICE_BYTES = 16384
# aiohttp would keep 32 requests that wait for one before them, each with its head.
_PIPELINED = 4
_NO_HOST = URL("/")


class Server(web.Server):
    """aiohttp's low-level server: no router and no middleware, for the catalog is the router.

    Behind a `web.Application` with one route for all, a short read took 12 to 15 % more of
    the server's CPU. Connections beyond the bounds get 503 and are closed.
    """

    def __init__(
        self, handler: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]], bounds: Bounds
    ) -> None:
        super().__init__(handler, handler_cancellation=True, request_factory=self._bounded_request)
        self._bounds = bounds

    def __call__(self) -> web.RequestHandler:
        """The protocol of one more connection."""
        return Protocol(self, self._bounds)

    def _bounded_request(
        self, message: Any, payload: Any, protocol: Any, writer: Any, task: Any
    ) -> web.BaseRequest:
        if message.url.absolute:
            # aiohttp would decode the host, which nobody asks for; where it cannot, its task ends
            # and the connection stays open without an answer.
            message = message._replace(url=_NO_HOST)
        parts = (message, payload, protocol, writer, task, self._loop)
        return web.BaseRequest(*parts, client_max_size=MAXIMUM_BODY_BYTES)


class Protocol(web.RequestHandler):
    """One connection. What is not even HTTP is answered in the shape of all other errors."""

    __slots__ = ("_address", "_bounds", "_deadline", "_heads")

    def __init__(self, server: Server, bounds: Bounds) -> None:
        loop = asyncio.get_running_loop()
        super().__init__(
            server,
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
            # The sum is bounded, whatever one line takes of it.
            max_line_size=2 * MAXIMUM_HEAD_BYTES,
            max_field_size=2 * MAXIMUM_HEAD_BYTES,
            payload_exception=web.RequestPayloadError,
            auto_decompress=False,
            max_msg_queue_size=_PIPELINED,
        )
        self._bounds = bounds
        self._address = ""
        # Running until the first head is complete, and whenever part of one has come.
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Serve it, or turn it away."""
        address = network_of(transport.get_extra_info("peername"))
        if not self._bounds.admit(address):
            transport.set_protocol(TurnedAway(self._bounds))
            transport.get_protocol().connection_made(transport)
            return
        self._address = address
        # However long the keep-alive, what the client does not read takes memory.
        connection = transport.get_extra_info("socket")
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _UNREAD_MILLISECONDS)
        self._deadline = self._loop.call_later(_HEAD_SECONDS, self._too_slow)
        super().connection_made(transport)

    def connection_lost(self, exc: BaseException | None) -> None:
        """Its place is free; a request in progress is cancelled."""
        self._bounds.release(self._address)
        if self._deadline is not None:
            self._deadline.cancel()
        # It refers back to this; the memory of both is free at once.
        del self._heads
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

    def eof_received(self) -> bool:  # type: ignore[override]
        """The client sends no more: it has left, or waits for answers, for which it has a moment.

        Which of the two, only time tells; so a query of one who left is cancelled that much later.
        """
        asked = len(self._messages) + (self._waiter is None)
        if asked == 1:
            self.close()
        if asked:
            self._loop.call_later(_LEFT_SECONDS, self.force_close)
        return asked > 0

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

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._transport: asyncio.Transport | None = None
        self._end: asyncio.TimerHandle | None = None
        self._answered = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait a little; or not at all where too many wait already."""
        self._transport = cast(asyncio.Transport, transport)
        if self._bounds.turned_away >= MOST_TURNED_AWAY:
            self._transport.abort()
            return
        self._bounds.turned_away += 1
        loop = asyncio.get_running_loop()
        self._end = loop.call_later(_TURNED_AWAY_SECONDS, self._close)

    def data_received(self, data: bytes) -> None:  # noqa: ARG002
        """Say that it is not served, whatever it wants."""
        assert self._transport is not None
        if not self._answered:
            self._answered = True
            answer = problem_answer(overloaded("Too many connections."), new_request_id())
            self._transport.writelines(answer.parts(keep_alive=False))
            self._transport.write_eof()

    def connection_lost(self, exc: BaseException | None) -> None:  # noqa: ARG002
        """It has gone."""
        if self._end is not None:
            self._end.cancel()
            self._bounds.turned_away -= 1

    def _close(self) -> None:
        assert self._transport is not None
        self.data_received(b"")
        self._transport.close()
