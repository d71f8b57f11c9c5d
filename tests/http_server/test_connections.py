"""Connections: their number, their silence, and heads that do not end."""

import asyncio
import json
import logging
import socket
import tracemalloc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import ExitStack, asynccontextmanager, closing
from urllib.parse import urlsplit

import pytest
import uvloop
from aiohttp import web

from server.http import protocol
from server.http.answers import Answer
from server.http.bounds import Bounds
from server.http.heads import MAXIMUM_HEAD_BYTES
from server.http.protocol import MOST_TURNED_AWAY
from server.http.protocol import Server as HttpServer
from server.http.requests import MAXIMUM_BODY_BYTES
from tests.support.databases import Database
from tests.support.server import Server, running

GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def greet(request: web.BaseRequest) -> Answer:
    """Answer anything, with the body if it has one."""
    return Answer(200, await request.read() or b'"hello"', "id")


@asynccontextmanager
async def serving(
    most: int,
    most_per_address: int,
    handler: Callable[[web.BaseRequest], Awaitable[Answer]] = greet,
) -> AsyncIterator[Callable[..., Awaitable[Streams]]]:
    """Serve in this process; gives how to connect, from a local address or none in particular."""
    runner = web.ServerRunner(HttpServer(handler, Bounds(most, most_per_address)))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0]

    opened: list[Streams] = []

    async def open_one(address: str = "127.0.0.1") -> Streams:
        opened.append(await asyncio.open_connection(host, port, local_addr=(address, 0)))
        return opened[-1]

    try:
        yield open_one
    finally:
        for _, writer in opened:
            writer.transport.abort()
        await runner.cleanup()


async def status_of(streams: Streams) -> int:
    """The status that a request gets."""
    streams[1].write(GET)
    line = await asyncio.wait_for(streams[0].readline(), 20)
    while (await streams[0].readline()).strip():
        pass
    return int(line.split()[1])


def test_beyond_the_bound_there_is_503_and_one_line_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def work() -> None:
        async with serving(3, 0) as connect:
            served = [await connect() for _ in range(3)]
            assert [await status_of(streams) for streams in served] == [200] * 3
            for _ in range(5):
                reader, writer = await connect()
                writer.write(GET)
                head, _, body = (await asyncio.wait_for(reader.read(), 20)).partition(b"\r\n\r\n")
                assert head.startswith(b"HTTP/1.1 503 Service Unavailable\r\n")
                assert b"\r\nRetry-After: 1\r\n" in head
                assert b"\r\nConnection: close\r\n" in head
                assert json.loads(body)["code"] == "overloaded"
            assert await status_of(served[0]) == 200
            served.pop()[1].close()
            while await status_of(await connect()) != 200:
                pass

    with caplog.at_level(logging.WARNING, "slotkeeper.http"):
        uvloop.run(work())
    assert len([r for r in caplog.records if "turned away" in r.getMessage()]) == 1


def test_an_address_has_its_share() -> None:
    async def work() -> None:
        async with serving(10, 2) as connect:
            crowd = [await connect() for _ in range(3)]
            assert [await status_of(streams) for streams in crowd] == [200, 200, 503]
            assert await status_of(await connect("127.0.0.2")) == 200

    uvloop.run(work())


def test_who_is_turned_away_and_says_nothing_hears_it_too() -> None:
    async def work() -> None:
        async with serving(1, 0) as connect:
            assert await status_of(await connect()) == 200
            reader, _ = await connect()
            assert (await asyncio.wait_for(reader.read(), 20)).startswith(b"HTTP/1.1 503 ")

    uvloop.run(work())


def test_of_those_who_are_turned_away_few_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "_TURNED_AWAY_SECONDS", 60.0)

    async def work() -> None:
        async with serving(1, 0) as connect:
            assert await status_of(await connect()) == 200
            crowd = [await connect() for _ in range(MOST_TURNED_AWAY + 20)]
            for _, writer in crowd:
                writer.write(GET)
            heard = await asyncio.gather(*(r.read() for r, _ in crowd), return_exceptions=True)
            assert sum(isinstance(h, bytes) and b" 503 " in h for h in heard) == MOST_TURNED_AWAY

    uvloop.run(work())


def test_the_settings_bound_a_worker(database: Database) -> None:
    bounds = {"MAX_CONNECTIONS": "3", "MAX_CONNECTIONS_PER_ADDRESS": "2"}
    with running(Server(database, settings=bounds)) as server, ExitStack() as stack:
        address = urlsplit(server.url)
        for _ in range(2):
            stack.enter_context(socket.create_connection((address.hostname, address.port)))
        answer = server.request("POST", "/api/auth/login", json={})
        assert (answer.status, answer.code) == (503, "overloaded")
        assert answer.headers["Retry-After"] == "1"
        assert "this worker serves 3, of one address 2 (MAX_CONNECTIONS" in server.log


def test_silent_connections_and_slow_heads_end_soon_idle_ones_do_not(doorman: Server) -> None:
    address = urlsplit(doorman.url)

    def connect() -> socket.socket:
        # Less than an idle connection is kept for.
        return socket.create_connection((address.hostname, address.port), timeout=40)

    with closing(connect()) as silent, closing(connect()) as slow, closing(connect()) as idle:
        idle.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
        assert idle.recv(65536).startswith(b"HTTP/1.1 200 OK\r\n")
        slow.sendall(b"GET /health HTTP/1.1\r\n\r\n"[:-2] + b"Host: x\r\n\r\n")
        assert slow.recv(65536).startswith(b"HTTP/1.1 200 OK\r\n")
        slow.sendall(b"GET /health HTTP/1.1\r\nHost:")
        assert (silent.recv(1), slow.recv(1)) == (b"", b"")
        idle.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
        assert idle.recv(65536).startswith(b"HTTP/1.1 200 OK\r\n")


