"""Providers, the desk, refunds and cancellations at the same instant; and a kill in the middle."""

import asyncio
import json
import uuid
from collections.abc import Awaitable
from typing import Any

import pytest

from ..support.booking_office import Booked, Desk, Office, at_once, booked, outcome, outcomes
from ..support.http import Answer, AsyncClient
from ..support.provider import Provider
from ..support.wait import eventually_async

ROUNDS = 12


@pytest.fixture
def provider(office: Office) -> Provider:
    """A payment provider of this test's own."""
    name = f"acme-{uuid.uuid4().hex[:8]}"
    secret = office.database.value("select tests.provider(%s)", [name])
    return Provider(office.server, name, secret)


class Money:
    """What a race sends; staff is an admin."""

    def __init__(self, office: Office, provider: Provider, client: AsyncClient) -> None:
        self.client = client
        self.desk = Desk(client)
        self.provider = provider
        self.admin = office.server.account("admin")[1]

    async def begin(self, slot: int) -> tuple[Booked, dict[str, Any]]:
        """Book a slot and begin to pay it with the provider."""
        booking = booked(await self.desk.book(slot))
        answer = await self.client.request(
            "POST",
            "/api/payments",
            json={"booking_id": booking.id, "provider": self.provider.name, **booking.body},
        )
        assert answer.status == 201, answer.body
        return booking, answer.body

    async def report(self, body: bytes) -> Answer:
        """Let the provider report an event."""
        return await self.client.request(
            "POST",
            f"/api/payments/webhook/{self.provider.name}",
            json=json.loads(body),
            headers={"X-Signature": self.provider.signature(body)},
        )

    async def take(self, booking: Booked) -> Answer:
        """Take the money at the desk."""
        asked = {"booking_id": booking.id, "method": "CASH"}
        return await self.client.request("POST", "/api/payments/desk", json=asked, token=self.admin)

    async def refund(self, payment: dict[str, Any], amount: float) -> Answer:
        """Owe back a part of a payment."""
        return await self.client.request(
            "POST",
            f"/api/payments/{payment['id']}/refunds",
            json={"amount": amount, "reason": "Goodwill"},
            token=self.admin,
        )


def race(office: Office, provider: Provider, one: Any) -> None:
    """Run `one(money, slot)` on new slots, some at a time."""

    async def rounds() -> None:
        async with office.server.clients(32) as client:
            money = Money(office, provider, client)
            slots = office.slot(count=ROUNDS)
            for first in range(0, ROUNDS, 4):
                await asyncio.gather(*(one(money, slot) for slot in slots[first : first + 4]))

    asyncio.run(rounds())


def captured(office: Office, booking: Booked) -> list[tuple[str, float, float]]:
    """Return status, captured and owed amount of each payment that took money."""
    return [
        (status, float(amount), float(owed))
        for status, amount, owed in office.database.rows(
            "select p.status::text, p.captured_amount, p.refund_due_amount from api.payment as p"
            " where p.booking_id = %s and p.captured_amount > 0 order by p.status",
            [booking.id],
        )
    ]


def test_a_report_and_a_cancellation_at_once(office: Office, provider: Provider) -> None:
    """Whichever is first, the money is owed back once."""

    async def one(money: Money, slot: int) -> None:
        booking, payment = await money.begin(slot)
        cancelled, reported = await at_once(
            money.desk.cancel(booking), money.report(provider.event(payment))
        )
        assert (cancelled.status, reported.status) == (200, 200)
        assert office.stored(booking.id) == "CANCELLED"
        assert office.refunds(booking.id) == [50.0]
        assert reported.body["payment_status"] in ("SUCCEEDED", "SURPLUS")

    race(office, provider, one)


def test_one_event_many_times_at_once(office: Office, provider: Provider) -> None:
    async def one(money: Money, slot: int) -> None:
        booking, payment = await money.begin(slot)
        body = provider.event(payment, provider_reference=uuid.uuid4().hex)
        answers = await at_once(*(money.report(body) for _ in range(5)))
        assert outcomes(answers) == {"200": 5}
        assert all(answer.raw == answers[0].raw for answer in answers)
        assert captured(office, booking) == [("SUCCEEDED", 50.0, 0.0)]

    race(office, provider, one)


