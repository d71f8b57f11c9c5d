"""Seats that come free while people wait, join, leave, pay and the due work runs."""

import asyncio
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from ..support.booking_office import Booked, Desk, Office, at_once, booked, outcome, outcomes
from ..support.databases import Database
from ..support.http import Answer, AsyncClient

ROUNDS = 12
RUN_OUT = "update data.booking set expires_at = clock_timestamp() where id = any(%s)"
BATCH = "select sum(core.do_due_task(t)) from unnest(core.due_tasks()) as t"
OFFERED = """
select w.id from data.waitlist_entry as w join data.booking as b on b.id = w.booking_id
where w.slot_id = %s and core.holds_seats(b.status) order by w.id
"""


async def join(client: AsyncClient, slot: int, email: str | None = None) -> Answer:
    """Join the waitlist of a slot, as a guest with an address of its own unless one is given."""
    body = {"patient_name": "Ann", "patient_email": email or f"{uuid.uuid4()}@example.com"}
    return await client.request("POST", f"/api/slots/{slot}/waitlist", json=body)


async def leave(client: AsyncClient, entry: Answer) -> Answer:
    """Leave a waitlist."""
    headers = {"X-Manage-Token": entry.body["manage_token"]}
    return await client.request("DELETE", f"/api/waitlist/{entry.body['id']}", headers=headers)


def offered(database: Database, slot: int) -> list[int]:
    """Return the entries for which seats of a slot are held, the oldest first."""
    return [entry for (entry,) in database.rows(OFFERED, [slot])]


def offer_of(office: Office, entry: Answer) -> Booked:
    """Return the booking that was offered to an entry."""
    booking = office.database.value(
        "select booking_id from data.waitlist_entry where id = %s", [entry.body["id"]]
    )
    body = entry.body
    return Booked(booking, body["slot_id"], body["patient_email"], 1, None, body["manage_token"])


def work(database: Database, workers: int = 3) -> None:
    """Do all due work, by several at once."""

    def one(_: int) -> None:
        with database.login("slotkeeper_server") as connection:
            while connection.execute(BATCH).fetchone() != (0,):
                pass

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(one, range(workers)))
    # What each left to another one, who had it locked but nothing to do with it, is for the next.
    one(workers)


def test_a_seat_comes_free_while_two_join(office: Office) -> None:
    """Whoever joined in time has it; who came later is told that it is free, or waits."""
    results: Counter[tuple[str, ...]] = Counter()

    async def race() -> None:
        (slot,) = office.slot()
        async with office.server.clients(3) as client:
            desk = Desk(client)
            booking = booked(await desk.book(slot))
            cancelled, *joined = await at_once(
                desk.cancel(booking), join(client, slot), join(client, slot)
            )
        assert outcome(cancelled) == "200"
        told = tuple(sorted(outcome(answer) for answer in joined))
        results[told] += 1
        waiting = [answer.body["id"] for answer in joined if answer.status == 201]
        # Who joins while the first one has the offer waits behind.
        assert offered(office.database, slot) == sorted(waiting)[:1]
        assert set(told) <= {"201", "409 slot_has_seats"}

    for _ in range(ROUNDS):
        asyncio.run(race())
    assert results.total() == ROUNDS


