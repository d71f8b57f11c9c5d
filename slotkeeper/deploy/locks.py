"""Waiting: for another deploy to finish, and for what is in use."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg

from slotkeeper.deploy.administrator import Connection
from slotkeeper.deploy.errors import DeployError, is_passing

# First halves of the keys; PostgreSQL keeps the locks of one database apart from another's.
CLASS = 0x510751
CLUSTER = 1  # roles; taken in database `postgres`, which all deploys to a cluster share
DATABASE = 2  # everything in the target database
SCHEDULE = 3  # jobs; taken in the database of pg_cron

PATIENCE_SECONDS = 600.0
POLL_SECONDS = 0.1
RETRY_SECONDS = 300.0


@contextmanager
def exclusive(connection: Connection, key: int, report: Callable[[str], None]) -> Iterator[None]:
    """Hold the lock `key` in the connection's session; raise DeployError after ten minutes.

    It asks again and again rather than wait inside PostgreSQL: a statement that waits there keeps
    a snapshot, and `create index concurrently` of the deploy that holds the lock waits for that.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    told = False
    while not _try(connection, key):
        if not told:
            report("waiting for another deploy to finish")
            told = True
        if time.monotonic() > deadline:
            raise DeployError("another deploy has held its lock for ten minutes; see pg_locks")
        time.sleep(POLL_SECONDS)
    try:
        yield
    finally:
        if not connection.closed and not connection.broken:
            connection.execute("select pg_advisory_unlock(%s, %s)", (CLASS, key))


def _try(connection: Connection, key: int) -> bool:
    row = connection.execute("select pg_try_advisory_lock(%s, %s)", (CLASS, key)).fetchone()
    return row is not None and bool(row[0])


def patiently(work: Callable[[], None], refused: Callable[[], None]) -> None:
    """Do `work`, again and again for five minutes while a lock is not to be had.

    `refused` is called each time. Raises the psycopg.Error that does not pass.
    """
    deadline = time.monotonic() + RETRY_SECONDS
    while True:
        try:
            return work()
        except psycopg.Error as error:
            if not is_passing(error) or time.monotonic() > deadline:
                raise
        refused()
        # Two that are in each other's way must not meet again.
        time.sleep(random.uniform(0.1, 1.0))  # noqa: S311
