"""Running a file whole, as PostgreSQL reads it, and naming the line that it complains of."""

import re
from collections.abc import Iterator

import psycopg
from psycopg import generators, pq
from psycopg.errors import error_from_result

from slotkeeper.deploy.administrator import Connection
from slotkeeper.deploy.errors import DeployError, describe, is_passing

# Finds where statements begin, to name a line and no more: what is run is the file as it is.
_STATEMENT = re.compile(
    r"""(?:[\s;]|--[^\n]*|/\*.*?\*/)*+
        (?P<text>(?:\$(\w*)\$.*?\$\2\$|'[^']*'|"[^"]*"|--[^\n]*|/\*.*?\*/
                 |\bbegin\s+atomic\b.*?;\s*end\b|[^;])*+)""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_BODY = re.compile(r"\b(?:as|do)\s+(?=\$|')", re.IGNORECASE)
_NEAR_LINE = re.compile(r"PL/pgSQL function .*?line (\d+)")

# What is no fault of a file: whatever happens to the connection or the server.
_ELSEWHERE = ("08", "53", "57", "58")


class ScriptError(DeployError):
    """A file has failed, and has left nothing behind: `path:line: reason`."""

    def __init__(self, path: str, line: int, reason: str, sqlstate: str) -> None:
        super().__init__(f"{path}:{line}: {reason}")
        self.reason = reason
        self.sqlstate = sqlstate


def run_script(connection: Connection, path: str, text: str) -> None:
    """Run the text of the file `path` under a savepoint.

    Raises ScriptError; errors that are not the file's, such as a lock that is not to be had, are
    raised as they are.
    """
    # In one trip, as callers wait for what is replaced; on the file's first line, as it has lines.
    script = f"savepoint file;{text}\n;release file"
    # Sent raw, as psycopg does not tell how many statements of a text were done.
    connection.pgconn.send_query(script.encode())
    results = connection.wait(generators.execute(connection.pgconn))
    if results[-1].status != pq.ExecStatus.FATAL_ERROR:
        return
    error = error_from_result(results[-1], encoding="utf-8")
    sqlstate = error.sqlstate or ""
    if not sqlstate or sqlstate.startswith(_ELSEWHERE) or is_passing(error):
        raise error
    connection.execute("rollback to file; release file")
    raise ScriptError(path, _line(script, len(results) - 1, error), describe(error), sqlstate)


def statements(text: str) -> Iterator[tuple[int, str]]:
    """Give the offset and the text of each statement, as well as a pattern can tell."""
    for match in _STATEMENT.finditer(text):
        if match["text"]:
            yield match.start("text"), match["text"]


def line_of(text: str, offset: int) -> int:
    """Return the number, from 1, of the line that holds the character at `offset`."""
    return text.count("\n", 0, offset) + 1


def _line(text: str, done: int, error: psycopg.Error) -> int:
    """Return the line that the error is on: the first of its statement where none is told."""
    if error.diag.statement_position:
        return line_of(text, int(error.diag.statement_position) - 1)
    starts = [start for start, _ in statements(text)] or [0]
    start = starts[min(done, len(starts) - 1)]
    # Lines of a body count from the one with its opening quote.
    near, body = _NEAR_LINE.search(error.diag.context or ""), _BODY.search(text, start)
    if near and body:
        return line_of(text, body.end()) + int(near[1]) - 1
    return line_of(text, start)
