"""Expiry: a seat is free when its hold is over; the scheduled job only tidies up after that."""

import psycopg
import pytest

from .support.databases import Database
from .support.wait import eventually


def _run_out_booking(database: Database) -> tuple[int, int]:
    slot: int = database.value("select tests.slot(tests.doctor())")
    booking: int = database.value("select tests.booking(%s)", [slot])
    database.rows("select tests.run_out(%s)", [booking])
    return slot, booking


def test_seat_is_free_without_any_job(database: Database) -> None:
    """No job runs in this database; readers and `book_slot` see the seat free all the same."""
    slot, booking = _run_out_booking(database)
    stored = "select status::text from data.booking where id = %s"
    assert database.value(stored, [booking]) == "PENDING"
    shown = "select status::text from api.booking where id = %s"
    assert database.value(shown, [booking]) == "FAILED"
    assert database.value("select status::text from api.slot where id = %s", [slot]) == "AVAILABLE"
    with database.login("slotkeeper_anon") as anybody:
        anybody.execute("select api.book_slot(%s, 'Bob', 'bob@example.com')", [slot])
    assert database.value(stored, [booking]) == "FAILED"


def test_late_payment_is_refused_without_any_job(database: Database) -> None:
    """Hole 4: whoever pays after the hold is told so, and pays nothing."""
    database.rows("update data.setting set simulated_payments = true")
    _, booking = _run_out_booking(database)
    with (
        database.login("slotkeeper_anon") as anybody,
        pytest.raises(psycopg.Error, match="booking_expired"),
    ):
        anybody.execute(
            "select api.simulate_payment(%s, true, 'the manage token of a test')", [booking]
        )
    assert database.value("select count(*) from data.payment") == 0


def test_due_work_by_its_own_role(database: Database) -> None:
    """Due work marks holds that ran out, says how many, and then has nothing left."""
    _, booking = _run_out_booking(database)
    with database.login("slotkeeper_server") as scheduler:
        done = [scheduler.execute("select core.run_due_work()").fetchone() for _ in range(2)]
    assert done == [(1,), (0,)]
    assert database.value("select status::text from data.booking where id = %s", [booking]) == (
        "FAILED"
    )


@pytest.mark.debian15
def test_pg_cron_tidies_up(scheduled_database: Database) -> None:
    """The job that `deploy` made runs by itself, as slotkeeper_server; 1.4 knows only minutes."""
    scheduled_database.install_builders()
    _, booking = _run_out_booking(scheduled_database)
    eventually(
        lambda: scheduled_database.value(
            "select status = 'FAILED' from data.booking where id = %s", [booking]
        ),
        timeout=90,
        what="run of the job",
    )