@pytest.mark.parametrize("said", ["event_id", "provider_reference"])
def test_one_id_for_two_bookings_at_once(office: Office, provider: Provider, said: str) -> None:
    """One of them is paid; of the other the provider hears that nothing was recorded."""

    async def one(money: Money, slot: int) -> None:
        payments = [(await money.begin(place))[1] for place in (slot, *office.slot())]
        id_ = uuid.uuid4().hex
        answers = await at_once(
            *(money.report(provider.event(payment, **{said: id_})) for payment in payments)
        )
        assert sorted(map(outcome, answers)) == ["200", "409 reference_reused"]

    race(office, provider, one)


def test_two_captures_of_one_payment_at_once(office: Office, provider: Provider) -> None:
    async def one(money: Money, slot: int) -> None:
        booking, payment = await money.begin(slot)
        answers = await at_once(
            *(
                money.report(provider.event(payment, provider_reference=uuid.uuid4().hex))
                for _ in range(3)
            )
        )
        assert outcomes(answers) == {"200": 3}
        assert captured(office, booking) == [
            ("SUCCEEDED", 50.0, 0.0),
            ("SURPLUS", 50.0, 50.0),
            ("SURPLUS", 50.0, 50.0),
        ]

    race(office, provider, one)


def test_success_and_failure_at_once(office: Office, provider: Provider) -> None:
    """A failure never undoes a success, in either order."""

    async def one(money: Money, slot: int) -> None:
        booking, payment = await money.begin(slot)
        answers = await at_once(
            money.report(provider.event(payment, "FAILED")), money.report(provider.event(payment))
        )
        assert outcomes(answers) == {"200": 2}
        assert office.stored(booking.id) == "CONFIRMED"
        assert captured(office, booking) == [("SUCCEEDED", 50.0, 0.0)]

    race(office, provider, one)


def test_the_desk_and_a_report_at_once(office: Office, provider: Provider) -> None:
    """Both took the money: one pays, and either the desk is told or the other is owed back."""

    async def one(money: Money, slot: int) -> None:
        booking, payment = await money.begin(slot)
        taken, reported = await at_once(money.take(booking), money.report(provider.event(payment)))
        assert reported.status == 200
        assert office.stored(booking.id) == "CONFIRMED"
        if taken.status == 200:
            assert reported.body["payment_status"] == "SURPLUS"
            assert captured(office, booking) == [
                ("SUCCEEDED", 50.0, 0.0),
                ("SURPLUS", 50.0, 50.0),
            ]
        else:
            assert outcome(taken) == "409 already_paid"
            assert captured(office, booking) == [("SUCCEEDED", 50.0, 0.0)]

    race(office, provider, one)


def test_two_desks_take_the_money_once(office: Office, provider: Provider) -> None:
    async def one(money: Money, slot: int) -> None:
        booking = booked(await money.desk.book(slot))
        answers = await at_once(*(money.take(booking) for _ in range(4)))
        assert outcomes(answers) == {"200": 1, "409 already_paid": 3}
        assert captured(office, booking) == [("SUCCEEDED", 50.0, 0.0)]

    race(office, provider, one)


def test_no_more_is_given_back_than_there_is(office: Office, provider: Provider) -> None:
    """Refunds by several admins and a cancellation share what was captured."""

    async def one(money: Money, slot: int) -> None:
        booking = booked(await money.desk.book(slot))
        payment = (await money.take(booking)).body["payment"]
        answers = await at_once(
            *(money.refund(payment, 20) for _ in range(4)), money.desk.cancel(booking)
        )
        assert answers[4].status == 200
        assert set(outcomes(answers[:4])) <= {"201", "409 exceeds_captured"}
        assert sum(office.refunds(booking.id)) == 50.0

    race(office, provider, one)


def test_a_refund_is_marked_once(office: Office, provider: Provider) -> None:
    async def one(money: Money, slot: int) -> None:
        booking = booked(await money.desk.book(slot))
        payment = (await money.take(booking)).body["payment"]
        refund = (await money.refund(payment, 50)).body
        answers = await at_once(
            *(
                money.client.request(
                    "PATCH",
                    f"/api/refunds/{refund['id']}",
                    json={"status": "SENT"},
                    token=money.admin,
                )
                for _ in range(4)
            )
        )
        assert outcomes(answers) == {"200": 1, "409 refund_not_due": 3}

    race(office, provider, one)


