"""Clients that book on, whatever happens to the server, and never book anything twice."""

import asyncio
import random
import threading
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

import aiohttp

from ..support.booking_office import Booked, Desk, Office, booked, outcome
from ..support.databases import Database
from ..support.http import Answer
from ..support.wait import eventually

CLIENTS = 16
NO_ANSWER = "no answer"

BOOKINGS = """
select b.patient_email, b.id, b.slot_id, b.status::text,
    (select sum(upper(r.seats) - lower(r.seats)) from unnest(b.seats::int4multirange) as r (seats)),
    (select count(*) from data.payment as p where p.booking_id = b.id and p.status = 'SUCCEEDED')
from data.booking as b
"""


@dataclass
class Record:
    """What the clients were told.

    `answers` holds the ids in all 201s for an address, `with_key` the addresses for which was asked
    until there was an answer; the others asked once, and may never have heard of it.
    """

    results: Counter[str] = field(default_factory=Counter)
    answers: dict[str, set[int]] = field(default_factory=dict)
    bookings: dict[int, Booked] = field(default_factory=dict)
    with_key: set[str] = field(default_factory=set)
    paid: set[int] = field(default_factory=set)
    cancelled: set[int] = field(default_factory=set)
    stop: threading.Event = field(default_factory=threading.Event)

    def wait_for_more(self, bookings: int = 40) -> None:
        """Return once so many more bookings were answered."""
        goal = len(self.bookings) + bookings
        eventually(lambda: len(self.bookings) >= goal, timeout=60, what="more bookings")


@contextmanager
def busy_clients(office: Office, slots: list[int]) -> Iterator[Record]:
    """Let 16 clients book, pay and cancel in a thread of their own while the block runs."""
    record = Record()

    async def run() -> None:
        async with office.server.clients(CLIENTS) as client:
            await asyncio.gather(
                *(_client(Desk(client), record, slots, number) for number in range(CLIENTS))
            )

    with ThreadPoolExecutor(1) as thread:
        running = thread.submit(asyncio.run, run())
        try:
            yield record
        finally:
            record.stop.set()
            running.result(timeout=60)


async def _client(desk: Desk, record: Record, slots: list[int], number: int) -> None:
    dice = random.Random(number)  # noqa: S311 - reproducible
    while not record.stop.is_set():
        email = f"{uuid.uuid4()}@example.com"
        slot, seats = dice.choice(slots), dice.choice([1, 2])
        if dice.random() < 0.7:
            answer = await _book_until_answered(desk, record, slot, seats, email)
        else:
            answer = await _try(record, lambda: desk.book(slot, seats=seats, email=email))  # noqa: B023
        if answer is None or answer.status != 201:
            continue
        booking = booked(answer)
        assert (booking.slot_id, booking.seats, booking.email) == (slot, seats, email)
        record.answers.setdefault(email, set()).add(booking.id)
        record.bookings[booking.id] = booking
        if dice.random() < 0.5:
            paid = await _try(record, lambda: desk.pay(booking))  # noqa: B023
            if paid is not None and paid.status == 200:
                record.paid.add(booking.id)
        # Most make room for others again.
        if dice.random() < 0.9:
            cancelled = await _try(record, lambda: desk.cancel(booking))  # noqa: B023
            if cancelled is not None and cancelled.status == 200:
                record.cancelled.add(booking.id)


async def _book_until_answered(
    desk: Desk, record: Record, slot: int, seats: int, email: str
) -> Answer | None:
    """Book as a careful client does: with one key, again and again until there is an answer."""
    key = str(uuid.uuid4())
    record.with_key.add(email)
    while True:
        answer = await _try(record, lambda: desk.book(slot, seats=seats, email=email, key=key))
        if answer is not None and answer.status < 500:
            return answer


async def _try(record: Record, request: Callable[[], Awaitable[Answer]]) -> Answer | None:
    """Send a request; None where the connection broke instead of an answer."""
    try:
        answer = await request()
    except (aiohttp.ClientError, OSError):
        record.results[NO_ANSWER] += 1
        # Not to spin while nobody listens; the loop's other tasks go on.
        await asyncio.sleep(0.01)
        return None
    record.results[outcome(answer)] += 1
    if answer.status == 503:
        assert int(answer.headers["Retry-After"]) > 0
        await asyncio.sleep(0.01)
    return answer


def unexplained(record: Record, database: Database) -> list[str]:
    """Return what the clients were told and the tables do not hold, or hold twice."""
    stored: dict[str, list[tuple[object, ...]]] = {}
    for email, *row in database.rows(BOOKINGS):
        stored.setdefault(str(email), []).append(tuple(row))
    faults = [f"booked twice: {email}: {rows}" for email, rows in stored.items() if len(rows) > 1]
    for email, ids in record.answers.items():
        if len(ids) != 1 or {row[0] for row in stored.get(email, [])} != ids:
            faults.append(f"answered {ids}, stored {stored.get(email)}")
            continue
        (booking_id,) = ids
        booking = record.bookings[booking_id]
        ((_, slot, status, seats, payments),) = stored[email]
        if (slot, seats) != (booking.slot_id, booking.seats):
            faults.append(f"{booking} is stored as {stored[email]}")
        if booking_id in record.paid and payments != 1:
            faults.append(f"{booking}: paid, but {payments} payments")
        if booking_id in record.cancelled and status != "CANCELLED":
            faults.append(f"{booking}: cancelled, but {status}")
    # With a key everybody got an answer; so nothing is there that nobody was told of.
    faults += [
        f"never answered: {email}"
        for email in stored
        if email in record.with_key and email not in record.answers
    ]
    return faults
