"""The one error that a deploy fails with, and what comes of files and of PostgreSQL as one."""

from pathlib import Path

import psycopg

from server.config import OperatorError


class DeployError(OperatorError):
    """A deploy has failed; its message says what and where, and is meant for people."""


def describe(error: psycopg.Error) -> str:
    """Return PostgreSQL's message with its detail and hint, on one line."""
    diagnostic = error.diag
    if diagnostic.message_primary is None:
        return " ".join(str(error).split())
    parts = [diagnostic.message_primary, diagnostic.message_detail, diagnostic.message_hint]
    return " ".join(" - ".join(part for part in parts if part).split())


def is_passing(error: psycopg.Error) -> bool:
    """Tell whether the same is worth trying again: a lock, or somebody else's change at once."""
    if error.sqlstate == "XX000":
        return "concurrently" in str(error)
    return error.sqlstate in {"55P03", "40P01", "40001"}


def read_text(path: Path, shown: str) -> str:
    """Return the text of a file; raise DeployError with the name that people know it by."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DeployError(f"{shown}: {error}") from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise DeployError(f"{shown}:{line}: contains NUL")
    return text
