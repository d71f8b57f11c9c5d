"""The end of holds: by the clock alone, and tidied up by whatever scheduler there is."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from ..support.booking_office import Booked, Desk, Office, booked, outcome
from ..support.cluster import CRON_DATABASE
from ..support.databases import Database
from ..support.http import Answer
from ..support.invariants import wrong_states
from ..support.server import Server, running
from ..support.wait import eventually

RUN_OUT = "update data.booking set expires_at = clock_timestamp() where id = %s"

# Holds are failed as always, but only once the test lets go of a lock.
WAITING_WORK = """
create or replace function core.expire_due_holds(batch integer) returns integer
language plpgsql volatile
set search_path = ''
as $$
begin
    perform pg_advisory_xact_lock(42);
    return core.expire_holds(array(select s.id from data.slot as s), clock_timestamp());
end;
$$
"""
# A reminder is written down only once the test lets go of a lock.
WAITING_REMINDER = """
create function tests.wait() returns trigger
language plpgsql
as $$
begin
    if new.event = 'booking.reminder' then
        perform pg_advisory_xact_lock(42);
    end if;
    return new;
end;
$$;
create trigger wait before insert on data.change for each row execute function tests.wait();
"""
SOMEBODY_WAITS = """
select exists (
    select from pg_locks as l join pg_database as d on d.oid = l.database
    where l.locktype = 'advisory' and not l.granted and d.datname = current_database()
)
"""
TIMER = "a.usename = 'slotkeeper_server' and a.query = 'call core.run_due_work()'"


def set_scheduler(database: Database, scheduler: str) -> None:
    """Tell servers who does due work."""
    database.rows("update deploy.state set scheduler = %s", [scheduler])


@pytest.fixture
def untidied(database: Database) -> Iterator[Office]:
    """A server on a database in which nobody does due work."""
    # The jobs of pg_cron are not in a copy, and the server leaves the work to them.
    set_scheduler(database, "pg_cron")
    database.rows("update data.setting set simulated_payments = true")
    with running(Server(database, workers=1)) as server:
        yield Office(server)


def test_with_every_scheduler_stopped_a_hold_ends_at_that_very_second(untidied: Office) -> None:
    """The seat is free to readers and to who books; the late are refused. Holes 1 and 4."""
    (slot,) = untidied.slot()
    other_slot = untidied.database.value("select tests.slot(%s)", [untidied.doctor_of(slot)])

    async def late() -> tuple[Booked, list[Answer], list[Answer]]:
        async with untidied.server.clients(8) as client:
            desk = Desk(client)
            booking = booked(await desk.book(slot))
            assert (await desk.begin_payment(booking)).status == 201
            assert (await desk.show_slot(slot)).body["status"] == "HELD"
            untidied.database.rows(RUN_OUT, [booking.id])
            shown = [await desk.show_slot(slot), await desk.show(booking)]
            refused = [
                await desk.pay(booking),
                await desk.pay(booking, success=False),
                await desk.begin_payment(booking),
                await desk.move(booking, other_slot),
                await desk.cancel(booking),
            ]
            assert untidied.stored(booking.id) == "PENDING", "nobody has tidied up"
            successor = booked(await desk.book(slot))
            assert (await desk.pay(successor)).status == 200
            refused += [await desk.pay(booking), await desk.cancel(booking)]
            assert (await desk.show_slot(slot)).body["status"] == "BOOKED"
            return booking, shown, refused

    booking, (slot_then, booking_then), refused = asyncio.run(late())
    assert (slot_then.body["seats_available"], slot_then.body["status"]) == (1, "AVAILABLE")
    assert (booking_then.body["status"], booking_then.body["payment_status"]) == ("FAILED", "NONE")
    assert [outcome(answer) for answer in refused] == [
        *["409 booking_expired"] * 4,
        "409 booking_not_active",
        "409 booking_expired",
        "409 booking_not_active",
    ]
    # Hole 1: tidying up after an old hold leaves the seat to whoever has it now.
    assert untidied.database.value("select core.expire_due_holds(1000)") == 0
    untidied.database.rows("select tests.do_due_work()")
    assert untidied.stored(booking.id) == "FAILED"
    assert untidied.count("b.status = 'CONFIRMED'", [slot]) == 1
    assert wrong_states(untidied.database) == {}


def test_what_is_moved_while_others_are_reminded_keeps_its_reminder(database: Database) -> None:
    """The due work has begun to read when a booking is moved, and comes to it afterwards."""
    doctor = database.value("select tests.doctor()")
    # More than PostgreSQL reads ahead.
    slots = database.rows(
        "select tests.slot(%s, clock_timestamp() + n * interval '40 minutes')"
        " from generate_series(4, 23) as n",
        [doctor],
    )
    bookings = [
        database.value("select tests.booking(%s, status => 'CONFIRMED')", [slot])
        for (slot,) in slots
    ]
    database.rows("select tests.do_due_work()")
    database.rows("delete from data.reminder")
    database.rows(
        "insert into data.reminder (booking_id, due_at)"
        " select b.id, clock_timestamp() - (1000 - b.id) * interval '1 second'"
        " from data.booking as b"
    )
    far = database.value("select tests.slot(%s, clock_timestamp() + interval '20 days')", [doctor])
    database.psql("-c", WAITING_REMINDER)
    with (
        database.connect() as holder,
        database.connect() as worker,
        ThreadPoolExecutor() as pool,
    ):
        holder.execute("select pg_advisory_lock(42)")
        work = pool.submit(worker.execute, "select core.remind(100)")
        eventually(lambda: database.value(SOMEBODY_WAITS), what="the first reminder")
        holder.execute("update data.booking set slot_id = %s where id = %s", [far, bookings[-1]])
        holder.execute("select pg_advisory_unlock(42)")
        work.result()
    reminded = database.rows(
        "select c.entity_id from data.change as c where c.event = 'booking.reminder'"
    )
    assert sorted(booking for (booking,) in reminded) == sorted(bookings[:-1])
    assert database.rows(
        "select r.reminded_at from data.reminder as r where r.booking_id = %s", [bookings[-1]]
    ) == [(None,)]


@pytest.mark.waits
def test_a_hold_that_ran_out_is_failed_with_nobody_touching_it(
    scheduled_database: Database,
) -> None:
    """By pg_cron where the cluster has it, else by the server's own timer."""
    database = scheduled_database
    database.install_builders()
    slot = database.value("select tests.slot(tests.doctor())")
    booking = database.value("select tests.booking(%s, hold => '1 second')", [slot])
    database.rows("select tests.payment(%s)", [booking])

    def failed() -> bool:
        return bool(
            database.value("select status = 'FAILED' from data.booking where id = %s", [booking])
        )

    if database.cluster.kind.has_pg_cron:
        eventually(failed, timeout=100, what="the job's next run")
        runs = database.cluster.rows(
            CRON_DATABASE,
            "select distinct d.username from cron.job_run_details as d"
            " where d.database = %s and d.command = 'call core.run_due_work()'",
            [database.name],
        )
        assert runs == [("slotkeeper_server",)]
    else:
        with running(Server(database, workers=2)) as server:
            eventually(failed, timeout=30, what="the timer's next round")
            assert "done by this server" in server.log
    assert database.value("select status::text from data.payment") == "CANCELLED"
    assert wrong_states(database) == {}


