"""When clients leave, queries drag, locks clash, PostgreSQL goes and functions change."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from functools import partial
from urllib.parse import urlsplit

import aiohttp
import psycopg
import pytest

from tests.support import databases
from tests.support.cluster import Cluster
from tests.support.databases import Database
from tests.support.http import Answer, AsyncClient
from tests.support.server import Server, running
from tests.support.wait import eventually, eventually_async

from . import probes

NOISE = "application_name = 'slotkeeper' and datname = current_database()"


@pytest.fixture
def narrow(probed: Database) -> Iterator[Server]:
    """One worker with two connections for each role."""
    with running(Server(probed, settings={"POOL_SIZE": "2"})) as server:
        yield server


def begin_sleep(server: Server, seconds: float) -> socket.socket:
    """Send a request that sleeps, without waiting for its answer."""
    address = urlsplit(server.url)
    peer = socket.create_connection((address.hostname, address.port), timeout=30)
    body = b'{"seconds":%g}' % seconds
    peer.sendall(
        b"POST /api/probe/sleep HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
    )
    return peer


def test_a_client_that_leaves_cancels_its_query_and_frees_the_connection(narrow: Server) -> None:
    database = narrow.database
    for _ in range(5):
        peers = [begin_sleep(narrow, 60) for _ in range(2)]
        probes.wait_for_sleepers(database, 2)
        for peer in peers:
            peer.close()
        probes.wait_for_sleepers(database, 0)
        # Both connections of the role are good again, and no cancel comes late.
        pids = {narrow.request("GET", "/api/probe/pid").body for _ in range(10)}
        assert len(pids) <= 2
    assert (
        database.value(f"select count(*) from pg_stat_activity where {NOISE} and state <> 'idle'")
        == 0
    )
    assert "Traceback" not in narrow.log


def test_waiting_clients_that_leave_free_their_places(narrow: Server) -> None:
    peers = [begin_sleep(narrow, 60) for _ in range(40)]
    probes.wait_for_sleepers(narrow.database, 2)
    for peer in peers:
        peer.close()
    probes.wait_for_sleepers(narrow.database, 0)
    assert narrow.request("GET", "/api/probe/pid").status == 200


def test_when_all_connections_are_taken_503_comes_after_waiting(narrow: Server) -> None:
    token = narrow.token("admin", 1)
    with narrow.database.connect() as connection:
        connection.execute(
            f"alter role slotkeeper_anon in database {narrow.database.name}"
            " set statement_timeout = '60s'"
        )
    with closing(begin_sleep(narrow, 60)), closing(begin_sleep(narrow, 60)):
        probes.wait_for_sleepers(narrow.database, 2)
        # Meanwhile another role is served, and health is well.
        assert narrow.request("GET", "/api/probe/pid", token=token).status == 200
        assert narrow.request("GET", "/health").status == 200
        answer = narrow.request("GET", "/api/probe/pid")
        assert (answer.status, answer.code) == (503, "overloaded")
        assert int(answer.headers["Retry-After"]) >= 1
    assert eventually(lambda: narrow.request("GET", "/api/probe/pid").status == 200)


def test_a_slow_query_is_504(narrow: Server) -> None:
    with narrow.database.connect() as connection:
        connection.execute(
            f"alter role slotkeeper_anon in database {narrow.database.name}"
            " set statement_timeout = '200ms'"
        )
    answer = narrow.request("POST", "/api/probe/sleep", json={"seconds": 60})
    assert (answer.status, answer.code) == (504, "timeout")
    assert narrow.request("GET", "/api/probe/pid").status == 200


def test_who_waits_for_a_lock_leaves_connections_to_others(probed: Database) -> None:
    async def blocked() -> bool:
        count: int = probed.value(
            "select count(*) from pg_stat_activity"
            " where datname = current_database() and wait_event_type = 'Lock'"
        )
        return count >= 10

    async def work(server: Server) -> list[Answer]:
        async with server.clients() as client, asyncio.TaskGroup() as group:
            pair = {"first": 1, "second": 2}
            waiting = [
                group.create_task(client.request("POST", "/api/probe/pair", json=pair))
                for _ in range(60)
            ]
            await eventually_async(blocked, what="callers that wait for the lock")
            answers = [await client.request("GET", "/api/probe/text?note=x") for _ in range(20)]
            for task in waiting:
                task.cancel()
            return answers

    with running(Server(probed)) as server, probed.connect() as holder:
        for setting in ("lock_timeout", "statement_timeout"):
            holder.execute(
                f"alter role slotkeeper_anon in database {probed.name} set {setting} = '60s'"
            )
        holder.execute("begin")
        holder.execute("select from data.probe where id = 1 for update")
        answers = asyncio.run(work(server))
    assert {answer.status for answer in answers} == {200}


def test_a_frozen_postgresql_is_504_and_a_write_says_that_nobody_knows(
    private_cluster: Cluster,
) -> None:
    database = databases.create(private_cluster, databases.deployed_template(private_cluster))
    probes.install(database)
    with database.connect() as connection:
        connection.execute("alter role slotkeeper_anon set statement_timeout = '200ms'")
    with running(Server(database)) as server:
        read = partial(server.request, "GET", "/api/probe/text?note=x")
        write = partial(server.request, "POST", "/api/probe/text", json={"note": "x"})
        for request, outcome in ((read, "nothing was changed"), (write, "may or may not")):
            assert request().status in (200, 201)
            with private_cluster.frozen():
                answer = request()
            assert (answer.status, answer.code) == (504, "timeout")
            assert outcome in answer.raw.decode()
            eventually(lambda: read().status == 200, 30, "recovery")
        assert "Traceback" not in server.log


def test_a_full_disk_is_503_and_a_line_a_second(narrow: Server) -> None:
    with narrow.database.connect() as connection:
        for owner, function in (
            ("postgres", "copy (select from generate_series(1, 100000)) to '/dev/full'"),
            ("slotkeeper_owner", "perform data.probe_full()"),
        ):
            connection.execute(f"set role {owner}")
            schema = "data" if owner == "postgres" else "api"
            connection.execute(
                f"create function {schema}.probe_full() returns boolean language plpgsql"
                " volatile security definer set search_path = '' as"
                f" $$ begin {function}; return true; end $$"
            )
        connection.execute("comment on function api.probe_full is 'POST /api/probe/full\n\nX.'")
        connection.execute("grant execute on function api.probe_full to slotkeeper_anon")
        connection.execute("reset role")
        connection.execute("grant execute on function data.probe_full to slotkeeper_owner")
        connection.execute("notify slotkeeper_deployed")
    full = partial(narrow.request, "POST", "/api/probe/full")
    eventually(lambda: full().status != 404, what="route")
    for _ in range(50):
        answer = full()
        assert (answer.status, answer.code) == (503, "overloaded")
        assert int(answer.headers["Retry-After"]) >= 1
    assert 1 <= narrow.log.count("53100") < 50


def test_deadlocks_are_repeated_and_every_update_counts_once(narrow: Server) -> None:
    async def work() -> list[Answer]:
        async with narrow.clients() as client:
            return await asyncio.gather(
                *(
                    client.request("POST", "/api/probe/pair", json={"first": a, "second": 3 - a})
                    for a in (1, 2)
                )
            )

    with narrow.database.connect() as connection:
        connection.execute("alter system set deadlock_timeout = '50ms'")
        connection.execute("select pg_reload_conf()")
    answers = [answer for _ in range(5) for answer in asyncio.run(work())]
    with narrow.database.connect() as connection:
        connection.execute("alter system reset deadlock_timeout")
        connection.execute("select pg_reload_conf()")
    done = [answer for answer in answers if answer.status == 200]
    assert {a.code for a in answers if a.status != 200} <= {"overloaded"}
    assert done
    assert narrow.database.value("select min(hits) = max(hits) from data.probe") is True
    assert narrow.database.value("select max(hits) from data.probe") == len(done)


def test_a_killed_session_costs_a_read_nothing(narrow: Server) -> None:
    database = narrow.database
    for _ in range(10):
        assert narrow.request("GET", "/api/probe/pid").status == 200
        database.rows(
            f"select pg_terminate_backend(pid) from pg_stat_activity where {NOISE}"
            " and usename = 'slotkeeper_anon'"
        )
        assert narrow.request("GET", "/api/probe/pid").status == 200


def test_a_write_whose_session_is_killed_says_that_nobody_knows(narrow: Server) -> None:
    with closing(begin_sleep(narrow, 60)) as peer:
        probes.wait_for_sleepers(narrow.database, 1)
        narrow.database.rows(
            "select pg_terminate_backend(pid) from pg_stat_activity where wait_event = 'PgSleep'"
            " and datname = current_database()"
        )
        received = peer.recv(65536)
    assert received.startswith(b"HTTP/1.1 503 ")
    assert b"may or may not" in received


def unavailable(server: Server, method: str, path: str, body: object) -> Answer | None:
    """The answer, if it is 503. Sessions outlive a killed PostgreSQL by a moment."""
    answer = server.request(method, path, json=body)
    return answer if answer.status == 503 else None


def test_postgresql_stops_and_comes_back(private_cluster: Cluster) -> None:
    database = databases.create(private_cluster, databases.deployed_template(private_cluster))
    probes.install(database)
    with running(Server(database, workers=2)) as server:
        assert server.request("GET", "/api/probe/pid").status == 200
        for mode in ("fast", "immediate"):
            private_cluster.stop(mode)
            eventually(lambda: server.request("GET", "/health").status == 503, what="illness")
            health = server.request("GET", "/health")
            assert (health.status, health.body) == (
                503,
                {"status": "degraded", "db": "disconnected"},
            )
            for method, path, body in (
                ("GET", "/api/probe/pid", None),
                ("POST", "/api/probe/text", {"note": "x"}),
                ("POST", "/api/auth/login", {"email": "a@example.com", "password": "x" * 8}),
            ):
                answer = eventually(
                    partial(unavailable, server, method, path, body), what=f"503 of {path}"
                )
                assert answer.code == "database_unavailable"
                assert answer.headers["Retry-After"]
            assert server.request("GET", "/openapi.json").status == 200
            private_cluster.start()
            eventually(
                lambda: (
                    {server.request("GET", "/api/probe/pid").status for _ in range(20)} == {200}
                ),
                30,
                "recovery",
            )
            eventually(
                lambda: {server.request("GET", "/health").status for _ in range(20)} == {200},
                30,
                "health",
            )
        private_cluster.kill9()
        eventually(
            lambda: {server.request("GET", "/api/probe/pid").status for _ in range(20)} == {200},
            30,
            "recovery",
        )
        # The channel is heard again, too.
        with database.connect() as connection:
            connection.execute("drop function api.probe_pid()")
            connection.execute("notify slotkeeper_deployed")
        eventually(
            lambda: {server.request("GET", "/api/probe/pid").status for _ in range(20)} == {404},
            what="the route's end",
        )
        assert "Traceback" not in server.log


async def hammer(
    client: AsyncClient,
    requests: Callable[[AsyncClient], Awaitable[Answer]],
    until: asyncio.Event,
) -> list[Answer]:
    """Repeat a request until told to stop."""
    answers = []
    while not until.is_set():
        answers.append(await requests(client))
    return answers


def test_functions_change_while_32_clients_call_them(probed: Database) -> None:
    versions = [
        ("integer", "note text default 'a', more integer default 1", "1"),
        ("text", "note text default 'b'", "probe_change.note"),
        ("jsonb", "more integer default 7, note text default 'c'", "'{}'::jsonb"),
        ("setof data.probe", "note text default 'd'", "p from data.probe as p"),
    ]

    def install(connection: psycopg.Connection[tuple[object, ...]], number: int) -> None:
        result, arguments, expression = versions[number % len(versions)]
        with connection.transaction():
            connection.execute("set local role slotkeeper_owner")
            connection.execute(
                "do $$ begin execute coalesce((select 'drop function ' || p.oid::regprocedure"
                " from pg_proc as p where p.proname = 'probe_change'), 'select 1'); end $$"
            )
            connection.execute(
                f"create function api.probe_change({arguments}) returns {result} language sql"
                f" stable security definer set search_path = '' as $$ select {expression} $$"
            )
            connection.execute(
                "comment on function api.probe_change is 'GET /api/probe/change\n\nChanges.'"
            )
            connection.execute("grant execute on function api.probe_change to slotkeeper_anon")
            connection.execute("notify slotkeeper_deployed")

    async def served(client: AsyncClient, expected: str) -> bool:
        answers = [await client.request("GET", "/api/probe/change?note=x") for _ in range(8)]
        return {answer.raw.decode().replace(" ", "") for answer in answers} == {expected}

    async def work(server: Server, connection: psycopg.Connection[tuple[object, ...]]) -> None:
        done = asyncio.Event()
        async with server.clients(64) as client:
            tasks = [
                asyncio.create_task(
                    hammer(client, lambda c: c.request("GET", "/api/probe/change?note=x"), done)
                )
                for _ in range(32)
            ]
            for number in range(1, 13):
                await asyncio.to_thread(install, connection, number)
                expected = bodies[number % len(bodies)]
                await eventually_async(partial(served, client, expected), 20, expected)
            done.set()
            answers = [answer for some in await asyncio.gather(*tasks) for answer in some]
        assert {(a.status, a.code) for a in answers} == {(200, None)}

    bodies = ["1", '"x"', "{}", '[{"id":1,"hits":0},\n{"id":2,"hits":0}]']
    with probed.connect() as connection:
        install(connection, 0)
        with running(Server(probed, workers=2)) as server:
            asyncio.run(work(server, connection))
            assert "Traceback" not in server.log


def test_a_catalog_that_cannot_be_used_leaves_the_old_one_in_force(narrow: Server) -> None:
    with narrow.database.connect() as connection:
        connection.execute("comment on function api.probe_text(text) is 'nonsense'")
        connection.execute("notify slotkeeper_deployed")
        eventually(lambda: "the new catalog was refused" in narrow.log, what="refusal")
        assert narrow.request("GET", "/api/probe/text").status == 200
        connection.execute(
            "comment on function api.probe_text(text) is 'GET /api/probe/moved\n\nX.'"
        )
        connection.execute("notify slotkeeper_deployed")
    eventually(lambda: narrow.request("GET", "/api/probe/moved").status == 200, what="new route")
    assert narrow.request("GET", "/api/probe/text").status == 405


def test_due_work_is_done_by_one_process_at_a_time_unless_pg_cron_does_it(
    probed: Database,
) -> None:
    with probed.connect() as connection:
        connection.execute("update deploy.state set scheduler = 'server'")
        connection.execute("create table data.round (pid int, overlap boolean)")
        connection.execute("grant all on data.round to slotkeeper_owner")
        connection.execute(
            "create or replace function core.do_due_task(task text) returns integer"
            " language plpgsql volatile security definer set search_path = '' as $$"
            " declare v_free boolean; begin"
            " v_free := pg_catalog.pg_try_advisory_xact_lock(4711);"
            " perform pg_catalog.pg_sleep(0.05);"
            " insert into data.round values (pg_catalog.pg_backend_pid(), not v_free);"
            " return 1; end $$"
        )
        with running(Server(probed, workers=3)) as server:
            assert "Due work: done by this server, every 5 seconds" in server.log
            eventually(lambda: probed.value("select count(*) from data.round") > 20, 20, "rounds")
            connection.execute("update deploy.state set scheduler = 'pg_cron'")
        assert probed.value("select count(*) from data.round where overlap") == 0
        connection.execute("truncate data.round")
        with running(Server(probed, workers=1)) as server:
            assert "Due work: done inside the database by pg_cron" in server.log
            assert server.request("GET", "/api/probe/pid").status == 200
        assert probed.value("select count(*) from data.round") == 0


def test_a_thousand_waiting_clients_are_served(narrow: Server) -> None:
    async def work() -> list[Answer]:
        async with aiohttp.ClientSession(
            narrow.url, connector=aiohttp.TCPConnector(limit=0)
        ) as session:

            async def one() -> Answer:
                async with session.get("/api/probe/text?note=x") as response:
                    return Answer(response.status, response.headers, await response.read(), None)

            return await asyncio.gather(*(one() for _ in range(900)))

    assert {answer.status for answer in asyncio.run(work())} == {200}
