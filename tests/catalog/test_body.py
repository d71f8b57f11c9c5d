"""Bodies: one strict JSON object, or 400 invalid_body, whatever comes."""

import json
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bench.refusals import BODIES
from server.catalog import parse_body
from server.problems import Problem
from tests.support.thrift import run_within

pytestmark = pytest.mark.embedded18


def nested(levels: int) -> bytes:
    return b'{"a":' + b"[" * (levels - 1) + b"]" * (levels - 1) + b"}"


@pytest.mark.parametrize(
    "raw",
    [
        b" ", b"[]", b"null", b'"a"', b"1", b"{", b'{"a":1}x', b"\xef\xbb\xbf{}", b'{"a":"\xff"}',
        b'{"a":"\xed\xa0\x80"}', b'{"a":"\x00"}', rb'{"a":"\u0000"}', rb'{"\u0000":1}',
        rb'{"a":["\ud800"]}', rb'{"a":{"\udfff":1}}', b'{"a":1,"a":1}', b'{"a":[{"b":1,"b":2}]}',
        b'{"a":NaN}', b'{"a":-Infinity}', b'{"a":1e309}', b'{"a":1e-999999999}', b'{"a":01}',
        b'{"a":' + b"9" * 5000 + b"}", b'{"a":0.' + b"1" * 500 + b"}", b"{'a':1}",
        nested(33), nested(100_000), b'{"a":' * 100_000, b"[" * 100_000,
        b'{"a":"' + b"[" * 40 + b"\\",
    ],
)  # fmt: skip
def test_anything_but_a_strict_object_is_refused(raw: bytes) -> None:
    with pytest.raises(Problem) as caught:
        parse_body(raw)
    assert (caught.value.status, caught.value.code) == (400, "invalid_body")


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b"", {}),
        (b" {}\n", {}),
        (rb'{"a":"\\u0000"}', {"a": "\\u0000"}),
        (rb'{"a":"\ud83d\udca5"}', {"a": "💥"}),
        (b'{"a":1.50,"b":1e2,"c":-0.0}', {"a": Decimal("1.5"), "b": 100, "c": 0}),
        (b'{"a":"' + b"[{" * 100 + b'\\""}', {"a": "[{" * 100 + '"'}),
        (b'{"a":123456789012345678901234567890}', {"a": 123456789012345678901234567890}),
    ],
)
def test_what_is_strict_is_read(raw: bytes, value: object) -> None:
    assert parse_body(raw) == value


def test_nesting_to_32_levels() -> None:
    assert "a" in parse_body(nested(32))


READ_ALL = """
import sys
from server.catalog import parse_body
from server.problems import Problem
for raw in map(bytes.fromhex, sys.stdin.read().split()):
    try:
        parse_body(raw)
    except Problem:
        pass
"""
CPU_SECONDS = 5


def test_the_dearest_bodies_cost_what_their_length_costs() -> None:
    """All of them with the start of Python take half a second; a quadratic one ends the process."""
    run_within(CPU_SECONDS, READ_ALL, "\n".join(raw.hex() for raw in BODIES.values()))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
@example(b'{"a":"\\')
def test_nothing_else_is_ever_raised(raw: bytes) -> None:
    code = "invalid_body"
    try:
        parse_body(raw)
    except Problem as problem:
        code = problem.code
    assert code == "invalid_body"
