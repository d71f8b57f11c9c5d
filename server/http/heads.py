"""The head of a request: parsed by aiohttp, bounded as a whole."""

from typing import Any

from aiohttp import StreamReader, web
from aiohttp.http import HttpProcessingError, HttpRequestParser

MAXIMUM_HEAD_BYTES = 32768

_NOTHING: tuple[Any, bool, bytes] = ((), False, b"")


class HeadTooLargeError(HttpProcessingError):
    """The request line and the header lines are too much together."""

    code = 431


class HeadParser(HttpRequestParser):
    """aiohttp's parser bounds each line and their number, a megabyte in all; this one the sum.

    Feed it slices much smaller than the bound: what follows the end of a request in the same
    slice is not counted.
    """

    def __init__(self, connection: web.RequestHandler, *args: Any, **options: Any) -> None:
        super().__init__(connection, *args, **options)
        self._connection = connection
        # Bytes of a head that is not complete; 0 between requests and within bodies.
        self.pending = 0
        self._body: StreamReader | None = None
        self._body_bytes = 0

    def feed_data(self, data: bytes) -> tuple[Any, bool, bytes]:  # type: ignore[override]
        """What is complete with this data; raises HeadTooLargeError, and is deaf from then on."""
        if self.pending > MAXIMUM_HEAD_BYTES:
            return _NOTHING
        found: tuple[Any, bool, bytes] = super().feed_data(data)
        if found[0]:
            payload: StreamReader = found[0][-1][1]
            self._body = None if payload.is_eof() else payload
            self._body_bytes = self.pending = 0
        elif self._body is None:
            self.pending += len(data)
            if self.pending > MAXIMUM_HEAD_BYTES:
                raise HeadTooLargeError
        elif self._body.is_eof():
            self._body = None
        else:
            self._body_bytes += len(data)
            # Chunks of hardly a byte, or trailers as large as no head may be: cut off.
            if self._body_bytes > 2 * self._body.total_bytes + MAXIMUM_HEAD_BYTES:
                self._connection.force_close()
        return found
