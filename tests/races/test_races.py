"""Races between SQL functions, called as the web roles call them, over a connection each."""

import asyncio
import json
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import psycopg
from psycopg import AsyncConnection
from psycopg.abc import Params
from psycopg.rows import TupleRow

from ..support.databases import Database
from ..support.invariants import wrong_states
from ..support.wait import eventually_async

Connection = AsyncConnection[TupleRow]

# For an address that nobody else has: what one address has is counted by one at a time.
BOOK = "select (api.book_slot(%s, 'Ann', gen_random_uuid() || '@example.com')).id"
PAY = "select ((api.simulate_payment(%s, %s)).booking).status"
CANCEL = "select (api.cancel_booking(%s)).status"
MOVE = "select (api.reschedule_booking(%s, %s)).slot_id"


@asynccontextmanager
async def callers(
    database: Database, count: int, role: str = "slotkeeper_anon", account: int | None = None
) -> AsyncIterator[list[Connection]]:
    """Give `count` connections logged in as a web role and carrying the claims of an account."""
    claims = json.dumps({"sub": str(account), "role": role.removeprefix("slotkeeper_")})
    async with AsyncExitStack() as stack:
        connections = [
            await stack.enter_async_context(await database.login_async(role)) for _ in range(count)
        ]
        for connection in connections:
            await connection.execute(
                "select set_config('request.jwt.claims', %s, false)",
                [claims if account is not None else ""],
            )
        yield connections


async def call(connection: Connection, query: str, *parameters: object) -> Any:
    """Return what a function returned, or the code of its refusal; anything else is raised."""
    arguments: Params = parameters
    try:
        cursor = await connection.execute(query.encode(), arguments)
    except psycopg.Error as error:
        if (error.sqlstate or "").startswith("PT4"):
            return error.diag.message_primary
        raise
    row = await cursor.fetchone()
    return row[0] if row else None


async def at_once(calls: Sequence[Awaitable[Any]]) -> Counter[Any]:
    """Run all calls together and count their results."""
    return Counter(await asyncio.gather(*calls))


def allow_simulated_payments(database: Database) -> None:
    """Let api.simulate_payment settle payments."""
    database.rows("update data.setting set simulated_payments = true")


async def waits_for_lock(database: Database, connection: Connection) -> None:
    """Return once the connection's statement waits for somebody's lock."""
    pid = connection.info.backend_pid
    async with await database.connect_async() as watcher:

        async def waiting() -> bool:
            cursor = await watcher.execute("select cardinality(pg_blocking_pids(%s)) > 0", [pid])
            return await cursor.fetchone() == (True,)

        await eventually_async(waiting, what="wait for a lock")


def test_one_seat_goes_to_one_of_many(database: Database) -> None:
    """Of forty who want the only seat, one gets it; the others are told that it is taken."""
    slot = database.value("select tests.slot(tests.doctor())")

    async def race() -> Counter[Any]:
        async with callers(database, 40) as connections:
            return await at_once([call(each, BOOK, slot) for each in connections])

    results = asyncio.run(race())
    assert results["slot_taken"] == 39
    assert len(results) == 2
    assert wrong_states(database) == {}


def test_five_seats_go_to_five_of_many(database: Database) -> None:
    """Five seats are sold five times, neither more nor less."""
    slot = database.value("select tests.slot(tests.doctor(), capacity => 5)")

    async def race() -> Counter[Any]:
        async with callers(database, 40) as connections:
            return await at_once([call(each, BOOK, slot) for each in connections])

    results = asyncio.run(race())
    assert results["slot_taken"] == 35
    assert database.value("select count(*) from data.booking") == 5
    assert wrong_states(database) == {}


def test_bookings_of_different_slots_do_not_refuse_each_other(database: Database) -> None:
    """Hole 10: whoever wants a slot that nobody else wants gets it at the first try."""
    doctor = database.value("select tests.doctor()")
    slots = [database.value("select tests.slot(%s)", [doctor]) for _ in range(30)]

    async def race() -> Counter[Any]:
        async with callers(database, len(slots)) as connections:
            calls = [call(each, BOOK, slot) for each, slot in zip(connections, slots, strict=True)]
            return await at_once(calls)

    results = asyncio.run(race())
    assert all(isinstance(result, int) for result in results)
    assert len(results) == len(slots)