def test_a_storm_of_cancellations_serves_the_oldest(office: Office) -> None:
    """Each seat is offered once, to those who have waited longest."""

    async def race() -> None:
        (slot,) = office.slot(capacity=8)
        async with office.server.clients(16) as client:
            desk = Desk(client)
            bookings = [booked(await desk.book(slot)) for _ in range(8)]
            entries = [await join(client, slot) for _ in range(12)]
            assert outcomes(entries) == {"201": 12}
            answers = await at_once(
                *(desk.cancel(booking) for booking in bookings),
                *(desk.book(slot) for _ in range(8)),
            )
        assert outcomes(answers) == {"200": 8, "409 slot_taken": 8}
        assert offered(office.database, slot) == [entry.body["id"] for entry in entries[:8]]
        assert office.count("core.holds_seats(b.status)", [slot]) == 8

    for _ in range(ROUNDS // 4):
        asyncio.run(race())


def test_an_offer_runs_out_while_it_is_paid(office: Office) -> None:
    """Paid, or expired and the next one's; whoever comes by gets it in neither case."""
    results: Counter[str] = Counter()

    async def race() -> None:
        (slot,) = office.slot()
        async with office.server.clients(4) as client:
            desk = Desk(client)
            booking = booked(await desk.book(slot))
            entries = [await join(client, slot) for _ in range(2)]
            assert (await desk.cancel(booking)).status == 200
            offer = offer_of(office, entries[0])
            office.database.rows(
                "update data.booking set expires_at = clock_timestamp() + interval '4 ms'"
                " where id = %s",
                [offer.id],
            )
            paid, taken, _ = await asyncio.gather(
                desk.pay(offer), desk.book(slot), asyncio.to_thread(work, office.database)
            )
        await asyncio.to_thread(work, office.database)
        assert outcome(taken) == "409 slot_taken"
        results[outcome(paid)] += 1
        expected = entries[0] if paid.status == 200 else entries[1]
        assert offered(office.database, slot) == [expected.body["id"]]
        assert paid.status == 200 or outcome(paid) == "409 booking_expired"

    for _ in range(ROUNDS):
        asyncio.run(race())
    assert results.total() == ROUNDS


def test_due_work_by_several_at_once_makes_each_offer_once(office: Office) -> None:
    slots = office.slot(count=40, capacity=2)
    database = office.database

    async def fill() -> list[int]:
        async with office.server.clients(8) as client:
            desk = Desk(client)
            answers = await at_once(*(desk.book(slot, seats=2) for slot in slots))
            for _ in range(3):
                joined = await at_once(*(join(client, slot) for slot in slots))
                assert outcomes(joined) == {"201": len(slots)}
            return [booked(answer).id for answer in answers]

    database.rows(RUN_OUT, [asyncio.run(fill())])
    work(database, workers=4)
    for slot in slots:
        waiting = [
            entry
            for (entry,) in database.rows(
                "select id from data.waitlist_entry where slot_id = %s order by id", [slot]
            )
        ]
        assert offered(database, slot) == waiting[:2]


def test_leaving_while_being_offered(office: Office) -> None:
    """Who has left holds nothing; the seat is the next one's."""

    async def race() -> None:
        (slot,) = office.slot()
        async with office.server.clients(4) as client:
            desk = Desk(client)
            booking = booked(await desk.book(slot))
            first, second = [await join(client, slot) for _ in range(2)]
            answers = await at_once(desk.cancel(booking), leave(client, first))
        assert [outcome(answer) for answer in answers] == ["200", "204"]
        assert offered(office.database, slot) == [second.body["id"]]

    for _ in range(ROUNDS):
        asyncio.run(race())


def test_paying_and_leaving_at_once(office: Office) -> None:
    """Paid and kept, or left and not paid."""
    results: Counter[tuple[str, str]] = Counter()

    async def race() -> None:
        (slot,) = office.slot()
        async with office.server.clients(4) as client:
            desk = Desk(client)
            booking = booked(await desk.book(slot))
            entry = await join(client, slot)
            assert (await desk.cancel(booking)).status == 200
            paid, left = await at_once(desk.pay(offer_of(office, entry)), leave(client, entry))
        results[outcome(paid), outcome(left)] += 1
        assert offered(office.database, slot) == ([entry.body["id"]] if paid.status == 200 else [])

    for _ in range(ROUNDS):
        asyncio.run(race())
    assert set(results) <= {("200", "409 already_booked"), ("409 booking_not_active", "204")}


@pytest.mark.parametrize("force", [False, True])
def test_a_slot_is_deleted_while_a_seat_comes_free(office: Office, force: bool) -> None:
    """Nobody is offered a seat of what is gone; without force an offer keeps the slot."""
    admin = office.server.account("admin")[1]

    async def race() -> None:
        (slot,) = office.slot()
        async with office.server.clients(4) as client:
            desk = Desk(client)
            booking = booked(await desk.book(slot))
            entry = await join(client, slot)
            cancelled, deleted = await at_once(
                desk.cancel(booking), desk.delete(f"/api/slots/{slot}", admin, force=force)
            )
        gone = deleted.status == 204
        assert gone or outcome(deleted) == "409 slot_has_bookings"
        assert gone is force
        assert outcome(cancelled) in {"200", "409 booking_not_active"}
        assert offered(office.database, slot) == ([] if gone else [entry.body["id"]])

    for _ in range(ROUNDS):
        asyncio.run(race())


def test_swaps_and_cancellations_with_waitlists_do_not_deadlock(office: Office) -> None:
    """Moves lock two slots; offers are made in the one that was left."""

    async def race() -> None:
        slots = office.slot(count=4)
        async with office.server.clients(16) as client:
            desk = Desk(client)
            bookings = [booked(await desk.book(slot)) for slot in slots[:3]]
            for slot in slots[:3]:
                for _ in range(2):
                    assert (await join(client, slot)).status == 201
            answers = await at_once(
                *(desk.move(booking, slots[3]) for booking in bookings),
                *(desk.cancel(booking) for booking in bookings[:1]),
                *(desk.book(slot) for slot in slots),
            )
        assert all(answer.status < 500 for answer in answers)

    for _ in range(ROUNDS):
        asyncio.run(race())


def test_what_a_lock_held_back_is_done_by_the_due_work(office: Office) -> None:
    """Due work passes over a slot that somebody has; nothing is lost."""
    database = office.database
    (slot,) = office.slot()

    async def fill() -> tuple[int, int]:
        async with office.server.clients(1) as client:
            booking = booked(await Desk(client).book(slot))
            return booking.id, (await join(client, slot)).body["id"]

    booking, entry = asyncio.run(fill())
    database.rows(RUN_OUT, [[booking]])
    with database.connect() as holder, holder.transaction():
        holder.execute("select from data.slot where id = %s for no key update", [slot])
        work(database, workers=2)
        assert offered(database, slot) == []
    work(database)
    assert offered(database, slot) == [entry]


def test_who_is_locked_is_passed_over_and_served_by_the_due_work(office: Office) -> None:
    """A stranger's cancellation waits for nobody's account."""
    database = office.database
    (slot,) = office.slot(capacity=2)

    async def fill() -> tuple[list[Booked], list[Answer]]:
        async with office.server.clients(2) as client:
            desk = Desk(client)
            bookings = [booked(await desk.book(slot)) for _ in range(2)]
            return bookings, [await join(client, slot) for _ in range(2)]

    async def cancel(booking: Booked) -> None:
        async with office.server.clients(1) as client:
            assert (await Desk(client).cancel(booking)).status == 200

    bookings, entries = asyncio.run(fill())
    first, second = (entry.body for entry in entries)
    with database.connect() as holder, holder.transaction():
        holder.execute("select pg_advisory_xact_lock(core.owner_key(%s))", [first["patient_email"]])
        for booking in bookings:
            asyncio.run(cancel(booking))
        work(database)
        assert offered(database, slot) == [second["id"]]
    work(database)
    assert offered(database, slot) == [first["id"], second["id"]]


def test_two_seats_come_free_for_one_who_may_have_one(office: Office) -> None:
    """Of two offers at once one is made; booking meanwhile counts as well."""
    results: Counter[int] = Counter()

    async def race() -> None:
        slots = office.slot(count=3)
        office.database.rows(
            "update data.clinic set unpaid_limit = 1 where id = (select d.clinic_id"
            " from data.doctor as d join data.slot as s on s.doctor_id = d.id where s.id = %s)",
            [slots[0]],
        )
        email = f"{uuid.uuid4()}@example.com"
        async with office.server.clients(4) as client:
            desk = Desk(client)
            bookings = [booked(await desk.book(slot)) for slot in slots[:2]]
            for slot in slots[:2]:
                assert (await join(client, slot, email)).status == 201
            answers = await at_once(
                *(desk.cancel(booking) for booking in bookings), desk.book(slots[2], email=email)
            )
        assert outcomes(answers[:2]) == {"200": 2}
        work(office.database)
        live = office.count(f"core.is_active(b.status) and b.patient_email = '{email}'", slots)
        results[live] += 1
        assert outcome(answers[2]) in {"201", "409 too_many_unpaid"}

    for _ in range(ROUNDS):
        asyncio.run(race())
    assert results == {1: ROUNDS}
