"""What a file of db/functions or db/views may say, as PostgreSQL's own parser reads it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pglast import ast, parse_sql
from pglast.enums import ObjectType
from pglast.parser import ParseError

_BLANK = re.compile(r"(?:\s|--[^\n]*|/\*.*?\*/)*", re.DOTALL)


def sql_files(database_folder: Path) -> Iterator[str]:
    """Yield each statement that is out of place, as `db/…:line: reason`.

    A file makes the function or view that it is named after, once and with `or replace`; the others
    are comments and grants of it, `do`, whose doings deploy checks, and the triggers that call it,
    which come last.
    """
    for kind in ("functions", "views"):
        for path in sorted((database_folder / kind).rglob("*.sql")):
            shown = f"db/{path.relative_to(database_folder).as_posix()}"
            schema = path.relative_to(database_folder / kind).parts[0]
            text = path.read_text(encoding="utf-8")
            for offset, reason in _faults(text, (schema, path.stem), is_view=kind == "views"):
                yield f"{shown}:{text.count(chr(10), 0, offset) + 1}: {reason}"


def _faults(text: str, own: tuple[str, str], *, is_view: bool) -> Iterator[tuple[int, str]]:
    try:
        statements = parse_sql(text)
    except ParseError as error:
        yield error.args[1] or 0, error.args[0]
        return
    name, makes = ".".join(own), ast.ViewStmt if is_view else ast.CreateFunctionStmt
    made = triggers = 0
    for raw in statements:
        statement: Any = raw.stmt
        blank = _BLANK.match(text, raw.stmt_location or 0)
        offset = blank.end() if blank else 0
        subjects = _subjects(statement)
        is_trigger = isinstance(statement, ast.CreateTrigStmt) or (
            isinstance(statement, ast.CommentStmt)
            and statement.objtype == ObjectType.OBJECT_TRIGGER
        )
        if isinstance(statement, (ast.ViewStmt, ast.CreateFunctionStmt)):
            made += 1
            if not isinstance(statement, makes) or subjects != {own}:
                kind = "view" if is_view else "function"
                yield offset, f"this file makes {kind} {name} and nothing else"
            elif made > 1:
                yield offset, f"{name} is made twice"
            elif not statement.replace:
                yield offset, "write `create or replace`: deploy loads files again"
        elif not subjects and not is_trigger:
            yield offset, f"only {name}, its comments, grants and triggers have a place here"
        elif subjects - {own}:
            yield offset, f"this file speaks of {name} only"
        elif triggers and not is_trigger:
            yield offset, "triggers come last: deploy leaves them alone where they have not changed"
        triggers += is_trigger
    if not made:
        yield 0, f"does not make {name}"


def _subjects(statement: Any) -> set[tuple[str, ...]]:
    """Return the functions and views that a statement is about; none where it has no place."""
    found: Any = ()
    match statement:
        case ast.CreateFunctionStmt() | ast.CreateTrigStmt():
            found = [statement.funcname]
        case ast.ViewStmt():
            found = [statement.view]
        case ast.CommentStmt() if statement.objtype != ObjectType.OBJECT_TRIGGER:
            found = [statement.object]
        case ast.GrantStmt():
            found = statement.objects
    return {_name(one) for one in found}


def _name(node: Any) -> tuple[str, ...]:
    if isinstance(node, ast.RangeVar):
        return node.schemaname or "", node.relname or ""
    parts = node.objname if isinstance(node, ast.ObjectWithArgs) else node
    # A column's name stands behind that of its view.
    return tuple(part.sval for part in parts)[:2] if isinstance(parts, tuple) else ()
