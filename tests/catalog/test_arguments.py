"""Binding: strict, complete in what it says, and in agreement with the document."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal, localcontext
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.catalog import Call, Catalog, KeptText, parse_body
from server.catalog.arguments import header_of
from server.catalog.inputs import input_of
from server.catalog.model import SqlType
from server.catalog.schemas import Schemas
from server.catalog.types import Refused
from server.problems import Problem

from .conftest import CLAIMS

Pairs = Sequence[tuple[str, str]]


def bound(
    call: Call,
    path: Mapping[str, str] | None = None,
    query: Pairs = (),
    headers: Mapping[str, str] | None = None,
    **body: object,
) -> list[bytes | None]:
    return call.bind(CLAIMS, path or {}, query, headers or {}, body)


def refusal(call: Call, **places: Any) -> tuple[str, dict[str, str]]:
    """The code and the messages by argument."""
    with pytest.raises(Problem) as caught:
        bound(call, **places)
    assert caught.value.status == 400
    return caught.value.code, dict(caught.value.errors)


@pytest.fixture(scope="session")
def add(catalog: Catalog) -> Call:
    return catalog.routes.match("POST", "/api/books").route.function.call


@pytest.fixture(scope="session")
def get(catalog: Catalog) -> Call:
    return catalog.routes.match("GET", "/api/books/1").route.function.call


@pytest.fixture(scope="session")
def echo(catalog: Catalog) -> Call:
    return catalog.routes.match("PUT", "/api/echo").route.function.call


def test_all_that_is_wrong_is_told_at_once(add: Call) -> None:
    code, messages = refusal(add, query=[("x", "1"), ("copies", "0")], shelf="fiction", y=None)
    assert code == "unknown_parameter"
    assert messages == {
        "x": "is not known here",
        "y": "is not known here",
        "title": "is required",
        "copies": "must be a whole number from 1 to 99",
        "shelf": 'must be one of FICTION, SCIENCE, O\'ther "one"',
    }


def test_an_answer_is_no_longer_than_what_it_answers(add: Call) -> None:
    code, messages = refusal(add, **{f"x{number}": 1 for number in range(5000)})
    assert (code, len(messages)) == ("unknown_parameter", 20)


def test_missing_comes_before_invalid(add: Call) -> None:
    assert refusal(add, copies="1")[0] == "missing_parameter"
    assert refusal(add, title="x", copies="1")[0] == "invalid_parameter"
    # Given but wrong is not missing.
    assert refusal(add, title=1) == (
        "invalid_parameter", {"title": "must be text of 1 to 20 characters"},
    )  # fmt: skip


def test_null_needs_a_default_and_a_type_that_takes_it(catalog: Catalog, add: Call) -> None:
    assert refusal(add, title=None) == ("invalid_parameter", {"title": "must not be null"})
    pages = catalog.routes.match("GET", "/api/books").route.function.call
    assert refusal(pages, limit=None) == ("invalid_parameter", {"limit": "must not be null"})
    assert bound(pages, shelf=None) == [CLAIMS, None, b"2", None]


def test_two_places_must_agree(add: Call, get: Call) -> None:
    assert bound(get, {"book_id": "7"}, [("book_id", "7")], book_id=Decimal("7.0"))[1] == b"7"
    for places in ({"query": [("book_id", "8")]}, {"book_id": 8}):
        assert refusal(get, path={"book_id": "7"}, **places) == (
            "invalid_parameter", {"book_id": "is given twice, with different values"},
        )  # fmt: skip
    assert refusal(add, query=[("note", "")], title="x", note=None)[0] == "invalid_parameter"
    assert bound(add, query=[("price", "1.50")], title="x", price=Decimal("1.5"))[4] == b"1.5"


def test_an_alias_stands_for_its_argument(catalog: Catalog, add: Call) -> None:
    whole = bound(add, title="Emma", shelf="FICTION")
    for places in (
        {"bookTitle": "Emma", "shelf": "novel"},
        {"query": [("name", "Emma"), ("shelf", "novel")]},
        {"bookTitle": "Emma", "title": "Emma", "query": [("shelf", "novel")], "shelf": "FICTION"},
    ):
        assert bound(add, **places) == whole
    for names in (("title", "bookTitle"), ("bookTitle", "name")):
        assert refusal(add, **dict(zip(names, ("Emma", "Ada"), strict=True))) == (
            "invalid_parameter", {names[1]: "is given twice, with different values"},
        )  # fmt: skip
    # The name that was given is the one that is told; what is wrong is not missing, too.
    assert refusal(add, bookTitle="") == (
        "invalid_parameter", {"bookTitle": "must be text of 1 to 20 characters"},
    )  # fmt: skip
    # A word for a label is another label to no other function, nor shown.
    pages = catalog.routes.match("GET", "/api/books").route.function.call
    assert refusal(pages, rack="novel") == refusal(pages, rack="x")
    assert "novel" not in refusal(add, title="x", shelf="x")[1]["shelf"]


def test_an_empty_value_in_a_query_is_absent_where_no_value_is_empty(
    catalog: Catalog, add: Call, echo: Call
) -> None:
    without = bound(add, title="x")
    for name in ("isbn", "shelf", "price", "copies", "bought", "idempotency_key"):
        assert bound(add, query=[(name, ""), (name, "")], title="x") == without, name
    # Of what is repeated, the rest counts.
    once = [("shelf", ""), ("shelf", "SCIENCE"), ("shelf", "")]
    assert bound(add, query=once, title="x") == bound(add, title="x", shelf="SCIENCE")
    twice = [("shelf", "FICTION"), *once]
    assert refusal(add, query=twice, title="x")[1] == {"shelf": "must be given only once"}
    pages = catalog.routes.match("GET", "/api/books").route.function.call
    assert bound(pages, query=[("rack", ""), ("limit", ""), ("after", "")]) == bound(pages)
    # A text may be empty, one in a list too; what is required must be there; JSON says null.
    assert bound(add, query=[("note", ""), ("tags", "")], title="x") != without
    assert refusal(echo, query=[("whole", "")])[1]["whole"] == "must be a whole number"
    assert refusal(add, query=[("title", "")])[1] == {"title": "must be text of 1 to 20 characters"}
    assert "isbn" in refusal(add, title="x", isbn="")[1]


def test_equal_instants_agree(echo: Call) -> None:
    _, messages = refusal(
        echo,
        query=[("instant", "2030-01-31t10:00:00.000+01:00"), ("clock", "09:00")],
        instant="2030-01-31T09:00:00Z",
        clock="09:00:00",
    )
    assert "instant" not in messages
    assert "clock" not in messages


def test_a_query_key_stands_once_unless_it_is_a_list(add: Call) -> None:
    assert refusal(add, query=[("title", "a"), ("title", "a")]) == (
        "invalid_parameter", {"title": "must be given only once"},
    )  # fmt: skip
    pairs = [("title", "a"), ("tags", "x"), ("tags", 'y"\\')]
    assert b'{"x","y\\"\\\\"}' in bound(add, query=pairs)


def test_tokens_and_idempotency_keys_may_come_as_headers(add: Call, get: Call) -> None:
    assert header_of("manage_token") == "X-Manage-Token"
    assert header_of("title") is None
    key = "8B0E4B1E-6A3C-4D3B-9C2A-111111111111"
    assert bound(add, headers={"Idempotency-Key": key}, title="x")[-1] == key.lower().encode()
    assert bound(get, {"book_id": "1"}, headers={"X-Card-Token": "t", "X-Other": "x"}) == [
        CLAIMS, b"1", b"t",
    ]  # fmt: skip
    assert refusal(add, headers={"Idempotency-Key": "1"}, title="x") == (
        "invalid_parameter", {"idempotency_key": "must be a UUID"},
    )  # fmt: skip


def test_what_the_server_supplies_is_unknown_to_the_caller(catalog: Catalog) -> None:
    call = catalog.auth["register"].call
    with pytest.raises(Problem) as caught:
        call.bind_with(CLAIMS, {"secret_hash": "x"}, {"secret_hash": b"\x01"})
    assert list(caught.value.errors.items()) == [
        ("secret_hash", "is not known here"),
        ("name", "is required"),
    ]
    # Even where the server forgets it: nobody can write a bytea in JSON.
    with pytest.raises(Problem):
        call.bind_with(CLAIMS, {"name": "x", "secret_hash": "x"}, {})


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("small", ["0", "-0", "32767"], ["", " 1", "+1", "01", "1.0", "1e1", "٣", "32768", "x"]),
        ("big", ["-9223372036854775808"], ["9223372036854775808", "9" * 5000, "1\n"]),
        ("amount", ["1e3", "-0.5", "1.0E-5"], [".5", "1.", "NaN", "1e309", "0x1", "9" * 500, ""]),
        ("price", ["0", "1.50", "9999.99"], ["1.505", "-1", "10000", "1e-3"]),
        ("flag", ["true", "false"], ["TRUE", "1", "", "yes", "t"]),
        ("words", ["", "'", "💥"], ["\x00", "\ud800"]),
        ("day", ["2024-02-29"], ["2023-02-29", "0000-01-01", "20240101", "2024-W01-1", "today",
                                 "2024-1-1", "infinity", "2024-01-01T00:00:00Z"]),
        ("instant", ["2030-01-31T09:00:00Z", "2030-01-31t09:00:00.123456789z",
                     "2030-12-31T23:59:59-23:59"],
         ["2030-01-31T09:00:00", "2030-01-31 09:00:00Z", "2030-01-31T09:00:00 01:00", "now",
          "2030-01-31T23:59:60Z", "2030-01-31T24:00:00Z", "2030-01-31T09:00:00+24:00",
          "2030-01-31T09:00:00+0100", "0001-01-01T00:00:00+00:01", "2030-01-31T09:00Z", "infinity",
          "2030-01-31T09:00:00.Z"]),
        ("clock", ["00:00", "23:59:59"], ["24:00", "9:00", "09:00:60", "09:00Z", "09:00\n"]),
        ("id", ["8b0e4b1e-6a3c-4d3b-9c2a-111111111111"], ["8b0e4b1e6a3c4d3b9c2a111111111111", ""]),
        ("doc", ["{}", '{"a":[1.5e3]}'], ["[]", "null", "x", '{"a":1,"a":2}', "\ud800"]),
        ("shelf", ["FICTION"], ["fiction", ""]),
        ("numbers", ["1"], ["", "1,2", "{1}"]),
        ("hours", ['{"weekday":1,"opens":"09:00"}'],
         ["{}", '{"weekday":1}', '{"weekday":8,"opens":"09:00"}',
          '{"weekday":1,"opens":"09:00","x":1}', '{"weekday":1,"opens":"09:00","fine":0.25}']),
    ],
)  # fmt: skip
def test_texts_are_parsed_by_type(
    echo: Call, name: str, good: Sequence[str], bad: Sequence[str]
) -> None:
    for text in good:
        assert name not in refusal(echo, query=[(name, text)])[1], text
    for text in bad:
        assert name in refusal(echo, query=[(name, text)])[1], text


def test_a_plus_lost_in_the_url_is_explained(echo: Call) -> None:
    _, messages = refusal(echo, query=[("instant", "2030-01-31T09:00:00 01:00")])
    assert messages["instant"].endswith("(in a URL a + is written %2B)")


def test_what_is_out_of_range_or_does_not_exist_is_told_so(echo: Call) -> None:
    too_far = "must be a whole number from -2147483648 to 2147483647"
    for far in ("2147483648", "-2147483649", "9" * 20, "9" * 5000):
        assert refusal(echo, query=[("whole", far)])[1]["whole"] == too_far
    assert refusal(echo, whole=10**30)[1]["whole"] == too_far
    for wrong in ("x", "1.5", "01"):
        assert refusal(echo, query=[("whole", wrong)])[1]["whole"] == "must be a whole number"
    _, messages = refusal(echo, query=[("day", "2026-13-01"), ("instant", "2026-02-30T09:00:00Z")])
    assert messages["day"] == "must be an existing date, written YYYY-MM-DD"
    assert messages["instant"] == "must be an existing instant, such as 2030-01-31T09:00:00Z"
    _, messages = refusal(echo, query=[("day", "1.1.2030")])
    assert messages["day"] == "must be a date written YYYY-MM-DD"


@pytest.mark.parametrize(
    ("comment", "message"),
    [
        ("An email address.", "must be an email address"),
        ("A number: digits and / -", "must be a number: digits and / -"),
        ("ISBN with 13 digits", "must be ISBN with 13 digits"),
        ("", "must match ^[0-9]+$"),
    ],
)
def test_a_text_that_does_not_match_is_told_what_it_should_be(comment: str, message: str) -> None:
    root = SqlType("pg_catalog", "text", "base")
    checks = ("CHECK (VALUE ~ '^[0-9]+$'::text)",)
    codec = input_of(SqlType("s", "d", "domain", comment, base=root, checks=checks)).codec
    with pytest.raises(Refused) as caught:
        codec.from_json("x")
    assert caught.value.message == message


def test_what_the_server_keeps_is_checked_with_the_rest(catalog: Catalog) -> None:
    call = catalog.auth["register"].call
    kept = {"word": KeptText("four", 3, 5)}

    def wrong(**body: object) -> tuple[str, dict[str, str]]:
        with pytest.raises(Problem) as caught:
            call.bind_with(CLAIMS, body, {"secret_hash": b""}, kept)
        return caught.value.code, dict(caught.value.errors)

    assert wrong() == ("missing_parameter", {"name": "is required", "word": "is required"})
    assert wrong(word="x", x=1) == (
        "unknown_parameter",
        {
            "x": "is not known here",
            "name": "is required",
            "word": "must be text of 3 to 5 characters",
        },
    )
    assert wrong(name="Ann", word=None) == ("invalid_parameter", {"word": "must not be null"})
    whole = call.bind_with(CLAIMS, {"name": "Ann", "word": "four"}, {"secret_hash": b""}, kept)
    assert b"four" not in whole


def test_an_item_of_a_list_is_named(echo: Call) -> None:
    _, messages = refusal(echo, numbers=[1, "2"], week=[{"weekday": 1, "opens": 9}])
    assert messages["numbers"] == "is wrong in item 2, which must be a whole number"
    assert messages["week"] == (
        "is wrong in item 1, which is wrong in opens, which must be a time of day written HH:MM or "
        "HH:MM:SS"
    )


SCALARS = (
    st.none() | st.booleans() | st.integers() | st.integers(-3, 120) | st.text(max_size=3)
    | st.decimals(allow_nan=False, allow_infinity=False, places=3).map(float)
    | st.sampled_from([1.0, 0.07, 0.1 + 0.2, 9999.99, 1e300, "FICTION", "1234567890123", "09:00"])
)  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["weekday", "opens", "note", "fine", "x"]), inner)
    ),
    max_leaves=6,
)
# A validator checks no formats but these.
WIDTHS = jsonschema.FormatChecker(())
for _bits in (16, 32, 64):
    WIDTHS.checks(f"int{_bits}")(
        lambda value, bound=2 ** (_bits - 1): (
            not isinstance(value, int | float | Decimal) or -bound <= value < bound
        )
    )
# So these say more than it can see.
BY_FORMAT = {"day", "instant", "id", "bought", "idempotency_key"}


def exactly(text: str) -> int | Decimal:
    """A JSON number for the validator, to which 1.0 is a whole number only as int or float."""
    number = Decimal(text)
    return int(number) if number == int(number) else number


@settings(max_examples=300)
@given(value=VALUES, data=st.data())
def test_what_is_checked_is_what_is_documented(
    catalog: Catalog, value: object, data: st.DataObject
) -> None:
    functions = [catalog.routes.match(*line).route.function for line in (
        ("PUT", "/api/echo"), ("POST", "/api/books"), ("GET", "/api/books"),
    )]  # fmt: skip
    function = data.draw(st.sampled_from(functions))
    argument = data.draw(
        st.sampled_from([a for a in function.arguments if a.name not in BY_FORMAT])
    )
    raw = json.dumps({argument.name: value})
    schemas = Schemas()
    schema = schemas.argument(argument, in_url=False) | {
        "components": {"schemas": schemas.components}
    }
    # In decimals, for binary fractions are multiples of nothing.
    exact_schema = json.loads(json.dumps(schema), parse_float=Decimal)
    exact_value = json.loads(raw, parse_float=exactly)[argument.name]
    validator = jsonschema.Draft202012Validator(exact_schema, format_checker=WIDTHS)
    # With digits enough for the remainder of any number that a request can hold.
    with localcontext(prec=2000):
        documented = validator.is_valid(exact_value)
    if "\x00" in str(value) or "\\u0000" in raw:
        return
    try:
        function.call.bind(CLAIMS, {}, (), {}, parse_body(raw.encode()))
        messages: set[str] = set()
    except Problem as problem:
        messages = {field for field, wrong in problem.errors.items() if wrong != "is required"}
    assert (argument.name not in messages) == documented, (argument.name, value, schema)


NAMES = st.sampled_from(["book_id", "title", "tags", "doc", "hours", "limit", "x", ""]) | st.text()


@settings(max_examples=100)
@given(
    path=st.dictionaries(NAMES, st.text()),
    query=st.lists(st.tuples(NAMES, st.text(st.characters(codec=None)))),
    body=st.dictionaries(NAMES, VALUES),
)
def test_nothing_but_a_problem_is_raised(
    catalog: Catalog, path: dict[str, str], query: Pairs, body: dict[str, object]
) -> None:
    for route in catalog.routes:
        try:
            values = route.function.call.bind(CLAIMS, path, query, path, body)
        except Problem as problem:
            outcome = problem.status == 400 and bool(problem.errors)
        else:
            outcome = all(value is None or isinstance(value, bytes) for value in values)
        assert outcome
