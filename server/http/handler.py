"""The way of a request: route, method, token, role, media types, body, arguments, PostgreSQL.

This is the hot path. A generated route costs one statement; nothing here looks into its result.
"""

import asyncio
import logging
import re
import traceback
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import hdrs, web

from server import names
from server.catalog import Catalog, Match
from server.database import DatabaseError, problem_for
from server.http.answers import Answer, header, next_link, problem_answer
from server.http.requests import (
    check_accept,
    query_of,
    read_arguments,
    request_id_of,
    target_of,
)
from server.http.service import Service, Work
from server.http.tokens import ANONYMOUS, NOBODY, Identity
from server.problems import Problem, internal_error, unauthenticated

log = logging.getLogger("slotkeeper.http")
access_log = logging.getLogger("slotkeeper.requests")

OwnRoute = Callable[[web.BaseRequest, str], Awaitable[Answer]]

_EXPOSED = b"Access-Control-Expose-Headers: Link, X-Request-Id, Retry-After\r\n"
_HEADER_NAMES = re.compile(r"[A-Za-z0-9-]+(?:\s*,\s*[A-Za-z0-9-]+)*")


class Handler:
    """Answers every request: the generated routes itself, `own` routes by path and method."""

    def __init__(self, service: Service, own: Mapping[str, Mapping[str, OwnRoute]]) -> None:
        self._service = service
        self._own = own
        self._origins = frozenset(service.config.cors_origins)
        self._log_requests = service.config.log_requests

    async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer; never raises but for cancellation."""
        request_id = request_id_of(request)
        if self._log_requests:
            return await self._logged(request, request_id)
        return await self._guarded(request, request_id)

    async def _logged(self, request: web.BaseRequest, request_id: str) -> Answer:
        loop = asyncio.get_running_loop()
        begun = loop.time()
        status = 499  # the client left before there was an answer
        try:
            answer = await self._guarded(request, request_id)
            status = answer.status
        finally:
            access_log.info(
                "%s %s %d %.1fms %s",
                request.method,
                printable(target_of(request)[0]),
                status,
                (loop.time() - begun) * 1000,
                request_id,
            )
        return answer

    async def _guarded(self, request: web.BaseRequest, request_id: str) -> Answer:
        try:
            answer = await self._answer(request, request_id)
        except Problem as problem:
            answer = problem_answer(problem, request_id)
        except DatabaseError as error:
            refusal = problem_for(error)
            if refusal.status == 500 or error.sqlstate == "42501":
                log.error(  # noqa: TRY400 - what PostgreSQL said is all there is to say
                    "request %s: %s %s: PostgreSQL says %s %s",
                    request_id,
                    request.method,
                    printable(target_of(request)[0]),
                    error.sqlstate,
                    " ".join(error.message.split()),
                )
            answer = problem_answer(refusal, request_id)
        except Exception as error:  # noqa: BLE001 - logged below, in one line
            log.error(  # noqa: TRY400
                "request %s: %s %s: %s",
                request_id,
                request.method,
                printable(target_of(request)[0]),
                summary(error),
            )
            answer = problem_answer(internal_error(), request_id)
        if self._origins:
            self._add_cors(request, answer)
        return answer

    async def _answer(self, request: web.BaseRequest, request_id: str) -> Answer:
        path, query = target_of(request)
        own = self._own.get(path)
        if own is not None:
            return await self._own_answer(request, request_id, own)
        service = self._service
        catalog = service.catalog
        method = request.method
        try:
            match = catalog.routes.match(method, path)
        except Problem as problem:
            if method == "OPTIONS" and problem.status == 405 and self._is_preflight(request):
                return preflight_answer(request, request_id, problem.headers["Allow"])
            raise
        headers = request.headers
        authorization = headers.get(hdrs.AUTHORIZATION)
        identity = NOBODY if authorization is None else service.tokens.identify(authorization)
        _role_of(identity, catalog, match)
        check_accept(request)
        # A body means nothing in a GET (RFC 9110), so it is not looked at there.
        body = {} if match.route.method == "GET" else await read_arguments(request)
        pairs = query_of(query)

        def prepare(current: Catalog) -> Work:
            # Only after a deploy during this very request is it not the one that was checked.
            nonlocal match
            if current is not catalog:
                match = current.routes.match(method, path)
            function = match.route.function
            return Work(
                _role_of(identity, current, match),
                function.call,
                function.call.bind(identity.claims, match.path_arguments, pairs, headers, body),
                function.read_only,
            )

        row = await service.run(prepare)
        status = match.route.status
        content = row[0]
        if len(row) > 1 and row[1] is not None:
            link = next_link(path, pairs, row[1].decode())
            return Answer(status, content or b"[]", request_id, link)
        return Answer(status, content or (b"" if status == 204 else b"null"), request_id)

    async def _own_answer(
        self, request: web.BaseRequest, request_id: str, own: Mapping[str, OwnRoute]
    ) -> Answer:
        method = request.method
        answer = own.get("GET" if method == "HEAD" else method)
        if answer is not None:
            return await answer(request, request_id)
        allowed = ", ".join(sorted({*own, "HEAD"} if "GET" in own else own))
        if method == "OPTIONS" and self._is_preflight(request):
            return preflight_answer(request, request_id, allowed)
        raise Problem(
            405,
            "method_not_allowed",
            f"This route answers {allowed} only.",
            headers={"Allow": allowed},
        )

    # -- other origins

    def _is_preflight(self, request: web.BaseRequest) -> bool:
        return (
            bool(self._origins)
            and hdrs.ORIGIN in request.headers
            and hdrs.ACCESS_CONTROL_REQUEST_METHOD in request.headers
        )

    def _add_cors(self, request: web.BaseRequest, answer: Answer) -> None:
        origin = request.headers.get(hdrs.ORIGIN)
        if "*" in self._origins:
            answer.add(b"Access-Control-Allow-Origin: *\r\n" + _EXPOSED)
            return
        answer.add(b"Vary: Origin\r\n")
        if origin is not None and origin in self._origins:
            answer.add(header("Access-Control-Allow-Origin", origin) + _EXPOSED)


def preflight_answer(request: web.BaseRequest, request_id: str, allowed: str) -> Answer:
    """The answer to a browser that asks what a page of another origin may send."""
    lines = header("Access-Control-Allow-Methods", allowed)
    wanted = request.headers.get(hdrs.ACCESS_CONTROL_REQUEST_HEADERS, "")
    if _HEADER_NAMES.fullmatch(wanted):
        lines += header("Access-Control-Allow-Headers", wanted)
    return Answer(204, b"", request_id, lines + b"Access-Control-Max-Age: 600\r\n")


def printable(text: str) -> str:
    """Text from outside as it may stand in a log line."""
    return text.encode("ascii", "backslashreplace").decode()


def summary(error: BaseException) -> str:
    """An exception in one line: what, and the last places it came through."""
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    places = " < ".join(f"{f.filename}:{f.lineno} {f.name}" for f in reversed(frames))
    return " ".join(f"{type(error).__name__}: {error} at {places}".split())


def _role_of(identity: Identity, catalog: Catalog, match: Match) -> str:
    """The database role that a caller acts as; raises Problem 401 or 403."""
    if identity is NOBODY:
        role = names.ANONYMOUS
    else:
        known = catalog.web_roles.get(identity.role)
        if known is None or identity.role == ANONYMOUS:
            raise unauthenticated("The access token is not valid.")
        role = known
    if role not in match.route.roles:
        if identity is NOBODY:
            raise unauthenticated("This route needs an access token.")
        raise Problem(403, "forbidden", "This account may not use this route.")
    return role
