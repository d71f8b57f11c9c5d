"""Responses that are written in one piece."""

import asyncio
import time
from collections.abc import Iterable
from email.utils import formatdate
from functools import cache, lru_cache
from urllib.parse import quote, urlencode

from aiohttp import HttpVersion10, hdrs, web

from server.catalog import JSON
from server.problems import MEDIA_TYPE, Problem, title_of

_NO_STORE = "no-store"
_EMPTY_STATUSES = frozenset({204, 304})
_DRAIN_ABOVE_BYTES = 65536
_PATH_CHARACTERS = "/%:@!$&'()*+,;=-._~"


class Answer(web.StreamResponse):
    """A response whose head and body go to the socket in one write, unless it is large.

    aiohttp's own `Response` keeps its headers in a case-insensitive multi-dictionary and serializes
    them anew each time: with it, a short read took 16 to 25 % more of the server's CPU.
    `headers` are whole header lines, see `header`. `linger` is for how many seconds the connection
    is still read after it, which keeps the answer from being lost where it cuts the client short.
    """

    linger = 0.0

    # Not the base class's, which would build what this class exists to avoid.
    def __init__(
        self,
        status: int,
        body: bytes,
        request_id: str,
        headers: bytes = b"",
        *,
        media_type: str = JSON,
        caching: str = _NO_STORE,
    ) -> None:
        self._status = status
        self._bytes = body
        self._request_id = request_id
        self._extra = headers
        self._kind = (status, media_type, caching)

    def add(self, headers: bytes) -> None:
        """Add whole header lines."""
        self._extra += headers

    def parts(
        self, *, keep_alive: bool, old: bool = False, bodiless: bool = False
    ) -> tuple[bytes, bytes]:
        """Head and body as they are sent; `old` is HTTP/1.0, `bodiless` the answer to HEAD."""
        status, body, extra = self._status, self._bytes, self._extra
        head, date = _head(*self._kind), _date(int(time.time()))
        if not keep_alive:
            extra += b"Connection: close\r\n"
        elif old:
            extra += b"Connection: keep-alive\r\n"
        if status not in _EMPTY_STATUSES:
            extra += b"Content-Length: %d\r\n" % len(body)
        if bodiless or status in _EMPTY_STATUSES:
            body = b""
        request_id = self._request_id.encode("latin-1")
        lines = b"%bX-Request-Id: %b\r\nDate: %b\r\n%b\r\n" % (head, request_id, date, extra)
        return lines, body

    async def prepare(self, request: web.BaseRequest) -> None:
        """Write everything; raises ConnectionError if the client has gone."""
        transport = request.transport
        if transport is None:
            raise ConnectionResetError("the client has gone")
        # What came in one piece with a request to upgrade to HTTP/2 is lost in aiohttp's parser.
        self._keep_alive = request.keep_alive and hdrs.UPGRADE not in request.headers
        head, body = self.parts(
            keep_alive=self._keep_alive,
            old=request.version == HttpVersion10,
            bodiless=request.method == "HEAD",
        )
        if len(body) > _DRAIN_ABOVE_BYTES:
            # Clients that do not read a file share its bytes; a copy for each took 1.3 MB.
            transport.write(head)
            transport.write(body)
        else:
            transport.write(head + body)
        self._eof_sent = True
        if transport.get_write_buffer_size() > _DRAIN_ABOVE_BYTES:
            await request.writer.drain()
        if self.linger:
            transport.write_eof()
            await asyncio.sleep(self.linger)

    async def write_eof(self, data: bytes = b"") -> None:
        """All has been written already."""


def problem_answer(problem: Problem, request_id: str) -> Answer:
    """The response that says what went wrong."""
    headers = b"".join([header(name, value) for name, value in problem.headers.items()])
    return Answer(
        problem.status, problem.body(request_id), request_id, headers, media_type=MEDIA_TYPE
    )


def header(name: str, value: str) -> bytes:
    """One header line; what could break out of it is left out."""
    clean = "".join([c for c in value if c >= " " and c != "\x7f"])
    return f"{name}: {clean}\r\n".encode("latin-1", "replace")


def next_link(path: str, query: Iterable[tuple[str, str]], after: str) -> bytes:
    """The header line that leads to the following page: the same request, further on."""
    pairs = [pair for pair in query if pair[0] != "after"] + [("after", after)]
    target = f"{quote(path, safe=_PATH_CHARACTERS)}?{urlencode(pairs)}"
    return header("Link", f'<{target}>; rel="next"')


@cache
def _head(status: int, media_type: str, caching: str) -> bytes:
    kind = "" if status in _EMPTY_STATUSES else f"Content-Type: {media_type}\r\n"
    return (
        f"HTTP/1.1 {status} {title_of(status)}\r\n{kind}Cache-Control: {caching}\r\n"
        "X-Content-Type-Options: nosniff\r\n"
    ).encode()


@lru_cache(1)
def _date(second: int) -> bytes:
    return formatdate(second, usegmt=True).encode()
