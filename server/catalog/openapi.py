"""The OpenAPI 3.1 document of all routes: one operation for each."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from importlib.metadata import version
from types import MappingProxyType
from typing import Any

from server.catalog.arguments import KeptText, header_of
from server.catalog.comments import ErrorLine
from server.catalog.inputs import request_example
from server.catalog.model import JSON, PAGE_SIZE, PAGE_START, Argument, SqlType
from server.catalog.reader import Catalog
from server.catalog.responses import PROBLEM, ErrorResponses, general_errors
from server.catalog.routes import Route
from server.catalog.schemas import Schemas, deprecated, described
from server.catalog.types import Schema
from server.names import ANONYMOUS

_PACKAGE = "slotkeeper"
# Now: a worker without root's rights may be unable to read it, in a home closed to others.
_VERSION = version(_PACKAGE)
_OF_THE_WHOLE = """\
A caller who has logged in sends the header `Authorization: Bearer …` with the access token;
without it the caller is anonymous. Arguments come from the path, the query string and a JSON
body; where one is given in two places, both must agree. In a query string, an empty value of an
optional argument that cannot be an empty text means that it is absent. Errors are problem details
(RFC 9457): `code` is a stable word for programs, `detail` a sentence for people, and `errors` names
the wrong arguments. A long list comes in pages: while there is more, the header `Link` leads to the
next one."""
# A body in a DELETE means nothing to HTTP, so its arguments are documented in the query string.
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
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
_NO_TOKEN = "An `Authorization` header is ignored here."  # noqa: S105 - a sentence


@dataclass(frozen=True)
class OwnOperation:
    """A route that the server itself answers; it stands in the comment of a function in `auth`.

    A caller gives `arguments` and, by name, what is `kept`. `results` are the rows of which one is
    the answer; none: there is no body. `errors` come on top of those in the function's comment.
    """

    route: Route
    arguments: tuple[Argument, ...]
    kept: Mapping[str, KeptText]
    results: tuple[SqlType, ...]
    errors: tuple[ErrorLine, ...] = ()


def openapi_document(
    catalog: Catalog,
    own: Iterable[OwnOperation] = (),
    hand_written: Mapping[str, Any] = MappingProxyType({}),
) -> dict[str, Any]:
    """The whole document: the catalog's routes, and what the server itself answers.

    `hand_written` are path items of routes that have no function; they may refer to the schema
    Problem.
    """
    operations = _Operations(catalog.web_roles)
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


class _Operations:
    """Writes operations, which share `schemas` and `errors`."""

    def __init__(self, web_roles: Mapping[str, str]) -> None:
        """`web_roles` are database roles by the short name that a caller knows."""
        self._web_roles = web_roles
        self.schemas = Schemas()
        self.errors = ErrorResponses()
        self._own_examples: dict[str, Any] = {}

    def of_route(self, route: Route) -> dict[str, Any]:
        """The operation of a function's route."""
        function = route.function
        received = function.documentation.receives
        in_path = [a for a in function.arguments if f"{{{a.name}}}" in route.segments]
        others = [a for a in function.arguments if a not in in_path and a.name not in received]
        has_body = route.method in _WITH_BODY and bool(others) and not received
        general = general_errors(
            route,
            needs_arguments=any(a.required for a in others),
            reads_token=True,
            some_roles_only=bool(set(self._web_roles.values()) - function.roles),
        )
        operation = {
            **_heading(route),
            "x-roles": sorted(r for r, name in self._web_roles.items() if name in function.roles),
            "security": [{}, {"bearer": []}] if ANONYMOUS in function.roles else [{"bearer": []}],
            "responses": {
                str(route.status): self._success(route),
                **self.errors.of(function.documentation.errors, general),
            },
        }
        parameters = [
            *(self._in_url(a, "path", a.name) for a in in_path),
            *self._elsewhere(others, has_body=has_body),
        ]
        if function.paged:
            for parameter in parameters:
                if parameter["name"] in _OF_PAGES:
                    parameter.setdefault("description", _OF_PAGES[parameter["name"]])
        if parameters:
            operation["parameters"] = parameters
        if has_body:
            operation["requestBody"] = _body(self.schemas.request(others), request_example(others))
        if received:
            operation["requestBody"] = {"content": {"*/*": {}}}
        return operation

    def of_own(self, own: OwnOperation) -> dict[str, Any]:
        """The operation of a route that the server itself answers."""
        schema = self.schemas.request(own.arguments)
        schema["properties"] |= {name: kept.schema for name, kept in own.kept.items()}
        schema["required"] = [*schema.get("required", ()), *own.kept]
        example = request_example(own.arguments) or {}
        example |= {name: kept.example for name, kept in own.kept.items()}
        # Who tries one after the other gives the same name the same value.
        example = {n: self._own_examples.setdefault(n, value) for n, value in example.items()}
        answers = [self.schemas.result(result) for result in own.results]
        success: Schema = {"description": HTTPStatus(own.route.status).phrase}
        if answers:
            answer = answers[0] if len(answers) == 1 else {"anyOf": answers}
            success["content"] = {JSON: {"schema": answer}}
        errors = (*own.route.function.documentation.errors, *own.errors)
        general = general_errors(
            own.route, needs_arguments=True, reads_token=False, some_roles_only=False
        )
        heading = _heading(own.route)
        return {
            **heading,
            "description": "\n\n".join(filter(None, (heading.get("description"), _NO_TOKEN))),
            "security": [],
            "requestBody": _body(schema, example),
            "responses": {str(own.route.status): success, **self.errors.of(errors, general)},
        }

    def _elsewhere(self, arguments: Iterable[Argument], *, has_body: bool) -> Iterator[Schema]:
        for argument in arguments:
            header = header_of(argument.name)
            optional_header = header is not None and not argument.required
            if not has_body and (header is None or optional_header):
                in_query = self._in_url(argument, "query", argument.name)
                yield in_query
                for alias in argument.aliases:
                    yield {**deprecated(in_query, argument.name), "name": alias, "required": False}
            if header is not None and (optional_header or not has_body):
                yield self._in_url(argument, "header", header)

    def _in_url(self, argument: Argument, place: str, name: str) -> Schema:
        parameter = described({"name": name, "in": place}, argument.type.description)
        schema = self.schemas.argument(argument, in_url=True)
        if argument.required or place == "path":
            parameter["required"] = True
            schema = {key: value for key, value in schema.items() if key != "default"}
        root = argument.type.root()
        if root.kind == "composite" or root.name in {"json", "jsonb"}:
            return {**parameter, "content": {JSON: {"schema": schema}}}
        return {**parameter, "schema": schema}

    def _success(self, route: Route) -> Schema:
        function, answer = route.function, {"description": HTTPStatus(route.status).phrase}
        if function.result is None:
            return answer
        is_row = function.result.kind == "composite"
        schema = self.schemas.value(
            function.result, never_null=is_row or function.media_type != JSON
        )
        if function.returns_set:
            schema = {"type": "array", "items": schema}
        headers = {"headers": _LINK} if function.paged else {}
        return {**answer, **headers, "content": {function.media_type: {"schema": schema}}}


def _heading(route: Route) -> dict[str, Any]:
    """Name, topic and texts.

    The canonical route bears the function's name; a further one has a number behind it, and says
    which is the canonical one.
    """
    documentation = route.function.documentation
    lines = [(line.method, line.path) for line in documentation.routes]
    number = lines.index((route.method, route.path)) + 1
    name, pointer = route.function.name, None
    if number > 1:
        name = f"{name}_{number}"
        pointer = f"Another path of `{' '.join(lines[0])}`."
    heading: dict[str, Any] = {"operationId": name}
    if documentation.topic:
        heading["tags"] = [documentation.topic]
    if documentation.description:
        heading["summary"] = documentation.summary
    if description := "\n\n".join(filter(None, (pointer, documentation.description))):
        heading["description"] = description
    return heading


def _body(schema: Schema, example: dict[str, Any] | None) -> Schema:
    content: Schema = {"schema": schema}
    if example is not None:
        content["example"] = example
    return {"required": "required" in schema, "content": {JSON: content}}
