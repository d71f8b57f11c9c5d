"""Booking a slot, or moving to it, while it or its doctor is deleted."""

import asyncio
from collections import Counter

import pytest

from ..support.booking_office import Desk, Office, at_once, booked, outcome

ROUNDS = 12
NOTHING_LEFT = "b.status in ('PENDING', 'CONFIRMED')"


@pytest.fixture
def admin(office: Office) -> str:
    """An admin's access token."""
    return office.server.account("admin")[1]


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("fee", [0, 50])
@pytest.mark.parametrize("what", ["slot", "doctor"])
def test_book_and_delete_at_once(
    office: Office, admin: str, what: str, fee: int, force: bool
) -> None:
    """One of them wins; with force the loser is cancelled. No booking is left on what is gone."""
    results: Counter[tuple[str, ...]] = Counter()

    async def race() -> None:
        (slot,) = office.slot(fee=fee, capacity=2)
        path = f"/api/slots/{slot}" if what == "slot" else f"/api/doctors/{office.doctor_of(slot)}"
        async with office.server.clients(3) as client:
            desk = Desk(client)
            deleted, *answers = await at_once(
                desk.delete(path, admin, force=force), desk.book(slot), desk.book(slot)
            )
            made = [booked(answer) for answer in answers if answer.status == 201]
            results[outcome(deleted), *(outcome(answer) for answer in answers)] += 1
            assert {outcome(answer) for answer in answers} <= {"201", "404 slot_not_found"}
            shown = await desk.show_slot(slot)
        if deleted.status == 204:
            assert shown.status == 404
            assert office.count(NOTHING_LEFT, [slot]) == 0
            assert force or not made
            assert all(office.stored(booking.id) == "CANCELLED" for booking in made)
        else:
            assert outcome(deleted) == f"409 {what}_has_bookings"
            assert made
            assert not force
            assert shown.status == 200

    for _ in range(ROUNDS):
        asyncio.run(race())
    assert results.total() == ROUNDS


def test_move_and_delete_at_once(office: Office, admin: str) -> None:
    """A booking stays where it was, or is on a slot that is there."""

    async def race() -> None:
        old, new = office.slot(count=2)
        async with office.server.clients(3) as client:
            desk = Desk(client)
            booking = booked(await desk.book(old))
            moved, from_under, ahead = await at_once(
                desk.move(booking, new),
                desk.delete(f"/api/slots/{old}", admin, force=False),
                desk.delete(f"/api/slots/{new}", admin, force=False),
            )
        where = new if moved.status == 200 else old
        assert outcome(moved) in {"200", "404 slot_not_found"}
        assert office.count(NOTHING_LEFT, [where]) == 1
        kept = from_under if where == old else ahead
        assert outcome(kept) == "409 slot_has_bookings"

    for _ in range(ROUNDS):
        asyncio.run(race())
