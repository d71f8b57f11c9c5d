"""Paying, cancelling and the end of a hold at the same instant."""

import asyncio
import random
from collections import Counter

import psycopg
from psycopg.rows import TupleRow

from ..support.booking_office import (
    Booked,
    Desk,
    Office,
    at_once,
    booked,
    outcome,
    outcomes,
)
from ..support.http import Answer
from ..support.wait import eventually_async

ROUNDS = 40
AT_ONCE = 8

Connection = psycopg.AsyncConnection[TupleRow]


async def let_expire(connection: Connection, booking: Booked, microseconds: int) -> None:
    """Let the hold of a booking end so many microseconds from now."""
    await connection.execute(
        "update data.booking set expires_at ="
        " clock_timestamp() + make_interval(secs => %s / 1e6) where id = %s",
        [microseconds, booking.id],
    )


def test_pay_and_expiry_at_the_same_instant(office: Office) -> None:
    """Paid and confirmed, or refused with nothing recorded, whether or not a payment was begun."""
    slots = office.slot(count=AT_ONCE)
    dice = random.Random(1)  # noqa: S311 - reproducible
    results: Counter[str] = Counter()

    async def race(desk: Desk, connection: Connection, slot: int) -> None:
        booking = booked(await desk.book(slot))
        begun = dice.random() < 0.5
        if begun:
            assert (await desk.begin_payment(booking)).status == 201
        await let_expire(connection, booking, dice.randrange(1, 8000))
        answer = await desk.pay(booking)
        results[outcome(answer)] += 1
        if answer.status == 200:
            assert answer.body["payment"]["status"] == "SUCCEEDED"
            assert answer.body["booking"]["status"] == "CONFIRMED"
            assert office.stored(booking.id) == "CONFIRMED"
            assert (await desk.cancel(booking)).status == 200
            return
        assert outcome(answer) == "409 booking_expired"
        shown = await desk.show(booking)
        assert (shown.body["status"], shown.body["payment_status"]) == ("FAILED", "NONE")
        assert office.database.rows(
            "select count(*) filter (where status in ('PENDING', 'CANCELLED')),"
            " count(*) filter (where status not in ('PENDING', 'CANCELLED'))"
            " from data.payment where booking_id = %s",
            [booking.id],
        ) == [(int(begun), 0)]

    async def rounds() -> None:
        async with office.server.clients(AT_ONCE) as client:
            desk = Desk(client)

            async def one(slot: int) -> None:
                async with await office.database.connect_async() as connection:
                    for _ in range(ROUNDS // 4):
                        await race(desk, connection, slot)

            await asyncio.gather(*(one(slot) for slot in slots))

    asyncio.run(rounds())
    assert results.total() == ROUNDS // 4 * AT_ONCE


def test_payment_that_waits_for_its_lock_until_the_hold_is_over_is_refused(office: Office) -> None:
    """The clock is read after the lock: whoever began to pay in time may still be too late."""
    (slot,) = office.slot()

    async def race() -> Answer:
        async with (
            office.server.clients(1) as client,
            await office.database.connect_async() as holder,
        ):
            desk = Desk(client)
            booking = booked(await desk.book(slot))
            async with holder.transaction():
                await holder.execute(
                    "select from data.slot as s where s.id = %s for no key update", [slot]
                )
                paying = asyncio.create_task(desk.pay(booking))
                await somebody_waits_for(office, holder)
                await let_expire(holder, booking, 0)
            return await paying

    assert outcome(asyncio.run(race())) == "409 booking_expired"
    assert (
        office.database.value(
            "select count(*) from data.payment as p join data.booking as b"
            " on b.id = p.booking_id where b.slot_id = %s",
            [slot],
        )
        == 0
    )


def test_hold_that_ends_while_its_payment_is_recorded_refuses_the_payment(office: Office) -> None:
    """The hold may run out between the check and the confirmation: too late all the same."""
    (slot,) = office.slot()

    async def race() -> tuple[Booked, Answer]:
        async with (
            office.server.clients(1) as client,
            await office.database.connect_async() as holder,
        ):
            desk = Desk(client)
            booking = booked(await desk.book(slot))
            assert (await desk.begin_payment(booking)).status == 201
            async with holder.transaction():
                await holder.execute(
                    "select from data.payment as p where p.booking_id = %s for update",
                    [booking.id],
                )
                async with await office.database.connect_async() as clock:
                    await let_expire(clock, booking, 1_000_000)
                paying = asyncio.create_task(desk.pay(booking))
                await somebody_waits_for(office, holder)

                async def over() -> bool:
                    cursor = await holder.execute(
                        "select b.expires_at <= clock_timestamp() from data.booking as b"
                        " where b.id = %s",
                        [booking.id],
                    )
                    return await cursor.fetchone() == (True,)

                await eventually_async(over, what="end of the hold")
            return booking, await paying

    booking, answer = asyncio.run(race())
    assert outcome(answer) == "409 booking_expired"
    assert office.database.rows(
        "select status::text from data.payment where booking_id = %s", [booking.id]
    ) == [("PENDING",)]


async def somebody_waits_for(office: Office, holder: Connection) -> None:
    """Return once another session waits for a lock that `holder` has."""
    async with await office.database.connect_async() as watcher:

        async def waiting() -> bool:
            cursor = await watcher.execute(
                "select count(*) > 0 from pg_stat_activity as a"
                " where %s = any(pg_blocking_pids(a.pid))",
                [holder.info.backend_pid],
            )
            return await cursor.fetchone() == (True,)

        await eventually_async(waiting, what="wait for a lock")


def test_cancel_and_pay_at_once(office: Office) -> None:
    """Whoever is first, the booking ends cancelled, and what was paid is owed back."""
    slots = office.slot(count=AT_ONCE)

    async def race(desk: Desk, slot: int) -> tuple[Booked, Answer, Answer]:
        booking = booked(await desk.book(slot))
        requests = [desk.cancel(booking), desk.pay(booking)]
        cancelled, paid = await at_once(*requests)
        return booking, cancelled, paid

    async def rounds() -> list[tuple[Booked, Answer, Answer]]:
        async with office.server.clients(2 * AT_ONCE) as client:
            desk = Desk(client)
            return [
                result
                for _ in range(ROUNDS // AT_ONCE)
                for result in await asyncio.gather(*(race(desk, slot) for slot in slots))
            ]

    for booking, cancelled, paid in asyncio.run(rounds()):
        assert cancelled.status == 200
        assert office.stored(booking.id) == "CANCELLED"
        if paid.status == 200:
            assert cancelled.body["payment_status"] == "REFUND_DUE"
            assert office.refunds(booking.id) == [50.0]
        else:
            assert outcome(paid) == "409 booking_not_active"
            assert cancelled.body["payment_status"] == "NONE"
            assert office.refunds(booking.id) == []


def test_cancel_many_times_at_once_cancels_and_refunds_once(office: Office) -> None:
    """Hole 2: a second cancel freed the seat of whoever had booked it meanwhile."""
    (slot,) = office.slot()

    async def race() -> None:
        async with office.server.clients(10) as client:
            desk = Desk(client)
            booking = booked(await desk.book(slot))
            assert (await desk.pay(booking)).status == 200
            answers = await at_once(*(desk.cancel(booking) for _ in range(6)))
            assert outcomes(answers) == {"200": 1, "409 booking_not_active": 5}
            assert office.refunds(booking.id) == [50.0]
            successor = booked(await desk.book(slot))
            late = await at_once(*(desk.cancel(booking) for _ in range(6)))
            assert outcomes(late) == {"409 booking_not_active": 6}
            assert office.stored(successor.id) == "PENDING"
            assert (await desk.show_slot(slot)).body["seats_available"] == 0
            assert (await desk.cancel(successor)).status == 200

    for _ in range(5):
        asyncio.run(race())


def test_pay_and_decline_many_times_at_once_settles_once(office: Office) -> None:
    (slot,) = office.slot()

    async def race() -> None:
        async with office.server.clients(10) as client:
            desk = Desk(client)
            booking = booked(await desk.book(slot))
            answers = await at_once(
                *(desk.pay(booking, success=number % 2 == 0) for number in range(8)),
                *(desk.begin_payment(booking) for _ in range(2)),
            )
            settled = [answer for answer in answers if answer.status == 200]
            assert len(settled) == 1
            status = settled[0].body["booking"]["status"]
            refusal = {"CONFIRMED": "already_paid", "FAILED": "booking_not_active"}[status]
            assert {outcome(answer) for answer in answers} <= {"200", "201", f"409 {refusal}"}
            assert office.stored(booking.id) == status
            await desk.cancel(booking)

    for _ in range(8):
        asyncio.run(race())
