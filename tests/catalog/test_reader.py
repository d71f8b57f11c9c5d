"""What makes a route, and what is refused with the function's name."""

import pytest

from server.catalog import Catalog, CatalogError, openapi_document

from .conftest import Library, read


def test_roles_are_those_that_may_log_in_and_use_the_schema(
    library: Library, catalog: Catalog
) -> None:
    assert set(catalog.web_roles.values()) == {library.reader, library.clerk}
    assert catalog.web_roles[library.clerk.removeprefix("slotkeeper_")] == library.clerk


def test_a_route_knows_its_function(library: Library, catalog: Catalog) -> None:
    route = catalog.routes.match("POST", "/api/books").route
    assert (route.status, route.function.name, route.function.read_only) == (201, "add_book", False)
    assert route.function.roles == {library.clerk}
    assert [a.name for a in route.function.arguments if a.required] == ["title"]


def test_void_answers_204(catalog: Catalog) -> None:
    assert catalog.routes.match("POST", "/api/visits").route.status == 204


def test_a_domain_over_text_says_what_the_answer_is(catalog: Catalog) -> None:
    assert (
        catalog.routes.match("GET", "/api/books/1/card.txt").route.function.media_type
        == "text/x-card"
    )
    assert (
        catalog.routes.match("GET", "/api/books/1").route.function.media_type == "application/json"
    )


def test_only_what_the_server_may_call_is_an_auth_function(catalog: Catalog) -> None:
    assert set(catalog.auth) == {"register", "credentials"}


def test_the_deployer_reads_the_same_catalog(library: Library, catalog: Catalog) -> None:
    with library.connect() as connection:
        connection.execute("set search_path = ''")
        assert openapi_document(read(connection)) == openapi_document(catalog)


@pytest.mark.parametrize(
    ("default", "text"),
    [
        ("50", "50"),
        ("-1.5", "-1.5"),
        ("true", "true"),
        ("'it''s'::text", "it's"),
        ("'-1'::integer", "-1"),
        ("'{FICTION}'::stock.shelf[]", "{FICTION}"),
        ("'x'::character varying(3)", "x"),
        ("null::numeric(4, 1)", None),
    ],
)
def test_a_default_is_a_constant(library: Library, default: str, text: str | None) -> None:
    type_ = "text" if "::" not in default else default.partition("::")[2]
    with library.connect() as connection, connection.transaction(force_rollback=True):
        made = function(f"a {type_} default {default}") + GRANT + GET
        connection.execute(library.script(made).encode())
        (argument,) = read(connection).routes.match("GET", "/api/bad").route.function.arguments
    assert (argument.default, argument.required) == (text, False)


FUNCTION = "create function api.bad({0}) returns {1} language sql {2} as $$ select {3} $$;"
COMMENT = "comment on function api.bad is '{}';"
GRANT = "grant execute on function api.bad to web_reader;"
GET = COMMENT.format("GET /api/bad")


def function(
    arguments: str = "", returns: str = "integer", volatility: str = "stable", value: str = "1"
) -> str:
    return FUNCTION.format(arguments, returns, volatility, value)


