"""The one SQL statement behind a function: it tells PostgreSQL who calls, then calls.

Its first parameter is the caller's claims (JSON text), set for the transaction before anything
else runs. Whatever the planner does, the call cannot come first: it stands behind a CASE, or in a
sub-select that refers to the row in which the claims were set.

Types of schemas that the calling roles may not enter are never named: such parameters stay bare,
and PostgreSQL takes their type from the function's signature.
"""

from collections.abc import Mapping

from server.catalog.model import JSON, PAGE_SIZE, PAGE_START, Signature, SqlType

# A list that stops before its page is full says here where to go on.
PAGE_NEXT = "page.next"


def statement_of(signature: Signature) -> str:
    """The statement of a function, with a second column, `next`, where the result is paged.

    It gives one row, or none where the function has been made anew since its oid was read: then it
    calls nothing, for arguments and result may have another shape now. PostgreSQL looks the name
    up when it plans, so that costs nothing when it runs.
    """
    values = {
        argument.name: f"${place}{_cast_of(argument.type)}"
        for place, argument in enumerate(signature.arguments, start=2)
    }
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
    return f"with claims as materialized (select {claims} as ready where {same}) {select}"


def quoted(identifier: str) -> str:
    """An identifier in double quotes."""
    return '"' + identifier.replace('"', '""') + '"'


def _named(values: Mapping[str, str]) -> str:
    return ", ".join(f"{quoted(name)} => {value}" for name, value in values.items())


def _cast_of(type_: SqlType) -> str:
    """A cast to the type below all domains; nothing where a calling role may not name that type."""
    root = type_.root()
    if root.schema != "pg_catalog":
        return ""
    return f"::pg_catalog.{quoted(root.name)}"
