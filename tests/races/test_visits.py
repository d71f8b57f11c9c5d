"""The steps of a visit, taken by several people at the same moment."""

import asyncio
from collections import Counter

from ..support.booking_office import Desk, Office, at_once, booked, outcome

ROUNDS = 12


def started(office: Office) -> tuple[int, str]:
    """Make a confirmed booking of a slot that starts now; return it, and an admin's token."""
    (slot,) = office.slot()
    booking = office.database.value("select tests.booking(%s, status => 'CONFIRMED')", [slot])
    office.database.rows("select tests.move_slot(%s, now())", [slot])
    return booking, office.server.account("admin")[1]


def test_check_in_and_cancel_and_miss_at_once(office: Office) -> None:
    """One of them wins, and the money is owed back only if the booking was cancelled."""
    results: Counter[str] = Counter()

    async def race() -> None:
        booking, admin = started(office)
        ways = {"check-in": "CHECKED_IN", "cancel": "CANCELLED", "no-show": "NO_SHOW"}
        async with office.server.clients(3) as client:
            answers = await at_once(
                *(
                    client.request("PATCH", f"/api/bookings/{booking}/{way}", token=admin)
                    for way in ways
                )
            )
        done = [
            status
            for status, answer in zip(ways.values(), answers, strict=True)
            if answer.status == 200
        ]
        # Who was missed may come after all.
        assert done in (["CHECKED_IN"], ["CANCELLED"], ["NO_SHOW"], ["CHECKED_IN", "NO_SHOW"])
        kept = done[0]
        assert office.stored(booking) == kept
        assert {outcome(a) for a in answers} <= {
            *("200", "409 booking_not_confirmed", "409 booking_not_active"),
        }
        assert office.refunds(booking) == ([50.0] if kept == "CANCELLED" else [])
        results[kept] += 1

    for _ in range(ROUNDS):
        asyncio.run(race())
    assert results.total() == ROUNDS


def test_complete_twice_at_once(office: Office) -> None:
    """A visit is over once, also where somebody takes the check-in back just then."""

    async def race() -> None:
        booking, admin = started(office)
        path = f"/api/bookings/{booking}"
        async with office.server.clients(3) as client:
            await client.request("PATCH", f"{path}/check-in", token=admin)
            ways = ("complete", "complete", "undo-check-in")
            answers = await at_once(
                *(client.request("PATCH", f"{path}/{way}", token=admin) for way in ways)
            )
        told = Counter(outcome(answer) for answer in answers)
        assert told == {"200": 1, "409 booking_not_checked_in": 2}
        done = "CONFIRMED" if answers[2].status == 200 else "COMPLETED"
        assert office.stored(booking) == done

    for _ in range(ROUNDS):
        asyncio.run(race())


def test_move_and_check_in_at_once(office: Office) -> None:
    """Whoever is there is not moved any more, and who was moved away is not there today."""

    async def race() -> None:
        old, new = office.slot(count=2)
        office.database.rows("select tests.move_slot(%s, now() + interval '1 minute')", [old])
        admin = office.server.account("admin")[1]
        async with office.server.clients(2) as client:
            desk = Desk(client)
            booking = booked(await desk.book(old))
            await desk.pay(booking)
            moved, there = await at_once(
                desk.move(booking, new),
                client.request("PATCH", f"/api/bookings/{booking.id}/check-in", token=admin),
            )
        assert {outcome(moved), outcome(there)} in (
            {"200", "409 too_early_to_check_in"},
            {"200", "409 booking_not_active"},
        )

    for _ in range(ROUNDS):
        asyncio.run(race())
