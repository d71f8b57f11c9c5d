"""Problem details (RFC 9457): the one shape in which every error leaves the server."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType

MEDIA_TYPE = "application/problem+json"
_NONE: Mapping[str, str] = MappingProxyType({})


class Problem(Exception):  # noqa: N818 - named for what it is on the wire
    """An answer with an error status, raised anywhere below the HTTP handler.

    `status` is the HTTP status (400-599), `code` a stable snake_case word for programs, `detail`
    one sentence for people, `errors` what is wrong with which arguments, if any, `headers` extra
    header fields.
    """

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        errors: Mapping[str, str] = _NONE,
        headers: Mapping[str, str] = _NONE,
    ) -> None:
        super().__init__(status, code, detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.errors = errors
        self.headers = headers

    def body(self, request_id: str) -> bytes:
        """The problem document as UTF-8 JSON."""
        document: dict[str, object] = {
            "type": "about:blank",
            "title": title_of(self.status),
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
            "request_id": request_id,
        }
        if self.errors:
            document["errors"] = [{"field": f, "message": m} for f, m in self.errors.items()]
        # Lone surrogates can reach a message through a URL; they have no UTF-8 form of their own.
        return json.dumps(document, ensure_ascii=False).encode("utf-8", "replace")


def title_of(status: int) -> str:
    """The standard reason phrase of a status, or a general one for a status without."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"


def overloaded(detail: str, retry_after_seconds: int = 1) -> Problem:
    """503: the server has more work than it can queue; safe to repeat, nothing was done."""
    return Problem(503, "overloaded", detail, headers={"Retry-After": str(retry_after_seconds)})


def database_unavailable(detail: str = "The database cannot be reached at the moment.") -> Problem:
    """503: no connection to the database can be had."""
    return Problem(503, "database_unavailable", detail, headers={"Retry-After": "2"})


def unauthenticated(detail: str, code: str = "unauthenticated") -> Problem:
    """401 with the challenge that RFC 6750 asks for."""
    return Problem(401, code, detail, headers={"WWW-Authenticate": 'Bearer realm="slotkeeper"'})


def internal_error() -> Problem:
    """500 that tells nothing; the log has the rest under the request id."""
    return Problem(500, "internal_error", "Something went wrong on our side.")
