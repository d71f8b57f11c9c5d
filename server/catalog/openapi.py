"""The OpenAPI 3.1 document of all routes."""

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from server.catalog.arguments import header_of
from server.catalog.comments import Overview
from server.catalog.examples import request_example
from server.catalog.model import Argument, Function
from server.catalog.routes import Route, RouteTable
from server.catalog.schemas import Schema, Schemas
from server.catalog.statement import PAGE_SIZE, PAGE_START, is_paged
from server.problems import MEDIA_TYPE

_PACKAGE = "slotkeeper"
_OF_THE_WHOLE = """\
Who is logged in sends the header `Authorization: Bearer …` with an access token; without it the
caller is anonymous. Arguments come from the path, the query string and a JSON body; where one is
given in two places, both must agree. Errors are problem details (RFC 9457): `code` is a stable word
for programs, `detail` a sentence for people, and `errors` names the wrong arguments. A long list
comes in pages: while there is more, the header `Link` leads to the next one."""
# A body in a DELETE means nothing to HTTP, so its arguments are documented in the query string.
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})

_PROBLEM: Schema = {
    "type": "object",
    "description": "Problem details (RFC 9457).",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "code": {"type": "string", "description": "A stable word for programs."},
        "detail": {"type": "string", "description": "A sentence for people."},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "description": "The wrong arguments.",
            "items": {
                "type": "object",
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
                "required": ["field", "message"],
            },
        },
    },
    "required": ["type", "title", "status", "code", "detail", "request_id"],
}


@dataclass(frozen=True)
class _Cause:
    """A reason for an error status: its code and when it happens."""

    status: int
    code: str
    text: str


_UNKNOWN = _Cause(400, "unknown_parameter", "an argument that is not documented here.")
_MISSING = _Cause(400, "missing_parameter", "a required argument is absent.")
_INVALID = _Cause(400, "invalid_parameter", "an argument of the wrong type or out of its range.")
_BAD_BODY = _Cause(400, "invalid_body", "the body is not one strict JSON object.")
_FORBIDDEN = _Cause(403, "forbidden", "the caller's role may not call this route.")
_NO_ROUTE = _Cause(404, "route_not_found", "the path leads nowhere.")
_EVERYWHERE = (
    _Cause(401, "unauthenticated", "the access token is missing, wrong or expired."),
    _Cause(406, "not_acceptable", "the request accepts no JSON."),
    _Cause(500, "internal_error", "something went wrong; the log has it under the request id."),
    _Cause(503, "database_unavailable", "the database cannot be reached; try again."),
    _Cause(503, "overloaded", "too many requests are waiting; try again."),
    _Cause(504, "timeout", "the query took too long."),
)
_OF_BODIES = (
    _BAD_BODY,
    _Cause(413, "payload_too_large", "the body is too large."),
    _Cause(415, "unsupported_media_type", "the body is not application/json."),
)
_HEADERS: Mapping[int, Schema] = {
    401: {"WWW-Authenticate": {"schema": {"type": "string"}}},
    503: {"Retry-After": {"description": "Seconds.", "schema": {"type": "integer", "minimum": 0}}},
}
_LINK: Schema = {
    "Link": {
        "description": 'The next page (`rel="next"`); sent exactly while there is one.',
        "schema": {"type": "string"},
    }
}
_OF_PAGES = {
    PAGE_SIZE: "How many rows at the most.",
    PAGE_START: "The id of the last row seen: the list goes on behind it.",
}


def document(
    routes: RouteTable,
    web_roles: Mapping[str, str],
    overview: Overview,
    hand_written: Mapping[str, Any],
) -> dict[str, Any]:
    """The whole document. `hand_written` are path items; they may refer to the schema Problem."""
    schemas = Schemas()
    schemas.components["Problem"] = _PROBLEM
    shared: dict[str, Schema] = {}
    paths: dict[str, dict[str, Any]] = {}
    names = _operation_names(routes)
    for route in routes:
        writer = _Operation(route, web_roles, schemas, shared)
        item = paths.setdefault(route.path, {})
        item[route.method.lower()] = {"operationId": names[route], **writer.write()}
    for path, item in hand_written.items():
        paths.setdefault(path, {}).update(item)
    return {
        "openapi": "3.1.0",
        "info": _info(overview),
        "servers": [{"url": "/", "description": "The server that this document comes from."}],
        "tags": [{"name": name, "description": text} for name, text in overview.topics.items()],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": dict(sorted(schemas.components.items())),
            "responses": dict(sorted(shared.items())),
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
            },
        },
    }


def _info(overview: Overview) -> Schema:
    try:
        package_version = version(_PACKAGE)
    except PackageNotFoundError:
        package_version = "0"
    return {
        "title": _PACKAGE.capitalize(),
        "version": package_version,
        "description": "\n\n".join(filter(None, (overview.description, _OF_THE_WHOLE))),
    }


def _operation_names(routes: Iterable[Route]) -> dict[Route, str]:
    """The function's name; where it has several routes, a number behind it from the second on."""
    by_line = {(r.function.full_name, r.method, r.path): r for r in routes}
    functions = {r.function.full_name: r.function for r in by_line.values()}
    return {
        by_line[name, line.method, line.path]: (
            function.name if number == 1 else f"{function.name}_{number}"
        )
        for name, function in functions.items()
        for number, line in enumerate(function.documentation.routes, start=1)
    }


