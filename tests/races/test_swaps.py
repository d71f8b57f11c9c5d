"""Patients who move to each other's slots at the same time."""

import asyncio

import pytest

from ..support.booking_office import Booked, Desk, Office, at_once, booked, outcomes
from ..support.http import Answer

ROUNDS = 25


def swap(office: Office, slots: list[int]) -> list[Answer]:
    """Book each slot, then move each booking to the next slot, all at once."""

    async def race() -> list[Answer]:
        async with office.server.clients(len(slots)) as client:
            desk = Desk(client)
            bookings = [booked(await desk.book(slot)) for slot in slots]
            targets = [*slots[1:], slots[0]]
            pairs = list(zip(bookings, targets, strict=True))
            answers = await at_once(*(desk.move(one, target) for one, target in pairs))
            check(office, pairs, answers)
            await at_once(*(desk.cancel(one) for one in bookings))
            return answers

    return asyncio.run(race())


def check(office: Office, moves: list[tuple[Booked, int]], answers: list[Answer]) -> None:
    """Each booking is where its own answer says, on a seat as before, and nowhere else."""
    for (booking, target), answer in zip(moves, answers, strict=True):
        where = target if answer.status == 200 else booking.slot_id
        assert office.count(f"b.id = {booking.id} and b.status = 'PENDING'", [where]) == 1
        if answer.status == 200:
            assert (answer.body["id"], answer.body["slot_id"]) == (booking.id, target)


@pytest.mark.parametrize("people", [2, 3, 5])
def test_where_there_is_room_all_who_swap_succeed(office: Office, people: int) -> None:
    slots = office.slot(capacity=2, count=people)
    for _ in range(ROUNDS):
        assert outcomes(swap(office, slots)) == {"200": people}


@pytest.mark.parametrize("people", [2, 3, 5])
def test_where_all_is_full_nobody_who_swaps_succeeds(office: Office, people: int) -> None:
    slots = office.slot(count=people)
    for _ in range(ROUNDS):
        assert outcomes(swap(office, slots)) == {"409 slot_taken": people}


def test_where_one_seat_is_free_a_ring_moves_as_far_as_it_goes(office: Office) -> None:
    """The one before the wide slot moves for sure; each of the others only after its successor."""
    (wide,) = office.slot(capacity=2)
    doctor = office.doctor_of(wide)
    narrow = [office.database.value("select tests.slot(%s)", [doctor]) for _ in range(2)]
    for _ in range(ROUNDS):
        first, second, third = swap(office, [wide, *narrow])
        assert third.status == 200
        assert {first.status, second.status} <= {200, 409}
        assert second.status == 200 or first.status == 409


def test_two_who_want_the_same_free_seat_do_not_both_move_there(office: Office) -> None:
    """Hole 3: two reschedules landed on one slot."""
    slots = office.slot(count=3)

    async def race() -> list[Answer]:
        async with office.server.clients(2) as client:
            desk = Desk(client)
            bookings = [booked(await desk.book(slot)) for slot in slots[:2]]
            answers = await at_once(*(desk.move(one, slots[2]) for one in bookings))
            await at_once(*(desk.cancel(one) for one in bookings))
            return answers

    for _ in range(ROUNDS):
        assert outcomes(asyncio.run(race())) == {"200": 1, "409 slot_taken": 1}