def test_due_work_leaves_a_locked_slot_to_whoever_has_it(database: Database) -> None:
    doctor = database.value("select tests.doctor()")
    slots = [database.value("select tests.slot(%s)", [doctor]) for _ in range(3)]
    bookings = [database.value("select tests.booking(%s)", [slot]) for slot in slots]
    for booking in bookings:
        database.rows(RUN_OUT, [booking])
    with database.connect() as holder, database.connect() as worker:

        def work() -> int:
            (done,) = worker.execute("select core.expire_due_holds(1000)").fetchone() or (None,)
            assert isinstance(done, int)
            return done

        with holder.transaction():
            holder.execute(
                "select from data.slot as s where s.id = %s for no key update", [slots[1]]
            )
            assert [work(), work()] == [2, 0]
        assert [work(), work()] == [1, 0]
    assert wrong_states(database) == {}


def test_of_two_servers_one_does_due_work_at_a_time(database: Database) -> None:
    """Of four processes one is at it; the others see that and do not even wait."""
    set_scheduler(database, "server")
    database.rows(WAITING_WORK)
    slot = database.value("select tests.slot(tests.doctor())")
    booking = database.value("select tests.booking(%s)", [slot])
    database.rows("select tests.run_out(%s)", [booking])

    def timers() -> dict[str, int]:
        return dict(
            database.rows(
                f"select a.state, count(*)::integer from pg_stat_activity as a"
                f" where a.datname = current_database() and {TIMER} group by a.state"
            )
        )

    def processes() -> int:
        """How many have been at work, whatever each did last: each also watches for deploys."""
        count: int = database.value(
            "select count(*)::integer from pg_stat_activity as a where"
            " a.datname = current_database() and a.usename = 'slotkeeper_server'"
        )
        return count // 2

    with database.connect() as holder:
        holder.execute("select pg_advisory_lock(42)")
        with running(Server(database, workers=2)), running(Server(database, workers=2)):
            eventually(
                lambda: processes() >= 4 and timers().get("active") == 1,
                what="first round of four processes",
            )
            assert database.value("select status::text from data.booking") == "PENDING"
            holder.execute("select pg_advisory_unlock(42)")
            eventually(
                lambda: database.value("select status = 'FAILED' from data.booking"),
                timeout=30,
                what="end of the round",
            )


def test_a_task_that_fails_holds_up_no_other(database: Database) -> None:
    """Each is a transaction of its own, and whoever reads the log sees which one failed."""
    set_scheduler(database, "pg_cron")
    booking = database.value("select tests.booking(tests.slot(tests.doctor()))")
    database.rows("select tests.run_out(%s)", [booking])
    database.rows(
        "insert into data.hours (doctor_id, weekday, valid, start_time, end_time, slot_minutes,"
        " capacity) select tests.doctor(), 1, '(,)', '09:00', '12:00', 30, 1"
    )
    database.rows("update data.doctor set slots_until = '-infinity'")
    before = database.value("select max(id) from data.change")
    database.rows(
        "create or replace function core.forget_tokens(batch integer) returns integer"
        " language plpgsql volatile set search_path = '' as"
        " $$ begin return 1 / (batch - batch); end $$"
    )
    told: list[str | None] = []
    with database.login("slotkeeper_server") as server:
        server.add_notice_handler(lambda notice: told.append(notice.message_primary))
        (done,) = server.execute("call core.run_due_work()").fetchone() or (0,)
    assert done >= 2
    assert told == ["due work: forget_tokens failed: 22012 division by zero"]
    changes = database.rows(
        "select distinct entity from data.change where id > %s order by 1",
        [before],
    )
    assert changes == [("booking",), ("doctor",), ("slot",)]
    assert (
        database.value("select count(distinct xid) from data.change where id > %s", [before]) == 2
    )
