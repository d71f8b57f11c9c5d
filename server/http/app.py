"""The HTTP application: aiohttp's server with the one handler behind it."""

import asyncio
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from server.catalog import Catalog
from server.http import health, sessions
from server.http.answers import problem_answer
from server.http.docs import Docs
from server.http.handler import Handler, OwnRoute
from server.http.health import Health
from server.http.requests import request_id_of
from server.http.service import Service
from server.http.sessions import Sessions
from server.problems import Problem

_KEEPALIVE_SECONDS = 75.0
_LINGER_SECONDS = 2.0


class Protocol(web.RequestHandler):
    """Answers what is not even HTTP in the shape of all other errors, and without a traceback."""

    __slots__ = ()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,  # noqa: ARG002
        message: str | None = None,  # noqa: ARG002
    ) -> web.StreamResponse:
        """The answer to a request that never reached the handler; ends the connection."""
        self.close()
        if status >= 500:
            problem = Problem(500, "internal_error", "Something went wrong on our side.")
        else:
            problem = Problem(400, "bad_request", "This is not a well-formed HTTP request.")
        return problem_answer(problem, request_id_of(request))


class Server(web.Server):
    """aiohttp's low-level server: no router and no middleware, for the catalog is the router.

    A `web.Application` would find its one catch-all route anew for each request, at about a third
    of what all of aiohttp costs otherwise.
    """

    def __call__(self) -> web.RequestHandler:
        """The protocol of one more connection."""
        return Protocol(
            self,
            loop=asyncio.get_running_loop(),
            access_log=None,  # type: ignore[arg-type]
            keepalive_timeout=_KEEPALIVE_SECONDS,
            lingering_time=_LINGER_SECONDS,
            auto_decompress=False,
        )


def make_server(service: Service) -> web.Server:
    """The server of a service that has been started."""
    return Server(Handler(service, own_routes(service)), handler_cancellation=True)


def own_routes(service: Service) -> Mapping[str, Mapping[str, OwnRoute]]:
    """What is not generated from the catalog, by path and method."""
    handlers = Sessions(service)
    return {
        sessions.REGISTER: {"POST": handlers.register},
        sessions.LOGIN: {"POST": handlers.login},
        sessions.REFRESH: {"POST": handlers.refresh},
        sessions.LOGOUT: {"POST": handlers.logout},
        "/health": {"GET": Health(service).show},
        **Docs(service, own_path_items).routes(),
    }


def own_path_items(catalog: Catalog) -> dict[str, Any]:
    """What the OpenAPI document says about them."""
    return {**sessions.path_items(catalog), **health.path_items()}
