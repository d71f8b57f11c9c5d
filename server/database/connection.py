"""One connection to PostgreSQL, driven by libpq's asynchronous calls from an asyncio loop.

psycopg connects and cancels; running a statement its way costs several times more than the
statement's round trip needs. This class does one thing: run one statement in its own transaction
and give the first row as the bytes PostgreSQL sent. Everything is text format.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Final

import psycopg
from psycopg import AsyncConnection, pq
from psycopg.conninfo import make_conninfo

from server.database.errors import (
    ConnectFailed,
    ConnectionLost,
    DatabaseError,
    Unanswered,
    error_from,
)

Row = tuple[bytes | None, ...]
Parameters = Sequence[bytes | None]

_FIRST_CANCEL_SECONDS: Final = 0.05
# What PostgreSQL may take beyond the limit it has set itself.
_GRACE_SECONDS: Final = 1.0

_TUPLES_OK: Final = int(pq.ExecStatus.TUPLES_OK)
_COMMAND_OK: Final = int(pq.ExecStatus.COMMAND_OK)
_FATAL_ERROR: Final = int(pq.ExecStatus.FATAL_ERROR)
_PIPELINE_SYNC: Final = int(pq.ExecStatus.PIPELINE_SYNC)
_IDLE: Final = int(pq.TransactionStatus.IDLE)

_GREETING: Final = b"""
select pg_catalog.pg_backend_pid(),
    extract(epoch from pg_catalog.current_setting('statement_timeout')::interval)
