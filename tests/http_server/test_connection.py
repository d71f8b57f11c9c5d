"""One connection: statements, errors, cancelling, losing it."""

import asyncio
import socket
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

import psycopg
import pytest
import uvloop
from psycopg.conninfo import conninfo_to_dict

from server.database.connection import Connection, connect
from server.database.errors import ConnectFailed, ConnectionLost, DatabaseError, Unanswered
from tests.support.databases import Database


def parameters(database: Database) -> dict[str, str]:
    """How to connect as the administrator."""
    return {k: str(v) for k, v in conninfo_to_dict(database.admin_url).items() if v is not None}


async def open_one(database: Database) -> Connection:
    """Connect as the administrator."""
    return await connect(parameters(database), 10)


def run(work: Coroutine[Any, Any, None]) -> None:
    """Run on the loop that the server uses."""
    uvloop.run(work)


def test_a_statement_is_prepared_once_and_gives_the_first_row(empty_database: Database) -> None:
    async def work() -> None:
        connection = await open_one(empty_database)
        for value in (b"1", b"2", None):
            row = await connection.execute(b"s", b"select $1::text, 'x'", [value])
            assert row == (value, b"x")
        (count,) = await connection.execute_once(
            b"select count(*) from pg_prepared_statements where from_sql = false"
        )
        assert count == b"1"
        assert await connection.execute_once(b"select 1 where false") == ()
        connection.close()

    run(work())


def test_an_error_leaves_the_connection_good(empty_database: Database) -> None:
    async def work() -> None:
        connection = await open_one(empty_database)
        for _ in range(3):
            with pytest.raises(DatabaseError) as caught:
                await connection.execute(b"d", b"select 1 / $1::int", [b"0"])
            assert caught.value.sqlstate == "22012"
            with pytest.raises(DatabaseError) as caught:
                await connection.execute(b"w", b"selekt", [])
            assert caught.value.sqlstate == "42601"
        assert await connection.execute(b"d", b"select 1 / $1::int", [b"1"]) == (b"1",)
        connection.close()

    run(work())


def test_a_failed_statement_leaves_nothing_behind(empty_database: Database) -> None:
    async def work() -> None:
        connection = await open_one(empty_database)
        await connection.execute_once(b"create table t (x int)")
        with pytest.raises(DatabaseError):
            await connection.execute(
                b"i",
                b"with i as (insert into t values (1) returning x) select 1 / (x - $1) from i",
                [b"1"],
            )
        assert await connection.execute_once(b"select count(*) from t") == (b"0",)
        connection.close()

    run(work())


def test_values_larger_than_the_sockets_buffers_pass(empty_database: Database) -> None:
    async def work() -> None:
        connection = await open_one(empty_database)
        large = b"x" * 20_000_000
        assert await connection.execute(b"e", b"select $1::text", [large]) == (large,)
        connection.close()

    run(work())


def test_a_cancelled_statement_is_over_before_the_connection_is_used_again(
    empty_database: Database,
) -> None:
    async def work() -> None:
        connection = await open_one(empty_database)
        for _ in range(20):
            task = asyncio.ensure_future(
                connection.execute(b"z", b"select pg_sleep($1::float)", [b"60"])
            )
            await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await connection.recover()
            assert not connection.busy
            # A late cancel would hit this one.
            assert await connection.execute_once(b"select pg_sleep(0.002)") == (b"",)
        connection.close()

    run(work())


def test_recovering_when_the_statement_has_just_ended_does_no_harm(
    empty_database: Database,
) -> None:
    async def work() -> None:
        connection = await open_one(empty_database)
        for _ in range(50):
            future = connection.execute(b"o", b"select 1", [])
            future.cancel()
            await connection.recover()
            assert await connection.execute(b"t", b"select 2", []) == (b"2",)
        connection.close()

    run(work())


def test_a_killed_session_is_noticed_busy_and_idle(empty_database: Database) -> None:
    async def work() -> None:
        killer = await open_one(empty_database)
        # Often: PostgreSQL may end the session before or after it has read the statement.
        for idle in [True, False] * 150:
            connection = await open_one(empty_database)
            lost = asyncio.get_running_loop().create_future()
            connection.on_lost = lost.set_result
            future = None if idle else connection.execute_once(b"select pg_sleep(60)")
            await killer.execute_once(b"select pg_terminate_backend(%d)" % connection.backend_pid)
            assert await asyncio.wait_for(lost, 10) is connection
            if future is not None:
                with pytest.raises(ConnectionLost):
                    await future
            with pytest.raises(ConnectionLost):
                await connection.execute_once(b"select 1")
        killer.close()

    run(work())


