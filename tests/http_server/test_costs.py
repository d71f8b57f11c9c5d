"""What a stranger sends costs what its length costs: nothing here is quadratic."""

import pytest

from tests.support.thrift import run_within

# A line of a head may have 8 kB.
DEAREST = (
    'is_json("application/json" + ";" * 8000)',
    'is_json("application/json;" + "=" * 8000)',
    'is_json("application/json;" + "charset=utf-8;" * 570)',
    'is_json("application/json;charset=" + chr(34) * 8000)',
)
CPU_SECONDS = 5


@pytest.mark.parametrize("call", DEAREST)
def test_the_dearest_lines_cost_what_their_length_costs(call: str) -> None:
    """A hundred of each with the start of Python take half a second."""
    run_within(CPU_SECONDS, f"from server.http.requests import *\nfor _ in range(100): {call}")
