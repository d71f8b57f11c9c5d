"""The requests of booking, as races and storms send them."""

import asyncio
import uuid
from collections import Counter
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass
from typing import Any

from .http import Answer, AsyncClient
from .server import Server

Request = Coroutine[Any, Any, Answer]


@dataclass(frozen=True, slots=True)
class Booked:
    """A booking and what proves that it is ours: an access token or a manage token."""

    id: int
    slot_id: int
    email: str
    seats: int
    token: str | None
    manage_token: str | None

    @property
    def body(self) -> dict[str, Any]:
        """What every request about a guest's booking carries."""
        return {} if self.manage_token is None else {"manage_token": self.manage_token}


class Desk:
    """Sends requests over one client's connections; raises where no answer came."""

    def __init__(self, client: AsyncClient) -> None:
        self.client = client

    async def book(
        self,
        slot_id: int,
        *,
        seats: int = 1,
        token: str | None = None,
        key: str | None = None,
        email: str | None = None,
    ) -> Answer:
        """Book seats, for an address that nobody else has unless one is given.

        With one key it is one address, as whoever repeats a request sends it.
        """
        body: dict[str, Any] = {
            "slot_id": slot_id,
            "patient_name": "Ann",
            "patient_email": email or f"{key or uuid.uuid4()}@example.com",
            "seats": seats,
        }
        headers = {} if key is None else {"Idempotency-Key": key}
        return await self.client.request(
            "POST", "/api/bookings", json=body, token=token, headers=headers
        )

    async def pay(self, booking: Booked, *, success: bool = True) -> Answer:
        """Settle the payment of a booking."""
        return await self._send(
            "POST", "/api/payments/fake", booking, booking_id=booking.id, success=success
        )

    async def begin_payment(self, booking: Booked) -> Answer:
        """Begin to pay a booking."""
        return await self._send("POST", "/api/payments", booking, booking_id=booking.id)

    async def cancel(self, booking: Booked) -> Answer:
        """Cancel a booking."""
        return await self._send("PATCH", f"/api/bookings/{booking.id}/cancel", booking)

    async def move(self, booking: Booked, slot_id: int) -> Answer:
        """Move a booking to another slot."""
        path = f"/api/bookings/{booking.id}/reschedule"
        return await self._send("PATCH", path, booking, new_slot_id=slot_id)

    async def show(self, booking: Booked) -> Answer:
        """Read a booking."""
        headers = {} if booking.manage_token is None else {"X-Manage-Token": booking.manage_token}
        return await self.client.request(
            "GET", f"/api/bookings/{booking.id}", token=booking.token, headers=headers
        )

    async def show_slot(self, slot_id: int) -> Answer:
        """Read a slot."""
        return await self.client.request("GET", f"/api/slots/{slot_id}")

    async def delete(self, path: str, token: str, *, force: bool) -> Answer:
        """Delete a slot or a doctor."""
        query = "?force=true" if force else ""
        return await self.client.request("DELETE", path + query, token=token)

    async def _send(self, method: str, path: str, booking: Booked, **body: object) -> Answer:
        return await self.client.request(
            method, path, json={**body, **booking.body}, token=booking.token
        )


class Office:
    """A server with what a test books at it. Everything that it makes is new."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.database = server.database

    def slot(
        self, *, capacity: int = 1, fee: float = 50, count: int = 1, hold_seconds: int = 120
    ) -> list[int]:
        """Make slots of a new doctor and return their ids."""
        clinic = self.database.value("select tests.clinic(hold_seconds => %s)", [hold_seconds])
        doctor = self.database.value("select tests.doctor(fee => %s, clinic => %s)", [fee, clinic])
        return [
            self.database.value("select tests.slot(%s, capacity => %s)", [doctor, capacity])
            for _ in range(count)
        ]

    def doctor_of(self, slot_id: int) -> int:
        """Return the doctor of a slot."""
        found: int = self.database.value("select doctor_id from data.slot where id = %s", [slot_id])
        return found

    def stored(self, booking_id: int) -> str:
        """Return the status of a booking as the table holds it."""
        status: str = self.database.value(
            "select status::text from data.booking where id = %s", [booking_id]
        )
        return status

    def count(self, what: str, slot_ids: Iterable[int]) -> int:
        """Count the bookings of slots that fulfil a condition on `b`, a row of data.booking."""
        found: int = self.database.value(
            f"select count(*) from data.booking as b where b.slot_id = any(%s) and ({what})",
            [list(slot_ids)],
        )
        return found

    def refunds(self, booking_id: int) -> list[float]:
        """Return the amounts owed back for a booking."""
        return [
            float(amount)
            for (amount,) in self.database.rows(
                "select f.amount from data.refund as f join data.payment as p"
                " on p.id = f.payment_id where p.booking_id = %s",
                [booking_id],
            )
        ]


def booked(answer: Answer, token: str | None = None) -> Booked:
    """Return what was booked; fails unless the answer says so."""
    assert answer.status == 201, answer.body
    return Booked(
        answer.body["id"],
        answer.body["slot_id"],
        answer.body["patient_email"],
        answer.body["seats"],
        token,
        answer.body["manage_token"],
    )


async def at_once(*requests: Request) -> list[Answer]:
    """Send all requests together and return their answers in that order."""
    return list(await asyncio.gather(*requests))


def outcomes(answers: Iterable[Answer]) -> Counter[str]:
    """Count answers by status and code, such as "201" and "409 slot_taken"."""
    return Counter(outcome(answer) for answer in answers)


def outcome(answer: Answer) -> str:
    """Return the status of an answer, and its code where it is a problem."""
    return f"{answer.status} {answer.code}" if answer.code else str(answer.status)
