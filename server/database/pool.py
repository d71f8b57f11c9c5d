"""A pool of connections logged in as one role, with a bounded queue of those who wait for one."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from server.database.connection import Connection
from server.database.errors import ConnectFailed
from server.problems import Problem, overloaded

log = logging.getLogger("slotkeeper.database")

_RECOVER_SECONDS = 5.0
_RETRY_SECONDS = (0.1, 0.2, 0.4, 0.8)


class WaitingRoom:
    """How many may wait for a connection, over all pools of a process, and for how long."""

    __slots__ = ("places", "seconds", "waiting")

    def __init__(self, places: int = 1000, seconds: float = 5.0) -> None:
        self.places = places
        self.seconds = seconds
        self.waiting = 0


class Pool:
    """Up to `size` connections, made when they are first needed.

    `acquire` gives a connection, `release` takes it back in whatever state it is: one whose
    statement was cancelled is handed on only after PostgreSQL has said that it is ready, a broken
    one is forgotten. Waiters are served in order. While no connection can be made at all, `acquire`
    fails at once; one probe at a time finds out when the database is back.
    """

    def __init__(
        self,
        name: str,
        make: Callable[[], Awaitable[Connection]],
        size: int,
        room: WaitingRoom,
    ) -> None:
        self.name = name
        self._make = make
        self._size = size
        self._room = room
        self._loop = asyncio.get_running_loop()
        self._idle: list[Connection] = []  # the last used first: its caches are warm
        self._open = 0  # idle, lent or in recovery
        self._making = 0
        # Who waits, and until when. All wait equally long, so the first in the queue is also the
        # first to give up: one timer is enough.
        self._waiters: OrderedDict[asyncio.Future[Connection], float] = OrderedDict()
        self._expiry: asyncio.TimerHandle | None = None
        self._failure: ConnectFailed | None = None
        self._failures = 0
        self._retry: asyncio.TimerHandle | None = None
        self._lent: set[Connection] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    @property
    def opened(self) -> int:
        """Connections that exist now."""
        return self._open

    @property
    def idle(self) -> int:
        """Connections that are free now."""
        return len(self._idle)

    def take(self) -> Connection | None:
        """A free connection, if there is one at this moment."""
        if not self._idle:
            return None
        connection = self._idle.pop()
        self._lent.add(connection)
        return connection

    async def acquire(self) -> Connection:
        """A connection, at once or after waiting in line; raises Problem 503."""
        connection = self.take()
        if connection is not None:
            return connection
        if self._closed:
            raise overloaded("The server is shutting down.")
        if self._failure is not None and self._open == 0:
            raise self._failure.problem
        room = self._room
        if room.waiting >= room.places:
            raise overloaded("Too many requests are waiting already.")
        waiter: asyncio.Future[Connection] = self._loop.create_future()
        self._waiters[waiter] = deadline = self._loop.time() + room.seconds
        if self._expiry is None:
            self._expiry = self._loop.call_at(deadline, self._expire)
        room.waiting += 1
        self._grow()
        try:
            return await waiter
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled() and waiter.exception() is None:
                # It was handed over in the same turn of the loop that cancelled us.
                self.release(waiter.result())
            raise
        finally:
            room.waiting -= 1
            self._waiters.pop(waiter, None)

    def release(self, connection: Connection) -> None:
        """Take a connection back; never blocks."""
        self._lent.discard(connection)
        if connection.lost:
            self._forget_one()
        elif self._closed:
            connection.close()
            self._forget_one()
        elif connection.busy:
            self._lent.add(connection)
            self._spawn(self._recover(connection))
        elif connection.worn:
            connection.close()
            self._forget_one()
        else:
            self._hand_on(connection)

    async def close(self) -> None:
        """Close every connection; whoever still waits gets 503."""
        self._closed = True
        for timer in (self._expiry, self._retry):
            if timer is not None:
                timer.cancel()
        self._refuse_waiters(lambda: overloaded("The server is shutting down."))
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for connection in [*self._idle, *self._lent]:
            connection.close()
        self._idle.clear()

    # -- inside

    def _hand_on(self, connection: Connection) -> None:
        while self._waiters:
            waiter, _ = self._waiters.popitem(last=False)
            if not waiter.done():
                self._lent.add(connection)
                waiter.set_result(connection)
                return
        self._idle.append(connection)

    def _forget_one(self) -> None:
        self._open -= 1
        if self._waiters:
            self._grow()

    def _on_lost(self, connection: Connection) -> None:
        # A lent connection is counted off when its borrower gives it back.
        if connection in self._idle:
            self._idle.remove(connection)
            self._forget_one()

    def _expire(self) -> None:
        self._expiry = None
        now = self._loop.time()
        while self._waiters:
            waiter, deadline = next(iter(self._waiters.items()))
            if deadline > now and not waiter.done():
                self._expiry = self._loop.call_at(deadline, self._expire)
                return
            del self._waiters[waiter]
            if not waiter.done():
                waiter.set_exception(overloaded("No database connection was free in time."))

    def _refuse_waiters(self, problem: Callable[[], Problem]) -> None:
        while self._waiters:
            waiter, _ = self._waiters.popitem(last=False)
            if not waiter.done():
                waiter.set_exception(problem())

    def _grow(self) -> None:
        """Make one more connection if there are more waiters than connections on the way."""
        if (
            not self._closed
            and self._retry is None
            and self._making < len(self._waiters)
            and self._open + self._making < self._size
        ):
            self._begin_making()

    def _begin_making(self) -> None:
        self._making += 1
        self._spawn(self._add())

    async def _add(self) -> None:
        try:
            connection = await self._make()
        except ConnectFailed as failure:
            self._making -= 1
            self._note_failure(failure)
            return
        except BaseException:
            self._making -= 1
            raise
        self._making -= 1
        self._open += 1
        connection.on_lost = self._on_lost
        if self._failure is not None:
            log.warning("%s: connections can be made again", self.name)
            self._failure = None
        self._failures = 0
        self.release(connection)
        if self._waiters:
            self._grow()

    def _note_failure(self, failure: ConnectFailed) -> None:
        if self._failure is None:
            log.error("%s: no connection: %s", self.name, failure.message)
        self._failure = failure
        if self._open == 0 and self._making == 0:
            self._refuse_waiters(lambda: failure.problem)
        if self._retry is None and not self._closed:
            delay = _RETRY_SECONDS[min(self._failures, len(_RETRY_SECONDS) - 1)]
            self._failures += 1
            self._retry = self._loop.call_later(delay, self._probe)

    def _probe(self) -> None:
        """Try again after a failure: the outcome decides what the next callers are told."""
        self._retry = None
        if self._closed:
            return
        if self._open + self._making < self._size and (self._open == 0 or self._waiters):
            self._begin_making()
        elif self._open:
            self._failure = None

    async def _recover(self, connection: Connection) -> None:
        try:
            async with asyncio.timeout(_RECOVER_SECONDS):
                await connection.recover()
        except asyncio.CancelledError:
            connection.close()
            raise
        except Exception as error:  # noqa: BLE001 - it is closed, whatever it was
            log.warning("%s: a cancelled statement did not end: %r", self.name, error)
            connection.close()
        finally:
            if connection.busy and not connection.lost:
                connection.close()
            self.release(connection)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
