"""Waiting: for another deploy to finish, and for what is in use."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg

from slotkeeper.deploy.administrator import Connection
from slotkeeper.deploy.errors import DeployError, is_passing

# The first half of each key, and the second halves; each database has locks of its own.
CLASS = 0x510751
CLUSTER = 1  # roles; taken in database `postgres`, which all deploys to a cluster share
DATABASE = 2  # everything in the target database
SCHEDULE = 3  # jobs; taken in the database of pg_cron

PATIENCE_SECONDS = 600.0


@contextmanager
def exclusive(connection: Connection, key: int, report: Callable[[str], None]) -> Iterator[None]:
    """Hold the lock `key` in the connection's session; raise DeployError after ten minutes.

    It asks again and again rather than wait inside PostgreSQL: a statement that waits there keeps
    a snapshot, and `create index concurrently` of the deploy that holds the lock waits for that.
    """

    def take() -> None:
        row = connection.execute("select pg_try_advisory_lock(%s, %s)", (CLASS, key)).fetchone()
        if row == (False,):
            raise psycopg.errors.LockNotAvailable("another deploy holds its lock; see pg_locks")

    try:
        patiently(take, lambda: report("waiting for another deploy to finish"))
    except psycopg.errors.LockNotAvailable as error:
        raise DeployError(str(error)) from error
    try:
        yield
    finally:
        if not connection.closed and not connection.broken:
            connection.execute("select pg_advisory_unlock(%s, %s)", (CLASS, key))


def patiently(work: Callable[[], None], wait: Callable[[], None]) -> None:
    """Do `work`, again and again for ten minutes while a lock is not to be had.

    `wait` is called once, to tell people. Raises the psycopg.Error that does not pass.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    told = False
    while True:
        try:
            return work()
        except psycopg.Error as error:
            if not is_passing(error) or time.monotonic() > deadline:
                raise
        if not told:
            wait()
            told = True
        # Two that are in each other's way must not meet again.
        time.sleep(random.uniform(0.1, 0.5))  # noqa: S311
