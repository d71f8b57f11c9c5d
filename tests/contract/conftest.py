"""One server for all tests of the contract that a worker runs."""

from collections.abc import Iterator

import pytest

from ..support import databases
from ..support.cluster import Cluster
from ..support.server import Server, running
from .clinic import Clinic, Person


@pytest.fixture(scope="session")
def clinic(cluster: Cluster, template: str) -> Iterator[Clinic]:
    """A running server that logs its requests; simulated payments are on."""
    own = databases.create(cluster, template)
    # Most of what is booked here is for one address, as in the documents; test_policies.py has the
    # limit.
    own.rows("update data.clinic set unpaid_limit = 1000000")
    with running(Server(own, settings={"LOG_REQUESTS": "1"})) as server:
        found = Clinic(server)
        found.simulated_payments(on=True)
        yield found
    databases.drop(own)


@pytest.fixture
def slot(clinic: Clinic) -> int:
    """A slot of a new doctor, with one seat at a fee of 50."""
    return clinic.slot()


@pytest.fixture
def patient(clinic: Clinic) -> Person:
    """A new patient."""
    return clinic.person("patient")


@pytest.fixture
def doctor(clinic: Clinic) -> Person:
    """A new doctor with an account."""
    return clinic.acting_doctor()


@pytest.fixture
def admin(clinic: Clinic) -> Person:
    """A new admin."""
    return clinic.person("admin")
