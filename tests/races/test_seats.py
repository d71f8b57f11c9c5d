"""Who gets the last seats: over HTTP, and by raw statements of a superuser."""

import asyncio
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from psycopg import errors

from ..support.booking_office import Desk, Office, at_once, booked, outcomes
from ..support.databases import Database
from ..support.http import Answer
from ..support.wait import eventually

CLIENTS = 100

RAW_INSERT = """
insert into data.booking (
    slot_id, doctor_id, slot_capacity, patient_name, patient_email, seats, status, amount, currency,
    manage_token_hash, expires_at
)
select
    s.id, s.doctor_id, 1, 'Ann', 'ann@example.com', '{[1,2)}', 'PENDING', 50, 'USD',
    sha256('token'), clock_timestamp() + interval '2 minutes'
from data.slot as s where s.id = %s
"""


def race_for(office: Office, slot_id: int, seats: int) -> list[Answer]:
    """Let a hundred clients ask for seats of a slot at the same time."""

    async def race() -> list[Answer]:
        async with office.server.clients(CLIENTS) as client:
            desk = Desk(client)
            return await at_once(*(desk.book(slot_id, seats=seats) for _ in range(CLIENTS)))

    return asyncio.run(race())


def test_of_a_hundred_clients_for_one_seat_one_gets_it(office: Office) -> None:
    (slot,) = office.slot()
    answers = race_for(office, slot, seats=1)
    assert outcomes(answers) == {"201": 1, "409 slot_taken": 99}
    assert office.count("b.status = 'PENDING'", [slot]) == 1
    assert office.count("true", [slot]) == 1


def test_of_a_hundred_clients_for_five_seats_five_get_one(office: Office) -> None:
    (slot,) = office.slot(capacity=5)
    answers = race_for(office, slot, seats=1)
    assert outcomes(answers) == {"201": 5, "409 slot_taken": 95}
    assert len({booked(answer).id for answer in answers if answer.status == 201}) == 5
    assert office.database.value("select seats_available from api.slot where id = %s", [slot]) == 0


def test_of_a_hundred_clients_for_two_of_five_seats_two_get_them(office: Office) -> None:
    (slot,) = office.slot(capacity=5)
    answers = race_for(office, slot, seats=2)
    assert outcomes(answers) == {"201": 2, "409 not_enough_seats": 98}
    answers = race_for(office, slot, seats=1)
    assert outcomes(answers) == {"201": 1, "409 slot_taken": 99}
    assert {answer.status for answer in race_for(office, slot, seats=2)} == {409}


def test_clients_for_different_slots_never_refuse_each_other(office: Office) -> None:
    """Hole 10: most of the winners were told to try again, though nobody wanted their slot."""
    slots = office.slot(count=CLIENTS)

    async def race() -> list[Answer]:
        async with office.server.clients(CLIENTS) as client:
            return await at_once(*(Desk(client).book(slot) for slot in slots))

    assert outcomes(asyncio.run(race())) == {"201": CLIENTS}


@pytest.mark.parametrize("role", ["origin", "replica"])
def test_a_superuser_cannot_sell_a_seat_twice(database: Database, role: str) -> None:
    """The second waits for the first, then fails by constraint, triggers or not."""
    slot = database.value("select tests.slot(tests.doctor())")
    options = f"-c session_replication_role={role}"
    with database.connect(options=options) as first, database.connect(options=options) as second:
        pid = second.info.backend_pid

        def insert() -> None:
            second.execute(RAW_INSERT, [slot])

        def waits() -> bool:
            return bool(database.value("select cardinality(pg_blocking_pids(%s)) > 0", [pid]))

        with ThreadPoolExecutor(1) as thread:
            with first.transaction():
                first.execute(RAW_INSERT, [slot])
                inserting = thread.submit(insert)
                eventually(waits, what="wait of the second superuser")
            with pytest.raises(errors.ExclusionViolation):
                inserting.result()
    assert database.value("select count(*) from data.booking") == 1


def test_a_superuser_cannot_move_a_slot_beneath_a_booking_being_made(database: Database) -> None:
    """The move waits for whoever books, even where that is a plain INSERT that locks nothing."""
    slot = database.value("select tests.slot(tests.doctor())")
    with database.connect() as booker, database.connect() as mover:
        pid = mover.info.backend_pid

        def move() -> None:
            mover.execute(
                "update data.slot set end_time = end_time - interval '1 minute' where id = %s",
                [slot],
            )

        def waits() -> bool:
            return bool(database.value("select cardinality(pg_blocking_pids(%s)) > 0", [pid]))

        with ThreadPoolExecutor(1) as thread:
            with booker.transaction():
                booker.execute(RAW_INSERT, [slot])
                moving = thread.submit(move)
                eventually(waits, what="wait of the move")
            with pytest.raises(errors.CheckViolation, match="its doctor and its times stay"):
                moving.result()


@pytest.mark.parametrize("level", ["repeatable read", "serializable"])
def test_a_superuser_cannot_move_a_slot_without_seeing_its_bookings(
    database: Database, level: str
) -> None:
    """The booking is made after the snapshot of the one who moves."""
    slot = database.value("select tests.slot(tests.doctor())")
    with database.connect() as booker, database.connect() as mover:
        mover.execute(f"begin isolation level {level}")
        mover.execute("select count(*) from data.booking")
        booker.execute(RAW_INSERT, [slot])
        with pytest.raises(errors.CheckViolation, match="READ COMMITTED only"):
            mover.execute(
                "update data.slot set end_time = end_time - interval '1 minute' where id = %s",
                [slot],
            )
        mover.rollback()


def test_of_many_raw_statements_by_a_superuser_one_gets_the_seat(database: Database) -> None:
    """Without the functions' lock the losers may also meet a deadlock, but never success."""
    slot = database.value("select tests.slot(tests.doctor())")

    def insert(connection: psycopg.Connection[tuple[object, ...]]) -> str:
        try:
            connection.execute(RAW_INSERT, [slot])
        except (errors.ExclusionViolation, errors.DeadlockDetected) as refusal:
            return type(refusal).__name__
        return "sold"

    options = "-c deadlock_timeout=20ms"
    connections = [database.connect(options=options) for _ in range(12)]
    with ThreadPoolExecutor(len(connections)) as threads:
        results = Counter(threads.map(insert, connections))
    for connection in connections:
        connection.close()
    assert results["sold"] == 1
    assert database.value("select count(*) from data.booking") == 1


def test_paying_and_giving_back_seats_at_once(office: Office) -> None:
    """What is paid is what is owed then; each seat's share is kept or owed back, once."""
    results: Counter[tuple[float, ...]] = Counter()

    async def race() -> None:
        (slot,) = office.slot(capacity=3, fee=30)
        async with office.server.clients(4) as client:
            desk = Desk(client)
            booking = booked(await desk.book(slot, seats=3))
            path = f"/api/bookings/{booking.id}/seats"
            paid, *given = await at_once(
                desk.pay(booking),
                *(
                    client.request("PATCH", path, json={"seats": seats, **booking.body})
                    for seats in (2, 1)
                ),
            )
            shown = (await desk.show(booking)).body
        assert paid.status == 200
        assert set(outcomes(given)) <= {"200", "409 more_than_booked"}
        assert shown["seats"] == 1
        owed = sum(office.refunds(booking.id))
        assert shown["amount"] - owed == 30
        results[shown["amount"], owed] += 1

    for _ in range(12):
        asyncio.run(race())
    assert results.total() == 12