PICTURE = """
create domain stock.picture as bytea;
comment on domain stock.picture is 'Media type: image/png.';
"""


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        (
            PICTURE + function(returns="stock.picture", value="''::bytea") + GRANT + GET,
            "cannot return pg_catalog.bytea",
        ),
        (
            PICTURE.replace("bytea", "integer") + function(returns="stock.picture") + GRANT + GET,
            "only text has a media type",
        ),
        (function() + GRANT, "has no comment"),
        (function() + GRANT + COMMENT.format("Just words."), "not a route"),
        (function() + GRANT + COMMENT.format("GET /api/bad\nJust words."), "not a route"),
        (function() + GRANT + COMMENT.format("FETCH /api/bad"), "not a route"),
        (function() + GRANT + COMMENT.format("GET /api//bad"), "not a path"),
        (function() + GRANT + COMMENT.format("GET /api/bad 404"), "2xx"),
        (function() + GRANT + COMMENT.format("GET /api/bad 204"), "void"),
        (function() + GRANT + COMMENT.format("GET /api/{bad}"), "no argument named bad"),
        (function("id int") + GRANT + COMMENT.format("GET /a/{id}/{id}"), "twice"),
        (function() + GRANT + COMMENT.format("POST /api/bad"), "GET only"),
        (
            function("body bytea", volatility="volatile") + GRANT
            + COMMENT.format("POST /bad\nReceives: body, headers"),
            "receives headers, which must be an argument of pg_catalog.jsonb",
        ),
        (
            function("body text", volatility="volatile") + GRANT
            + COMMENT.format("POST /bad\nReceives: body"),
            "receives body, which must be an argument of pg_catalog.bytea",
        ),
        (function() + GRANT + COMMENT.format("POST /bad\nReceives: cookies"), "only body or head"),
        (
            function("secret bigint") + GRANT + COMMENT.format("POST /bad\nHashes: secret"),
            "secret holds a password, so it must be a text argument",
        ),
        (
            function() + GRANT + COMMENT.format("POST /bad\nChecks: secret"),
            "secret holds a password, so it must be a text argument",
        ),
        (
            function("headers jsonb") + GRANT + COMMENT.format("GET /bad\nReceives: headers"),
            "comes with POST, PUT or PATCH",
        ),
        (
            function("body bytea", volatility="volatile") + GRANT
            + COMMENT.format("PUT /{body}\nReceives: body"),
            "there is no argument named body",
        ),
        (function() + GRANT + COMMENT.format("GET /bad\nTopic: a\nTopic: b"), "not a route"),
        (function("a int") + GRANT + COMMENT.format("GET /bad\nAlias: b = c"), "c must be known"),
        (
            function("a int, b int") + GRANT + COMMENT.format("GET /bad\nAlias: b = a"),
            "alias b: a must be known, b must not",
        ),
        (
            function("a int") + GRANT + COMMENT.format("GET /bad\nAlias: b = a\nAlias: b = a"),
            "not a route",
        ),
        (function("a int") + GRANT + COMMENT.format("GET /bad\nAlias: b is a"), "not a route"),
        (function("a int") + GRANT + COMMENT.format("GET /{b}\nAlias: b = a"), "named b"),
        (function() + GRANT + COMMENT.format("Topic: a\nGET /bad"), "not a route"),
        (function() + GRANT + COMMENT.format("GET /bad\n\nx\n\n404 Bad: x"), None),
        (function() + GRANT + COMMENT.format("GET /bad\n\n404 x: y\nz"), "not an error"),
        (function() + GRANT + COMMENT.format("GET /bad\n\n404 x: y\n\nz"), "at the comment"),
        (function() + GRANT + COMMENT.format("GET /bad\n\n200 x: y"), "not an error"),
        (function(volatility="volatile") + GRANT + GET, "needs a STABLE"),
        (
            function() + GRANT + COMMENT.format("GET /bad\nReading: logged"),
            "one whose reading is logged a VOLATILE one",
        ),
        (function() + GRANT + COMMENT.format("GET /bad\nReading: aloud"), "not a route"),
        (function() + GRANT + COMMENT.format("GET /api/books"), "clashes with GET /api/books"),
        (
            function("id int") + GRANT + COMMENT.format("GET /api/books/{id}"),
            "clashes with GET /api/books/{book_id}",
        ),
        (function() + GET, "no web role may execute it"),
        (function() + "grant execute on function api.bad to public;" + GET + GRANT, "PUBLIC"),
        (
            function() + GRANT + GET + "create function api.bad(a int) returns int language sql"
            " stable as 'select 1';",
            "two functions",
        ),
        (function("int") + GRANT + GET, "without a name"),
        (function("out a int", "int") + GRANT + GET, "only plain IN"),
        (function("inout a int", "int") + GRANT + GET, "only plain IN"),
        (function("variadic a int[]") + GRANT + GET, "only plain IN"),
        (function("a date default now()") + GRANT + GET, "its default must be a constant"),
        (function("a text default 'a' || 'b'") + GRANT + GET, "its default must be a constant"),
        (function("a interval") + GRANT + GET, "argument a: cannot be passed as pg_catalog.inter"),
        (function("a bytea") + GRANT + GET, "argument a: cannot be passed as pg_catalog.bytea"),
        (function(returns="table (a int)") + GRANT + GET, "returns a table"),
        (function(returns="interval", value="'1 day'::interval") + GRANT + GET, "cannot return"),
        (
            "create procedure api.bad() language sql as 'select 1'; " + GET.replace(
                "on function", "on procedure"
            ),
            "not a plain function",
        ),
        (function(returns="void", volatility="volatile") + GRANT + COMMENT.format("POST /b 200"),
         "204"),
    ],
)  # fmt: skip
def test_a_function_that_cannot_be_a_route_is_named(
    library: Library, script: str, reason: str | None
) -> None:
    with library.connect() as connection, connection.transaction(force_rollback=True):
        connection.execute(library.script(script).encode())
        if reason is None:
            read(connection)
            return
        with pytest.raises(CatalogError, match=reason) as caught:
            read(connection)
    assert "api.bad" in str(caught.value)
    assert caught.value.function.startswith("api.")
