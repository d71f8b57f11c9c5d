"""The server killed in the middle of bookings."""

from ..support.booking_office import Office
from ..support.databases import Database
from ..support.invariants import wrong_states
from ..support.server import Server, running
from .clients import NO_ANSWER, busy_clients, unexplained

KILLS = 3


def test_what_was_answered_survives_the_death_of_the_server(database: Database) -> None:
    """Hole 12: and whoever repeats a request with its idempotency key has booked once."""
    database.rows("update data.setting set simulated_payments = true")
    with running(Server(database, workers=2)) as server:
        office = Office(server)
        slots = office.slot(capacity=40, count=12)
        with busy_clients(office, slots) as record:
            for _ in range(KILLS):
                record.wait_for_more()
                server.kill9()
                server.start()
            record.wait_for_more()
    assert record.results[NO_ANSWER] > 0
    assert not any(result.startswith("5") for result in record.results), record.results
    assert unexplained(record, database) == []
    assert wrong_states(database) == {}
