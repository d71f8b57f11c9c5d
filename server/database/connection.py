"""One connection to PostgreSQL, driven by libpq's asynchronous calls from an asyncio loop.

psycopg's own `AsyncConnection` costs several times more per statement than the statement's round
trip needs; this class does one thing: run one statement in its own transaction and give the first
row as the bytes PostgreSQL sent. Everything is text format.
"""

import asyncio
import ipaddress
from collections.abc import Callable, Sequence
from socket import SOCK_STREAM
from typing import Final

import psycopg
from psycopg import capabilities, conninfo, pq

from server.database.errors import ConnectFailed, ConnectionLost, DatabaseError, error_from
from server.database.poller import unwatch, watch

Row = tuple[bytes | None, ...]
Parameters = Sequence[bytes | None]

# So many statements in one session mean that deploys have left old ones behind: start afresh.
_STATEMENTS_PER_SESSION: Final = 1000
_FIRST_CANCEL_SECONDS: Final = 0.05

_OK: Final = pq.PollingStatus.OK
_READING: Final = pq.PollingStatus.READING
_WRITING: Final = pq.PollingStatus.WRITING
_TUPLES_OK: Final = int(pq.ExecStatus.TUPLES_OK)
_COMMAND_OK: Final = int(pq.ExecStatus.COMMAND_OK)
_FATAL_ERROR: Final = int(pq.ExecStatus.FATAL_ERROR)
_PIPELINE_SYNC: Final = int(pq.ExecStatus.PIPELINE_SYNC)
_IDLE: Final = int(pq.TransactionStatus.IDLE)