def test_two_who_swap_slots(database: Database) -> None:
    """Both succeed where there is room, both are refused where there is none; nobody deadlocks."""
    doctor, ann = database.rows("select tests.doctor(), tests.account('Ann')")[0]
    wide = [database.value("select tests.slot(%s, capacity => 2)", [doctor]) for _ in range(2)]
    full = [database.value("select tests.slot(%s)", [doctor]) for _ in range(2)]

    async def swap(slots: list[int]) -> Counter[Any]:
        booked = [database.value("select tests.booking(%s, %s)", [s, ann]) for s in slots]
        async with callers(database, 2, "slotkeeper_patient", ann) as (one, other):
            return await at_once(
                [call(one, MOVE, booked[0], slots[1]), call(other, MOVE, booked[1], slots[0])]
            )

    for _ in range(10):
        assert asyncio.run(swap(wide)) == Counter(wide)
        assert asyncio.run(swap(full)) == Counter({"slot_taken": 2})
        assert wrong_states(database) == {}
        database.rows(
            "select core.release_bookings(array_agg(b.id), 'CANCELLED') from data.booking as b"
            " where b.status = 'PENDING'"
        )


def test_cancel_at_once_by_many_frees_once(database: Database) -> None:
    """Hole 2: one of those who cancel a booking does, and the seat of the next stays sold."""
    slot, ann, bob = database.rows(
        "select tests.slot(tests.doctor()), tests.account('Ann'), tests.account('Bob')"
    )[0]
    booking = database.value("select tests.booking(%s, %s, status => 'CONFIRMED')", [slot, ann])

    async def race() -> tuple[Counter[Any], Any]:
        async with (
            callers(database, 8, "slotkeeper_patient", ann) as anns,
            callers(database, 1, "slotkeeper_patient", bob) as (bobs,),
        ):
            first = await at_once([call(each, CANCEL, booking) for each in anns])
            booked = await call(bobs, BOOK, slot)
            again = await at_once([call(each, CANCEL, booking) for each in anns])
            return first + again, booked

    results, booked = asyncio.run(race())
    assert results == Counter({"CANCELLED": 1, "booking_not_active": 15})
    assert isinstance(booked, int)
    assert database.value("select status from api.slot where id = %s", [slot]) == "HELD"
    assert database.value("select count(*) from data.refund") == 1
    assert wrong_states(database) == {}


def test_payment_that_waited_past_the_hold_is_refused(database: Database) -> None:
    """Hole 4: the clock is read after the lock, so a hold that ends while one waits has ended."""
    allow_simulated_payments(database)
    slot, ann = database.rows("select tests.slot(tests.doctor()), tests.account('Ann')")[0]
    booking = database.value("select tests.booking(%s, %s, hold => '1.5 seconds')", [slot, ann])

    async def race() -> Any:
        async with (
            await database.connect_async() as holder,
            callers(database, 1, "slotkeeper_patient", ann) as (payer,),
        ):
            async with holder.transaction():
                await holder.execute(
                    "select from data.slot as s where s.id = %s for update", [slot]
                )
                paying = asyncio.create_task(call(payer, PAY, booking, True))
                await waits_for_lock(database, payer)

                async def over() -> bool:
                    cursor = await holder.execute(
                        "select b.expires_at <= clock_timestamp() from data.booking as b"
                        " where b.id = %s",
                        [booking],
                    )
                    return await cursor.fetchone() == (True,)

                await eventually_async(over, what="end of the hold")
            return await paying

    assert asyncio.run(race()) == "booking_expired"
    assert database.value("select count(*) from data.payment where status = 'SUCCEEDED'") == 0
    assert wrong_states(database) == {}


def test_booking_that_was_moved_while_one_waited(database: Database) -> None:
    """Whoever waits for a booking that moves meanwhile acts on where it is then."""
    doctor, ann = database.rows("select tests.doctor(), tests.account('Ann')")[0]
    old, new = (database.value("select tests.slot(%s)", [doctor]) for _ in range(2))
    booking = database.value("select tests.booking(%s, %s)", [old, ann])

    async def race() -> Any:
        async with callers(database, 2, "slotkeeper_patient", ann) as (mover, canceller):
            async with mover.transaction():
                assert await call(mover, MOVE, booking, new) == new
                cancelling = asyncio.create_task(call(canceller, CANCEL, booking))
                await waits_for_lock(database, canceller)
            return await cancelling

    assert asyncio.run(race()) == "CANCELLED"
    assert database.value("select count(*) from api.slot where status <> 'AVAILABLE'") == 0
    assert wrong_states(database) == {}


