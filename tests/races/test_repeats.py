"""The same request many times at once."""

import asyncio
import uuid

import pytest

from ..support.booking_office import Desk, Office, at_once, booked, outcomes
from ..support.http import Answer

TIMES = 20


@pytest.mark.parametrize("seats_free", [1, 3 * TIMES])
@pytest.mark.parametrize("who", ["guest", "patient"])
def test_one_idempotency_key_many_times_at_once_makes_one_booking(
    office: Office, who: str, seats_free: int
) -> None:
    """Hole 12: a retry booked twice. Here it gets what the first one got."""
    (slot,) = office.slot(capacity=seats_free)
    token = None if who == "guest" else office.server.account("patient")[1]
    key = str(uuid.uuid4())

    async def race() -> tuple[list[Answer], list[Answer]]:
        async with office.server.clients(TIMES) as client:
            desk = Desk(client)
            answers = await at_once(*(desk.book(slot, token=token, key=key) for _ in range(TIMES)))
            bookings = [booked(answer, token) for answer in answers]
            return answers, await at_once(*(desk.show(booking) for booking in bookings))

    answers, shown = asyncio.run(race())
    assert outcomes(answers) == {"201": TIMES}
    assert len({answer.body["id"] for answer in answers}) == 1
    assert office.count("true", [slot]) == 1
    # The manage token of a guest is that of the first answer, which may have been lost.
    assert outcomes(shown) == {"200": TIMES}


def test_one_idempotency_key_for_two_slots_at_once_books_one_of_them(office: Office) -> None:
    slots = office.slot(count=2)
    key = str(uuid.uuid4())

    async def race() -> list[Answer]:
        async with office.server.clients(10) as client:
            return await at_once(*(Desk(client).book(slot, key=key) for slot in slots * 5))

    assert outcomes(asyncio.run(race())) == {"201": 5, "409 idempotency_key_reused": 5}
    assert office.count("true", slots) == 1


def test_one_refresh_token_used_at_once_has_one_successor(office: Office) -> None:
    """Two tabs, or a lost answer. Ten seconds later somebody else knows the token."""

    async def refresh(desk: Desk, token: str) -> Answer:
        body = {"refresh_token": token}
        return await desk.client.request("POST", "/api/auth/refresh", json=body)

    async def race() -> None:
        person = {
            "name": "Ann",
            "email": f"{uuid.uuid4()}@example.com",
            "password": "correct horse",
        }
        async with office.server.clients(8) as client:
            desk = Desk(client)
            login = await client.request("POST", "/api/auth/register", json=person)
            assert login.status == 201
            token = login.body["refresh_token"]
            answers = await at_once(*(refresh(desk, token) for _ in range(8)))
            assert outcomes(answers) == {"200": 8}
            (successor,) = {answer.body["refresh_token"] for answer in answers}
            later = await refresh(desk, successor)
            assert later.body["refresh_token"] not in (token, successor)
            office.database.rows(
                "update data.refresh_token set spent_at = spent_at - interval '10 seconds'"
            )
            answers = await at_once(*(refresh(desk, token) for _ in range(8)))
            assert outcomes(answers) == {"401 refresh_token_reused": 8}
            ended = await refresh(desk, later.body["refresh_token"])
            assert outcomes([ended]) == {"401 refresh_token_invalid": 1}

    for _ in range(3):
        asyncio.run(race())
