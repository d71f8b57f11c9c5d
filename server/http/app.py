"""The HTTP application: aiohttp's server with the one handler behind it."""

import resource
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from server.catalog import Catalog
from server.http import health, sessions
from server.http.bounds import Bounds
from server.http.docs import Docs
from server.http.handler import Handler, OwnRoute
from server.http.health import Health
from server.http.protocol import MOST_TURNED_AWAY, Server
from server.http.service import Service
from server.http.sessions import Sessions

# The listener, the log and what else a process has open.
_OTHER_FILES = 64


def make_server(service: Service) -> web.Server:
    """The server of a service that has been started, within the process's limit of open files."""
    config = service.config
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    pools = config.pool_size * (len(service.catalog.web_roles) + 1)
    most = min(config.max_connections, files - pools - MOST_TURNED_AWAY - _OTHER_FILES)
    bounds = Bounds(max(most, 1), config.max_connections_per_address)
    return Server(Handler(service, own_routes(service)), bounds)


def own_routes(service: Service) -> Mapping[str, Mapping[str, OwnRoute]]:
    """What is not generated from the catalog, by path and method."""
    handlers = Sessions(service)
    return {
        sessions.REGISTER: {"POST": handlers.register},
        sessions.LOGIN: {"POST": handlers.login},
        sessions.REFRESH: {"POST": handlers.refresh},
        sessions.LOGOUT: {"POST": handlers.logout},
        "/health": {"GET": Health(service).show},
        **Docs(service, describe).routes(),
    }


def describe(catalog: Catalog) -> Mapping[str, Any]:
    """The OpenAPI document: the catalog's routes and the server's own."""
    return catalog.openapi(sessions.own_operations(catalog), health.path_items())
