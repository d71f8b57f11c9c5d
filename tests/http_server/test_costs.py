"""What a stranger sends costs what its length costs: nothing here is quadratic."""

import pytest

from tests.support.thrift import run_within

pytestmark = pytest.mark.embedded18

# A line of a head may have 8 kB.
DEAREST = (
    'is_json("application/json" + ";" * 8000)',
    'is_json("application/json;" + "=" * 8000)',
    'is_json("application/json;" + "charset=utf-8;" * 570)',
    'is_json("application/json;charset=" + chr(34) * 8000)',
    'takes("," * 8000, "application/json")',
    'takes("a/b" + ";" * 8000, "application/json")',
    'takes("a/b;q=1," * 1000, "application/json")',
    'takes("*/*;q=0." + "9" * 8000, "application/json")',
    'query_of("&".join(["a"] * 200) + "=%ff" * 1900)',
    'query_of("a=" + "%41" * 2600)',
    'query_of("a=1&" * 2000)',
    'request_id_of(Told({"X-Request-Id": "a" * 8000}))',
    'headers_of(Told(CIMultiDict([("a", "")] * 8000)))',
    'target_of(Told({}, "http://" + "a" * 8000))',
    'target_of(Told({}, "http://" + "[:" * 4000))',
    'Cors("x").preflight(Told(ASKED | {WANTED: "a" + " " * 7998 + "!"}), REFUSAL, "id")',
    'Cors("x").preflight(Told(ASKED | {WANTED: "a ," * 2600 + "!"}), REFUSAL, "id")',
    'TOKENS.identify("Bearer " + "." * 8000)',
    'TOKENS.identify("Bearer " + "W1tb" * 2000 + ".e30.e30")',
    'TOKENS.identify("Bearer " + "a" * 8000)',
    'TOKENS.identify(" " * 8000)',
)
SETTING = """
from typing import NamedTuple
from multidict import CIMultiDict
from server.http.cors import Cors
from server.http.requests import *
from server.http.tokens import Tokens
from server.problems import Problem

class Told(NamedTuple):
    headers: dict
    raw_path: str = "/"
    method: str = "OPTIONS"

WANTED = "Access-Control-Request-Headers"
ASKED = {"Origin": "https://x", "Access-Control-Request-Method": "GET"}
REFUSAL = Problem(405, "method_not_allowed", "", headers={"Allow": "GET"})
TOKENS = Tokens("s" * 40, "me", "you", 60)
"""
EACH = """
for _ in range(100):
    try:
        CALL
    except Problem:
        pass
"""
CPU_SECONDS = 5


@pytest.mark.parametrize("call", DEAREST)
def test_the_dearest_lines_cost_what_their_length_costs(call: str) -> None:
    """A hundred of each with the start of Python take less than a second."""
    run_within(CPU_SECONDS, SETTING + EACH.replace("CALL", call))