def test_what_is_not_answered_in_time_ends_the_session(empty_database: Database) -> None:
    async def work() -> None:
        connection = await open_one(empty_database)
        assert connection.patience is None  # no statement_timeout, no bound
        connection.patience = 0.1
        with pytest.raises(Unanswered):
            await connection.execute_once(b"select pg_sleep(60)")
        assert connection.lost
        limited = {**parameters(empty_database), "options": "-c statement_timeout=90s"}
        connection = await connect(limited, 10)
        assert connection.patience == 91
        connection.close()

    run(work())


def test_notifications_arrive_while_idle(empty_database: Database) -> None:
    async def work() -> None:
        connection = await open_one(empty_database)
        heard = asyncio.get_running_loop().create_future()
        connection.on_notify = heard.set_result
        await connection.execute_once(b"listen something")
        with psycopg.connect(empty_database.admin_url, autocommit=True) as other:
            other.execute("notify something")
        assert await asyncio.wait_for(heard, 10) == b"something"
        connection.close()

    run(work())


def test_a_session_left_in_a_transaction_is_given_up(empty_database: Database) -> None:
    async def work() -> None:
        connection = await open_one(empty_database)
        with pytest.raises(ConnectionLost):
            await connection.execute_once(b"begin")
        assert connection.lost

    run(work())


def test_a_session_whose_statement_is_stale_is_worn(empty_database: Database) -> None:
    async def work() -> None:
        connection = await open_one(empty_database)
        await connection.execute_once(b"create table t as select 1 as a")
        assert await connection.execute(b"t", b"select * from t", []) == (b"1",)
        await connection.execute_once(b"alter table t add b int default 2")
        with pytest.raises(DatabaseError) as caught:
            await connection.execute(b"t", b"select * from t", [])
        assert caught.value.sqlstate == "0A000"
        assert caught.value.stale
        assert connection.worn
        connection.close()
        connection = await open_one(empty_database)
        assert await connection.execute(b"t", b"select * from t", []) == (b"1", b"2")
        await connection.execute_once(b"deallocate all")
        with pytest.raises(DatabaseError) as caught:
            await connection.execute(b"t", b"select * from t", [])
        assert caught.value.sqlstate == "26000"
        assert caught.value.stale
        assert connection.worn
        connection.close()

    run(work())


def test_a_name_that_another_has_prepared_is_stale(empty_database: Database) -> None:
    """As behind a pooler that was not noticed: the statement under it has the same text."""

    async def work() -> None:
        connection = await open_one(empty_database)
        await connection.execute_once(b"prepare t as select 1")
        with pytest.raises(DatabaseError) as caught:
            await connection.execute(b"t", b"select 1", [])
        assert caught.value.sqlstate == "42P05"
        assert caught.value.stale
        connection.close()

    run(work())


def test_connecting_fails_with_a_reason(empty_database: Database) -> None:
    async def work() -> None:
        good = parameters(empty_database)
        with pytest.raises(ConnectFailed, match="does not exist"):
            await connect({**good, "dbname": "nowhere"}, 10)
        with pytest.raises(ConnectFailed):
            await connect({**good, "host": "/nowhere"}, 10)
        with pytest.raises(ConnectFailed):
            await connect({**good, "host": "no-such-host.invalid"}, 10)
        # One of several will do.
        several = f"/nowhere,{good['host']}"
        (await connect({**good, "host": several}, 10)).close()
        # Listens, and never says a word.
        with socket.create_server(("127.0.0.1", 0)) as silent:
            port = str(silent.getsockname()[1])
            with pytest.raises(ConnectFailed, match="in time"):
                await connect({**good, "host": "127.0.0.1", "port": port}, 0.1)

    run(work())


def test_nothing_is_left_on_the_server(empty_database: Database) -> None:
    async def work() -> None:
        connections = [await open_one(empty_database) for _ in range(5)]
        pids = [connection.backend_pid for connection in connections]
        futures = [c.execute_once(b"select pg_sleep(60)") for c in connections]
        await asyncio.gather(*(c.recover() for c in connections))
        for future, connection in zip(futures, connections, strict=True):
            with suppress(DatabaseError):
                await future
            connection.close()
        watcher = await open_one(empty_database)
        while True:
            listed = b",".join(b"%d" % pid for pid in pids)
            row = await watcher.execute_once(
                b"select count(*) from pg_stat_activity where pid in (%b)" % listed
            )
            if row == (b"0",):
                break
        watcher.close()

    run(work())
