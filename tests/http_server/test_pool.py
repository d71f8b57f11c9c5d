"""The pool: no connection is ever lost, shared or handed on dirty, however callers come and go."""

import asyncio
import random
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

import pytest
import uvloop
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.database.connection import Connection, connect
from server.database.errors import ConnectFailed
from server.database.pool import Pool
from server.database.turns import WaitingRoom
from server.problems import Problem
from tests.support.cluster import Cluster
from tests.support.databases import Database
from tests.support.wait import eventually_async

from .test_connection import parameters


def run(work: Coroutine[Any, Any, None]) -> None:
    """Run on the loop that the server uses."""
    uvloop.run(work)


def pool_of(database: Database, size: int, room: WaitingRoom | None = None) -> Pool:
    """A pool of the administrator's connections."""
    target = parameters(database)
    return Pool("test", lambda: connect(target, 10), size, room or WaitingRoom(seconds=30))


async def settle(pool: Pool, room: WaitingRoom) -> None:
    """Wait until every connection is back."""

    async def settled() -> bool:
        return not pool._lent and room.waiting == 0  # noqa: SLF001

    await eventually_async(settled, 20, "every connection back")


async def turns(count: int) -> None:
    """Let the loop turn so many times."""
    for _ in range(count):
        await asyncio.sleep(0)


async def session_of(connection: Connection) -> bytes:
    """A statement that fails if another runs on the same connection."""
    (value,) = await connection.execute(b"p", b"select pg_backend_pid()::text", [])
    assert value is not None
    return value


# For each caller: turns of the loop before it comes, while it holds, and until it is cancelled.
callers = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 4), st.none() | st.integers(0, 12), st.booleans()),
    min_size=1,
    max_size=12,
)


@given(size=st.integers(1, 3), callers=callers)
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_callers_that_come_and_vanish_at_any_turn_lose_no_connection(
    empty_database: Database, size: int, callers: list[tuple[int, int, int | None, bool]]
) -> None:
    async def call(pool: Pool, before: int, hold: int, query: bool, users: list[int]) -> None:
        await turns(before)
        connection = await pool.acquire(b"s")
        users[0] += 1
        try:
            assert users[0] <= size
            assert not connection.busy
            if query:
                await session_of(connection)
            await turns(hold)
        finally:
            users[0] -= 1
            pool.release(connection)

    async def cancel(task: asyncio.Task[None], after: int) -> None:
        await turns(after)
        task.cancel()

    async def work() -> None:
        room = WaitingRoom(seconds=30)
        pool = pool_of(empty_database, size, room)
        users = [0]
        tasks = []
        for before, hold, after, query in callers:
            task = asyncio.create_task(call(pool, before, hold, query, users))
            tasks.append(task)
            if after is not None:
                tasks.append(asyncio.create_task(cancel(task, after)))
        for outcome in await asyncio.gather(*tasks, return_exceptions=True):
            if outcome is not None and not isinstance(outcome, asyncio.CancelledError):
                raise outcome
        await settle(pool, room)
        assert pool.opened <= size
        # All of them still work, and each is there once.
        connections = [await pool.acquire(b"s") for _ in range(size)]
        assert len({await session_of(c) for c in connections}) == size
        for connection in connections:
            pool.release(connection)
        await pool.close()

    run(work())


def test_a_storm_with_cancels_and_killed_sessions(empty_database: Database) -> None:
    size = 4

    async def call(pool: Pool, chance: random.Random, done: list[int]) -> None:
        connection = await pool.acquire(b"s")
        try:
            assert not connection.busy
            if chance.random() < 0.03:
                await connection.execute_once(b"select pg_terminate_backend(pg_backend_pid())")
            await connection.execute(b"s", b"select pg_sleep(0.001)", [])
            done[0] += 1
        finally:
            pool.release(connection)

    async def work() -> None:
        chance = random.Random(7)  # noqa: S311 - the same storm each time
        room = WaitingRoom(seconds=60)
        pool = pool_of(empty_database, size, room)
        done = [0]
        tasks: list[asyncio.Task[None]] = []
        for _ in range(1500):
            tasks.append(asyncio.create_task(call(pool, chance, done)))
            if chance.random() < 0.4:
                chance.choice(tasks).cancel()
            if chance.random() < 0.1:
                await asyncio.sleep(0.001)
        await asyncio.gather(*tasks, return_exceptions=True)
        await settle(pool, room)
        assert 0 < done[0] < 1500
        assert pool.opened <= size
        connections = [await pool.acquire(b"s") for _ in range(size)]
        assert len({await session_of(c) for c in connections}) == size
        for connection in connections:
            pool.release(connection)
        await pool.close()

    run(work())