class Connection:
    """A session with PostgreSQL that runs one statement at a time.

    `busy` is true from sending a statement until ReadyForQuery; `lost` once the connection is of
    no more use. `on_lost` is called once, at the moment that is noticed, idle or not;
    `on_notify` for each notification, with the channel's name.
    """

    __slots__ = (
        "_error",
        "_loop",
        "_made",
        "_pending_name",
        "_pgconn",
        "_pipeline",
        "_ready",
        "_row",
        "_socket",
        "_statements",
        "_waiter",
        "_writing",
        "busy",
        "lost",
        "on_lost",
        "on_notify",
    )

    def __init__(self, pgconn: pq.abc.PGconn) -> None:
        self._loop = asyncio.get_running_loop()
        self._pgconn = pgconn
        self._socket = pgconn.socket
        self._statements: dict[bytes, bytes] = {}
        self._made = 0
        self._waiter: asyncio.Future[Row] | None = None
        self._ready: asyncio.Future[None] | None = None
        self._row: Row = ()
        self._error: DatabaseError | None = None
        self._pending_name: tuple[bytes, bytes] | None = None
        self._pipeline = False
        self._writing = False
        self.busy = False
        self.lost = False
        self.on_lost: Callable[[Connection], None] | None = None
        self.on_notify: Callable[[bytes], None] | None = None
        pgconn.nonblocking = 1
        # The reader stays for the whole session: registering it for each statement would cost two
        # system calls, and this way an idle connection that dies is noticed at once.
        watch(self._socket, self._on_readable)

    @property
    def backend_pid(self) -> int:
        """The process id of the server process behind this session."""
        return self._pgconn.backend_pid

    @property
    def worn(self) -> bool:
        """Whether the session holds so many prepared statements that a new one is cheaper."""
        return self._made > _STATEMENTS_PER_SESSION

    def execute(self, name: bytes, sql: bytes, parameters: Parameters) -> asyncio.Future[Row]:
        """Run `sql`, prepared under `name` on first use; await the first row (empty if none).

        Raises DatabaseError (rolled back, the connection stays good) or ConnectionLost. Cancelling
        the future leaves the connection busy: see `recover`.
        """
        known = self._statements.get(name)
        if known is None:
            return self._prepare_and_execute(name, sql, parameters)
        waiter = self._begin()
        try:
            self._pgconn.send_query_prepared(known, parameters)
        except psycopg.Error as error:
            self._lose(str(error))
        else:
            self._flush()
        return waiter

    def execute_once(self, sql: bytes, parameters: Parameters = ()) -> asyncio.Future[Row]:
        """Run `sql` unprepared; otherwise like `execute`."""
        waiter = self._begin()
        try:
            self._pgconn.send_query_params(sql, parameters)
        except psycopg.Error as error:
            self._lose(str(error))
        else:
            self._flush()
        return waiter

    def forget(self, name: bytes) -> None:
        """Prepare `name` anew at its next use."""
        self._statements.pop(name, None)

    async def recover(self) -> None:
        """Cancel what is running and wait until the session is ready for a new statement.

        The cancel request is over before the session is: else it could hit the next statement.
        """
        patience = _FIRST_CANCEL_SECONDS
        while self._still_busy():
            await self._send_cancel()
            if self._still_busy():
                # A request that comes before the statement has begun is ignored: ask again.
                self._ready = self._loop.create_future()
                await asyncio.wait([self._ready], timeout=patience)
                patience *= 2

    def _still_busy(self) -> bool:
        return self.busy

    def close(self) -> None:
        """End the session; whoever still waits for it gets ConnectionLost."""
        self._lose("the connection was closed")

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
        return waiter

    def _prepare_and_execute(
        self, name: bytes, sql: bytes, parameters: Parameters
    ) -> asyncio.Future[Row]:
        waiter = self._begin()
        self._made += 1
        # Names are never used twice in a session: a forgotten statement may still be there.
        own_name = b"s%d" % self._made
        pgconn = self._pgconn
        try:
            pgconn.enter_pipeline_mode()
            self._pipeline = True
            self._pending_name = (name, own_name)
            pgconn.send_prepare(own_name, sql)
            pgconn.send_query_prepared(own_name, parameters)
            pgconn.pipeline_sync()
        except psycopg.Error as error:
            self._lose(str(error))
        else:
            self._flush()
        return waiter

    def _flush(self) -> None:
        """Send what libpq still holds; go on when the socket takes more."""
        try:
            pending = self._pgconn.flush()
        except psycopg.Error as error:
            self._lose(str(error))
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
        pgconn = self._pgconn
        try:
            pgconn.consume_input()
            if self._writing:
                self._flush()  # TLS may have to read before it can write on
            while self.busy and not pgconn.is_busy():
                self._take(pgconn.get_result())
        except psycopg.Error as error:
            self._lose(str(error))
            return
        if self.on_notify is not None:
            while (notification := pgconn.notifies()) is not None:
                self.on_notify(notification.relname)

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
        elif status == _COMMAND_OK and self._pending_name is not None:
            name, own_name = self._pending_name
            self._statements[name] = own_name
            self._pending_name = None

    def _finish(self) -> None:
        row, error, waiter = self._row, self._error, self._waiter
        self._row, self._error, self._waiter, self._pending_name = (), None, None, None
        if error is not None and error.gone:
            self._error = error
            self._waiter = waiter
            self._lose(error.message)
            return
        if self._pgconn.transaction_status != _IDLE:
            # No statement of ours opens a transaction block: what this is must not be shared.
            self._waiter = waiter
            self._lose("the session was left inside a transaction")
            return
        self.busy = False
        if waiter is not None and not waiter.done():
            if error is None:
                waiter.set_result(row)
            else:
                waiter.set_exception(error)
        if self._ready is not None and not self._ready.done():
            self._ready.set_result(None)
        self._ready = None

    def _lose(self, reason: str) -> None:
        if self.lost:
            return
        self.lost = True
        self.busy = False
        # Before the descriptor is closed: its number may be another socket's a moment later.
        unwatch(self._loop, self._socket)
        if self._writing:
            self._writing = False
            self._loop.remove_writer(self._socket)
        self._pgconn.finish()
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(ConnectionLost(reason.strip()))
        if self._ready is not None and not self._ready.done():
            self._ready.set_result(None)
        self._waiter = self._ready = None
        if self.on_lost is not None:
            self.on_lost(self)

    async def _send_cancel(self) -> None:
        if not capabilities.has_cancel_safe():
            await asyncio.to_thread(self._pgconn.get_cancel().cancel)
            return
        cancel = self._pgconn.cancel_conn()
        try:
            cancel.start()
            while (status := cancel.poll()) != _OK:
                if status not in (_READING, _WRITING):
                    raise ConnectionLost(cancel.get_error_message())
                await _wait_for(cancel.socket, status)
        finally:
            cancel.finish()