@pytest.mark.parametrize("piece", [1 << 20, 4000, 1000])
@pytest.mark.parametrize("before", [b"", GET])
@pytest.mark.parametrize(
    "filler",
    [
        b" HTTP/1.1\r\nHost: x\r\n" + (b"X-Filler: " + b"x" * 988 + b"\r\n") * 100,
        b" HTTP/1.1\r\nHost: x\r\nX-Filler: " + b"x" * 100_000,
        b"x" * 100_000,
    ],
    ids=["many lines", "a long line", "a long target"],
)
def test_a_head_has_its_bounds_however_it_comes(piece: int, before: bytes, filler: bytes) -> None:
    async def work() -> None:
        async with serving(1, 0) as connect:
            reader, writer = await connect()
            head = before + b"GET /" + filler
            sent = 0
            while sent < len(head) and not writer.is_closing():
                writer.write(head[sent : sent + piece])
                sent += piece
                await asyncio.sleep(0)
            answers = await asyncio.wait_for(reader.read(), 20)
            assert answers.count(b"HTTP/1.1 ") == bool(before) + 1
            assert b"HTTP/1.1 431 Request Header Fields Too Large\r\n" in answers
            assert answers.endswith(b"}")

    uvloop.run(work())


@pytest.mark.parametrize("length", [1000, 30_000])
def test_a_head_of_nearly_32_kb_is_read(length: int) -> None:
    async def work() -> None:
        async with serving(1, 0) as connect:
            reader, writer = await connect()
            rest = MAXIMUM_HEAD_BYTES - len(GET)
            lines = (b"X-Filler: " + b"x" * (length - 12) + b"\r\n") * (rest // length)
            for _ in range(3):
                writer.write(GET[:-2] + lines + b"\r\n")
                answer = await asyncio.wait_for(reader.readuntil(b"hello"), 20)
                assert answer.lstrip(b'"').startswith(b"HTTP/1.1 200 OK\r\n")

    uvloop.run(work())


@pytest.mark.parametrize(
    ("chunk", "is_read"),
    [
        (b"1\r\nx\r\n" * 1000, True),
        ((b"400\r\n" + b"x" * 1024 + b"\r\n") * 64, True),
        (b"1\r\nx\r\n" + b"0\r\n" + (b"X: " + b"x" * 1000 + b"\r\n") * 100, False),
        (b"1;" + b"x" * 100_000 + b"\r\nx\r\n", False),
    ],
)
def test_chunks_and_trailers_have_their_bounds(chunk: bytes, is_read: bool) -> None:
    async def work() -> None:
        async with serving(1, 0) as connect:
            reader, writer = await connect()
            writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
            writer.write(chunk + b"0\r\n" * is_read + b"\r\n")
            try:
                answer = await asyncio.wait_for(reader.readline(), 20)
            except ConnectionResetError:
                answer = b""
            assert answer == (b"HTTP/1.1 200 OK\r\n" if is_read else b"")

    uvloop.run(work())


async def send_for_ever(writer: asyncio.StreamWriter) -> None:
    """Send requests with large answers, and never read one."""
    head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % MAXIMUM_BODY_BYTES
    while True:
        writer.write(head + b"x" * MAXIMUM_BODY_BYTES)
        await writer.drain()


def test_who_does_not_read_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "_UNREAD_MILLISECONDS", 1000)

    async def work() -> None:
        async with serving(1, 0) as connect:
            reader, writer = await connect()
            reader._transport.pause_reading()  # type: ignore[attr-defined] # noqa: SLF001
            with pytest.raises(ConnectionError):
                await asyncio.wait_for(send_for_ever(writer), 40)
            assert await status_of(await connect()) == 200

    uvloop.run(work())


def test_clients_that_do_not_read_share_the_bytes_of_a_file() -> None:
    file = bytes(16_000_000)  # more than sockets hold

    async def show(_request: web.BaseRequest) -> Answer:
        return Answer(200, file, "id")

    async def work() -> None:
        async with serving(3, 0, show) as connect:
            tracemalloc.start()
            try:
                for _ in range(3):
                    reader, writer = await connect()
                    writer.write(GET)
                    await reader.readuntil(b"\r\n\r\n")
                _, peak = tracemalloc.get_traced_memory()
            finally:
                tracemalloc.stop()
            assert peak < len(file)

    uvloop.run(work())


@pytest.mark.parametrize("name", ["h2c", "websocket", "x"])
def test_nobody_waits_for_an_answer_behind_an_upgrade(name: str) -> None:
    async def work() -> None:
        async with serving(1, 0) as connect:
            reader, writer = await connect()
            upgrade = f"Connection: Upgrade\r\nUpgrade: {name}\r\n\r\n".encode()
            writer.write(GET[:-2] + upgrade + GET)
            received = await asyncio.wait_for(reader.read(), 20)
            assert received.count(b"HTTP/1.1 200 OK\r\n") == 1
            assert b"\r\nConnection: close\r\n" in received

    uvloop.run(work())
