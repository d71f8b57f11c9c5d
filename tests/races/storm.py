"""Many clients that do whatever they like, and remember what they were told."""

import asyncio
import random
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import psycopg
from psycopg.rows import TupleRow

from ..support.booking_office import Booked, Desk, Office, booked, outcome
from ..support.http import Answer, AsyncClient

Connection = psycopg.AsyncConnection[TupleRow]

CLIENTS = 32
OPERATIONS = 100  # of each client

LOST_RACE = {
    "409 slot_taken",
    "409 not_enough_seats",
    "404 slot_not_found",
}
OVER = {"409 booking_expired", "409 booking_not_active"}

# What may come of each operation. Anything else is a fault, a 5xx above all.
ALLOWED = {
    "book": {"201"} | LOST_RACE,
    "book again": {"201", "409 idempotency_key_reused"} | LOST_RACE,
    "begin payment": {"201", "409 already_paid"} | OVER,
    "pay": {"200", "409 already_paid"} | OVER,
    "decline": {"200", "409 already_paid"} | OVER,
    "cancel": {"200", "409 booking_not_active"},
    "cancel by staff": {"200", "409 booking_not_active", "404 booking_not_found"},
    "move": {"200", "409 different_doctor"} | OVER | LOST_RACE,
    "let expire": {"200"},
    "show": {"200"},
    "show as a stranger": {"404 booking_not_found"},
    "list slots": {"200", "404 doctor_not_found"},
    "delete slot": {"204", "409 slot_has_bookings", "404 slot_not_found"},
    "delete slot by force": {"204", "404 slot_not_found"},
    "open slot": {"201", "409 slot_overlaps", "404 doctor_not_found"},
    "delete doctor": {"204", "409 doctor_has_bookings", "404 doctor_not_found"},
    "delete doctor by force": {"204", "404 doctor_not_found"},
    "hire doctor": {"201"},
}

# How often each operation is chosen, relative to the others.
WEIGHTS = {
    "book": 30,
    "book again": 4,
    "begin payment": 5,
    "pay": 16,
    "decline": 4,
    "cancel": 10,
    "cancel by staff": 3,
    "move": 12,
    "let expire": 4,
    "show": 5,
    "show as a stranger": 1,
    "list slots": 4,
    "delete slot": 2,
    "delete slot by force": 1,
    "open slot": 4,
    "delete doctor": 0.4,
    "delete doctor by force": 0.2,
}


@dataclass
class Memory:
    """What the clients were told, to be held against what the tables say in the end.

    `told` holds, for each booking that was answered 201, the operations on it that succeeded;
    `booked` those of them that the clients go on with.
    """

    results: Counter[tuple[str, str]] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    booked: dict[int, Booked] = field(default_factory=dict)
    told: dict[int, Counter[str]] = field(default_factory=dict)

    def note(self, operation: str, answer: Answer) -> bool:
        """Count an answer; return whether the operation succeeded."""
        result = outcome(answer)
        self.results[operation, result] += 1
        if result not in ALLOWED[operation]:
            self.faults.append(f"{operation}: {result}: {answer.body}")
        return answer.status < 300

    @property
    def total(self) -> int:
        """How many operations were answered."""
        return self.results.total()


class Storm:
    """Clients over a few slots of a few doctors, whose holds last a second, or even less."""

    def __init__(self, office: Office, doctors: int, slots: int) -> None:
        self.office = office
        self.memory = Memory()
        database = office.database
        database.rows("update data.clinic set hold_seconds = 1")
        self.admin = office.server.account("admin")[1]
        self.patients = [office.server.account("patient")[1] for _ in range(CLIENTS)]
        # The doctors' own accounts; those of doctors that the storm hires have none.
        self.staff: dict[int, str] = {}
        self.doctors: list[int] = []
        self.slots: list[int] = []
        for number in range(doctors):
            account, token = office.server.account("doctor")
            fee = 0 if number == doctors - 1 else 50
            doctor = database.value("select tests.doctor(fee => %s, account => %s)", [fee, account])
            self.staff[doctor] = token
            self.doctors.append(doctor)
            self.slots += [
                database.value(
                    "select tests.slot(%s, capacity => %s)", [doctor, 1 + (number + place) % 4]
                )
                for place in range(slots)
            ]
        self.doctor_of: dict[int, int] = dict(
            database.rows("select s.id, s.doctor_id from data.slot as s")
        )

    def run(self) -> Memory:
        """Let it rage; due work is done beside it all the time, as its own role does it."""
        asyncio.run(self._run())
        return self.memory

    async def _run(self) -> None:
        over = asyncio.Event()
        async with (
            self.office.server.clients(CLIENTS) as client,
            await self.office.database.connect_async() as clock,
        ):
            tidying = asyncio.create_task(self._do_due_work(over))
            try:
                await asyncio.gather(
                    *(self._client(client, clock, number) for number in range(CLIENTS))
                )
            finally:
                over.set()
                await tidying

    async def _do_due_work(self, over: asyncio.Event) -> None:
        async with await self.office.database.login_async("slotkeeper_server") as connection:
            while not over.is_set():
                await connection.execute("select core.run_due_work()")

    async def _client(self, client: AsyncClient, clock: Connection, number: int) -> None:
        dice = random.Random(number)  # noqa: S311 - reproducible
        one = _Client(self, Desk(client), clock, self.patients[number], dice)
        for operation in dice.choices(list(WEIGHTS), list(WEIGHTS.values()), k=OPERATIONS):
            await one.do(operation)


