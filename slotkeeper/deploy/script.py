"""Running the statements of a file under a savepoint, knowing which of them fails and where."""

import re
from collections.abc import Sequence

import psycopg
from psycopg import pq
from psycopg.errors import error_from_result

from slotkeeper.deploy.administrator import Connection
from slotkeeper.deploy.errors import describe, is_passing
from slotkeeper.deploy.statements import Statement, line_of

_NEAR_LINE = re.compile(r"(?:PL/pgSQL|SQL) function .*?(?:near )?line (\d+)", re.IGNORECASE)
_BODY = re.compile(r"\bas\s+(?=\$|')", re.IGNORECASE)
_SAVEPOINT = "slotkeeper_file"
# On a line of its own, as a statement may end with a comment.
_SEPARATOR = "\n;\n"

# What is no fault of a file: whatever happens to the connection or the server.
_ELSEWHERE = ("08", "53", "57", "58")


class ScriptError(Exception):
    """A statement of a file has failed: `path:line: reason`; the file has left nothing behind."""

    def __init__(self, path: str, line: int, reason: str, sqlstate: str) -> None:
        super().__init__(f"{path}:{line}: {reason}")
        self.reason = reason
        self.sqlstate = sqlstate


def run_script(
    connection: Connection, path: str, content: str, statements: Sequence[Statement]
) -> None:
    """Run statements of the file `path` in one round trip; raise ScriptError, having undone them.

    Errors that are not the file's, such as a lock that is not to be had, are raised as they are.
    """
    connection.execute(f"savepoint {_SAVEPOINT}".encode())
    texts = [statement.text for statement in statements]
    done, error = _send(connection, _SEPARATOR.join([*texts, f"release {_SAVEPOINT}"]))
    if error is None:
        return
    sqlstate = error.sqlstate or ""
    if not sqlstate or sqlstate.startswith(_ELSEWHERE) or is_passing(error):
        raise error
    connection.execute(f"rollback to {_SAVEPOINT}; release {_SAVEPOINT}".encode())
    line = _line(content, statements, done, error)
    raise ScriptError(path, line, describe(error), sqlstate)


def _send(connection: Connection, script: str) -> tuple[int, psycopg.Error | None]:
    """Send statements as one query; return how many were done, and the error of the next one."""
    pgconn = connection.pgconn
    pgconn.send_query(script.encode())
    done, error = 0, None
    while (result := pgconn.get_result()) is not None:
        if result.status == pq.ExecStatus.FATAL_ERROR:
            error = error_from_result(result, encoding="utf-8")
        else:
            done += 1
    return done, error


def _line(content: str, statements: Sequence[Statement], done: int, error: psycopg.Error) -> int:
    """Return the line of the file that the error is on: the statement's first if none is told."""
    diagnostic = error.diag
    if diagnostic.statement_position:
        # It counts characters, from 1, in all that was sent.
        rest = int(diagnostic.statement_position) - 1
        for statement in statements:
            if rest <= len(statement.text):
                return line_of(content, statement.offset + rest)
            rest -= len(statement.text) + len(_SEPARATOR)
    failed = statements[min(done, len(statements) - 1)]
    body = _BODY.search(failed.text)
    if body is not None:
        if diagnostic.internal_query and diagnostic.internal_position:
            at = failed.text.find(diagnostic.internal_query)
            if at >= 0:
                position = failed.offset + at + int(diagnostic.internal_position) - 1
                return line_of(content, position)
        if near := _NEAR_LINE.search(diagnostic.context or ""):
            # Lines of a body count from the one with its opening quote.
            return line_of(content, failed.offset + body.end()) + int(near[1]) - 1
    return line_of(content, failed.offset)
