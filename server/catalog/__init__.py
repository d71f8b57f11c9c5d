"""The HTTP API as PostgreSQL's catalog describes it.

`query` asks, `reader` understands: comments, types, signatures. A function has a `statement`, whose
parameters come from a request's `arguments`, and `routes` that lead to it. `openapi` writes all of
it down. What there is to know of a type is a row of the table in `types`.
"""

from server.catalog.arguments import Call, KeptText, ServerValue
from server.catalog.body import parse_body
from server.catalog.model import JSON, CatalogError
from server.catalog.openapi import OwnOperation, openapi_document
from server.catalog.query import CATALOG_QUERY
from server.catalog.reader import Catalog, read_catalog
from server.catalog.routes import Function, Match, Route, RouteTable, chosen

__all__ = [
    "CATALOG_QUERY",
    "JSON",
    "Call",
    "Catalog",
    "CatalogError",
    "Function",
    "KeptText",
    "Match",
    "OwnOperation",
    "Route",
    "RouteTable",
    "ServerValue",
    "chosen",
    "openapi_document",
    "parse_body",
    "read_catalog",
]
