"""PostgreSQL killed in the middle of bookings, or gone for a while."""

import sys
from collections.abc import Iterator

import pytest

from ..support import databases
from ..support.booking_office import Office
from ..support.cluster import Cluster
from ..support.invariants import wrong_states
from ..support.server import Server, running
from ..support.wait import eventually
from .clients import busy_clients, unexplained


@pytest.fixture
def office(private_cluster: Cluster) -> Iterator[Office]:
    """A running server on a cluster that may be killed."""
    template = databases.deployed_template(private_cluster)
    database = databases.create(private_cluster, template)
    database.rows("update data.setting set simulated_payments = true")
    with running(Server(database, workers=2)) as server:
        yield Office(server)
        sys.stderr.write(server.log)  # for who has to find out why a test failed


def test_what_was_answered_survives_the_death_of_postgresql(office: Office) -> None:
    """Killed and stopped at once, again and again; the server finds its way back by itself."""
    cluster = office.database.cluster
    slots = office.slot(capacity=40, count=12)
    pid = office.server.pid
    with busy_clients(office, slots) as record:
        for kill in (cluster.kill9, lambda: cluster.restart("immediate"), cluster.kill9):
            record.wait_for_more()
            kill()
        record.wait_for_more()
    assert office.server.pid == pid
    assert {result for result in record.results if result.startswith("5")} <= {
        "503 database_unavailable",
        "503 overloaded",
    }, record.results
    assert unexplained(record, office.database) == []
    assert wrong_states(office.database) == {}


def test_while_postgresql_is_gone_the_server_says_so_and_comes_back(office: Office) -> None:
    cluster, server = office.database.cluster, office.server
    (slot,) = office.slot()
    admin = server.account("admin")[1]
    paths = [f"/api/slots/{slot}", "/api/doctors", "/api/bookings"]
    assert {server.request("GET", path, token=admin).status for path in paths} == {200}
    cluster.stop("immediate")
    for path in paths * 3:
        answer = server.request("GET", path, token=admin)
        assert (answer.status, answer.code) == (503, "database_unavailable")
        assert int(answer.headers["Retry-After"]) > 0
    health = server.request("GET", "/health")
    assert health.status == 503
    assert health.body == {"status": "degraded", "db": "disconnected"}
    # What needs no database is there all the same.
    assert server.request("GET", "/openapi.json").status == 200
    cluster.start()
    for path in paths:
        eventually(
            lambda path=path: server.request("GET", path, token=admin).status == 200,  # type: ignore[misc]
            what=f"return of {path}",
        )
    health = eventually(
        lambda: answer if (answer := server.request("GET", "/health")).status == 200 else None,
        what="health",
    )
    assert health.body == {"status": "ok", "db": "connected"}
