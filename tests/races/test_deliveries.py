"""What webhooks are to be told, once it is committed: in order, once, from then on."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from ..support.databases import Database
from ..support.history import until_readable
from ..support.stop import LOCK, UNLOCK, stop_at
from ..support.wait import eventually

TOLD = """
select array_agg(c.event::text order by d.id)
from data.delivery as d join data.change as c on c.id = d.change_id
where d.webhook_id = %s
"""
BOOK = "select tests.booking(tests.slot(tests.doctor()), status => 'CONFIRMED')"


def read_on(database: Database, *, all_is_over: bool = True) -> int:
    """Write down what is to be told by now; return how much that is."""
    if all_is_over:
        until_readable(database)
    count: int = database.value("select core.write_deliveries(3)")
    return count


def test_a_webhook_is_told_of_what_it_asked_for_since_it_is_there(database: Database) -> None:
    database.rows(BOOK)
    everything = database.value("select tests.webhook()")
    confirmed = database.value("select tests.webhook(events => '{booking.confirmed}')")
    asleep = database.value("select tests.webhook(active => false)")
    assert read_on(database) == 0, "what was before is nobody's business"
    database.rows(BOOK)
    assert read_on(database) == 3
    assert read_on(database) == 0, "each once"
    assert database.value(TOLD, [everything]) == ["booking.held", "booking.confirmed"]
    assert database.value(TOLD, [confirmed]) == ["booking.confirmed"]
    assert database.value(TOLD, [asleep]) is None


def test_nothing_is_passed_that_is_still_open(database: Database) -> None:
    webhook = database.value("select tests.webhook(events => '{booking.held}')")
    with database.connect() as slow:
        with slow.transaction():
            slow.execute(BOOK.encode())
            database.rows(BOOK)
            assert read_on(database, all_is_over=False) == 0, "the one before is not committed yet"
        assert read_on(database) == 2
    order = (
        "select array_agg(d.change_id order by d.id) = array_agg(d.change_id order by c.xid, c.id)"
    )
    assert database.value(
        f"{order} from data.delivery as d join data.change as c on c.id = d.change_id"
        " where d.webhook_id = %s",
        [webhook],
    )


def test_where_nobody_listens_a_past_is_gone_past(database: Database) -> None:
    """So the first webhook of a large installation need not wait until all of it was read."""
    for _ in range(5):
        database.rows(BOOK)
    assert read_on(database) == 0
    unread = "select count(*) from data.change as c, data.event_reader as r"
    unread += " where r.name = 'webhooks' and (c.xid, c.id) > (r.last_xid, r.last_id)"
    assert database.value(unread) == 0
    database.rows("select tests.webhook()")
    database.rows(BOOK)
    assert read_on(database) == 2


def test_who_tells_the_end_and_who_sends_again_lock_in_the_same_order(database: Database) -> None:
    webhook = database.value("select tests.webhook()")
    delivery = database.value("select tests.delivery(%s)", [webhook])
    database.rows("select core.take_delivery()")
    with database.connect() as admin, ThreadPoolExecutor(1) as thread:
        with admin.transaction():
            # As api.retry_delivery does.
            admin.execute("select core.lock_webhook(%s)", [webhook])
            finished = thread.submit(
                database.rows, "select core.finish_delivery(%s, 1, 500, 'no')", [delivery]
            )
            waits = "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
            waits += " and query like '%%finish_delivery%%' and datname = current_database()"
            eventually(lambda: database.value(waits, []), what="it waits")
            admin.execute(
                "update data.delivery set next_attempt_at = clock_timestamp() where id = %s",
                [delivery],
            )
        finished.result()
    assert database.value("select failures from data.webhook where id = %s", [webhook]) == 1


WAITS = """
select exists (
    select from pg_stat_activity as a
    where a.datname = current_database() and a.wait_event_type = 'Lock'
        and a.query like '%%' || %s || '%%'
)
"""


def test_who_deletes_a_webhook_waits_for_who_takes_a_delivery_of_it(database: Database) -> None:
    """Else it would be sent, and not signed: the secret is gone."""
    webhook = database.value("select tests.webhook()")
    database.rows("select tests.delivery(%s)", [webhook])
    with database.connect() as holder, ThreadPoolExecutor(2) as thread:
        # In the middle of taking.
        stop_at(holder, "update on data.delivery")
        holder.execute(LOCK)
        taken = thread.submit(database.value, "select core.take_delivery()")
        eventually(lambda: database.value(WAITS, ["take_delivery"]), what="it is being taken")
        delete = "update data.webhook set deleted_at = clock_timestamp(), active = false,"
        deleted = thread.submit(database.rows, f"{delete} secret = null")
        eventually(
            lambda: deleted.done() or database.value(WAITS, ["set deleted_at"]), what="a delete"
        )
        holder.execute(UNLOCK)
        deleted.result()
    _, _, digest = taken.result()["headers"]["X-Signature"].partition("v1=")
    assert len(digest) == 64


@pytest.mark.parametrize("queue", ["message", "delivery"])
def test_of_many_who_ask_at_once_one_gets_something(database: Database, queue: str) -> None:
    """Nor do the others wait, or get the same or the next one."""
    webhook = database.value("select tests.webhook()")
    for _ in range(3):
        database.rows("select tests.delivery(%s)", [webhook])
        database.rows("select core.write_message('test', 'a@example.com', 'A', 'text', '<p>')")
    take = f"select core.take_{queue}()"
    with database.login("slotkeeper_server") as first, database.login("slotkeeper_server") as other:
        other.execute("set lock_timeout = '2s'")
        with first.transaction():
            assert first.execute(take.encode()).fetchone() != (None,)
            # Not committed: nobody can see the lease yet.
            assert other.execute(take.encode()).fetchone() == (None,)
        assert other.execute(take.encode()).fetchone() == (None,)
    assert database.value(f"select sum(attempts) from data.{queue}") == 1
