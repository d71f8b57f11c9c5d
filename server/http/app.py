"""The HTTP application: aiohttp's server with the one handler behind it."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from server.catalog import Catalog, openapi_document
from server.http import health, sessions
from server.http.bounds import Bounds
from server.http.docs import Docs
from server.http.handler import Handler, OwnRoute
from server.http.health import Health
from server.http.protocol import Server
from server.http.service import Service
from server.http.sessions import Sessions


def make_server(service: Service) -> web.Server:
    """The server of a service that has been started."""
    config = service.config
    bounds = Bounds(config.max_connections, config.max_connections_per_address)
    return Server(Handler(service, own_routes(service)), bounds)


def own_routes(service: Service) -> Mapping[str, Mapping[str, OwnRoute]]:
    """What is not generated from the catalog, by path and method."""
    handlers = Sessions(service)
    return {
        **{
            route.path: {route.method: answer}
            for name, answer in handlers.by_function().items()
            for route in service.catalog.own_routes[name]
        },
        "/health": {"GET": Health(service).show},
        **Docs(service, describe).routes(),
    }


def describe(catalog: Catalog) -> Mapping[str, Any]:
    """The OpenAPI document: the catalog's routes and the server's own."""
    return openapi_document(catalog, sessions.own_operations(catalog), health.path_items())