def test_delete_and_book_at_once(database: Database) -> None:
    """One of them wins, and no booking is left on a deleted slot."""
    doctor, admin = database.rows("select tests.doctor(), tests.account(role => 'admin')")[0]

    async def race(slot: int) -> tuple[Any, Any]:
        async with (
            callers(database, 1, "slotkeeper_admin", admin) as (deleter,),
            callers(database, 1) as (booker,),
        ):
            deleted, booked = await asyncio.gather(
                call(deleter, "select api.delete_slot(%s)", slot), call(booker, BOOK, slot)
            )
            return deleted, booked

    for _ in range(20):
        slot = database.value("select tests.slot(%s)", [doctor])
        deleted, booked = asyncio.run(race(slot))
        assert (deleted == "slot_has_bookings") == isinstance(booked, int)
        assert isinstance(booked, int) or booked == "slot_not_found"
    assert wrong_states(database) == {}


def test_overlapping_slots_made_at_once(database: Database) -> None:
    """Hole 8: of many slots that overlap, one comes to be, and nobody deadlocks."""
    doctor, admin = database.rows("select tests.doctor(), tests.account(role => 'admin')")[0]
    create = (
        "select (api.create_slot(doctor_id => %s, start_time => date_trunc('day', now())"
        " + interval '2 days' + make_interval(mins => %s))).doctor_id"
    )

    async def race() -> Counter[Any]:
        async with callers(database, 20, "slotkeeper_admin", admin) as connections:
            return await at_once(
                [call(each, create, doctor, minute) for minute, each in enumerate(connections)]
            )

    assert asyncio.run(race()) == Counter({"slot_overlaps": 19, doctor: 1})


def test_storm(database: Database) -> None:
    """Whatever many do at random to few slots, nothing wrong is left and nothing but refusals seen.

    Holds end after a second, and due work runs in between as its role does it.
    """
    allow_simulated_payments(database)
    clinic = database.value("select tests.clinic(hold_seconds => 1)")
    doctor = database.value("select tests.doctor(clinic => %s)", [clinic])
    slots = [
        database.value("select tests.slot(%s, capacity => %s)", [doctor, capacity])
        for capacity in (1, 1, 2, 3)
    ]
    people = [database.value("select tests.account()") for _ in range(12)]

    async def patient(connection: Connection, dice: random.Random, done: Counter[Any]) -> None:
        mine: list[int] = []
        for _ in range(60):
            deed = dice.choice(["book", "book", "pay", "decline", "cancel", "move"])
            if deed == "book" or not mine:
                result = await call(connection, BOOK, dice.choice(slots))
                if isinstance(result, int):
                    mine.append(result)
                    result = "booked"
            elif deed in {"pay", "decline"}:
                result = await call(connection, PAY, dice.choice(mine), deed == "pay")
            elif deed == "cancel":
                result = await call(connection, CANCEL, dice.choice(mine))
            else:
                result = await call(connection, MOVE, dice.choice(mine), dice.choice(slots))
                result = "moved" if isinstance(result, int) else result
            done[result] += 1

    async def storm() -> Counter[Any]:
        done: Counter[Any] = Counter()
        over = asyncio.Event()

        async def sweep() -> None:
            async with await database.login_async("slotkeeper_server") as sweeper:
                while not over.is_set():
                    await sweeper.execute("call core.run_due_work()")

        async with AsyncExitStack() as stack:
            connections = [
                (
                    await stack.enter_async_context(
                        callers(database, 1, "slotkeeper_patient", person)
                    )
                )[0]
                for person in people
            ]
            sweeping = asyncio.create_task(sweep())
            await asyncio.gather(
                *(
                    patient(connection, random.Random(number), done)  # noqa: S311 - reproducible
                    for number, connection in enumerate(connections)
                )
            )
            over.set()
            await sweeping
        return done

    done = asyncio.run(storm())
    assert wrong_states(database) == {}
    assert {"booked", "moved", "CONFIRMED", "CANCELLED", "FAILED", "slot_taken"} <= set(done), done
