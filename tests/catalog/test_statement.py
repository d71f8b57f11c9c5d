"""The one statement, on the real PostgreSQL: identity first, then the call, under any plan."""

import json
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import pq, sql
from psycopg.rows import TupleRow

from server.catalog import Catalog

from .conftest import CLAIMS, Library, SqlError, answer, run

PLANNER_SETTINGS = (
    "enable_hashjoin", "enable_mergejoin", "enable_nestloop", "enable_material", "enable_memoize",
    "enable_seqscan", "enable_hashagg", "enable_sort", "enable_gathermerge", "jit",
)  # fmt: skip


@pytest.fixture
def stocked(library: Library) -> None:
    """Five books with the ids 1 to 5, and nothing else."""
    with library.connect() as connection:
        connection.execute("truncate stock.book, stock.visit restart identity")
        connection.execute("insert into stock.book (title) select g from generate_series(1, 5) g")


def reader(library: Library) -> psycopg.Connection[TupleRow]:
    return library.login(library.reader)


@pytest.mark.parametrize("plans", ["force_generic_plan", "force_custom_plan"])
@pytest.mark.parametrize("setting", [None, *PLANNER_SETTINGS])
def test_the_caller_is_known_before_the_function_runs(
    library: Library, catalog: Catalog, stocked: None, plans: str, setting: str | None
) -> None:
    calls = [
        ("GET", "/api/caller", b'"7"'),
        ("GET", "/api/callers", b'["7"]'),
        ("POST", "/api/visits", None),
        ("GET", "/api/books", "page"),
        ("GET", "/api/books/1", "row"),
    ]
    with reader(library) as connection:
        connection.execute(f"set plan_cache_mode = {plans}".encode())
        if setting is not None:
            connection.execute(f"set {setting} = {'on' if setting == 'jit' else 'off'}".encode())
            connection.execute("set jit_above_cost = 0")
        for method, path, expected in calls:
            match = catalog.routes.match(method, path)
            parameters = match.route.function.call.bind(CLAIMS, match.path_arguments, (), {}, {})
            row = run(connection, match.route.function.call, parameters)
            if isinstance(expected, str):
                assert row[0] is not None
                assert b'"id":1' in row[0]
            else:
                assert row == [expected]


def nodes(plan: dict[str, Any], above: str = "") -> Iterator[tuple[dict[str, Any], str]]:
    """The nodes of a plan, each with the conditions that it and the nodes above it stand under."""
    above += " ".join(str(plan.get(key, "")) for key in ("One-Time Filter", "Filter"))
    yield plan, above
    for part in plan.get("Plans", ()):
        yield from nodes(part, above)


@pytest.mark.parametrize("plans", ["force_generic_plan", "force_custom_plan"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/caller"), ("GET", "/api/callers"), ("POST", "/api/visits"),
        ("GET", "/api/books"), ("GET", "/api/books/1"),
    ],
)  # fmt: skip
def test_no_plan_calls_before_the_row_of_the_caller_is_there(
    library: Library, catalog: Catalog, plans: str, method: str, path: str
) -> None:
    match = catalog.routes.match(method, path)
    call = match.route.function.call
    values = call.bind(CLAIMS, match.path_arguments, (), {}, {})
    with reader(library) as connection:
        connection.execute(f"set plan_cache_mode = {plans}".encode())
        connection.pgconn.prepare(call.name, call.sql)
        explain = sql.SQL("explain (verbose, format json) execute {} ({})").format(
            sql.Identifier(call.name.decode()),
            sql.SQL(", ").join(sql.Literal(v if v is None else v.decode()) for v in values),
        )
        (plan,) = connection.execute(explain).fetchone() or (None,)
    name = match.route.function.name
    calls = 0
    for node, conditions in nodes(plan[0]["Plan"]):
        if node["Node Type"] == "Function Scan":
            # The look ahead, for one row more, needs the page, which needs the caller.
            assert "ready IS NOT NULL" in conditions or "array_agg" in node["Function Call"]
            calls += 1
        for expression in node.get("Output", ()):
            if f"{name}(" in expression and node["Node Type"] != "Function Scan":
                assert expression.startswith("CASE WHEN (c.ready IS NOT NULL) THEN")
                calls += 1
    assert calls == (2 if match.route.function.paged else 1)


def test_the_identity_ends_with_the_statement(library: Library, catalog: Catalog) -> None:
    call = catalog.routes.match("GET", "/api/caller").route.function.call
    with reader(library) as connection:
        run(connection, call, call.bind(CLAIMS, {}, (), {}, {}))
        (rest,) = connection.execute(
            "select current_setting('request.jwt.claims', true)"
        ).fetchone() or (None,)
    assert not rest


def test_a_stable_function_cannot_write(library: Library, catalog: Catalog, stocked: None) -> None:
    call = catalog.routes.match("GET", "/api/visits").route.function.call
    with reader(library) as connection:
        with pytest.raises(SqlError) as caught:
            run(connection, call, call.bind(CLAIMS, {}, (), {}, {}))
        assert caught.value.sqlstate == "25006"
        # The next statement of the connection may write again.
        visit = catalog.routes.match("POST", "/api/visits").route.function.call
        assert run(connection, visit, visit.bind(CLAIMS, {}, (), {}, {})) == [None]


def test_the_role_is_postgresqls_to_check(library: Library, catalog: Catalog) -> None:
    call = catalog.routes.match("POST", "/api/books").route.function.call
    with reader(library) as connection, pytest.raises(SqlError) as caught:
        run(connection, call, call.bind(CLAIMS, {}, (), {}, {"title": "x"}))
    assert caught.value.sqlstate == "42501"


