"""The one SQL statement behind a function: it tells PostgreSQL who calls, then calls.

Its first parameter is the caller's claims (JSON text), set for the transaction before anything
else runs. Whatever the planner does, the call cannot come first: it stands behind a CASE, or in a
sub-select that refers to the row in which the claims were set.

Types of schemas that the calling roles may not enter are never named: such parameters stay bare,
and PostgreSQL takes their type from the function's signature.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from server.catalog.model import JSON, PAGE_SIZE, PAGE_START, Argument, Signature, SqlType

# A list that stops before its page is full says here where to go on.
PAGE_NEXT = "page.next"
_CONSTANT = re.compile(
    r"'(?P<quoted>(?:[^']|'')*)'(?:::[\w .\"\[\]]+(?:\([0-9, ]+\))?)?"
    r"|(?P<bare>-?[0-9]+(?:\.[0-9]+)?|true|false)"
)
_NULL = re.compile(r"NULL(?:::.*)?", re.DOTALL)


@dataclass(frozen=True)
class Parameter:
    """Where an argument stands among the statement's parameters, counted from 0 (the claims).

    `present` is the place of a boolean that says whether the argument was given, None where
    `absent` (text format, or None for NULL) already says the default.
    """

    argument: Argument
    value: int
    present: int | None
    absent: bytes | None


@dataclass(frozen=True)
class Statement:
    """`sql` with its parameters `$1`…; `paged` if it has a second column, `next`."""

    sql: bytes
    parameters: tuple[Parameter, ...]
    count: int
    paged: bool

    @property
    def name(self) -> bytes:
        """A name for the prepared statement: the same text has the same name everywhere."""
        return b"s" + hashlib.sha256(self.sql).hexdigest()[:24].encode()


def constant_default(expression: str) -> str | None:
    """The text of a default that is a constant other than NULL, else None."""
    match = _CONSTANT.fullmatch(expression)
    if match is None:
        return None
    quoted: str | None = match["quoted"]
    return match["bare"] if quoted is None else quoted.replace("''", "'")


def statement_of(signature: Signature) -> Statement:
    """The statement of a function.

    It gives one row, or none where the function has been made anew since its oid was read: then it
    calls nothing, for arguments and result may have another shape now. PostgreSQL looks the name
    up when it plans, so that costs nothing when it runs.
    """
    parameters = _parameters(signature.arguments)
    values = {p.argument.name: _value(p) for p in parameters}
    function = f"{quoted(signature.schema)}.{quoted(signature.name)}"
    call = f"{function}({_named(values)})"
    # Only quoted identifiers and what PostgreSQL itself wrote go into the text.
    if signature.paged:
        last = next(_cast_of(a.type) for a in signature.arguments if a.name == PAGE_START)
        ahead = _named({**values, PAGE_SIZE: "1", PAGE_START: f"p.last{last}"})
        select = (
            "select p.body, case when p.size = "  # noqa: S608
            f"{values[PAGE_SIZE]} and exists (select from {function}({ahead})) "
            f"then p.last else nullif(current_setting('{PAGE_NEXT}', true), '') end as next "
            "from claims c cross join lateral ("
            "select coalesce(json_agg(found_row), '[]') as body, count(*) as size, "
            "(array_agg(found_row.id))[count(*)]::text as last "
            f"from {call} found_row where c.ready is not null) p"
        )
    elif signature.returns_set:
        select = (
            "select (select coalesce(json_agg(found_row), '[]') "  # noqa: S608
            f"from {call} found_row where c.ready is not null) as body from claims c"
        )
    else:
        body = f"coalesce(to_json({call}), 'null')"
        if signature.result is None:
            # The text of void is empty.
            body = f"nullif({call}::text, '')"
        elif signature.media_type != JSON:
            body = f"coalesce({call}::text, '')"
        select = f"select case when c.ready is not null then {body} end as body from claims c"  # noqa: S608
    claims = "set_config('request.jwt.claims', $1, true)"
    if signature.read_only:
        claims += " || set_config('transaction_read_only', 'on', true)"
    name_literal = function.replace("'", "''")
    same = f"'{name_literal}'::pg_catalog.regproc = {signature.oid}::pg_catalog.oid"
    sql = f"with claims as materialized (select {claims} as ready where {same}) {select}"
    count = 1 + sum(1 if p.present is None else 2 for p in parameters)
    return Statement(sql.encode(), parameters, count, signature.paged)


def quoted(identifier: str) -> str:
    """An identifier in double quotes."""
    return '"' + identifier.replace('"', '""') + '"'


def _parameters(arguments: Sequence[Argument]) -> tuple[Parameter, ...]:
    found = []
    place = 1
    for argument in arguments:
        default = argument.default
        constant = None if default is None else constant_default(default)
        if default is None or constant is not None or _NULL.fullmatch(default):
            absent = None if constant is None else constant.encode()
            found.append(Parameter(argument, place, None, absent))
            place += 1
        else:
            found.append(Parameter(argument, place, place + 1, None))
            place += 2
    return tuple(found)


def _value(parameter: Parameter) -> str:
    """The SQL expression of an argument's value."""
    cast = _cast_of(parameter.argument.type)
    value = f"${parameter.value + 1}{cast}"
    if parameter.present is None:
        return value
    default = f"({parameter.argument.default}){cast}"
    return f"case when ${parameter.present + 1}::boolean then {value} else {default} end"


def _named(values: dict[str, str]) -> str:
    return ", ".join(f"{quoted(name)} => {value}" for name, value in values.items())


def _cast_of(type_: SqlType) -> str:
    """A cast to the type below all domains; nothing where a calling role may not name that type."""
    root = type_.root()
    if root.schema != "pg_catalog":
        return ""
    return f"::pg_catalog.{quoted(root.name)}"
