"""PostgreSQL killed in the middle of due work."""

import contextlib
import threading

import psycopg

from ..support import databases
from ..support.cluster import Cluster
from ..support.invariants import wrong_states
from ..support.wait import eventually

# Full slots whose holds have run out, with two who wait for each.
MADE = """
with slots as materialized (
    select tests.slot(d.id) as id from (select tests.doctor() as id) as d, generate_series(1, 50)
), bookings as materialized (
    select tests.run_out(tests.booking(s.id)), s.id from slots as s
)
select count(tests.waitlist_entry(b.id)) from bookings as b, generate_series(1, 2)
"""
OFFERS = """
select count(*), count(distinct w.slot_id), bool_and(w.id = (
    select min(o.id) from data.waitlist_entry as o where o.slot_id = w.slot_id
))
from data.waitlist_entry as w join data.booking as b on b.id = w.booking_id and b.holds_seats
"""


def test_due_work_killed_in_the_middle_loses_nothing(private_cluster: Cluster) -> None:
    """Nothing of it was done, all of it is done by the next run, and nothing twice."""
    database = databases.create(private_cluster, databases.deployed_template(private_cluster))
    database.rows(MADE)
    with (
        contextlib.closing(database.connect()) as holder,
        contextlib.closing(database.login("slotkeeper_server")) as worker,
    ):
        # It stops at the last booking, with all others expired.
        holder.execute("begin")
        holder.execute(
            "select from data.booking where id = (select max(id) from data.booking) for update"
        )
        pid = worker.info.backend_pid

        def run() -> None:
            with contextlib.suppress(psycopg.OperationalError):
                worker.execute("select core.run_due_work()")

        thread = threading.Thread(target=run)
        thread.start()
        eventually(
            lambda: database.value(
                "select wait_event_type = 'Lock' from pg_stat_activity where pid = %s", [pid]
            ),
            what="due work in the middle",
        )
        private_cluster.kill9()
        thread.join()
    assert database.rows(OFFERS) == [(0, 0, None)]
    while database.value("select core.run_due_work()") > 0:
        pass
    assert database.rows(OFFERS) == [(50, 50, True)]
    assert wrong_states(database) == {}
