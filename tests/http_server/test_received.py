"""A function that receives a request as it came: its bytes and its headers."""

import pytest

from server.http.requests import MAXIMUM_BODY_BYTES
from tests.support.http import Answer
from tests.support.server import Server

from . import probes
from .test_requests import check_problem, send_raw

PATH = "/api/probe/received/here"


@pytest.fixture(scope="module", autouse=True)
def _routes_are_known(doorman: Server) -> None:
    probes.wait_for_route(doorman, PATH)


def post(server: Server, data: bytes, query: str = "", **headers: str) -> Answer:
    """Send a body as it is."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return server.request("POST", PATH + query, data=data, headers=sent)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b'{"a": 1, "a": 1}\r\n ',
        b'{"body": "forged", "place": "elsewhere", "headers": {}}',
        bytes(range(256)),
        b"\\x00",
        b"x" * MAXIMUM_BODY_BYTES,
    ],
    ids=len,
)
def test_the_body_arrives_byte_for_byte_whatever_it_is(doorman: Server, data: bytes) -> None:
    for media_type in ("application/json", "text/plain", "application/octet-stream", "nonsense"):
        answer = post(doorman, data, Content_Type=media_type)
        assert answer.status == 200
        assert bytes.fromhex(answer.body["body"]) == data
        assert (answer.body["place"], answer.body["note"]) == ("here", "none")
        assert answer.body["headers"]["content-type"] == media_type


def test_it_is_not_unpacked(doorman: Server) -> None:
    answer = post(doorman, b"no gzip at all", Content_Encoding="gzip")
    assert bytes.fromhex(answer.body["body"]) == b"no gzip at all"
    assert answer.body["headers"]["content-encoding"] == "gzip"


def test_headers_arrive_by_lower_case_names_but_no_credentials(doorman: Server) -> None:
    _, token = doorman.account("patient")
    answer = doorman.request(
        "POST", PATH, data=b"x", token=token,
        headers={"X-Signature": "t=1,v1=ab", "Cookie": "a=b", "Proxy-Authorization": "x"},
    )  # fmt: skip
    assert answer.body["headers"]["x-signature"] == "t=1,v1=ab"
    assert not {"authorization", "cookie", "proxy-authorization"} & answer.body["headers"].keys()
    assert all(name == name.lower() for name in answer.body["headers"])


def test_a_repeated_header_is_joined_and_no_byte_of_one_does_harm(doorman: Server) -> None:
    raw = send_raw(
        doorman,
        f"POST {PATH} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n".encode()
        + b'X-A: one\r\nx-a: two\r\nX-B: \xff"\\u0000\r\nX-C: \xc3\xa9\r\n\r\n',
    )
    assert raw.startswith(b"HTTP/1.1 200")
    assert b'"x-a": "one, two"' in raw
    assert b'"x-b": "?\\"\\\\u0000"' in raw
    assert '"x-c": "é"'.encode() in raw


def test_its_other_arguments_come_from_path_and_query(doorman: Server) -> None:
    answer = post(doorman, b'{"note": "in the body"}', "?note=in+the+query")
    assert answer.body["note"] == "in the query"
    for name in ("body", "headers"):
        check_problem(post(doorman, b"", f"?{name}=%7B%7D"), 400, "invalid_parameter")
    check_problem(post(doorman, b"", "?x=1"), 400, "unknown_parameter")


def test_its_size_is_bounded_and_its_caller_checked(doorman: Server) -> None:
    check_problem(post(doorman, b"x" * (MAXIMUM_BODY_BYTES + 1)), 413, "payload_too_large")
    check_problem(post(doorman, b"", Authorization="Bearer x"), 401, "unauthenticated")
    check_problem(post(doorman, b"", Accept="text/html"), 406, "not_acceptable")


def test_it_is_documented(doorman: Server) -> None:
    document = doorman.request("GET", "/openapi.json").body
    operation = document["paths"]["/api/probe/received/{place}"]["post"]
    assert operation["requestBody"] == {"content": {"*/*": {}}}
    found = {(p["name"], p["in"]) for p in operation["parameters"]}
    assert found == {("place", "path"), ("note", "query")}
    assert "415" not in operation["responses"]
    assert "413" in operation["responses"]
