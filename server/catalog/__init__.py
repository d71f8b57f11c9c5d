"""The HTTP API as PostgreSQL's catalog describes it.

`CATALOG_QUERY` asks, `read_catalog` understands: routes, argument checks, statements,
documentation.
"""

from server.catalog.arguments import Call, KeptText, ServerValue
from server.catalog.body import parse_body
from server.catalog.model import CatalogError
from server.catalog.operations import OwnOperation
from server.catalog.query import CATALOG_QUERY
from server.catalog.reader import Catalog, read_catalog
from server.catalog.routes import Function, Match, Route, RouteTable
from server.catalog.types import Codec

__all__ = [
    "CATALOG_QUERY",
    "Call",
    "Catalog",
    "CatalogError",
    "Codec",
    "Function",
    "KeptText",
    "Match",
    "OwnOperation",
    "Route",
    "RouteTable",
    "ServerValue",
    "parse_body",
    "read_catalog",
]
