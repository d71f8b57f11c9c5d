"""What every request meets before PostgreSQL: method, token, media types, size, other origins."""

import base64
import http.client
import json
import re
import socket
import time
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

import jwt
import pytest

from tests.support.http import Answer
from tests.support.server import Server

from . import probes

PROBLEM = "application/problem+json"


@pytest.fixture(scope="module", autouse=True)
def _routes_are_known(doorman: Server) -> None:
    probes.wait_for_route(doorman, "/api/probe/pid")


def check_problem(answer: Answer, status: int, code: str) -> None:
    """The whole shape of an error."""
    assert (answer.status, answer.code) == (status, code)
    assert answer.headers["Content-Type"] == PROBLEM
    assert answer.body["status"] == status
    assert answer.body["request_id"] == answer.headers["X-Request-Id"]
    assert {"type", "title", "detail"} <= answer.body.keys()


def send_raw(server: Server, data: bytes) -> bytes:
    """Send bytes as they are and read until the server closes the connection."""
    address = urlsplit(server.url)
    with closing(socket.create_connection((address.hostname, address.port), timeout=20)) as peer:
        peer.sendall(data)
        received = b""
        while chunk := peer.recv(65536):
            received += chunk
    return received


def test_every_answer_has_the_same_headers(doorman: Server) -> None:
    for path in ("/api/probe/text", "/api/nowhere", "/health", "/api/auth/login"):
        answer = doorman.request("GET", path)
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Request-Id"]
        assert "Server" not in answer.headers


def test_a_sane_request_id_is_kept_and_any_other_replaced(doorman: Server) -> None:
    given = doorman.request("GET", "/health", headers={"X-Request-Id": "abc-123.x_Y"})
    assert given.headers["X-Request-Id"] == "abc-123.x_Y"
    for bad in ("", "a b", "x" * 65, "é", "<script>"):
        answer = doorman.request("GET", "/health", headers={"X-Request-Id": bad})
        assert re.fullmatch(r"[0-9a-f]+-[0-9a-f]+", answer.headers["X-Request-Id"])


@pytest.mark.parametrize(
    "path",
    [
        "/api",
        "/api/",
        "/api/probe/text/",
        "/api//probe/text",
        "//api/probe/text",
        "/api/probe/%ff",
        "/api/probe/text%00",
        "/api/probe/te%2fxt",
        "/api/../api/probe/text",
        "/api/probe/%",
        "/%e2%82",
        "/api-docs/../app.py",
        "/api-docs/%2e%2e/app.py",
    ],
)
def test_a_path_that_leads_nowhere_is_404(doorman: Server, path: str) -> None:
    check_problem(doorman.request("GET", path), 404, "route_not_found")


def test_a_method_that_is_not_offered_is_405_with_allow(doorman: Server) -> None:
    for path, allow in (
        ("/api/probe/text", "GET, HEAD, POST"),
        ("/api/auth/login", "POST"),
        ("/health", "GET, HEAD"),
        ("/openapi.json", "GET, HEAD"),
    ):
        for method in ("PUT", "DELETE", "OPTIONS", "TRACE"):
            answer = doorman.request(method, path)
            check_problem(answer, 405, "method_not_allowed")
            assert answer.headers["Allow"] == allow


def test_head_is_get_without_the_body(doorman: Server) -> None:
    for path in ("/api/probe/text?note=abc", "/health", "/openapi.json", "/api/nowhere"):
        got, head = doorman.request("GET", path), doorman.request("HEAD", path)
        assert head.status == got.status
        assert head.raw == b""
        assert head.headers["Content-Type"] == got.headers["Content-Type"]
        if "request_id" not in (got.body or ""):
            assert head.headers["Content-Length"] == got.headers["Content-Length"]


def test_arguments_reach_the_function_as_they_were(doorman: Server) -> None:
    for text in ("plain", "Zoë 🎉", "a&b=c", "%41", '"quoted\\', "", "x" * 5000):
        sent = doorman.request("POST", "/api/probe/text", json={"note": text})
        assert (sent.status, sent.body) == (201, text)
    asked = doorman.request("GET", "/api/probe/text?note=a%2Bb+c%C3%A9")
    assert asked.body == "a+b cé"
    assert doorman.request("GET", "/api/probe/text").body == "none"
    assert doorman.request("GET", "/api/probe/text?note=").body == ""


