"""All pools of one process, and the rules by which a failed statement is repeated."""

import asyncio
import logging
import math
import random
from collections.abc import Callable, Mapping
from typing import Protocol

from psycopg import pq
from psycopg.conninfo import make_conninfo

from server.database.connection import Connection, Parameters, Row, connect
from server.database.errors import (
    ConnectionLost,
    DatabaseError,
    Unanswered,
    problem_for,
)
from server.database.pool import Pool
from server.database.turns import WaitingRoom
from server.problems import Problem, database_unavailable

log = logging.getLogger("slotkeeper.database")

_ATTEMPTS = 3
_CONNECT_SECONDS = 3.0

# Without these a connection whose peer has vanished from the network would hang for a quarter hour.
_DEFAULTS = {
    "application_name": "slotkeeper",
    "keepalives_idle": "15",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "15000",
}


class Statement(Protocol):
    """What is sent: SQL text, and the name under which it is prepared.

    The same text has the same name in all processes, another text another name: a pooler may lend
    one session of PostgreSQL's to many.
    """

    @property
    def name(self) -> bytes: ...
    @property
    def sql(self) -> bytes: ...


class Database:
    """The database as a set of roles, each with a pool of connections logged in as that role.

    `parameters` are libpq's, without a user; `password_of` gives a role's password; `pool_size`
    bounds the connections of each role.
    """

    def __init__(
        self,
        parameters: Mapping[str, str],
        password_of: Callable[[str], str],
        pool_size: int,
    ) -> None:
        self._parameters = {**_DEFAULTS, **parameters}
        self._password_of = password_of
        self._pool_size = pool_size
        self._room = WaitingRoom()
        self._pools: dict[str, Pool] = {}
        self._silent_until = 0.0

    async def connect(self, role: str) -> Connection:
        """A connection of one's own, logged in as `role`; raises ConnectFailed."""
        return await connect(
            {**self._parameters, "user": role, "password": self._password_of(role)},
            _CONNECT_SECONDS,
        )

    async def answers(self) -> bool:
        """Whether a server is there and takes connections, whoever may log in."""
        target = {**self._parameters, "connect_timeout": str(math.ceil(_CONNECT_SECONDS))}
        ping = pq.PGconn.ping
        return await asyncio.to_thread(ping, make_conninfo("", **target).encode()) == pq.Ping.OK

    def pool(self, role: str) -> Pool:
        """The pool of `role`, made at its first use."""
        pool = self._pools.get(role)
        if pool is None:
            pool = Pool(role, lambda: self.connect(role), self._pool_size, self._room)
            self._pools[role] = pool
        return pool

    async def call(
        self,
        role: str,
        statement: Statement,
        parameters: Parameters,
        *,
        read_only: bool,
        unprepared: bool = False,
    ) -> Row:
        """Run one statement in its own transaction as `role`; the first row as PostgreSQL's bytes.

        `unprepared` sends it without preparing it. What was rolled back by a deadlock or a
        serialization failure is repeated, twice at most; what a lost connection left unknown is
        repeated, once, only if it is `read_only`.

        Raises DatabaseError (rolled back; where it is `stale`, the catalog has changed), Problem
        503 or 504.
        """
        pool = self._pools.get(role) or self.pool(role)
        name = b"" if unprepared else statement.name
        attempt = 1
        lost = False
        while True:
            connection = await pool.acquire(statement.name)
            try:
                return await connection.execute(name, statement.sql, parameters)
            except DatabaseError as error:
                if not error.try_again:
                    if error.exhausted:
                        self._warn(error)
                    raise
                if attempt == _ATTEMPTS:
                    raise problem_for(error) from error
                attempt += 1
            except Unanswered:
                raise _unanswered(read_only) from None
            except ConnectionLost:
                if not read_only:
                    raise _unknown_outcome() from None
                if lost:
                    raise database_unavailable() from None
                lost = True
                continue
            finally:
                pool.release(connection)
            await asyncio.sleep(random.uniform(0.001, 0.01) * attempt)  # noqa: S311 - jitter

    async def close(self) -> None:
        """Close all pools."""
        for pool in self._pools.values():
            await pool.close()

    def _warn(self, error: DatabaseError) -> None:
        """Log what comes with every request, but not more than once a second."""
        now = asyncio.get_running_loop().time()
        if now >= self._silent_until:
            self._silent_until = now + 1
            log.error("PostgreSQL says %s %s", error.sqlstate, " ".join(error.message.split()))


_UNKNOWN = "it may or may not have been carried out."


def _unknown_outcome() -> Problem:
    return database_unavailable(
        f"The connection to the database broke while the request was under way; {_UNKNOWN}"
    )


def _unanswered(read_only: bool) -> Problem:
    outcome = "nothing was changed." if read_only else _UNKNOWN
    return Problem(504, "timeout", f"The database did not answer the request in time; {outcome}")