async def connect(parameters: dict[str, str], timeout_seconds: float) -> Connection:
    """Open a session. `parameters` are libpq's connection parameters.

    Raises ConnectFailed, at the latest after `timeout_seconds`.
    """
    try:
        async with asyncio.timeout(timeout_seconds):
            target = await _resolved(parameters)
            pgconn = pq.PGconn.connect_start(conninfo.make_conninfo(**target).encode())
            try:
                await _establish(pgconn)
                return Connection(pgconn)
            except BaseException:
                pgconn.finish()
                raise
    except TimeoutError:
        raise ConnectFailed("the database did not answer in time") from None
    except (OSError, psycopg.Error) as error:
        raise ConnectFailed(str(error)) from error


async def _establish(pgconn: pq.abc.PGconn) -> None:
    if pgconn.status == pq.ConnStatus.BAD:
        raise _connect_failed(pgconn)
    status = _WRITING
    while status != _OK:
        await _wait_for(pgconn.socket, status)
        status = pq.PollingStatus(pgconn.connect_poll())
        if status == pq.PollingStatus.FAILED:
            raise _connect_failed(pgconn)


def _connect_failed(pgconn: pq.abc.PGconn) -> ConnectFailed:
    message = pgconn.get_error_message().strip()
    # libpq keeps no SQLSTATE of a failed connection. PostgreSQL's words for a full server are
    # translated with lc_messages, so other languages are merely reported as unavailable.
    full = any(
        words in message
        for words in ("too many clients", "too many connections", "are reserved for")
    )
    return ConnectFailed(message, "53300" if full else "")


async def _wait_for(socket: int, status: int) -> None:
    """Wait until a socket can be read (READING) or written (WRITING)."""
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[None] = loop.create_future()

    def wake() -> None:
        if not ready.done():
            ready.set_result(None)

    add, remove = (
        (loop.add_reader, loop.remove_reader)
        if status == _READING
        else (loop.add_writer, loop.remove_writer)
    )
    add(socket, wake)
    try:
        await ready
    finally:
        remove(socket)


async def _resolved(parameters: dict[str, str]) -> dict[str, str]:
    """Look host names up without blocking the loop, as libpq itself would."""
    hosts = parameters.get("host", "").split(",")
    if parameters.get("hostaddr") or all(not h or h.startswith(("/", "@")) for h in hosts):
        return parameters
    ports = parameters.get("port", "").split(",")
    if len(ports) == 1:
        ports *= len(hosts)
    loop = asyncio.get_running_loop()
    found: list[tuple[str, str, str]] = []
    failure: OSError | None = None
    for host, port in zip(hosts, ports, strict=True):
        if not host or host.startswith(("/", "@")) or _is_address(host):
            found.append((host, host if _is_address(host) else "", port))
            continue
        try:
            addresses = await loop.getaddrinfo(host, None, type=SOCK_STREAM)
        except OSError as error:
            failure = error
            continue
        found.extend((host, str(info[4][0]), port) for info in addresses)
    if not found:
        raise failure or OSError("no address for the database's host")
    return {
        **parameters,
        "host": ",".join(f[0] for f in found),
        "hostaddr": ",".join(f[1] for f in found),
        "port": ",".join(f[2] for f in found),
    }


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
