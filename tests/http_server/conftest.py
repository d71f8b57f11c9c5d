"""A server of the test's own with the probes behind it."""

from collections.abc import Iterator

import pytest

from tests.support import databases
from tests.support.cluster import Cluster
from tests.support.databases import Database
from tests.support.server import Server, running

from . import probes


@pytest.fixture
def probed(database: Database) -> Database:
    """A deployed database with the probes."""
    probes.install(database)
    return database


@pytest.fixture(scope="module")
def doorman(cluster: Cluster, template: str) -> Iterator[Server]:
    """One server with the probes for the tests of a module that do no harm to it."""
    own = databases.create(cluster, template)
    probes.install(own)
    origins = {"CORS_ORIGINS": "https://app.example,https://other.example", "LOG_REQUESTS": "1"}
    with running(Server(own, settings=origins)) as server:
        yield server
    databases.drop(own)
