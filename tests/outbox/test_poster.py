"""Requests as a peer gets them; what peers do who wish us ill."""

import asyncio
import http.server
import socket
import time
from pathlib import Path
from typing import Any

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from server.outbox import Outcome, Poster
from server.outbox.poster import may_connect

from ..support.peers import HOST, Peer, answer_with

NO_HOST = "0.0.0.0"  # noqa: S104 - nobody binds to it
# Written so that some take them for addresses.
NO_ADDRESS = {"127.1", "2130706433", "0x7f000001"}


def job(url: str, *, local: bool = True) -> dict[str, Any]:
    """Return a job as the database gives it."""
    headers = {"Content-Type": "application/json", "X-Signature": "t=1,v1=2"}
    return {
        "id": 7,
        "attempt": 1,
        "url": url,
        "local": local,
        "headers": headers,
        "body": '{"é": 1}',
    }


def send(url: str, *, local: bool = True, seconds: float = 10.0) -> Outcome:
    """Send a job as a server would."""
    return asyncio.run(Poster(seconds=seconds).send(job(url, local=local)))


def test_a_request_comes_as_it_was_signed(peer: Peer) -> None:
    peer.answer = answer_with(204)
    assert send(f"{peer.url}/hook?a=b") == Outcome(204)
    (request,) = peer.received
    assert request.path == "/hook?a=b"
    assert request.body == '{"é": 1}'.encode()
    assert request.headers["X-Signature"] == "t=1,v1=2"
    assert request.headers["Content-Type"] == "application/json"
    assert request.headers["Host"] == f"localhost:{peer.port}"


def test_not_without_a_certificate_to_trust(certificate: Path) -> None:
    with Peer(certificate).serving() as peer:
        assert send(peer.url) == Outcome(None, "no TLS with a certificate to trust")
        assert peer.received == []


def test_without_tls_only_where_that_is_allowed(peer: Peer) -> None:
    outcome = send(peer.url, local=False)
    assert outcome == Outcome(None, "the address does not begin with https://")
    assert peer.received == []


def test_errors_are_told_with_their_status(peer: Peer) -> None:
    peer.answer = answer_with(500)
    assert send(peer.url) == Outcome(500, "answered 500")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(peer: Peer, status: int) -> None:
    with Peer().serving() as inside:
        peer.answer = answer_with(status, Location=f"{inside.url}/secret")
        error = f"answered {status}, and redirects are not followed"
        assert send(peer.url) == Outcome(status, error)
        assert inside.received == []


def test_an_endless_body_stays_unread(peer: Peer) -> None:
    sent = 0

    def answer(request: http.server.BaseHTTPRequestHandler) -> None:
        nonlocal sent
        request.send_response(200)
        request.end_headers()
        while True:
            sent += request.wfile.write(b"x" * 65536)

    peer.answer = answer
    assert send(peer.url) == Outcome(200)
    # As much as fits between two programs, and no more.
    assert sent < 50_000_000


def test_endless_headers_end(peer: Peer) -> None:
    def answer(request: http.server.BaseHTTPRequestHandler) -> None:
        request.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            request.wfile.write(b"X-More: and more\r\n" * 1000)

    peer.answer = answer
    outcome = asyncio.run(bounded(Poster(seconds=2.0), peer.url))
    assert outcome.status is None
    assert outcome.error


async def bounded(poster: Poster, url: str) -> Outcome:
    """Send as a courier does, who waits no longer than the sender says."""
    try:
        async with asyncio.timeout(poster.seconds):
            return await poster.send(job(url))
    except TimeoutError:
        return Outcome(error="too long")


@pytest.mark.parametrize("silent", ["before", "behind"])
def test_who_hangs_costs_a_timeout(peer: Peer, silent: str) -> None:
    def answer(request: http.server.BaseHTTPRequestHandler) -> None:
        if silent == "behind":
            request.wfile.write(b"HTTP/1.1 200")
        request.rfile.read()

    peer.answer = answer
    began = time.monotonic()
    outcome = asyncio.run(bounded(Poster(seconds=0.5), peer.url))
    assert outcome.error == "too long"
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    "host",
    [
        *("localhost", "127.0.0.1", "127.1", "2130706433", "0x7f000001", "[::1]", NO_HOST),
        *("[::ffff:127.0.0.1]", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254"),
        *("100.64.0.1", "224.0.0.1", "[fe80::1]", "[fd00::1]", "[ff02::1]", "[64:ff9b::7f00:1]"),
        *("[2002:7f00:1::]", "[::7f00:1]", "[::ffff:10.0.0.1]", "255.255.255.255"),
    ],
)
def test_what_is_not_public_is_not_connected_to(certificate: Path, host: str) -> None:
    with Peer(certificate).serving() as peer:
        outcome = send(f"https://{host}:{peer.port}/", local=False)
        if host not in NO_ADDRESS:
            assert outcome == Outcome(None, "the address is not a public one")
        assert outcome.error
        assert peer.received == []


@pytest.mark.parametrize("address", ["10.0.0.1", "169.254.169.254", "::ffff:10.0.0.1", NO_HOST])
def test_what_is_allowed_for_development_is_this_machine_alone(address: str) -> None:
    assert may_connect("127.0.0.1", local=True)
    assert may_connect("::1", local=True)
    assert not may_connect("127.0.0.1")
    assert not may_connect(address, local=True)


def test_public_addresses_are_public() -> None:
    for address in ("1.1.1.1", "93.184.216.34", "2606:4700:4700::1111", "::ffff:1.1.1.1"):
        assert may_connect(address), address


class Changing(AbstractResolver):
    """A name server of somebody who changes the answer each time."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = list(addresses)
        self.asked = 0

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked += 1
        found = self.addresses.pop(0)
        return [
            ResolveResult(
                hostname=host,
                host=found,
                port=port,
                family=socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
        ]

    async def close(self) -> None:
        """Nothing is open."""


def test_the_address_that_was_checked_is_the_one_connected_to(peer: Peer) -> None:
    resolver = Changing(HOST, "10.0.0.1", HOST)
    poster = Poster(resolver)
    url = f"http://rebound.example:{peer.port}/"
    # The first answer passes: that is where it goes, and nobody asks a second time.
    assert asyncio.run(poster.send(job(url))) == Outcome(200)
    assert resolver.asked == 1
    # Nor is the answer of before kept: each attempt is checked anew.
    refused = Outcome(None, "the address is not a public one")
    assert asyncio.run(poster.send(job(url))) == refused
    assert asyncio.run(poster.send(job(url.replace("http:", "https:"), local=False))) == refused
    assert len(peer.received) == 1


def test_proxies_of_the_environment_are_not_asked(
    peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Peer().serving() as proxy:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
            monkeypatch.setenv(name.lower(), proxy.url)
        assert send(peer.url) == Outcome(200)
        assert proxy.received == []


def test_names_that_do_not_exist_are_told() -> None:
    assert send("https://nobody.invalid/", local=False).error == "the name cannot be resolved"
