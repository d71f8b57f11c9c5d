"""Pages of other origins: which may call, and what their browsers ask before."""

import re
from collections.abc import Iterable

from aiohttp import hdrs, web

from server.http.answers import Answer, header
from server.problems import Problem

_EXPOSED = b"Access-Control-Expose-Headers: Link, X-Request-Id, Retry-After\r\n"
_HEADER_NAMES = re.compile(r"[A-Za-z0-9, \t-]+")


class Cors:
    """The origins in CORS_ORIGINS; `*` stands for all."""

    def __init__(self, origins: Iterable[str]) -> None:
        self._origins = frozenset(origins)

    def __bool__(self) -> bool:
        """Whether there is anything to do."""
        return bool(self._origins)

    def preflight(
        self, request: web.BaseRequest, refusal: Problem, request_id: str
    ) -> Answer | None:
        """The answer to a browser that asks what it may send, in place of 405; None to others."""
        headers = request.headers
        if (
            refusal.status != 405
            or request.method != "OPTIONS"
            or hdrs.ORIGIN not in headers
            or hdrs.ACCESS_CONTROL_REQUEST_METHOD not in headers
        ):
            return None
        lines = header("Access-Control-Allow-Methods", refusal.headers["Allow"])
        wanted = headers.get(hdrs.ACCESS_CONTROL_REQUEST_HEADERS, "")
        if _HEADER_NAMES.fullmatch(wanted):
            lines += header("Access-Control-Allow-Headers", wanted)
        return Answer(204, b"", request_id, lines + b"Access-Control-Max-Age: 600\r\n")

    def add_to(self, answer: Answer, request: web.BaseRequest) -> None:
        """Add what lets a page of a listed origin read the answer."""
        origin = request.headers.get(hdrs.ORIGIN)
        if "*" in self._origins:
            answer.add(b"Access-Control-Allow-Origin: *\r\n" + _EXPOSED)
            return
        answer.add(b"Vary: Origin\r\n")
        if origin is not None and origin in self._origins:
            answer.add(header("Access-Control-Allow-Origin", origin) + _EXPOSED)