def test_two_workers_take_different_refunds(office: Office, provider: Provider) -> None:
    """Neither waits for the other, and what a worker that dies had taken is due again."""
    (slot,) = office.slot(capacity=6)
    office.database.rows(
        "select core.owe_refund(array[tests.booking(%s, status => 'CONFIRMED')], 'Part ' || n)"
        " from generate_series(1, 6) as n",
        [slot],
    )
    take = "select f.id from core.take_due_refunds(%s) as f"

    async def work() -> None:
        async with (
            await office.database.connect_async() as first,
            await office.database.connect_async() as second,
        ):
            async with first.transaction(force_rollback=True), second.transaction():
                one = await (await first.execute(take, [3])).fetchall()
                other = await (await second.execute(take, [3])).fetchall()
            again = await (await first.execute(take, [500])).fetchall()
        assert len(one) == len(other) == 3
        assert not set(one) & set(other)
        assert set(one) <= set(again)
        assert not set(other) & set(again)

    asyncio.run(work())


def test_a_report_during_which_the_hold_ends_is_a_surplus(
    office: Office, provider: Provider
) -> None:
    """The hold may run out while the report waits for a lock; money is not refused."""
    (slot,) = office.slot()

    async def run() -> None:
        async with (
            office.server.clients(4) as client,
            await office.database.connect_async() as holder,
            await office.database.connect_async() as watcher,
        ):
            money = Money(office, provider, client)
            booking, payment = await money.begin(slot)
            # Another attempt, which the report on the first would close.
            again = {"booking_id": booking.id, "provider": "simulated", **booking.body}
            assert (await client.request("POST", "/api/payments", json=again)).status == 201
            async with holder.transaction():
                await holder.execute(
                    "select from data.payment as p where p.booking_id = %s and p.id <> %s"
                    " for update",
                    [booking.id, payment["id"]],
                )
                await watcher.execute(
                    "update data.booking set expires_at = clock_timestamp() + interval '1 second'"
                    " where id = %s",
                    [booking.id],
                )
                reporting = asyncio.create_task(money.report(provider.event(payment)))

                async def over() -> bool:
                    cursor = await watcher.execute(
                        "select b.expires_at <= clock_timestamp() from data.booking as b"
                        " where b.id = %s and exists (select from pg_stat_activity as a"
                        " where %s = any(pg_blocking_pids(a.pid)))",
                        [booking.id, holder.info.backend_pid],
                    )
                    return reporting.done() or await cursor.fetchone() == (True,)

                await eventually_async(over, what="end of the hold")
            reported = await reporting
            assert (outcome(reported), reported.body["payment_status"]) == ("200", "SURPLUS")
            assert captured(office, booking) == [("SURPLUS", 50.0, 50.0)]

    asyncio.run(run())


def test_a_report_that_is_killed_in_the_middle_is_taken_when_it_comes_again(
    office: Office, provider: Provider
) -> None:
    """Nothing is recorded by halves."""
    (slot,) = office.slot()

    async def run() -> None:
        async with (
            office.server.clients(4) as client,
            await office.database.connect_async() as holder,
            await office.database.connect_async() as watcher,
        ):
            money = Money(office, provider, client)
            booking, payment = await money.begin(slot)
            body = provider.event(payment)
            async with holder.transaction():
                await holder.execute(
                    "select from data.payment as p where p.id = %s for update", [payment["id"]]
                )
                reporting: Awaitable[Answer] = asyncio.create_task(money.report(body))

                async def killed() -> bool:
                    cursor = await watcher.execute(
                        "select count(pg_terminate_backend(a.pid)) > 0 from pg_stat_activity as a"
                        " where %s = any(pg_blocking_pids(a.pid))",
                        [holder.info.backend_pid],
                    )
                    return await cursor.fetchone() == (True,)

                await eventually_async(killed, what="kill of the one who waits")
                assert (await reporting).status == 503
            assert office.stored(booking.id) == "PENDING"
            assert captured(office, booking) == []
            assert (await money.report(body)).body["payment_status"] == "SUCCEEDED"
            assert office.stored(booking.id) == "CONFIRMED"

    asyncio.run(run())
