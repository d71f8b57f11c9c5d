"""A function that returns a domain with a media type answers with the text itself."""

from collections.abc import Mapping
from urllib.parse import quote

import pytest

from tests.support.server import Server

from . import probes
from .test_requests import check_problem

PATH = "/api/probe/card.txt"


@pytest.fixture(scope="module", autouse=True)
def _routes_are_known(doorman: Server) -> None:
    probes.wait_for_route(doorman, PATH)


@pytest.mark.parametrize("note", ['"quoted"\r\nZoë\t😀\\n', "", "null"])
def test_the_text_is_the_body(doorman: Server, note: str) -> None:
    answer = doorman.request("GET", f"{PATH}?note={quote(note)}")
    assert (answer.status, answer.raw.decode()) == (200, note)
    assert answer.headers["Content-Type"] == "text/x-card; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"


def test_null_is_empty(doorman: Server) -> None:
    assert doorman.request("GET", PATH).raw == b""


def test_head_tells_the_same(doorman: Server) -> None:
    answer = doorman.request("HEAD", f"{PATH}?note=abc")
    assert (answer.headers["Content-Type"], answer.headers["Content-Length"]) == (
        "text/x-card; charset=utf-8",
        "3",
    )


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("text/x-card", 200),
        ("text/*", 200),
        ("text/html, */*;q=0.1", 200),
        ("application/json", 406),
        ("text/html", 406),
        ("text/x-card;q=0, */*", 406),
    ],
)
def test_accept(doorman: Server, accept: str, status: int) -> None:
    answer = doorman.request("GET", PATH, headers={"Accept": accept})
    assert answer.status == status


def test_errors_are_problems_all_the_same(doorman: Server) -> None:
    headers: Mapping[str, str] = {"Accept": "text/x-card"}
    answer = doorman.request("GET", f"{PATH}?other=1", headers=headers)
    check_problem(answer, 400, "unknown_parameter")
