"""The route table: from a method and a path to the function behind them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, TypeVar
from urllib.parse import unquote

from server.catalog.arguments import Call
from server.catalog.comments import Documentation, RouteLine
from server.catalog.model import CatalogError, Signature
from server.catalog.statement import statement_of
from server.catalog.types import Codec
from server.problems import Problem

_Answer = TypeVar("_Answer")


@dataclass(frozen=True)
class Function(Signature):
    """A function that the server calls, for callers who have one of the database `roles`.

    `codecs` has one for each argument; None: only the server may give it.
    """

    roles: frozenset[str]
    documentation: Documentation
    codecs: Mapping[str, Codec | None]

    @cached_property
    def call(self) -> Call:
        """How it is called."""
        return Call(statement_of(self), self.arguments, self.codecs)


@dataclass(frozen=True)
class Route(RouteLine):
    """One line of a function's comment; `status` is that of success."""

    status: int
    function: Function


class Match(NamedTuple):
    """A route, and the percent-decoded arguments in its path."""

    route: Route
    path_arguments: Mapping[str, str]


class _Node:
    """What may follow a path's beginning."""

    __slots__ = ("any_segment", "literal", "routes")

    def __init__(self) -> None:
        self.literal: dict[str, _Node] = {}
        self.any_segment: _Node | None = None
        self.routes: dict[str, Route] = {}

    def find(self, segments: Sequence[str]) -> "_Node | None":
        """The node with routes at the end of a path; a literal segment wins over a parameter."""
        if not segments:
            return self if self.routes else None
        head, rest = segments[0], segments[1:]
        found = None
        if head in self.literal:
            found = self.literal[head].find(rest)
        if found is None and head and self.any_segment is not None:
            found = self.any_segment.find(rest)
        return found


class RouteTable:
    """All routes; CatalogError where two have the same method and the same shape of path."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._routes = tuple(sorted(routes, key=lambda r: (r.path, r.method)))
        self._root = _Node()
        for route in self._routes:
            self._add(route)

    def __iter__(self) -> Iterator[Route]:
        return iter(self._routes)

    def match(self, method: str, path: str) -> Match:
        """The route of a request; `path` as in the URL, percent-encoded, without the query.

        HEAD finds what GET finds. Raises Problem 404 route_not_found, or 405 method_not_allowed
        with the header Allow.
        """
        segments = _segments(path)
        node = self._root.find(segments)
        if node is None:
            raise Problem(404, "route_not_found", "There is no such route.")
        route = chosen(node.routes, method)
        given = {n[1:-1]: s for n, s in zip(route.segments, segments, strict=True) if n[0] == "{"}
        return Match(route, given)

    def _add(self, route: Route) -> None:
        node = self._root
        for segment in route.segments:
            if segment[0] == "{":
                if node.any_segment is None:
                    node.any_segment = _Node()
                node = node.any_segment
            else:
                node = node.literal.setdefault(segment, _Node())
        other = node.routes.setdefault(route.method, route)
        if other is not route:
            raise CatalogError(
                route.function.full_name,
                f"{route.method} {route.path} clashes with {other.method} {other.path} of "
                f"{other.function.full_name}",
            )


def chosen(offered: Mapping[str, _Answer], method: str) -> _Answer:
    """What answers a method at one path; HEAD finds what GET finds. Raises Problem 405."""
    found = offered.get("GET" if method == "HEAD" else method)
    if found is None:
        allowed = ", ".join(sorted({*offered, "HEAD"} if "GET" in offered else offered))
        detail = f"This route answers {allowed} only."
        raise Problem(405, "method_not_allowed", detail, headers={"Allow": allowed})
    return found


def routes_of(function: Function) -> Iterator[Route]:
    """The routes of a function, checked against its signature."""
    for line in function.documentation.routes:
        status = line.status or (204 if function.result is None else 200)
        fault = _fault(function, line, status)
        if fault is not None:
            raise CatalogError(function.full_name, f"{line.method} {line.path}: {fault}")
        yield Route(line.method, line.path, status, function)


def _fault(function: Function, line: RouteLine, status: int) -> str | None:
    received = function.documentation.receives
    unknown = set(line.parameters) - {a.name for a in function.arguments if a.name not in received}
    if unknown:
        return f"there is no argument named {min(unknown)}"
    if received and line.method not in {"POST", "PUT", "PATCH"}:
        return "what is received comes with POST, PUT or PATCH"
    if line.method == "GET" and function.read_only == function.documentation.logged:
        return "a GET needs a STABLE function, one whose reading is logged a VOLATILE one"
    if line.method != "GET" and function.read_only:
        return "a function that is not VOLATILE answers GET only"
    if (status == 204) != (function.result is None) or status == 205:
        return "a void function answers 204, any other has a body"
    return None


def _segments(path: str) -> list[str]:
    if not path.startswith("/"):
        raise Problem(404, "route_not_found", "There is no such route.")
    segments = path[1:].split("/")
    if "%" in path:
        try:
            segments = [unquote(segment, errors="strict") for segment in segments]
        except UnicodeDecodeError:
            raise Problem(404, "route_not_found", "There is no such route.") from None
    return segments
