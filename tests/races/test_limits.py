"""What one account or address may have, when many ask for it at once."""

import asyncio
import random
from collections import Counter
from typing import Any

import pytest

from ..support.databases import Database
from ..support.invariants import wrong_states
from .test_races import CANCEL, MOVE, Connection, at_once, call, callers

BOOK = "select (api.book_slot(%s, 'Ann', 'ann@example.com')).id"
CLAIM = "select (api.claim_booking(%s, 'the manage token of a test')).id"
DELETE = "select api.delete_slot(%s, force => true)"
TIMES = 12


def policy(database: Database, terms: str) -> None:
    """Change the terms of every clinic."""
    database.rows(f"update data.clinic set {terms}")


@pytest.mark.parametrize("logged_in", [False, True])
def test_of_many_at_the_limit_exactly_one_wins(database: Database, logged_in: bool) -> None:
    policy(database, "unpaid_limit = 3")
    ann = database.value("select tests.account()") if logged_in else None
    role = "slotkeeper_patient" if logged_in else "slotkeeper_anon"
    doctor = database.value("select tests.doctor()")
    slots = [database.value("select tests.slot(%s)", [doctor]) for _ in range(TIMES + 2)]

    async def race() -> Counter[Any]:
        async with callers(database, TIMES, role, ann) as connections:
            for slot in slots[:2]:
                assert isinstance(await call(connections[0], BOOK, slot), int)
            calls = [
                call(one, BOOK, slot) for one, slot in zip(connections, slots[2:], strict=True)
            ]
            return await at_once(calls)

    results = asyncio.run(race())
    assert results["too_many_unpaid"] == TIMES - 1
    assert database.value("select count(*) from data.booking") == 3
    assert wrong_states(database) == {}


def test_of_many_at_one_time_exactly_one_wins(database: Database) -> None:
    """A new booking or one that is moved there, at many doctors of many clinics."""
    doctors = [
        database.value("select tests.doctor(clinic => tests.clinic())") for _ in range(TIMES)
    ]
    early, late = (
        [
            database.value(
                f"select tests.slot(%s, current_date + interval '{day} days 9 hours', 60)", [doctor]
            )
            for doctor in doctors
        ]
        for day in (2, 3)
    )
    policy(database, "overlap_allowed = false")
    moved = database.value("select tests.booking(%s, manage_token => 'right')", [early[0]])
    move = "select (api.reschedule_booking(%s, %s, 'right')).id"

    async def race() -> Counter[Any]:
        async with callers(database, TIMES) as connections:
            return await at_once(
                [
                    call(connections[0], move, moved, late[0]),
                    *(
                        call(one, BOOK, slot)
                        for one, slot in zip(connections[1:], late[1:], strict=True)
                    ),
                ]
            )

    results = asyncio.run(race())
    assert results["overlaps_own_booking"] == TIMES - 1
    assert database.value("select count(*) from data.booking where slot_id = any(%s)", [late]) == 1
    assert wrong_states(database) == {}


def test_of_many_who_claim_a_booking_exactly_one_gets_it(database: Database) -> None:
    slot = database.value("select tests.slot(tests.doctor())")
    booking = database.value("select tests.booking(%s)", [slot])
    people = [database.value("select tests.account()") for _ in range(4)]

    async def claim(person: int) -> Any:
        async with callers(database, 1, "slotkeeper_patient", person) as (one,):
            return await call(one, CLAIM, booking)

    async def race() -> Counter[Any]:
        return await at_once([claim(person) for person in people])

    assert asyncio.run(race()) == Counter({booking: 1, "booking_not_found": 3})
    assert wrong_states(database) == {}


def test_whatever_one_owner_does_at_once_nobody_deadlocks(database: Database) -> None:
    """Books, moves, claims and cancels for one address and one account; staff deletes slots."""
    ann, admin = database.rows("select tests.account(), tests.account(role => 'admin')")[0]
    policy(database, "overlap_allowed = false, unpaid_limit = 4, hold_seconds = 1")
    doctor = database.value("select tests.doctor()")
    slots = [database.value("select tests.slot(%s, capacity => 2)", [doctor]) for _ in range(8)]
    done: Counter[Any] = Counter()
    made = [database.value("select tests.booking(%s)", [slot]) for slot in slots[:3]]

    async def live(connection: Connection, dice: random.Random, deeds: list[str]) -> None:
        for _ in range(60):
            deed = dice.choice(deeds)
            if deed == "book":
                result = await call(connection, BOOK, dice.choice(slots))
                if isinstance(result, int):
                    made.append(result)
            elif deed == "move":
                result = await call(connection, MOVE, dice.choice(made), dice.choice(slots))
            elif deed == "delete":
                result = await call(connection, DELETE, dice.choice(slots))
                slots.append(database.value("select tests.slot(%s, capacity => 2)", [doctor]))
            else:
                result = await call(
                    connection, {"claim": CLAIM, "cancel": CANCEL}[deed], dice.choice(made)
                )
            done[deed if isinstance(result, int | None) else result] += 1

    async def race() -> None:
        async with (
            callers(database, 3, "slotkeeper_patient", ann) as anns,
            callers(database, 3) as guests,
            callers(database, 2, "slotkeeper_admin", admin) as admins,
        ):
            dice = (random.Random(number) for number in range(8))  # noqa: S311 - reproducible
            await asyncio.gather(
                *(live(one, next(dice), ["book", "move", "claim", "cancel"]) for one in anns),
                *(live(one, next(dice), ["book"]) for one in guests),
                *(live(one, next(dice), ["book", "move", "cancel", "delete"]) for one in admins),
            )

    asyncio.run(race())
    assert wrong_states(database) == {}
    assert {"book", "CANCELLED", "overlaps_own_booking"} <= set(done), done
