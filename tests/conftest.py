"""One private PostgreSQL cluster for a run, and what tests take from it."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from slotkeeper.deploy import deploy

from .support import databases
from .support.cluster import KINDS, Cluster, Kind, guarded_cluster
from .support.databases import Database
from .support.server import Server, running

CLUSTER_HOME = pytest.StashKey[Path]()
CLEANUP = pytest.StashKey[contextlib.ExitStack]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the caller choose the PostgreSQL that the tests run on."""
    parser.addoption(
        "--cluster",
        choices=sorted(KINDS),
        default="debian15",
        help="debian15: PostgreSQL 15 with pg_cron, pgTAP and plpgsql_check from Debian's packages;"
        " embedded18: the PostgreSQL 18 that `make run` uses",
    )


def _kind(config: pytest.Config) -> Kind:
    return KINDS[config.getoption("cluster")]


def pytest_configure(config: pytest.Config) -> None:
    """Prepare the cluster's home in the process that outlives the workers of pytest-xdist.

    The first test that needs the cluster starts it; a guardian process ends it with this one.
    """
    for marker in (
        "debian15: needs pg_cron or plpgsql_check, which embedded18 has not",
        "embedded18: what debian15 would not answer otherwise, so that once is enough",
        "waits: waits up to a minute for a clock, so it begins before all others",
    ):
        config.addinivalue_line("markers", marker)
    worker: dict[str, Any] | None = getattr(config, "workerinput", None)
    if worker is not None:
        config.stash[CLUSTER_HOME] = Path(worker["cluster_home"])
        return
    stack = config.stash[CLEANUP] = contextlib.ExitStack()
    config.stash[CLUSTER_HOME] = stack.enter_context(guarded_cluster(_kind(config))).home


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker of pytest-xdist where the run's cluster is."""
    node.workerinput["cluster_home"] = str(node.config.stash[CLUSTER_HOME])


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop and remove the cluster."""
    if (stack := config.stash.get(CLEANUP, None)) is not None:
        stack.close()


def pytest_report_header(config: pytest.Config) -> str:
    """Say which PostgreSQL is tested and what is therefore left out."""
    return f"cluster: {_kind(config).name}; tests marked with another one run only there"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests that belong to the other cluster; put those that wait in front."""
    others = KINDS.keys() - {_kind(config).name}
    left_out = [item for item in items if any(map(item.get_closest_marker, others))]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
    items.sort(key=lambda item: item.get_closest_marker("waits") is None)


@pytest.fixture(scope="session")
def cluster(pytestconfig: pytest.Config) -> Iterator[Cluster]:
    """The run's cluster, shared by all workers: never stop or restart it."""
    shared = Cluster(_kind(pytestconfig), pytestconfig.stash[CLUSTER_HOME])
    shared.ensure_started()
    yield shared
    shared.forget_all()


@pytest.fixture
def private_cluster(pytestconfig: pytest.Config) -> Iterator[Cluster]:
    """A cluster for this test alone, which may stop, restart and kill it."""
    with guarded_cluster(_kind(pytestconfig)) as private:
        private.ensure_started()
        yield private


@pytest.fixture
def empty_database(cluster: Cluster) -> Iterator[Database]:
    """An empty database, nothing deployed."""
    database = databases.create(cluster)
    yield database
    databases.drop(database)


@pytest.fixture
def admin_url(empty_database: Database) -> str:
    """The administrator's address of an empty database."""
    return empty_database.admin_url


@pytest.fixture(scope="session")
def template(cluster: Cluster) -> str:
    """The name of the database with `db/` deployed that others are copied from."""
    return databases.deployed_template(cluster)


@pytest.fixture
def database(cluster: Cluster, template: str) -> Iterator[Database]:
    """A deployed database of this test's own, with the builders of schema `tests`."""
    copy = databases.create(cluster, template)
    yield copy
    databases.drop(copy)


@pytest.fixture
def scheduled_database(empty_database: Database) -> Database:
    """A freshly deployed database with the jobs of pg_cron that copies do not have."""
    deploy(empty_database.admin_url, databases.DB, databases.ROLE_SECRET, lambda _: None)
    return empty_database


@pytest.fixture(scope="session")
def shared_database(cluster: Cluster, template: str) -> Iterator[Database]:
    """A deployed database that the tests of a worker share: what others wrote is in it."""
    copy = databases.create(cluster, template)
    yield copy
    databases.drop(copy)


@pytest.fixture(scope="session")
def server(shared_database: Database) -> Iterator[Server]:
    """A running server that the tests of a worker share, on the shared database."""
    with running(Server(shared_database)) as shared:
        yield shared


@pytest.fixture
def fresh_server(database: Database) -> Iterator[Server]:
    """A running server of this test's own, with two workers, on the test's `database`."""
    with running(Server(database, workers=2)) as fresh:
        yield fresh


@pytest.fixture
def patient_token(server: Server) -> str:
    """An access token of a new patient of the shared server."""
    return server.account("patient")[1]


@pytest.fixture
def doctor_token(server: Server) -> str:
    """An access token of a new account with the role doctor of the shared server."""
    return server.account("doctor")[1]


@pytest.fixture
def admin_token(server: Server) -> str:
    """An access token of a new admin of the shared server."""
    return server.account("admin")[1]
