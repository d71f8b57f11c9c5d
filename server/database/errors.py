"""What PostgreSQL says when it refuses, and what a caller of the HTTP API is told about it."""

import re

from psycopg import pq

from server.problems import (
    Problem,
    database_unavailable,
    internal_error,
    overloaded,
    unauthenticated,
)

_CODE = re.compile(r"[a-z][a-z0-9_]*")
_APPLICATION_ERROR = re.compile(r"PT[45][0-9][0-9]")

# The statement or the plan behind it was made before a deploy; all of it has been rolled back.
_STALE = frozenset({"42804", "42704", "42883", "42P01", "0A000", "26000", "42P05"})
_STALE_INTERNAL = re.compile(
    r"cache lookup failed|could not open relation|could not find|relation .* does not exist"
)
_TRY_AGAIN = frozenset({"40P01", "40001"})
_GONE = frozenset({"57P01", "57P02", "57P03", "57P05"})


class DatabaseError(Exception):
    """An error that PostgreSQL reported; the transaction was rolled back.

    `sqlstate` has five characters, `message` and `detail` are PostgreSQL's own (never for a client
    to see unless the SQLSTATE is PTnnn), `datatype` names the domain whose check failed, if any.
    """

    def __init__(
        self, sqlstate: str, message: str, detail: str | None = None, datatype: str | None = None
    ) -> None:
        super().__init__(sqlstate, message)
        self.sqlstate = sqlstate
        self.message = message
        self.detail = detail
        self.datatype = datatype

    @property
    def stale(self) -> bool:
        """Whether the statement may be right again once the catalog has been read anew."""
        return self.sqlstate in _STALE or (
            self.sqlstate == "XX000" and _STALE_INTERNAL.search(self.message) is not None
        )

    @property
    def try_again(self) -> bool:
        """Whether the same statement may succeed when it is simply repeated."""
        return self.sqlstate in _TRY_AGAIN

    @property
    def exhausted(self) -> bool:
        """Whether the server lacks disk, memory or connections, for everybody and for a while."""
        return self.sqlstate.startswith("53")

    @property
    def gone(self) -> bool:
        """Whether the server is shutting down, starting or cut this session off."""
        return self.sqlstate in _GONE or self.sqlstate.startswith("08")


class ConnectionLost(Exception):  # noqa: N818
    """The connection broke while a statement was under way: nobody knows whether it was done."""


class Unanswered(ConnectionLost):
    """The statement took longer than PostgreSQL lets it, so the connection was given up."""


class ConnectFailed(Exception):  # noqa: N818
    """No new connection could be had; `full` if the server is there but has none left to give."""

    def __init__(self, message: str, *, full: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.full = full

    @property
    def problem(self) -> Problem:
        """What a client is told: a fresh object, since tracebacks cling to exceptions."""
        if self.full:
            return overloaded("The database has no free connection at the moment.")
        return database_unavailable()


def error_from(result: pq.abc.PGresult) -> DatabaseError:
    """The error in a failed result."""

    def field(code: pq.DiagnosticField) -> str | None:
        value = result.error_field(code)
        return None if value is None else value.decode("utf-8", "replace")

    return DatabaseError(
        field(pq.DiagnosticField.SQLSTATE) or "",
        field(pq.DiagnosticField.MESSAGE_PRIMARY) or result.get_error_message(),
        field(pq.DiagnosticField.MESSAGE_DETAIL),
        field(pq.DiagnosticField.DATATYPE_NAME),
    )


def problem_for(error: DatabaseError) -> Problem:  # noqa: PLR0911 - a table, one line a row
    """The answer to a request whose statement failed; 500 for whatever is nobody's business.

    PTnnn is the functions' own way to answer: status nnn, message = code, detail = the sentence.
    """
    state = error.sqlstate
    if _APPLICATION_ERROR.fullmatch(state):
        return _application_problem(error)
    if state == "57014":
        return Problem(504, "timeout", "The request took too long and was cancelled.")
    if state in _TRY_AGAIN or state == "55P03":
        return overloaded("Too many requests want the same thing at once; nothing was changed.")
    if error.exhausted:
        return overloaded("The database has no room for more at the moment; nothing was changed.")
    if error.gone:
        return database_unavailable()
    if state == "42501":
        return Problem(403, "forbidden", "This account may not do that.")
    if state.startswith("22") or (state in ("23514", "23502") and error.datatype):
        return Problem(400, "invalid_parameter", "An argument is out of range or badly formed.")
    return internal_error()


def _application_problem(error: DatabaseError) -> Problem:
    status = int(error.sqlstate[2:])
    if not _CODE.fullmatch(error.message):
        return internal_error()
    detail = error.detail or error.message.replace("_", " ").capitalize() + "."
    headers: dict[str, str] = {}
    if status == 401:
        headers = dict(unauthenticated(detail).headers)
    elif status in (429, 503):
        headers = {"Retry-After": "1"}
    return Problem(status, error.message, detail, headers=headers)
