"""The HTTP API as PostgreSQL's catalog describes it.

`CATALOG_QUERY` asks, `read_catalog` understands: routes, argument checks, statements,
documentation.
"""

from server.catalog.arguments import Call, ServerValue
from server.catalog.body import parse_body
from server.catalog.model import CatalogError, Function
from server.catalog.query import CATALOG_QUERY
from server.catalog.reader import Catalog, read_catalog
from server.catalog.routes import Match, Route, RouteTable
from server.catalog.types import Codec, text_codec

__all__ = [
    "CATALOG_QUERY",
    "Call",
    "Catalog",
    "CatalogError",
    "Codec",
    "Function",
    "Match",
    "Route",
    "RouteTable",
    "ServerValue",
    "parse_body",
    "read_catalog",
    "text_codec",
]
