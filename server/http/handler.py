"""The way of a request: route, method, token, role, media types, body, arguments, PostgreSQL.

This is the hot path. A generated route costs one statement; nothing here looks into its result.
"""

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import hdrs, web

from server.catalog import JSON, chosen
from server.database import DatabaseError, problem_for
from server.http.answers import Answer, next_link, problem_answer
from server.http.cors import Cors
from server.http.requests import (
    check_accept,
    query_of,
    read_arguments,
    received,
    request_id_of,
    target_of,
)
from server.http.service import Request, Service, role_of
from server.http.tokens import NOBODY
from server.problems import Problem, internal_error

log = logging.getLogger("slotkeeper.http")
access_log = logging.getLogger("slotkeeper.requests")

OwnRoute = Callable[[web.BaseRequest, str], Awaitable[Answer]]


class Handler:
    """Answers every request: the generated routes itself, `own` routes by path and method."""

    def __init__(self, service: Service, own: Mapping[str, Mapping[str, OwnRoute]]) -> None:
        self._service = service
        self._own = own
        self._cors = Cors(service.config.cors_origins)
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
            milliseconds = (loop.time() - begun) * 1000
            access_log.info("%s %d %.1fms %s", _line(request), status, milliseconds, request_id)
        return answer

    async def _guarded(self, request: web.BaseRequest, request_id: str) -> Answer:
        try:
            answer = await self._answer(request, request_id)
        except Exception as error:  # noqa: BLE001 - what is no refusal is logged, in one line
            problem = _problem_of(error, request, request_id)
            preflight = self._cors and self._cors.preflight(request, problem, request_id)
            answer = preflight or problem_answer(problem, request_id)
        if self._cors:
            self._cors.add_to(answer, request)
        return answer

    async def _answer(self, request: web.BaseRequest, request_id: str) -> Answer:
        path, query = target_of(request)
        method, headers, service = request.method, request.headers, self._service
        own = self._own.get(path)
        if own is not None:
            return await chosen(own, method)(request, request_id)
        catalog = service.catalog
        match = catalog.routes.match(method, path)
        authorization = headers.get(hdrs.AUTHORIZATION)
        identity = NOBODY if authorization is None else service.tokens.identify(authorization)
        role = role_of(identity, catalog, match)
        check_accept(request, match.route.function.media_type)
        # A body means nothing in a GET (RFC 9110), so it is not looked at there.
        body: Mapping[str, object] = {}
        if receives := match.route.function.documentation.receives:
            body = await received(request, receives)
        elif match.route.method != "GET":
            body = await read_arguments(request)
        pairs = query_of(query)
        status, row = await service.call(
            Request(request_id, method, path, identity, pairs, headers, body), match, role
        )
        more = len(row) > 1 and row[1]
        link = next_link(path, pairs, more.decode()) if more else b""
        if match.route.function.media_type != JSON:
            kind = f"{match.route.function.media_type}; charset=utf-8"
            return Answer(status, row[0] or b"", request_id, media_type=kind)
        return Answer(status, row[0] or b"null", request_id, link)


def _problem_of(error: Exception, request: web.BaseRequest, request_id: str) -> Problem:
    """What the caller hears of an error; what nobody expected is logged."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, DatabaseError):
        problem = problem_for(error)
        if problem.status != 500 and error.sqlstate != "42501":
            return problem
        said = f"PostgreSQL says {error.sqlstate} {error.message}"
    else:
        problem = internal_error()
        frames = traceback.extract_tb(error.__traceback__)[-3:]
        places = " < ".join(f"{f.filename}:{f.lineno} {f.name}" for f in reversed(frames))
        said = f"{type(error).__name__}: {error} at {places}"
    log.error("request %s: %s: %s", request_id, _line(request), " ".join(said.split()))
    return problem


def _line(request: web.BaseRequest) -> str:
    """Method and path as they may stand in a log."""
    path = target_of(request)[0].encode("ascii", "backslashreplace").decode()
    return f"{request.method} {path}"
