"""A server for races: on a database of its own, which must be in order after each test."""

from collections.abc import Iterator

import pytest

from ..support import databases
from ..support.booking_office import Office
from ..support.cluster import Cluster
from ..support.databases import Database
from ..support.invariants import wrong_states
from ..support.server import Server, running


@pytest.fixture(scope="session")
def race_server(cluster: Cluster, template: str) -> Iterator[Server]:
    """A running server with two processes; simulated payments settle."""
    database = databases.create(cluster, template)
    database.rows("update data.setting set simulated_payments = true")
    with running(Server(database, workers=2)) as server:
        yield server
    # PostgreSQL counts what a session saw when the session ends.
    assert database.value(
        "select deadlocks from pg_stat_database where datname = current_database()"
    ) == deadlocks(database)
    databases.drop(database)


@pytest.fixture
def office(race_server: Server) -> Iterator[Office]:
    """What a race books at; afterwards nothing may be wrong, and nobody may have deadlocked.

    A deadlock hides behind a repeated statement, but not from PostgreSQL's log.
    """
    database = race_server.database
    before = deadlocks(database)
    yield Office(race_server)
    assert wrong_states(database) == {}
    assert deadlocks(database) == before


def deadlocks(database: Database) -> int:
    """Return how many deadlocks PostgreSQL has reported in a database."""
    return sum(
        f"@{database.name} " in line and "deadlock detected" in line
        for line in database.cluster.log.splitlines()
    )