class _Operation:
    """Writes one operation."""

    def __init__(
        self,
        route: Route,
        web_roles: Mapping[str, str],
        schemas: Schemas,
        shared: dict[str, Schema],
    ) -> None:
        self._route = route
        self._function: Function = route.function
        self._web_roles = web_roles
        self._schemas = schemas
        self._shared = shared
        in_path = {s[1:-1] for s in route.segments if s[0] == "{"}
        self._in_path = [a for a in self._function.arguments if a.name in in_path]
        self._others = [a for a in self._function.arguments if a.name not in in_path]
        self._is_paged = is_paged(
            self._function.arguments, self._function.result, returns_set=self._function.returns_set
        )
        self._has_body = route.method in _WITH_BODY and bool(self._others)

    def write(self) -> dict[str, Any]:
        documentation = self._function.documentation
        anyone = self._web_roles.get("anon") in self._route.roles
        operation: dict[str, Any] = {}
        if documentation.topic:
            operation["tags"] = [documentation.topic]
        if documentation.description:
            operation["summary"] = documentation.summary
            operation["description"] = documentation.description
        first = documentation.routes[0]
        if (first.method, first.path) != (self._route.method, self._route.path):
            pointer = f"Another path of `{first.method} {first.path}`."
            operation["description"] = "\n\n".join(
                filter(None, (pointer, documentation.description))
            )
        operation["x-roles"] = sorted(
            short for short, name in self._web_roles.items() if name in self._route.roles
        )
        operation["security"] = [{}, {"bearer": []}] if anyone else [{"bearer": []}]
        parameters = list(self._parameters())
        if parameters:
            operation["parameters"] = parameters
        if self._has_body:
            content: Schema = {"schema": self._schemas.request(self._others)}
            example = request_example(self._others)
            if example is not None:
                content["example"] = example
            operation["requestBody"] = {
                "required": any(a.required for a in self._others),
                "content": {"application/json": content},
            }
        operation["responses"] = {
            str(self._route.status): self._success(),
            **self._errors(),
        }
        return operation

    def _parameters(self) -> Iterator[Schema]:
        for argument in self._in_path:
            schema = self._schemas.argument(argument, in_url=True)
            schema.pop("default", None)
            yield {
                **self._parameter(argument, "path", argument.name),
                "required": True,
                "schema": schema,
            }
        for argument in self._others:
            header = header_of(argument.name)
            optional_header = header is not None and not argument.required
            if not self._has_body and (header is None or optional_header):
                yield self._in_url(argument, "query", argument.name)
            if header is not None and (optional_header or not self._has_body):
                yield self._in_url(argument, "header", header)

    def _in_url(self, argument: Argument, place: str, name: str) -> Schema:
        parameter = self._parameter(argument, place, name)
        if argument.required:
            parameter["required"] = True
        schema = self._schemas.argument(argument, in_url=True)
        root = argument.type.root()
        if root.kind == "composite" or root.name in {"json", "jsonb"}:
            return {**parameter, "content": {"application/json": {"schema": schema}}}
        return {**parameter, "schema": schema}

    def _parameter(self, argument: Argument, place: str, name: str) -> Schema:
        parameter: Schema = {"name": name, "in": place}
        description = argument.type.description
        if not description and self._is_paged:
            description = _OF_PAGES.get(argument.name, "")
        return {**parameter, "description": description} if description else parameter

    def _success(self) -> Schema:
        function = self._function
        phrase = HTTPStatus(self._route.status).phrase
        if function.result is None:
            return {"description": phrase}
        schema = self._schemas.value(function.result)
        answer: Schema = {"description": phrase}
        if function.returns_set:
            schema = {"type": "array", "items": schema}
            if self._is_paged:
                answer["headers"] = _LINK
        return {**answer, "content": {"application/json": {"schema": schema}}}

    def _errors(self) -> dict[str, Schema]:
        own = [_Cause(e.status, e.code, e.text) for e in self._function.documentation.errors]
        general = tuple(self._general_causes())
        statuses = sorted({cause.status for cause in (*general, *own)})
        return {
            str(status): self._error(
                [c for c in general if c.status == status], [c for c in own if c.status == status]
            )
            for status in statuses
        }

    def _general_causes(self) -> Iterator[_Cause]:
        yield _UNKNOWN
        if any(a.required for a in self._others):
            yield _MISSING
        yield _INVALID
        if self._route.method != "GET":
            yield from _OF_BODIES
        if set(self._web_roles.values()) - self._route.roles:
            yield _FORBIDDEN
        if self._in_path:
            yield _NO_ROUTE
        yield from _EVERYWHERE

    def _error(self, general: list[_Cause], own: list[_Cause]) -> Schema:
        texts: dict[str, list[str]] = {}
        for cause in (*own, *general):
            texts.setdefault(cause.code, []).append(cause.text.removesuffix("."))
        status = (*own, *general)[0].status
        answer: Schema = {
            "description": "\n".join(
                f"- `{code}`: {'; or '.join(when)}." for code, when in texts.items()
            ),
            "content": {
                MEDIA_TYPE: {
                    "schema": {
                        "allOf": [
                            {"$ref": "#/components/schemas/Problem"},
                            {"properties": {"code": {"enum": list(texts)}}},
                        ]
                    }
                }
            },
        }
        if status in _HEADERS:
            answer["headers"] = _HEADERS[status]
        if own:
            return answer
        # What has no cause of the function's own is the same for many operations.
        phrase = name = HTTPStatus(status).phrase.replace(" ", "")
        variants = itertools.count(2)
        while self._shared.setdefault(name, answer) != answer:
            name = f"{phrase}{next(variants)}"
        return {"$ref": f"#/components/responses/{name}"}