def test_waiters_are_served_in_order(empty_database: Database) -> None:
    async def work() -> None:
        pool = pool_of(empty_database, 1)
        first = await pool.acquire(b"s")
        served: list[int] = []

        async def wait(number: int) -> None:
            connection = await pool.acquire(b"s")
            served.append(number)
            pool.release(connection)

        tasks = [asyncio.create_task(wait(number)) for number in range(20)]
        await asyncio.sleep(0)
        pool.release(first)
        await asyncio.gather(*tasks)
        assert served == list(range(20))
        await pool.close()

    run(work())


def test_the_queue_is_bounded_over_all_pools_and_in_time(empty_database: Database) -> None:
    async def work() -> None:
        room = WaitingRoom(places=3, seconds=0.2)
        one, two = pool_of(empty_database, 1, room), pool_of(empty_database, 1, room)
        held = [await one.acquire(b"s"), await two.acquire(b"s")]
        waiting = [asyncio.create_task(pool.acquire(b"s")) for pool in (one, two, one)]
        await asyncio.sleep(0)
        with pytest.raises(Problem) as refused:
            await two.acquire(b"s")
        assert (refused.value.status, refused.value.code) == (503, "overloaded")
        assert "Retry-After" in refused.value.headers
        for outcome in await asyncio.gather(*waiting, return_exceptions=True):
            assert isinstance(outcome, Problem)
            assert outcome.code == "overloaded"
        assert room.waiting == 0
        one.release(held[0])
        two.release(held[1])
        assert await one.acquire(b"s") is held[0]
        one.release(held[0])
        await one.close()
        await two.close()

    run(work())


def test_a_full_server_makes_the_pool_wait_with_what_it_has(private_cluster: Cluster) -> None:
    async def work() -> None:
        database = Database(private_cluster, "postgres")
        with database.connect() as connection:
            connection.execute("create role guest login password 'guest' connection limit 1")
        target = {**parameters(database), "user": "guest", "password": "guest"}
        pool = Pool("test", lambda: connect(target, 10), 5, WaitingRoom(seconds=30))

        async def call() -> bytes:
            connection = await pool.acquire(b"s")
            try:
                return await session_of(connection)
            finally:
                pool.release(connection)

        assert len(set(await asyncio.gather(*(call() for _ in range(50))))) == 1
        await pool.close()

    run(work())


def test_without_a_database_callers_fail_at_once_until_it_is_back(
    private_cluster: Cluster,
) -> None:
    async def work() -> None:
        database = Database(private_cluster, "postgres")
        room = WaitingRoom(seconds=60)
        pool = pool_of(database, 3, room)
        pool.release(await pool.acquire(b"s"))
        await asyncio.to_thread(private_cluster.stop)

        async def all_lost() -> bool:
            return pool.opened == 0

        await eventually_async(all_lost, 10, "loss of all connections")
        outcomes = await asyncio.gather(
            *(pool.acquire(b"s") for _ in range(50)), return_exceptions=True
        )
        assert all(isinstance(o, Problem) and o.code == "database_unavailable" for o in outcomes)
        await asyncio.to_thread(private_cluster.start)

        async def recovered() -> bool:
            with suppress(Problem):
                pool.release(await pool.acquire(b"s"))
                return True
            return False

        await eventually_async(recovered, 30, "recovery")
        await settle(pool, room)
        await pool.close()

    run(work())


def test_a_closed_pool_refuses_and_leaves_nothing(empty_database: Database) -> None:
    async def work() -> None:
        pool = pool_of(empty_database, 1)
        lent = await pool.acquire(b"s")
        waiting = asyncio.create_task(pool.acquire(b"s"))
        await asyncio.sleep(0)
        await pool.close()
        with pytest.raises(Problem):
            await waiting
        with pytest.raises(Problem):
            await pool.acquire(b"s")
        assert lent.lost
        pool.release(lent)
        assert pool.opened == 0

    run(work())


def test_a_failure_to_connect_is_not_a_fault_of_the_caller() -> None:
    assert ConnectFailed("gone").problem.code == "database_unavailable"
    assert ConnectFailed("full", full=True).problem.code == "overloaded"