"""


class Connection:
    """A session with PostgreSQL that runs one statement at a time.

    `busy` is true from sending a statement until ReadyForQuery; `lost` once the connection is of
    no more use; `worn` once a new one is better. `pooled` says that a pooler stands in between:
    each statement may then meet another session of PostgreSQL's, so none is prepared. `patience` is
    how many seconds a statement may take before the connection is given up, None for any time.

    `on_lost` is called once, at the moment that is noticed, idle or not; `on_notify` for each
    notification, with the channel's name.
    """

    def __init__(self, session: AsyncConnection[Any]) -> None:
        self._loop = asyncio.get_running_loop()
        self._session = session
        self._pgconn = session.pgconn
        self._socket = self._pgconn.socket
        self._prepared: set[bytes] = set()
        self._preparing: bytes | None = None
        self._waiter: asyncio.Future[Row] | None = None
        self._ready: asyncio.Future[None] | None = None
        self._due = 0.0
        self._expiry: asyncio.TimerHandle | None = None
        self._row: Row = ()
        self._error: DatabaseError | None = None
        self._pipeline = False
        self._writing = False
        self.busy = False
        self.lost = False
        self.worn = False
        self.pooled = False
        self.patience: float | None = None
        self.on_lost: Callable[[Connection], None] | None = None
        self.on_notify: Callable[[bytes], None] | None = None
        self._pgconn.nonblocking = 1
        # The reader stays for the whole session: registering it for each statement would cost two
        # system calls, and this way an idle connection that dies is noticed at once.
        self._loop.add_reader(self._socket, self._on_readable)

    @property
    def backend_pid(self) -> int:
        """The process id of the server process behind this session, or a pooler's invention."""
        return self._pgconn.backend_pid

    def execute(self, name: bytes, sql: bytes, parameters: Parameters) -> asyncio.Future[Row]:
        """Run `sql`, prepared under `name` on first use; await the first row (empty if none).

        A name must stand for one text in all processes: whatever session it is sent to, another
        statement can never answer. The empty name is for what is not to be prepared.

        Raises DatabaseError (rolled back, the connection stays good) or ConnectionLost. Cancelling
        the future leaves the connection busy: see `recover`.
        """
        waiter = self._begin()
        pgconn = self._pgconn
        try:
            if name in self._prepared:
                pgconn.send_query_prepared(name, parameters)
            elif self.pooled or not name:
                pgconn.send_query_params(sql, parameters)
            else:
                pgconn.enter_pipeline_mode()
                self._pipeline = True
                self._preparing = name
                pgconn.send_prepare(name, sql)
                pgconn.send_query_prepared(name, parameters)
                pgconn.pipeline_sync()
        except psycopg.Error as error:
            self._lose(ConnectionLost(str(error).strip()))
        else:
            self._flush()
        return waiter

    def execute_once(self, sql: bytes, parameters: Parameters = ()) -> asyncio.Future[Row]:
        """Run `sql` unprepared; otherwise like `execute`."""
        return self.execute(b"", sql, parameters)

    async def greet(self) -> None:
        """Learn who answers, and how long it takes at most."""
        pid, seconds = await self.execute_once(_GREETING)
        self.pooled = pid != b"%d" % self.backend_pid
        limit = float(seconds or 0)
        self.patience = limit + _GRACE_SECONDS if limit else None

    async def recover(self) -> None:
        """Cancel what is running and wait until the session is ready for a new statement.

        The cancel request is over before the session is: else it could hit the next statement.
        Raises psycopg.Error.
        """
        patience = _FIRST_CANCEL_SECONDS
        while self.busy:
            await self._session.cancel_safe()
            if self.busy:
                # A request that comes before the statement has begun is ignored: ask again.
                self._ready = self._loop.create_future()
                await asyncio.wait([self._ready], timeout=patience)
                patience *= 2

    def close(self) -> None:
        """End the session; whoever still waits for it gets ConnectionLost."""
        self._lose(ConnectionLost("the connection was closed"))

    # -- sending

    def _begin(self) -> asyncio.Future[Row]:
        if self.busy:
            raise RuntimeError("one statement at a time")
        waiter: asyncio.Future[Row] = self._loop.create_future()
        if self.lost:
            waiter.set_exception(ConnectionLost("the connection was closed"))
            return waiter
        self.busy = True
        self._waiter = waiter
        if self.patience is not None:
            self._due = self._loop.time() + self.patience
            if self._expiry is None:
                self._expiry = self._loop.call_at(self._due, self._expire)
        return waiter

    def _flush(self) -> None:
        """Send what libpq still holds; go on when the socket takes more."""
        try:
            pending = self._pgconn.flush()
        except psycopg.Error as error:
            self._lose(ConnectionLost(str(error).strip()))
            return
        if pending:
            if not self._writing:
                self._writing = True
                self._loop.add_writer(self._socket, self._flush)
        elif self._writing:
            self._writing = False
            self._loop.remove_writer(self._socket)

    # -- receiving

    def _on_readable(self) -> None:
        was_idle = not self.busy
        self._read()
        # uvloop tells of a broken connection once: what follows its last message is read at once.
        if self.busy or (was_idle and not self.lost):
            self._read()

    def _read(self) -> None:
        pgconn = self._pgconn
        try:
            pgconn.consume_input()
            if self._writing:
                self._flush()  # TLS may have to read before it can write on
            while self.busy and not pgconn.is_busy():
                self._take(pgconn.get_result())
            if self.on_notify is not None:
                while (notification := pgconn.notifies()) is not None:
                    self.on_notify(notification.relname)
        except psycopg.Error as error:
            self._lose(ConnectionLost(str(error).strip()))

    def _take(self, result: pq.abc.PGresult | None) -> None:
        if result is None:
            # In pipeline mode this only ends one step; there the sync ends the whole.
            if not self._pipeline:
                self._finish()
            return
        status = result.status
        if status == _TUPLES_OK:
            if result.ntuples:
                self._row = tuple([result.get_value(0, i) for i in range(result.nfields)])
        elif status == _FATAL_ERROR:
            if self._error is None:
                self._error = error_from(result)
        elif status == _PIPELINE_SYNC:
            self._pgconn.exit_pipeline_mode()
            self._pipeline = False
            self._finish()
        elif status == _COMMAND_OK and self._preparing is not None:
            self._prepared.add(self._preparing)

    def _finish(self) -> None:
        row, error = self._row, self._error
        self._row, self._error, self._preparing = (), None, None
        if error is not None and error.gone:
            self._lose(ConnectionLost(error.message))
            return
        if self._pgconn.transaction_status != _IDLE:
            # No statement of ours opens a transaction block: what this is must not be shared.
            self._lose(ConnectionLost("the session was left inside a transaction"))
            return
        if error is not None and error.stale and self._prepared:
            self.worn = True  # what it has prepared may be of no more use
        self.busy = False
        self._settle(error or row)

    def _settle(self, outcome: Row | Exception) -> None:
        """Tell whoever waits for the statement, and whoever waits for its end."""
        waiter, ready = self._waiter, self._ready
        self._waiter = self._ready = None
        if waiter is not None and not waiter.done():
            if isinstance(outcome, Exception):
                waiter.set_exception(outcome)
            else:
                waiter.set_result(outcome)
        if ready is not None and not ready.done():
            ready.set_result(None)

    def _expire(self) -> None:
        # One timer for many statements, as in the pool's queue: setting it for each would cost.
        self._expiry = None
        if self.busy:
            if self._loop.time() >= self._due:
                self._lose(Unanswered("the database did not answer in time"))
            else:
                self._expiry = self._loop.call_at(self._due, self._expire)

    def _lose(self, reason: ConnectionLost) -> None:
        if self.lost:
            return
        self.lost = True
        self.busy = False
        # Before the descriptor is closed: its number may be another socket's a moment later.
        self._loop.remove_reader(self._socket)
        if self._writing:
            self._writing = False
            self._loop.remove_writer(self._socket)
        self._pgconn.finish()
        self._settle(reason)
        if self.on_lost is not None:
            self.on_lost(self)


async def connect(parameters: dict[str, str], timeout_seconds: float) -> Connection:
    """Open a session. `parameters` are libpq's connection parameters.

    Raises ConnectFailed, at the latest after `timeout_seconds`.
    """
    connection: Connection | None = None
    try:
        async with asyncio.timeout(timeout_seconds):
            address = make_conninfo("", **parameters)
            connection = Connection(await AsyncConnection.connect(address, autocommit=True))
            await connection.greet()
    except BaseException as error:
        if connection is not None:
            connection.close()
        if isinstance(error, TimeoutError):
            raise ConnectFailed("the database did not answer in time") from None
        if isinstance(error, OSError | psycopg.Error | ConnectionLost | DatabaseError):
            raise _connect_failed(str(error).strip()) from error
        raise
    return connection


def _connect_failed(message: str) -> ConnectFailed:
    # libpq keeps no SQLSTATE of a failed connection. PostgreSQL's words for a full server are
    # translated with lc_messages, so other languages are merely reported as unavailable.
    full = any(
        words in message
        for words in (
            "too many clients",
            "too many connections",
            "are reserved for",
            "no more connections allowed",  # PgBouncer
        )
    )
    return ConnectFailed(message, full=full)