def bad_tokens(server: Server) -> dict[str, str]:
    """Authorization headers, none of which may be believed."""
    claims = {
        "sub": "1",
        "role": "patient",
        "iat": int(time.time()),
        "exp": int(time.time()) + 600,
        "iss": "slotkeeper",
        "aud": "slotkeeper",
    }

    def signed(**changes: Any) -> str:
        changed = {k: v for k, v in (claims | changes).items() if v is not ...}
        return "Bearer " + jwt.encode(changed, server.jwt_secret, algorithm="HS256")

    head = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').rstrip(b"=").decode()
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    good = signed()
    return {
        "empty": "",
        "no scheme": good.removeprefix("Bearer "),
        "basic": "Basic " + good.removeprefix("Bearer "),
        "no token": "Bearer ",
        "garbage": "Bearer abc.def.ghi",
        "not ascii": "Bearer \xff\xfe",
        "head in UTF-16": "Bearer ewA.e30.e30",
        "head in UTF-32": "Bearer ewAAAA.e30.e30",
        "unsigned": f"Bearer {head}.{body}.",
        "tampered": good[:-3] + ("AAA" if not good.endswith("AAA") else "BBB"),
        "other secret": "Bearer " + jwt.encode(claims, "x" * 40, algorithm="HS256"),
        "other algorithm": "Bearer " + jwt.encode(claims, server.jwt_secret, algorithm="HS512"),
        "expired": signed(exp=int(time.time()) - 1),
        "without exp": signed(exp=...),
        "without aud": signed(aud=...),
        "without iss": signed(iss=...),
        "without sub": signed(sub=...),
        "without role": signed(role=...),
        "other issuer": signed(iss="someone"),
        "other audience": signed(aud="something"),
        "role of the server": signed(role="server"),
        "role of the owner": signed(role="owner"),
        "role of nobody": signed(role="anon"),
        "full role name": signed(role="slotkeeper_admin"),
        "role that is no text": signed(role=["admin"]),
        "NUL in a claim": signed(email="a\x00b"),
        "half a surrogate pair": signed(email="\ud800"),
    }


def test_a_bad_token_is_401_even_on_a_public_route(doorman: Server) -> None:
    for name, value in bad_tokens(doorman).items():
        answer = doorman.request("GET", "/api/probe/text", headers={"Authorization": value})
        assert (name, answer.status) == (name, 401)
        check_problem(answer, 401, "unauthenticated")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_token_that_expires_is_refused_from_then_on(doorman: Server) -> None:
    token = doorman.token("patient", 1, exp=int(time.time()) + 4)
    assert doorman.request("GET", "/api/probe/text", token=token).status == 200
    while time.time() < jwt.decode(token, options={"verify_signature": False})["exp"]:
        assert doorman.request("GET", "/api/probe/text", token=token).status in (200, 401)
    assert doorman.request("GET", "/api/probe/text", token=token).status == 401


def test_the_role_decides_who_runs_the_statement(doorman: Server) -> None:
    token = doorman.token("patient", 42)
    told = jwt.decode(token, options={"verify_signature": False})
    for sent, known, role in ((None, {"role": "anon"}, "anon"), (token, told, "patient")):
        headers = {"X-Request-Id": "mine"}
        answer = doorman.request("GET", "/api/probe/claims", token=sent, headers=headers)
        claims, _, user = answer.body.rpartition(" ")
        assert user == f"slotkeeper_{role}"
        # What a log line is found by is in the history of changes, too.
        assert json.loads(claims) == {**known, "request_id": "mine"}


def test_without_a_token_401_and_with_another_role_403(doorman: Server) -> None:
    check_problem(doorman.request("GET", "/api/probe/staff"), 401, "unauthenticated")
    patient = doorman.token("patient", 1)
    check_problem(doorman.request("GET", "/api/probe/staff", token=patient), 403, "forbidden")
    admin = doorman.token("admin", 1)
    assert doorman.request("GET", "/api/probe/staff", token=admin).body is True


