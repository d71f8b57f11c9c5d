"""From a method and a path to a route."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.catalog import Catalog
from server.catalog.comments import Documentation, RouteLine, parse_comment
from server.catalog.model import Argument, SqlType, Unfit
from server.catalog.routes import Function, Route, RouteTable, routes_of
from server.problems import Problem


def table(*lines: str) -> RouteTable:
    """Routes, each of a function that takes `a` and `b`."""
    text = SqlType("pg_catalog", "text", "base")
    arguments = (Argument("a", text), Argument("b", text, False))
    routes: list[Route] = []
    for number, line in enumerate(lines):
        read_only = line.startswith("GET")
        function = Function(
            "api", f"f{number}", 1, arguments, text, False, read_only, frozenset(),
            parse_comment(line), {"a": None, "b": None},
        )  # fmt: skip
        routes += routes_of(function)
    return RouteTable(routes)


ROUTES = table(
    "GET /x/{a}", "GET /x/mine", "DELETE /x/{a}", "GET /x/{b}/c", "GET /x/mine/{a}/d", "POST /x",
    "GET /{a}/y/{b}",
)  # fmt: skip


@pytest.mark.parametrize(
    ("method", "path", "found", "arguments"),
    [
        ("GET", "/x/1", "/x/{a}", {"a": "1"}),
        ("HEAD", "/x/1", "/x/{a}", {"a": "1"}),
        ("GET", "/x/mine", "/x/mine", {}),
        ("GET", "/x/min%65", "/x/mine", {}),
        ("GET", "/x/mine/c", "/x/{b}/c", {"b": "mine"}),
        ("GET", "/x/mine/c/d", "/x/mine/{a}/d", {"a": "c"}),
        ("GET", "/x/y/1", "/{a}/y/{b}", {"a": "x", "b": "1"}),
        ("GET", "/x/%C3%BC%2F%20+", "/x/{a}", {"a": "ü/ +"}),
    ],
)
def test_the_more_literal_path_wins(
    method: str, path: str, found: str, arguments: dict[str, str]
) -> None:
    match = ROUTES.match(method, path)
    assert (match.route.path, match.path_arguments) == (found, arguments)


@pytest.mark.parametrize("path", ["", "/", "x", "/x/", "/x/%FF", "//x", "/x/1/", "/X/1", "*"])
def test_no_such_route(path: str) -> None:
    with pytest.raises(Problem) as caught:
        ROUTES.match("GET", path)
    assert (caught.value.status, caught.value.code) == (404, "route_not_found")


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("POST", "/x/1", "DELETE, GET, HEAD"),
        # It is another thing than /x/{a}.
        ("DELETE", "/x/mine", "GET, HEAD"),
        ("GET", "/x", "POST"),
        ("get", "/x", "POST"),
        ("OPTIONS", "/x", "POST"),
    ],
)
def test_no_such_method(method: str, path: str, allow: str) -> None:
    with pytest.raises(Problem) as caught:
        ROUTES.match(method, path)
    assert (caught.value.status, caught.value.code) == (405, "method_not_allowed")
    assert caught.value.headers == {"Allow": allow}


@given(st.text(), st.text())
def test_nothing_but_a_problem_is_raised(method: str, path: str) -> None:
    for given_path in (path, "/x/" + path):
        status = 404
        try:
            ROUTES.match(method, given_path)
        except Problem as problem:
            status = problem.status
        assert status in (404, 405)


def test_every_route_is_found_by_its_own_path(catalog: Catalog) -> None:
    for route in catalog.routes:
        assert catalog.routes.match(route.method, route.path).route is route


def test_a_comment_has_routes_words_and_errors() -> None:
    found = parse_comment(
        "POST /api/a-b/{c} 201\nPUT /a.ics\nTopic: letters\nReceives: headers\n"
        "Checks: old\nHashes: new, other\n\n"
        "Does v1.2 of it.\nTwice.\n\n- more\n\n"
        "404 c_not_found: there is\n    no c.\n409 c_taken: it is: taken.\n"
    )
    assert [(r.method, r.path, r.status) for r in found.routes] == [
        ("POST", "/api/a-b/{c}", 201),
        ("PUT", "/a.ics", None),
    ]
    assert found.topic == "letters"
    assert found.receives == ("headers",)
    assert (found.checks, found.hashes) == (("old",), ("new", "other"))
    assert found.description == "Does v1.2 of it.\nTwice.\n\n- more"
    assert found.summary == "Does v1.2 of it"
    assert [(e.status, e.code, e.text) for e in found.errors] == [
        (404, "c_not_found", "there is no c."),
        (409, "c_taken", "it is: taken."),
    ]
    assert parse_comment("GET /a") == Documentation((RouteLine("GET", "/a", None),))
    assert parse_comment("GET /a\nReading: logged").logged


@given(st.text() | st.text().map("GET /a\n\n{}".format))
def test_any_comment_is_read_or_refused(comment: str) -> None:
    try:
        outcome: object = parse_comment(comment).routes
    except Unfit as error:
        outcome = str(error)
    assert outcome
