"""Hours that change while people book, slots are deleted by hand, and the due work is at it."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ..support.booking_office import Desk, Office, at_once, booked, outcome
from ..support.http import Answer, AsyncClient

ROUNDS = 6
DAY = datetime.now(UTC).date() + timedelta(days=3)
OPEN = "s.doctor_id = %s and s.deleted_at is null and s.start_time::date = %s"


class Hours:
    """A new doctor, whose hours an admin sets."""

    def __init__(self, office: Office) -> None:
        self.database = office.database
        self.doctor: int = office.database.value("select tests.doctor(fee => 50)")
        self.path = f"/api/doctors/{self.doctor}/availability"
        self.token = office.server.account("admin")[1]

    async def put(self, client: AsyncClient, first: int, last: int) -> Answer:
        """Let the doctor work every day from one full hour to another."""
        window = {
            "start_time": f"{first:02}:00",
            "end_time": f"{last:02}:00",
            "slot_minutes": 30,
            "capacity": 2,
        }
        weekly = [window | {"weekday": n} for n in range(1, 8)]
        return await client.request("PUT", self.path, json={"weekly": weekly}, token=self.token)

    def slots(self, what: str = "true") -> list[Any]:
        """Return ids of slots of the day that stand, by start."""
        query = f"select s.id from data.slot as s where {OPEN} and {what} order by s.start_time"
        return [row[0] for row in self.database.rows(query, [self.doctor, DAY])]

    def starts(self) -> list[int]:
        """Return at which hours slots of the day start that stand."""
        query = (
            "select extract(hour from s.start_time at time zone 'UTC')::integer"
            f" from data.slot as s where {OPEN} order by s.start_time"
        )
        return [row[0] for row in self.database.rows(query, [self.doctor, DAY])]

    async def work(self) -> None:
        """Do the due work until nothing is left to do."""
        async with await self.database.login_async("slotkeeper_server") as worker:
            while True:
                cursor = await worker.execute("select tests.do_due_work()")
                row = await cursor.fetchone()
                if row == (0,):
                    return


@pytest.fixture
def hours(office: Office) -> Hours:
    """A new doctor, whose hours an admin sets."""
    return Hours(office)


def test_hours_change_while_people_book(office: Office, hours: Hours) -> None:
    """What somebody got stays, whatever the hours; what nobody has follows them."""

    async def race() -> None:
        async with office.server.clients(8) as client:
            desk = Desk(client)
            assert (await hours.put(client, 9, 12)).status == 200
            old = hours.slots()
            changed, *rest = await at_once(
                hours.put(client, 11, 14), *(desk.book(slot) for slot in old for _ in range(2))
            )
            await hours.work()
            assert changed.status == 200
            assert {outcome(answer) for answer in rest} <= {"201", "404 slot_not_found"}
            got = {booked(answer).slot_id for answer in rest if answer.status == 201}
            # Two slots are of both hours, four of the new ones alone.
            assert set(hours.slots()) == got | set(old[4:]) | set(hours.slots("not s.withdrawn"))
            assert len(hours.slots("not s.withdrawn")) == 6
            assert set(hours.slots("s.withdrawn")) == got - set(old[4:])
            # Once they are free, they go.
            for answer in rest:
                if answer.status == 201:
                    assert (await desk.cancel(booked(answer))).status == 200
            await hours.work()
            assert hours.starts() == [11, 11, 12, 12, 13, 13]

    for _ in range(ROUNDS):
        asyncio.run(race())


def test_of_two_changes_at_once_one_is_last_and_whole(office: Office, hours: Hours) -> None:
    async def race() -> None:
        async with office.server.clients(4) as client:
            answers = await asyncio.gather(
                hours.put(client, 9, 11), hours.put(client, 10, 12), hours.work(), hours.work()
            )
            assert [answer.status for answer in answers[:2]] == [200, 200]
            shown = (await client.request("GET", hours.path)).body["weekly"]
            first = int(shown[0]["start_time"][:2])
            assert len(shown) == 7
            assert hours.starts() == [first, first, first + 1, first + 1]

    for _ in range(ROUNDS):
        asyncio.run(race())


def test_a_slot_deleted_by_hand_while_hours_change_stays_deleted(
    office: Office, hours: Hours
) -> None:
    async def race(first: int) -> None:
        async with office.server.clients(4) as client:
            assert (await hours.put(client, first, first + 2)).status == 200
            slot = hours.slots()[0]
            gone, *changed = await at_once(
                Desk(client).delete(f"/api/slots/{slot}", hours.token, force=False),
                hours.put(client, first, first + 3),
                hours.put(client, first, first + 2),
            )
            assert [answer.status for answer in changed] == [200, 200]
            assert gone.status == 204
            assert hours.starts()[:3] == [first, first + 1, first + 1]

    for round_ in range(ROUNDS):
        asyncio.run(race(3 * round_))


def test_a_slot_is_booked_while_its_seats_change(office: Office, hours: Hours) -> None:
    """Nobody who got a seat loses it, and nobody gets one that is gone."""

    async def race() -> None:
        (slot,) = office.slot(capacity=3)
        async with office.server.clients(6) as client:
            desk = Desk(client)

            async def resize(capacity: int) -> Answer:
                body = {"capacity": capacity}
                path = f"/api/slots/{slot}"
                return await client.request("PATCH", path, json=body, token=hours.token)

            answers = await at_once(
                resize(1), resize(2), *(desk.book(slot) for _ in range(3)), resize(3)
            )
            assert {outcome(answer) for answer in answers} <= {
                *("200", "201", "409 slot_taken", "409 capacity_below_sold")
            }
            shown = (await desk.show_slot(slot)).body
        got = sum(answer.status == 201 for answer in answers)
        assert got <= shown["capacity"]
        assert shown["seats_available"] == shown["capacity"] - got

    for _ in range(ROUNDS):
        asyncio.run(race())


def test_time_off_and_a_booking_at_once(office: Office, hours: Hours) -> None:
    """One of them wins: there is no live booking in time off."""

    async def race(week: int) -> None:
        (slot,) = office.slot()
        doctor = office.doctor_of(slot)
        start = datetime.now(UTC) + timedelta(hours=1)
        body = {
            "start_time": start.isoformat(),
            "end_time": (start + timedelta(days=7)).isoformat(),
            "force": week % 2 == 0,
        }
        async with office.server.clients(2) as client:
            path = f"/api/doctors/{doctor}/time-off"
            off, made = await at_once(
                client.request("POST", path, json=body, token=hours.token), Desk(client).book(slot)
            )
        live = office.count("b.status in ('PENDING', 'CONFIRMED')", [slot])
        if off.status == 201:
            assert live == 0
            assert outcome(made) in {"201", "404 slot_not_found"}
        else:
            assert outcome(off) == "409 time_off_has_bookings"
            assert (made.status, live) == (201, 1)

    for week in range(ROUNDS):
        asyncio.run(race(week))