def test_the_checks_come_in_the_documented_order(doorman: Server) -> None:
    wrong = {"Authorization": "Bearer x", "Accept": "text/html", "Content-Type": "text/plain"}
    body = b"{" * 70_000
    path = "/api/probe/text"
    steps: list[tuple[tuple[str, str], dict[str, str | None], int]] = [
        (("POST", "/api/nowhere"), {}, 404),
        (("PUT", path), {}, 405),
        (("POST", path), {}, 401),
        (("POST", path), {"Authorization": None}, 406),
        (("POST", path), {"Authorization": None, "Accept": "*/*"}, 415),
        (
            ("POST", path),
            {"Authorization": None, "Accept": "*/*", "Content-Type": "application/json"},
            413,
        ),
    ]
    for (method, target), changes, status in steps:
        headers = {k: v for k, v in (wrong | changes).items() if v is not None}
        answer = doorman.request(method, target, data=body, headers=headers)
        assert answer.status == status
    for data, code in ((b"{", "invalid_body"), (b'{"x":1}', "unknown_parameter")):
        assert doorman.request("POST", path, data=data).code == code


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("application/json", 200),
        ("*/*", 200),
        ("application/*", 200),
        ("text/html, */*;q=0.1", 200),
        ("text/html,application/json;q=0.5", 200),
        ("APPLICATION/JSON", 200),
        ("", 200),
        ("text/html", 406),
        ("application/json;q=0", 406),
        ("*/*;q=0", 406),
        ("application/json;q=0, */*", 406),
        ("application/xml;q=x", 406),
    ],
)
def test_accept(doorman: Server, accept: str, status: int) -> None:
    assert doorman.request("GET", "/api/probe/text", headers={"Accept": accept}).status == status


@pytest.mark.parametrize(
    ("media_type", "status"),
    [
        ("application/json", 201),
        ("application/json; charset=utf-8", 201),
        ("Application/JSON;charset=UTF-8", 201),
        ("application/json; charset=latin-1", 415),
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
        ("application/merge-patch+json", 415),
        ("nonsense", 415),
        ("", 415),
    ],
)
def test_content_type(doorman: Server, media_type: str, status: int) -> None:
    answer = doorman.request(
        "POST", "/api/probe/text", data=b'{"note":"x"}', headers={"Content-Type": media_type}
    )
    assert answer.status == status


def test_a_compressed_body_is_415(doorman: Server) -> None:
    answer = doorman.request(
        "POST", "/api/probe/text", data=b"\x1f\x8b", headers={"Content-Encoding": "gzip"}
    )
    check_problem(answer, 415, "unsupported_media_type")


def test_a_body_may_have_64_kib(doorman: Server) -> None:
    note = "x" * (65536 - len('{"note":""}'))
    sent = json.dumps({"note": note}, separators=(",", ":")).encode()
    assert len(sent) == 65536
    assert doorman.request("POST", "/api/probe/text", data=sent).status == 201
    check_problem(
        doorman.request("POST", "/api/probe/text", data=sent + b" "), 413, "payload_too_large"
    )


