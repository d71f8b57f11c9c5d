"""One connection of the server's own: it hears of deploys, reads the catalog, feels the pulse."""

import asyncio
import contextlib
import logging
from collections.abc import Callable

from server.database.connection import Connection, Row
from server.database.database import Database
from server.database.errors import ConnectFailed, ConnectionLost, DatabaseError

log = logging.getLogger("slotkeeper.watch")

_STATEMENT_SECONDS = 10.0
_POLL_SECONDS = 5.0
_RETRY_SECONDS = (0.1, 0.2, 0.4, 0.8, 1.6)


class Watch:
    """Keeps what was read from the database current.

    `query` gives one row with one column; `apply` is called with it at the start and whenever it
    has changed. It is read again after each notification on `channel`, after each reconnection, by
    `refresh`, and every few seconds: a pooler may swallow notifications. What `apply` refuses by an
    exception is not tried again.
    """

    def __init__(
        self,
        database: Database,
        role: str,
        channel: str,
        query: str,
        apply: Callable[[bytes], None],
    ) -> None:
        self._database = database
        self._role = role
        self._listen = f"listen {channel}".encode()
        self._query = query.encode()
        self._apply = apply
        self._connection: Connection | None = None
        self._turn = asyncio.Lock()  # a connection runs one statement at a time
        self._reading = asyncio.Lock()
        self._reads_begun = 0
        self._reads_done = 0
        self._document: bytes | None = None
        self._wake = asyncio.Event()
        self._ping: asyncio.Task[None] | None = None
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Connect, listen, read; then go on in the background.

        Raises ConnectFailed, DatabaseError, ConnectionLost, or what `apply` raises.
        """
        await self._connect()
        await self.refresh()
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Stop watching and close the connection."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._ping is not None:
            self._ping.cancel()
        if self._connection is not None:
            self._connection.close()

    async def refresh(self) -> None:
        """Read the catalog as it is at this moment or later; callers at one time share a reading.

        Raises DatabaseError or ConnectionLost.
        """
        wanted = self._reads_begun + 1
        async with self._reading:
            if self._reads_done >= wanted:
                return
            self._reads_begun += 1
            document = await self._read()
            self._reads_done = self._reads_begun
            if document != self._document:
                self._document = document
                self._apply(document)

    async def ping(self, timeout_seconds: float) -> bool:
        """Whether the database answers a trivial statement in time; callers share one."""
        if self._ping is None or self._ping.done():
            self._ping = asyncio.create_task(self._pulse())
        try:
            async with asyncio.timeout(timeout_seconds):
                await asyncio.shield(self._ping)
        except (TimeoutError, DatabaseError, ConnectionLost):
            return False
        return True

    # -- inside

    async def _read(self) -> bytes:
        """The query's answer, once two readings agree.

        Half of what PostgreSQL tells of its catalog ignores the statement's snapshot, so a reading
        during the commit of a deploy may be a mixture of before and after.
        """
        known = self._document
        while True:
            row = await self._statement(self._query)
            document = (row[0] if row else None) or b""
            if document == known:
                return document
            known = document

    async def _pulse(self) -> None:
        await self._statement(b"select 1")

    async def _statement(self, sql: bytes) -> Row:
        async with self._turn:
            connection = self._connection
            if connection is None:
                raise ConnectionLost("not connected")
            try:
                return await connection.execute_once(sql)
            finally:
                if connection.busy:
                    # Nobody else waits for this connection; a new one is simpler than a cancel.
                    connection.close()

    async def _connect(self) -> None:
        connection = await self._database.connect(self._role)
        connection.patience = _STATEMENT_SECONDS
        connection.on_notify = lambda _channel: self._wake.set()
        connection.on_lost = lambda _connection: self._wake.set()
        self._connection = connection
        if not connection.pooled:
            await self._statement(self._listen)

    async def _run(self) -> None:
        failures = 0
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_POLL_SECONDS):
                    await self._wake.wait()
            self._wake.clear()
            try:
                if self._connection is None or self._connection.lost:
                    await self._connect()
                await self.refresh()
                failures = 0
            except (ConnectFailed, ConnectionLost, DatabaseError) as error:
                if failures == 0:
                    log.warning("the connection that hears of deploys failed: %s", error)
                await asyncio.sleep(_RETRY_SECONDS[min(failures, len(_RETRY_SECONDS) - 1)])
                failures += 1
                self._wake.set()
            except Exception:
                # A catalog that cannot be used: the old one stays in force.
                log.exception("the new catalog was refused")
