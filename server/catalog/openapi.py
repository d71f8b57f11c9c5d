"""The OpenAPI 3.1 document of all routes."""

from collections.abc import Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version
from types import MappingProxyType
from typing import Any

from server.catalog.operations import Operations, OwnOperation
from server.catalog.reader import Catalog
from server.catalog.responses import PROBLEM

_PACKAGE = "slotkeeper"
try:
    # Now: a worker without root's rights may be unable to read it, in a home closed to others.
    _VERSION = version(_PACKAGE)
except PackageNotFoundError:
    _VERSION = "0"
_OF_THE_WHOLE = """\
A caller who has logged in sends the header `Authorization: Bearer …` with the access token;
without it the caller is anonymous. Arguments come from the path, the query string and a JSON
body; where one is given in two places, both must agree. In a query string, an empty value of an
optional argument that cannot be an empty text means that it is absent. Errors are problem details
(RFC 9457): `code` is a stable word for programs, `detail` a sentence for people, and `errors` names
the wrong arguments. A long list comes in pages: while there is more, the header `Link` leads to the
next one."""


def openapi_document(
    catalog: Catalog,
    own: Iterable[OwnOperation] = (),
    hand_written: Mapping[str, Any] = MappingProxyType({}),
) -> dict[str, Any]:
    """The whole document: the catalog's routes, and what the server itself answers.

    `hand_written` are path items of routes that have no function; they may refer to the schema
    Problem.
    """
    operations = Operations(catalog.web_roles)
    paths: dict[str, dict[str, Any]] = {path: dict(item) for path, item in hand_written.items()}
    for route in catalog.routes:
        paths.setdefault(route.path, {})[route.method.lower()] = operations.of_route(route)
    for found in own:
        item = paths.setdefault(found.route.path, {})
        item[found.route.method.lower()] = operations.of_own(found)
    overview = catalog.overview
    schemas = {"Problem": PROBLEM, **operations.schemas.components}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": _PACKAGE.capitalize(),
            "version": _VERSION,
            "description": "\n\n".join(filter(None, (overview.description, _OF_THE_WHOLE))),
        },
        "servers": [{"url": "/", "description": "The server that this document comes from."}],
        "tags": [{"name": name, "description": text} for name, text in overview.topics.items()],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "responses": dict(sorted(operations.errors.components.items())),
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
            },
        },
    }
