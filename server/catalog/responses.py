"""The error responses of an operation: general causes, and those of its function."""

import itertools
from collections.abc import Sequence
from http import HTTPStatus

from server.catalog.comments import ErrorLine
from server.catalog.routes import Route
from server.catalog.types import Schema
from server.problems import MEDIA_TYPE

PROBLEM: Schema = {
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

_UNKNOWN = ErrorLine(400, "unknown_parameter", "an argument that is not documented here.")
_MISSING = ErrorLine(400, "missing_parameter", "a required argument is absent.")
_INVALID = ErrorLine(400, "invalid_parameter", "an argument of the wrong type or out of its range.")
_WEAK = ErrorLine(400, "weak_password", "the new password is too short.")
_UNAUTHENTICATED = ErrorLine(
    401, "unauthenticated", "the access token is missing, wrong or expired, or its account is gone."
)
_FORBIDDEN = ErrorLine(403, "forbidden", "the caller's role may not call this route.")
_NO_ROUTE = ErrorLine(404, "route_not_found", "the path leads nowhere.")
_TOO_LARGE = ErrorLine(413, "payload_too_large", "the body is too large.")
_NO_OBJECT = ErrorLine(400, "invalid_body", "the body is not one strict JSON object.")
_NO_JSON = ErrorLine(415, "unsupported_media_type", "the body is not application/json.")
_EVERYWHERE = (
    ErrorLine(406, "not_acceptable", "the request does not accept what this route answers with."),
    ErrorLine(500, "internal_error", "something went wrong; the log has it by the request id."),
    ErrorLine(503, "database_unavailable", "the database cannot be reached; try again."),
    ErrorLine(503, "overloaded", "too many requests are waiting; try again."),
    ErrorLine(504, "timeout", "the query took too long."),
)
_HEADERS: dict[int, Schema] = {
    401: {"WWW-Authenticate": {"schema": {"type": "string"}}},
    503: {"Retry-After": {"description": "Seconds.", "schema": {"type": "integer", "minimum": 0}}},
}


def general_errors(
    route: Route, *, needs_arguments: bool, reads_token: bool, some_roles_only: bool
) -> list[ErrorLine]:
    """What any function of such a route may be refused with, before it is called or by it."""
    words = route.function.documentation
    has_body = route.method != "GET"
    table = (
        (True, _UNKNOWN),
        (bool(words.hashes), _WEAK),
        (needs_arguments, _MISSING),
        (True, _INVALID),
        (has_body, _TOO_LARGE),
        (has_body and not words.receives, _NO_OBJECT),
        (has_body and not words.receives, _NO_JSON),
        (reads_token, _UNAUTHENTICATED),
        (some_roles_only, _FORBIDDEN),
        ("{" in route.path, _NO_ROUTE),
    )
    return [*(line for applies, line in table if applies), *_EVERYWHERE]


class ErrorResponses:
    """Makes responses; those with general causes alone become `components`, by name."""

    def __init__(self) -> None:
        self.components: dict[str, Schema] = {}

    def of(self, own: Sequence[ErrorLine], general: Sequence[ErrorLine]) -> dict[str, Schema]:
        """The responses by status; `own` are the errors that only this operation has."""
        lines = (*own, *general)
        special = {error.status for error in own}
        found = {}
        for status in sorted({error.status for error in lines}):
            response = _response(status, [error for error in lines if error.status == status])
            found[str(status)] = response if status in special else self._shared(status, response)
        return found

    def _shared(self, status: int, response: Schema) -> Schema:
        phrase = name = HTTPStatus(status).phrase.replace(" ", "")
        variants = itertools.count(2)
        while self.components.setdefault(name, response) != response:
            name = f"{phrase}{next(variants)}"
        return {"$ref": f"#/components/responses/{name}"}


def _response(status: int, lines: Sequence[ErrorLine]) -> Schema:
    """Each code once, though more than one cause may lead to it."""
    texts: dict[str, list[str]] = {}
    for line in lines:
        texts.setdefault(line.code, []).append(line.text.removesuffix("."))
    codes: Schema = {"properties": {"code": {"enum": list(texts)}}}
    schema = {"allOf": [{"$ref": "#/components/schemas/Problem"}, codes]}
    response: Schema = {
        "description": "\n".join(f"- `{code}`: {'; or '.join(t)}." for code, t in texts.items()),
        "content": {MEDIA_TYPE: {"schema": schema}},
    }
    if status in _HEADERS:
        response["headers"] = _HEADERS[status]
    return response