def test_a_body_in_chunks_is_read_and_bounded(doorman: Server) -> None:
    address = urlsplit(doorman.url)
    for size, status in ((10, 201), (200_000, 413)):
        connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=20)
        chunks = [b'{"note":"', *([b"x" * 1000] * (size // 1000)), b'x"}']
        connection.request(
            "POST",
            "/api/probe/text",
            iter(chunks),
            {"Content-Type": "application/json"},
            encode_chunked=True,
        )
        assert connection.getresponse().status == status
        connection.close()


def test_expect_100_continue_is_answered(doorman: Server) -> None:
    address = urlsplit(doorman.url)
    with closing(socket.create_connection((address.hostname, address.port), timeout=20)) as peer:
        peer.sendall(
            b"POST /api/probe/text HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"Content-Length: 12\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n"
        )
        assert peer.recv(65536) == b"HTTP/1.1 100 Continue\r\n\r\n"
        peer.sendall(b'{"note":"x"}')
        received = b""
        while chunk := peer.recv(65536):
            received += chunk
    assert received.startswith(b"HTTP/1.1 201 Created\r\n")


@pytest.mark.parametrize(
    "data",
    [
        b"garbage\r\n\r\n",
        b"GET /health HTTP/9.9\r\n\r\n",
        b"GET /health HTTP/1.1\r\nno colon\r\n\r\n",
        b"POST /api/probe/text HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n",
        (
            b"POST /api/probe/text HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n"
            b"Transfer-Encoding: chunked\r\n\r\nabc"
        ),
    ],
)
def test_what_is_not_http_is_a_problem_without_a_traceback(doorman: Server, data: bytes) -> None:
    received = send_raw(doorman, data)
    head, _, body = received.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert b"Content-Type: application/problem+json" in head
    assert json.loads(body)["code"] == "bad_request"
    assert "Traceback" not in doorman.log


def test_a_long_line_is_one_like_others(doorman: Server) -> None:
    assert doorman.request("GET", "/health", headers={"X-Filler": "a" * 20_000}).status == 200
    check_problem(doorman.request("GET", "/" + "a" * 20_000), 404, "route_not_found")
    answer = doorman.request("GET", "/api/probe/text?note=abc&more=" + "a" * 20_000)
    check_problem(answer, 400, "unknown_parameter")


def test_a_body_that_breaks_off_or_is_malformed_harms_nobody(doorman: Server) -> None:
    head = b"POST /api/probe/text HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    address = urlsplit(doorman.url)
    with closing(socket.create_connection((address.hostname, address.port))) as peer:
        peer.sendall(head + b"Content-Length: 50\r\n\r\n{")
    received = send_raw(doorman, head + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n")
    assert b"HTTP/1.1 500" not in received
    assert doorman.request("GET", "/api/probe/text").status == 200
    assert "Traceback" not in doorman.log


def test_pipelined_requests_are_answered_in_order(doorman: Server) -> None:
    one = b"GET /api/probe/text?note=%d HTTP/1.1\r\nHost: x\r\n\r\n"
    last = b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    received = send_raw(doorman, b"".join(one % n for n in range(100)) + last)
    numbers = re.findall(rb'\r\n\r\n"(\d+)"', received)
    assert numbers == [b"%d" % n for n in range(100)]


@pytest.mark.parametrize("count", [1, 3])
def test_who_ends_its_side_after_the_last_request_is_answered(doorman: Server, count: int) -> None:
    address = urlsplit(doorman.url)
    with closing(socket.create_connection((address.hostname, address.port), timeout=20)) as peer:
        peer.sendall(b"GET /api/probe/text HTTP/1.1\r\nHost: x\r\n\r\n" * count)
        peer.shutdown(socket.SHUT_WR)
        received = b"".join(iter(lambda: peer.recv(65536), b""))
    assert received.count(b"HTTP/1.1 200 OK") == count


def test_old_http_and_absolute_targets_work(doorman: Server) -> None:
    received = send_raw(doorman, b"GET /health HTTP/1.0\r\n\r\n")
    assert received.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"Connection: close" in received
    received = send_raw(
        doorman,
        b"GET http://api.example/api/probe/text?note=hi HTTP/1.1\r\nHost: x\r\n"
        b"Connection: close\r\n\r\n",
    )
    assert received.endswith(b'"hi"')


@pytest.mark.parametrize("host", ["a..b", "a" * 300, "%zz", "xn--a"])
def test_a_host_that_cannot_be_decoded_is_answered_as_any_other(doorman: Server, host: str) -> None:
    request = f"GET http://{host}/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    assert send_raw(doorman, request.encode()).startswith(b"HTTP/1.1 200 OK\r\n")


def test_other_origins_may_call_only_where_they_are_listed(doorman: Server) -> None:
    listed = doorman.request("GET", "/api/probe/text", headers={"Origin": "https://app.example"})
    assert listed.headers["Access-Control-Allow-Origin"] == "https://app.example"
    exposed = listed.headers["Access-Control-Expose-Headers"].split(", ")
    assert exposed == ["Link", "X-Request-Id", "Retry-After"]
    assert listed.headers["Vary"] == "Origin"
    problem = doorman.request("GET", "/api/nowhere", headers={"Origin": "https://app.example"})
    assert problem.headers["Access-Control-Allow-Origin"] == "https://app.example"
    other = doorman.request("GET", "/api/probe/text", headers={"Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in other.headers


def test_a_preflight_is_answered(doorman: Server) -> None:
    asked = {
        "Origin": "https://app.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    for path, allow in (("/api/probe/text", "GET, HEAD, POST"), ("/api/auth/login", "POST")):
        answer = doorman.request("OPTIONS", path, headers=asked)
        assert answer.status == 204
        assert answer.headers["Access-Control-Allow-Origin"] == "https://app.example"
        assert answer.headers["Access-Control-Allow-Methods"] == allow
        assert answer.headers["Access-Control-Allow-Headers"] == "authorization,content-type"
    assert doorman.request("OPTIONS", "/api/nowhere", headers=asked).status == 404
    evil = doorman.request(
        "OPTIONS", "/api/probe/text", headers=asked | {"Origin": "https://evil.example"}
    )
    assert "Access-Control-Allow-Origin" not in evil.headers


def test_the_documents_are_served_from_here(doorman: Server) -> None:
    page = doorman.request("GET", "/api-docs", headers={"Accept": "text/html"})
    assert page.status == 200
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    links = re.findall(r'(?:src|href)="([^"]+)"', page.raw.decode())
    assert len(links) == 4
    for link in links:
        file = doorman.request("GET", link)
        assert file.status == 200
        same = doorman.request("GET", link, headers={"If-None-Match": file.headers["ETag"]})
        assert (same.status, same.raw) == (304, b"")
    document = doorman.request("GET", "/openapi.json").body
    assert {"/api/probe/text", "/api/auth/login", "/health"} <= document["paths"].keys()


def test_the_root_leads_to_the_documentation(doorman: Server) -> None:
    for method in ("GET", "HEAD"):
        answer = doorman.request(method, "/")
        assert (answer.status, answer.headers["Location"]) == (302, "/api-docs")
    check_problem(doorman.request("POST", "/"), 405, "method_not_allowed")


def test_logs_have_a_line_for_each_request_and_no_secret(doorman: Server) -> None:
    token = doorman.token("patient", 1)
    doorman.request(
        "GET",
        "/api/probe/text?note=geheim",
        token=token,
        headers={"X-Request-Id": "look-for-me", "X-Manage-Token": "geheim-too"},
    )
    lines = [line for line in doorman.log.splitlines() if line.endswith("look-for-me")]
    assert len(lines) == 1
    assert re.search(r"GET /api/probe/text 200 [0-9.]+ms look-for-me$", lines[0])
    assert "geheim" not in doorman.log
    assert token not in doorman.log


def test_an_error_of_the_function_is_answered_as_it_says(doorman: Server) -> None:
    for state, message, status, code in (
        ("PT409", "no_such_luck", 409, "no_such_luck"),
        ("PT404", "thing_not_found", 404, "thing_not_found"),
        ("PT429", "rate_limited", 429, "rate_limited"),
        ("22003", "numeric", 400, "invalid_parameter"),
        ("55P03", "lock", 503, "overloaded"),
        ("40001", "again", 503, "overloaded"),
        ("42501", "denied", 403, "forbidden"),
    ):
        answer = doorman.request(
            "POST", "/api/probe/raise", json={"state": state, "message": message}
        )
        check_problem(answer, status, code)
        if state.startswith("PT"):
            assert answer.body["detail"] == "A sentence."
        if status in (429, 503):
            assert int(answer.headers["Retry-After"]) >= 0


@pytest.mark.parametrize(
    ("state", "message"),
    [
        ("23505", "duplicate key in unique constraint secret_idx"),
        ("P0001", "secret words"),
        ("PT200", "secret_words"),
        ("PT999", "secret_words"),
        ("PT409", "Secret words"),
        ("42P01", 'relation "data.secret" does not exist'),
        ("XX000", "could not open relation with OID 7"),
    ],
)
def test_an_unexpected_error_is_one_logged_line_and_tells_nothing(
    doorman: Server, state: str, message: str
) -> None:
    request_id = f"unexpected-{state}-{len(message)}"
    answer = doorman.request(
        "POST",
        "/api/probe/raise",
        json={"state": state, "message": message},
        headers={"X-Request-Id": request_id},
    )
    check_problem(answer, 500, "internal_error")
    assert message not in answer.raw.decode()
    lines = [line for line in doorman.log.splitlines() if f"request {request_id}:" in line]
    assert len(lines) == 1
    assert state in lines[0]