class _Client:
    """One client; half of what it books is a guest's. Bookings of others are also its own game."""

    def __init__(
        self, storm: Storm, desk: Desk, clock: Connection, token: str, dice: random.Random
    ) -> None:
        self._storm = storm
        self._memory = storm.memory
        self._desk = desk
        self._clock = clock
        self._token = token
        self._dice = dice

    async def do(self, operation: str) -> None:
        """Do one operation, or book where there is nothing yet to do it to."""
        on_booking: dict[str, Callable[[Booked], Awaitable[Answer]]] = {
            "begin payment": self._desk.begin_payment,
            "pay": self._desk.pay,
            "decline": lambda booking: self._desk.pay(booking, success=False),
            "cancel": self._desk.cancel,
            "cancel by staff": self._cancel_by_staff,
            "move": self._move,
            "show": self._desk.show,
            "show as a stranger": self._show_as_a_stranger,
        }
        if not self._storm.slots:
            operation = "open slot"  # Every doctor was deleted at once.
        if operation in on_booking and self._memory.booked:
            booking = self._some_booking()
            answer = await on_booking[operation](booking)
            if self._memory.note(operation, answer):
                self._memory.told[booking.id][operation] += 1
                self._check(operation, booking, answer)
        elif operation == "let expire" and self._memory.booked:
            await self._let_expire(self._some_booking())
        elif operation == "list slots":
            await self._list_slots()
        elif operation == "open slot":
            await self._open_slot(self._dice.choice(self._storm.doctors))
        elif operation.startswith("delete slot"):
            await self._delete_slot(operation)
        elif operation.startswith("delete doctor"):
            await self._delete_doctor(operation)
        else:
            await self._book(again=operation == "book again")

    def _some_booking(self) -> Booked:
        # Mostly one of the latest, which still live, and which others have an eye on as well.
        bookings = list(self._memory.booked.values())
        return self._dice.choice(bookings[-12:] if self._dice.random() < 0.8 else bookings[-120:])

    async def _let_expire(self, booking: Booked) -> None:
        await self._clock.execute(
            "update data.booking as b set expires_at = least("
            "b.expires_at, clock_timestamp() + make_interval(secs => %s / 1e3))"
            " where b.id = %s and b.status = 'PENDING'",
            [self._dice.randrange(1, 50), booking.id],
        )
        self._memory.results["let expire", "200"] += 1

    async def _book(self, *, again: bool) -> None:
        slot = self._dice.choice(self._storm.slots)
        seats = self._dice.choice([1, 1, 1, 2, 3])
        token = self._token if self._dice.random() < 0.5 else None
        key = str(uuid.uuid4()) if again else None
        email = f"{uuid.uuid4()}@example.com"
        book = self._desk.book
        answers = await asyncio.gather(
            *(
                book(slot, seats=seats, token=token, key=key, email=email)
                for _ in range(3 if again else 1)
            )
        )
        made = [
            booked(answer, token)
            for answer in answers
            if self._memory.note("book again" if again else "book", answer)
        ]
        if len({booking.id for booking in made}) > 1:
            self._memory.faults.append(f"one key, several bookings: {made}")
        if made and not (again and token is None):
            # Which of a guest's repeated answers came last, only the database knows.
            self._memory.booked[made[0].id] = made[0]
        for booking in made:
            self._memory.told.setdefault(booking.id, Counter())
            if (booking.slot_id, booking.seats, booking.email) != (slot, seats, email):
                self._memory.faults.append(f"not what was asked for: {booking}")

    async def _move(self, booking: Booked) -> Answer:
        # Mostly to a slot of the same doctor.
        doctor = self._storm.doctor_of[booking.slot_id]
        same = [slot for slot in self._storm.slots if self._storm.doctor_of[slot] == doctor]
        anywhere = self._dice.random() < 0.1 or not same
        return await self._desk.move(
            booking, self._dice.choice(self._storm.slots if anywhere else same)
        )

    async def _cancel_by_staff(self, booking: Booked) -> Answer:
        doctor = self._storm.doctor_of[booking.slot_id]
        token = self._dice.choice([self._storm.admin, self._storm.staff.get(doctor)])
        path = f"/api/bookings/{booking.id}"
        return await self._desk.delete(path, token or self._storm.admin, force=False)

    async def _show_as_a_stranger(self, booking: Booked) -> Answer:
        return await self._desk.client.request(
            "GET",
            f"/api/bookings/{booking.id}",
            headers={"X-Manage-Token": "a guess"},
        )

    async def _list_slots(self) -> None:
        doctor = self._dice.choice(self._storm.doctors)
        answer = await self._desk.client.request("GET", f"/api/doctors/{doctor}/slots?limit=500")
        if self._memory.note("list slots", answer):
            self._memory.faults += [
                f"impossible slot: {slot}"
                for slot in answer.body
                if not 0 <= slot["seats_available"] <= slot["capacity"]
                or (slot["status"] == "AVAILABLE") != (slot["seats_available"] > 0)
            ]

    async def _open_slot(self, doctor: int) -> None:
        # Few places in time, so that many want the same.
        hour = self._dice.randrange(24)
        body = {
            "doctor_id": doctor,
            "start_time": f"2090-01-01T{hour:02}:00:00Z",
            "capacity": self._dice.randrange(1, 5),
        }
        token = self._storm.admin
        answer = await self._desk.client.request("POST", "/api/slots", json=body, token=token)
        if self._memory.note("open slot", answer):
            self._storm.doctor_of[answer.body["id"]] = doctor
            self._storm.slots.append(answer.body["id"])

    async def _delete_slot(self, operation: str) -> None:
        slot = self._dice.choice(self._storm.slots)
        own = self._storm.staff.get(self._storm.doctor_of[slot], self._storm.admin)
        answer = await self._desk.delete(
            f"/api/slots/{slot}",
            self._dice.choice([own, self._storm.admin]),
            force=operation.endswith("by force"),
        )
        # Sometimes it stays in the list, for others to stumble upon.
        if self._memory.note(operation, answer):
            if self._dice.random() < 0.9 and slot in self._storm.slots:
                self._storm.slots.remove(slot)
            await self._open_slot(self._storm.doctor_of[slot])

    async def _delete_doctor(self, operation: str) -> None:
        doctor = self._dice.choice(self._storm.doctors)
        force = operation.endswith("by force")
        answer = await self._desk.delete(f"/api/doctors/{doctor}", self._storm.admin, force=force)
        if not self._memory.note(operation, answer):
            return
        self._storm.staff.pop(doctor, None)
        self._storm.slots = [
            slot for slot in self._storm.slots if self._storm.doctor_of[slot] != doctor
        ]
        body = {"name": "Dr. New", "specialization": "Cardiology", "consultation_fee": 20}
        hired = await self._desk.client.request(
            "POST", "/api/doctors", json=body, token=self._storm.admin
        )
        if self._memory.note("hire doctor", hired):
            self._storm.doctors[self._storm.doctors.index(doctor)] = hired.body["id"]
            for _ in range(5):
                await self._open_slot(hired.body["id"])

    def _check(self, operation: str, booking: Booked, answer: Answer) -> None:
        """What a success says of the booking is what was asked for."""
        shown = answer.body.get("booking", answer.body)
        wanted = {
            "pay": {"CONFIRMED"},
            "decline": {"FAILED"},
            "cancel": {"CANCELLED"},
            "cancel by staff": {"CANCELLED"},
            "move": {"PENDING", "CONFIRMED", "FAILED"},
        }.get(operation)
        if wanted is None:
            return
        if shown["status"] not in wanted or shown["seats"] != booking.seats:
            self._memory.faults.append(f"{operation}: {booking} became {shown}")
        if operation.startswith("cancel") and shown["payment_status"] not in {"NONE", "REFUND_DUE"}:
            self._memory.faults.append(f"{operation}: money kept: {shown}")