def test_a_function_that_was_made_anew_is_not_called(library: Library, catalog: Catalog) -> None:
    call = catalog.routes.match("GET", "/api/callers").route.function.call
    with library.connect() as connection:
        pgconn = connection.pgconn
        assert pgconn.prepare(b"before", call.sql).status == pq.ExecStatus.COMMAND_OK
        assert pgconn.exec_prepared(b"before", [CLAIMS]).ntuples == 1
        with connection.transaction(force_rollback=True):
            # Without a look at who it is, the statement would make a list of the one text.
            connection.execute("drop function api.callers()")
            connection.execute(
                "create function api.callers() returns text language sql as $$select 'x'$$"
            )
            result = pgconn.exec_prepared(b"before", [CLAIMS])
            assert (result.status, result.ntuples) == (pq.ExecStatus.TUPLES_OK, 0)


def test_absent_is_the_default_and_null_is_null(library: Library, catalog: Catalog) -> None:
    added = answer(library, catalog, library.clerk, "POST", "/api/books", title="Faust")
    assert added | {"id": 0} == {
        "id": 0, "title": "Faust", "shelf": "FICTION", "price": 0, "copies": 1, "note": "none",
        "bought": None, "tags": [],
    }  # fmt: skip
    nothing = dict.fromkeys(("shelf", "price", "copies", "note", "bought", "tags"))
    added = answer(library, catalog, library.clerk, "POST", "/api/books", title="F", **nothing)
    assert added | {"id": 0} == {"id": 0, "title": "F", **nothing}


def test_next_is_there_exactly_while_there_is_more(
    library: Library, catalog: Catalog, stocked: None
) -> None:
    function = catalog.routes.match("GET", "/api/books").route.function
    call = function.call
    assert function.paged

    def page(**query: object) -> tuple[list[int], bytes | None]:
        pairs = [(name, str(value)) for name, value in query.items()]
        content, following = run(connection, call, call.bind(CLAIMS, {}, pairs, {}, {}))
        assert content is not None
        return [row["id"] for row in json.loads(content)], following

    with reader(library) as connection:
        assert page() == ([1, 2], b"2")
        assert page(after=2) == ([3, 4], b"4")
        assert page(after=4) == ([5], None)
        assert page(after=5) == ([], None)
        assert page(after=3) == ([4, 5], None)
        assert page(limit=4) == ([1, 2, 3, 4], b"4")
        assert page(limit=5) == ([1, 2, 3, 4, 5], None)
        assert page(limit=6) == ([1, 2, 3, 4, 5], None)
        # Where few of the rows that were looked at fit, the list itself says where to go on.
        with library.connect() as owner:
            owner.execute("update stock.book set shelf = 'SCIENCE' where id > 3")
        assert page(shelf="SCIENCE") == ([], b"2")
        assert page(shelf="SCIENCE", after=2) == ([4], b"4")
        assert page(shelf="SCIENCE", after=4) == ([5], None)
        assert page(shelf="SCIENCE", limit=1, after=3) == ([4], b"4")
        assert page(shelf="SCIENCE", limit=1, after=1) == ([], b"3")
        assert page(shelf="FICTION", after=3) == ([], b"5")
        assert page(shelf="FICTION", after=5) == ([], None)
        assert page() == ([1, 2], b"2")


ECHO = {
    "small": -32768, "whole": 2147483647, "big": -9007199254740991, "amount": 1.5, "price": 9999.99,
    "flag": False, "words": 'a "quoted" \\ ünïcode 💥', "short": "", "day": "0001-01-01",
    "instant": "2030-01-31T09:00:00+00:00", "clock": "23:59:59",
    "id": "8b0e4b1e-6a3c-4d3b-9c2a-111111111111",
    "doc": {"a": [1, 2.5, None, True, "\\\""], "b": {}}, "shelf": 'O\'ther "one"',
    "shelves": ["SCIENCE", 'O\'ther "one"'], "numbers": [], "texts": ["", "NULL", "{},\"\\", " a "],
    "hours": {"weekday": 7, "opens": "08:00:00", "note": 'with "quotes", (and) \\', "fine": 0.5},
    "week": [
        {"weekday": 1, "opens": "08:00:00", "note": "", "fine": None},
        {"weekday": 2, "opens": "09:30:00", "note": '","', "fine": 999.9},
    ],
}  # fmt: skip


def test_every_type_arrives_as_it_was_sent(library: Library, catalog: Catalog) -> None:
    assert answer(library, catalog, library.reader, "PUT", "/api/echo", **ECHO) == ECHO


def test_the_server_gives_what_callers_may_not(library: Library, catalog: Catalog) -> None:
    call = catalog.auth["register"].call
    with library.login("slotkeeper_server") as connection:
        parameters = call.bind_with(CLAIMS, {"name": "Ann"}, {"secret_hash": b"\x00\x01\xff"})
        assert run(connection, call, parameters) == [b'{"id":3,"error":"Ann"}']
        call = catalog.auth["credentials"].call
        parameters = call.bind_with(CLAIMS, {}, {"email": "ann@example.org"})
        assert json.loads(run(connection, call, parameters)[0] or b"") == [
            {"account_id": 7, "secret_hash": "7"}
        ]


def test_one_text_has_one_name_everywhere(library: Library, catalog: Catalog) -> None:
    names = [route.function.call.name for route in catalog.routes]
    assert len(set(names)) == len({route.function.name for route in catalog.routes})
    assert all(len(name) < 64 for name in names)
