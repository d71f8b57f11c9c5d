"""Examples of arguments, given by a domain's comment or made to suit its type."""

from typing import Any

import pytest

from server.catalog import CatalogError
from server.catalog.comments import parse_domain_comment
from server.catalog.inputs import input_of, request_example
from server.catalog.model import Argument, SqlType

from .conftest import Library, read


def domain(base: str, *checks: str, example: str | None = None) -> SqlType:
    root = SqlType("pg_catalog", base, "base")
    return SqlType("s", "d", "domain", base=root, checks=checks, example=example)


@pytest.mark.parametrize(
    ("comment", "parts"),
    [
        ("An address. Example: ann@example.com.", ("An address.", (), "ann@example.com")),
        ("A fee.\nExample: 12.50", ("A fee.", (), "12.50")),
        ("Example: x.", ("", (), "x")),
        ("An address, for Example: none", ("An address, for", (), "none")),
        ("An address.", ("An address.", (), None)),
        ("", ("", (), None)),
        ("A shelf. Offered: A, B.", ("A shelf.", ("A", "B"), None)),
        ("A shelf.\nOffered: A. Example: A.", ("A shelf.", ("A",), "A")),
    ],
)
def test_a_domain_s_comment_may_end_with_labels_and_an_example(
    comment: str, parts: tuple[str, tuple[str, ...], str | None]
) -> None:
    found = parse_domain_comment(comment)
    assert (found["description"], found["offers"], found["example"]) == parts


@pytest.mark.parametrize(
    ("type_", "example"),
    [
        (domain("text", example="ann@example.com"), "ann@example.com"),
        (domain("int4", example="30"), 30),
        (domain("numeric", example="12.5"), 12.5),
        (domain("bool", example="false"), False),
        (SqlType("s", "outer", "domain", base=domain("int8", example="7")), 7),
        (domain("int4", "CHECK (VALUE >= 5)"), 5),
        (domain("int4", "CHECK (VALUE >= 0)"), 1),
        (domain("numeric", "CHECK (VALUE >= 0 AND VALUE <= 5)"), 5),
        (domain("numeric"), 50),
        (domain("text", "CHECK (length(VALUE) >= 6)"), "texttext"),
        (domain("text", "CHECK (length(VALUE) <= 3)"), "tex"),
        (domain("text", "CHECK (VALUE ~ '^[0-9]+$'::text)"), None),
        (SqlType("s", "e", "enum", labels=("B", "A")), "B"),
        (SqlType("pg_catalog", "date", "base"), "2030-01-15"),
        (SqlType("pg_catalog", "timestamptz", "base"), "2030-01-15T09:00:00Z"),
    ],
)
def test_a_type_has_an_example_that_suits_it(type_: SqlType, example: Any) -> None:
    found = input_of(type_).example
    assert (found, type(found)) == (example, type(example))


def test_what_ends_comes_after_what_starts() -> None:
    time = SqlType("pg_catalog", "time", "base")
    arguments = [Argument(name, time) for name in ("start_time", "end_time")]
    assert request_example(arguments) == {"start_time": "09:00", "end_time": "10:00"}


def test_no_body_is_shown_that_would_be_refused() -> None:
    digits = domain("text", "CHECK (VALUE ~ '^[0-9]+$'::text)")
    assert request_example([Argument("a", digits)]) is None
    assert request_example([Argument("a", digits, False, "1")]) == {}


def test_an_example_that_is_none_of_its_domain_is_refused(library: Library) -> None:
    with library.connect() as connection:
        connection.execute("begin")
        connection.execute("comment on domain stock.copies is 'How many. Example: many.'")
        with pytest.raises(
            CatalogError, match=r"argument copies: the example 'many' is no stock.c"
        ):
            read(connection)
        connection.execute("rollback")
