"""One client of the storm: every operation there is, and every answer that may come of it."""

import asyncio
import json
import random
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import psycopg
from psycopg.rows import TupleRow

from ..support.booking_office import Booked, Desk, booked, outcome
from ..support.http import Answer
from ..support.provider import Provider

Connection = psycopg.AsyncConnection[TupleRow]

GONE = "404 slot_not_found"
LOST_RACE = {"409 slot_taken", "409 not_enough_seats", "409 slot_in_past", GONE}
LIMITS = {"409 too_many_unpaid", "409 overlaps_own_booking"}
OVER = {"409 booking_expired", "409 booking_not_active"}
NOT_MINE = "404 booking_not_found"
NO_DOCTOR = "404 doctor_not_found"

# What may come of each operation. Anything else is a fault, a 5xx above all.
ALLOWED = {
    "book": {"201"} | LOST_RACE | LIMITS,
    "book again": {"201", "409 idempotency_key_reused"} | LOST_RACE | LIMITS,
    "book by staff": {"201", "409 overlaps_own_booking"} | LOST_RACE,
    "begin payment": {"201", "409 already_paid"} | OVER,
    "pay": {"200", "409 already_paid"} | OVER,
    "decline": {"200", "409 already_paid"} | OVER,
    "cancel": {"200", "409 booking_not_active", "409 too_late_to_cancel"},
    "cancel by staff": {"200", "409 booking_not_active", NOT_MINE},
    "move": {"200", "409 different_doctor", "409 overlaps_own_booking"} | OVER | LOST_RACE,
    "check in": {
        *("200", "409 booking_not_confirmed", "409 too_early_to_check_in", "409 slot_taken"),
        NOT_MINE,
    },
    "complete": {"200", "409 booking_not_checked_in", NOT_MINE},
    "no-show": {"200", "409 booking_not_confirmed", "409 slot_not_started", NOT_MINE},
    "undo check-in": {"200", "409 booking_not_checked_in", "409 slot_closed", NOT_MINE},
    "act as another clinic's clerk": {NOT_MINE},
    "let expire": {"200"},
    "let start": {"200", "409"},
    "show": {"200"},
    "show as a stranger": {NOT_MINE},
    "list slots": {"200", NO_DOCTOR},
    "delete slot": {"204", "409 slot_has_bookings", GONE},
    "delete slot by force": {"204", GONE},
    "open slot": {"201", "409 slot_overlaps", NO_DOCTOR},
    "delete doctor": {"204", "409 doctor_has_bookings", NO_DOCTOR},
    "delete doctor by force": {"204", NO_DOCTOR},
    "hire doctor": {"201"},
    "join waitlist": {
        *("201", "409 slot_has_seats", "409 already_waiting", "409 not_enough_seats"),
        *("409 slot_in_past", GONE),
    },
    "look after waiting": {"200"},
    "leave waitlist": {"204", "409 already_booked"},
    "accept": {"200", "409 payment_due"} | OVER,
    "give back": {
        *("200", "409 booking_not_active", "409 too_late_to_cancel", "409 more_than_booked"),
    },
    "set hours": {"200", NO_DOCTOR},
    "set hours of a day": {"200", NO_DOCTOR},
    "have usual hours": {"204", NO_DOCTOR},
    "take time off": {"201", "409 time_off_has_bookings", NO_DOCTOR},
    "take time off by force": {"201", NO_DOCTOR},
    "claim": {"200"},
    "pay at the desk": {"200", "409 already_paid", NOT_MINE} | OVER,
    "begin payment by card": {"201", "409 already_paid"} | OVER,
    "report on a card": {"200"},
    "refund a part": {"201", "409 exceeds_captured"},
    "list refunds": {"200"},
    "step a refund": {"200", "409 refund_not_due", "409 refund_not_sent"},
    "take due refunds": {"200"},
    "look at the queue": {"200", NO_DOCTOR},
    "resize slot": {"200", "409 capacity_below_sold", "409 slot_in_past", GONE},
    "end time off": {"204", "404 time_off_not_found", NO_DOCTOR},
}

# How often each operation is chosen, relative to the others.
WEIGHTS = {
    "book": 30,
    "book again": 4,
    "book by staff": 6,
    "begin payment": 5,
    "pay": 16,
    "decline": 4,
    "cancel": 10,
    "cancel by staff": 3,
    "move": 12,
    "check in": 8,
    "complete": 3,
    "no-show": 7,
    "undo check-in": 3,
    "act as another clinic's clerk": 2,
    "let expire": 4,
    "let start": 2.5,
    "show": 5,
    "show as a stranger": 1,
    "list slots": 4,
    "delete slot": 2,
    "delete slot by force": 1,
    "open slot": 5,
    "delete doctor": 0.4,
    "delete doctor by force": 0.2,
    "join waitlist": 12,
    "look after waiting": 8,
    "leave waitlist": 3,
    "accept": 5,
    "give back": 4,
    "set hours": 1.5,
    "set hours of a day": 1.5,
    "have usual hours": 1,
    "take time off": 2,
    "take time off by force": 1,
    "end time off": 3,
    "claim": 3,
    "pay at the desk": 6,
    "begin payment by card": 6,
    "report on a card": 8,
    "refund a part": 2,
    "step a refund": 4,
    "take due refunds": 1,
    "resize slot": 4,
    "look at the queue": 2,
}

# What a success says that the booking has become.
BECOMES = {
    "pay": {"CONFIRMED", "CHECKED_IN", "COMPLETED", "NO_SHOW"},
    "pay at the desk": {"CONFIRMED", "CHECKED_IN", "COMPLETED", "NO_SHOW"},
    # What is paid at the visit stays booked.
    "decline": {"FAILED", "CONFIRMED", "CHECKED_IN", "COMPLETED", "NO_SHOW"},
    "cancel": {"CANCELLED"},
    "cancel by staff": {"CANCELLED"},
    "move": {"PENDING", "CONFIRMED", "FAILED"},
    "check in": {"CHECKED_IN"},
    "complete": {"COMPLETED"},
    "no-show": {"NO_SHOW"},
    "undo check-in": {"CONFIRMED"},
    "accept": {"CONFIRMED"},
}


@dataclass
class Memory:
    """What the clients were told, to be held against what the tables say in the end.

    `told` holds, for each booking that was answered 201, and each offer that was shown, the
    operations on it that succeeded; `booked` those of them that the clients go on with; `shrunk`
    those of which seats may have been given back, `claimed` tokens that may have ended by a claim.
    What was begun to be paid by card is in `cards`, what was paid in `paid`; `away` are doctors
    whose bookings may have given way to time off.
    """

    results: Counter[tuple[str, str]] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    booked: dict[int, Booked] = field(default_factory=dict)
    told: dict[int, Counter[str]] = field(default_factory=dict)
    shrunk: set[int] = field(default_factory=set)
    claimed: set[str | None] = field(default_factory=set)
    cards: list[dict[str, Any]] = field(default_factory=list)
    paid: list[int] = field(default_factory=list)
    away: set[int] = field(default_factory=set)

    def note(self, operation: str, answer: Answer, manage_token: str | None = None) -> bool:
        """Count an answer; return whether the operation succeeded."""
        result = outcome(answer)
        self.results[operation, result] += 1
        # Who claims a guest's booking ends the guest's token.
        lost = {NOT_MINE, "404 waitlist_not_found"} if manage_token in self.claimed else set()
        if result not in ALLOWED[operation] | lost:
            self.faults.append(f"{operation}: {result}: {answer.body}")
        return answer.status < 300

    def fits(self, booking: Booked, seats: int) -> bool:
        """Whether a booking may be of so many seats by now."""
        return seats == booking.seats or (booking.id in self.shrunk and 0 < seats < booking.seats)

    @property
    def total(self) -> int:
        """How many operations were answered."""
        return self.results.total()


@dataclass
class World:
    """What the clients meet: everything here is everybody's.

    `staff` has the tokens of doctors with an account, `clerks` those of the clerks of each clinic,
    `opening` is when further slots may start, `waiting` the proof for each entry of a waitlist: an
    access token or a manage token; `started` are slots that have, `time_off` says whose it is.
    """

    admin: str
    provider: Provider
    patients: list[str]
    clerks: dict[int, str]
    clinic_of: dict[int, int]
    staff: dict[int, str]
    doctors: list[int]
    slots: list[int]
    doctor_of: dict[int, int]
    opening: datetime
    waiting: dict[int, tuple[str | None, str | None]] = field(default_factory=dict)
    started: set[int] = field(default_factory=set)
    time_off: dict[int, int] = field(default_factory=dict)
    memory: Memory = field(default_factory=Memory)


class Client:
    """One client; half of what it books is a guest's. Bookings of others are also its own game."""

    def __init__(
        self, world: World, desk: Desk, clock: Connection, token: str, dice: random.Random
    ) -> None:
        self._world = world
        self._memory = world.memory
        self._desk = desk
        self._clock = clock
        self._token = token
        self._dice = dice
        self._on_booking: dict[str, Callable[[Booked], Awaitable[Answer]]] = {
            "begin payment": desk.begin_payment,
            "pay": desk.pay,
            "decline": lambda booking: desk.pay(booking, success=False),
            "cancel": desk.cancel,
            "cancel by staff": self._cancel_by_staff,
            "move": self._move,
            "check in": lambda booking: self._visit(booking, "check-in"),
            "complete": lambda booking: self._visit(booking, "complete"),
            "no-show": lambda booking: self._visit(booking, "no-show"),
            "undo check-in": lambda booking: self._visit(booking, "undo-check-in"),
            "act as another clinic's clerk": self._act_as_a_strange_clerk,
            "show": desk.show,
            "show as a stranger": self._show_as_a_stranger,
            "accept": self._accept,
            "give back": self._give_back,
            "claim": self._claim,
            "pay at the desk": self._pay_at_the_desk,
            "begin payment by card": self._begin_payment_by_card,
        }
        self._others: dict[str, Callable[[], Awaitable[None]]] = {
            "book": self._book,
            "book again": lambda: self._book(again=True),
            "book by staff": self._book_by_staff,
            "let expire": self._let_expire,
            "let start": self._let_start,
            "list slots": self._list_slots,
            "open slot": lambda: self._open_slot(self._some(self._world.doctors)),
            "delete slot": self._delete_slot,
            "delete slot by force": lambda: self._delete_slot(force=True),
            "delete doctor": self._delete_doctor,
            "delete doctor by force": lambda: self._delete_doctor(force=True),
            "join waitlist": self._join_waitlist,
            "look after waiting": self._look_after_waiting,
            "leave waitlist": self._leave_waitlist,
            "set hours": self._set_hours,
            "set hours of a day": self._set_hours_of_a_day,
            "have usual hours": self._have_usual_hours,
            "take time off": self._take_time_off,
            "take time off by force": lambda: self._take_time_off(force=True),
            "end time off": self._end_time_off,
            "report on a card": self._report_on_a_card,
            "refund a part": self._refund_a_part,
            "step a refund": self._step_a_refund,
            "take due refunds": self._take_due_refunds,
            "resize slot": self._resize_slot,
            "look at the queue": self._look_at_the_queue,
        }

    async def do(self, operation: str) -> None:
        """Do one operation, or another where there is nothing yet to do it to."""
        if not self._world.slots:
            operation = "open slot"  # Every doctor was deleted at once.
        elif operation in self._on_booking or operation == "let expire":
            operation = operation if self._memory.booked else "book"
        elif operation in {"look after waiting", "leave waitlist"} and not self._world.waiting:
            operation = "join waitlist"
        elif operation == "end time off" and not self._world.time_off:
            operation = "take time off"
        elif operation == "report on a card" and not self._memory.cards:
            operation = "begin payment by card" if self._memory.booked else "book"
        elif operation == "refund a part" and not self._memory.paid:
            operation = "pay" if self._memory.booked else "book"
        act = self._on_booking.get(operation)
        if act is None:
            await self._others[operation]()
            return
        booking = self._some_booking(operation)
        if operation == "claim" and booking.manage_token is None:
            operation, act = "show", self._desk.show
        answer = await act(booking)
        if self._memory.note(operation, answer, booking.manage_token):
            self._memory.told[booking.id][operation] += 1
            self._check(operation, booking, answer)

    def _some(self, things: list[int]) -> int:
        return self._dice.choice(things)

    def _some_booking(self, operation: str = "") -> Booked:
        # Mostly one of the latest, which still live, and which others have an eye on as well.
        bookings = list(self._memory.booked.values())
        fits = {
            "complete": lambda booking: self._memory.told[booking.id]["check in"],
            "undo check-in": lambda booking: self._memory.told[booking.id]["check in"],
            "no-show": lambda booking: booking.slot_id in self._world.started,
            "claim": lambda booking: booking.manage_token,
        }.get(operation)
        if fits and self._dice.random() < 0.9:
            bookings = list(filter(fits, bookings[-200:])) or bookings
        return self._dice.choice(bookings[-12:] if self._dice.random() < 0.8 else bookings[-120:])

    def _staff_of(self, doctor: int) -> str:
        """Somebody who may act for the doctor; a doctor who was deleted can do so no more."""
        clerk = self._world.clerks[self._world.clinic_of[doctor]]
        return self._dice.choice(
            [self._world.admin, clerk, self._world.staff.get(doctor, self._world.admin)]
        )

    async def _let_expire(self) -> None:
        await self._clock.execute(
            "update data.booking as b set expires_at = least("
            "b.expires_at, clock_timestamp() + make_interval(secs => %s / 1e3))"
            " where b.id = %s and b.status = 'PENDING'",
            [self._dice.randrange(1, 50), self._some_booking().id],
        )
        self._memory.results["let expire", "200"] += 1

    async def _let_start(self) -> None:
        slot = self._some(self._world.slots)
        try:
            await self._clock.execute(
                "select tests.move_slot(%s, date_trunc('minute', clock_timestamp())"
                " - make_interval(mins => %s))",
                [slot, self._dice.randrange(600)],
            )
            result = "200"
            self._world.started.add(slot)
        except psycopg.errors.ExclusionViolation:
            result = "409"
        self._memory.results["let start", result] += 1
        # Most go on with others.
        if self._dice.random() < 0.8 and slot in self._world.slots:
            self._world.slots.remove(slot)
        await self._open_slot(self._world.doctor_of[slot])

    async def _book(self, *, again: bool = False) -> None:
        slot = self._some(self._world.slots)
        seats = self._dice.choice([1, 1, 1, 2, 3])
        token = self._token if self._dice.random() < 0.5 else None
        key = str(uuid.uuid4()) if again else None
        # Some guests come again and again, until they may book no more.
        regular = token is None and self._dice.random() < 0.2
        email = f"{self._dice.randrange(5) if regular else uuid.uuid4()}@example.com"
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

    async def _book_by_staff(self) -> None:
        slot = self._some(self._world.slots)
        answer = await self._desk.book(slot, token=self._staff_of(self._world.doctor_of[slot]))
        if self._memory.note("book by staff", answer):
            made = booked(answer)
            self._memory.booked[made.id] = made
            self._memory.told[made.id] = Counter()

    async def _move(self, booking: Booked) -> Answer:
        # Mostly to a slot of the same doctor.
        doctor = self._world.doctor_of[booking.slot_id]
        same = [slot for slot in self._world.slots if self._world.doctor_of[slot] == doctor]
        anywhere = self._dice.random() < 0.1 or not same
        return await self._desk.move(booking, self._some(self._world.slots if anywhere else same))

    async def _cancel_by_staff(self, booking: Booked) -> Answer:
        token = self._staff_of(self._world.doctor_of[booking.slot_id])
        return await self._desk.delete(f"/api/bookings/{booking.id}", token, force=False)

    async def _visit(self, booking: Booked, step: str) -> Answer:
        return await self._desk.client.request(
            "PATCH",
            f"/api/bookings/{booking.id}/{step}",
            token=self._staff_of(self._world.doctor_of[booking.slot_id]),
        )

    async def _act_as_a_strange_clerk(self, booking: Booked) -> Answer:
        clinic = self._world.clinic_of[self._world.doctor_of[booking.slot_id]]
        others = [token for own, token in self._world.clerks.items() if own != clinic]
        step = self._dice.choice(["cancel", "check-in", "complete", "no-show"])
        return await self._desk.client.request(
            "PATCH", f"/api/bookings/{booking.id}/{step}", token=self._dice.choice(others)
        )

    async def _show_as_a_stranger(self, booking: Booked) -> Answer:
        return await self._desk.client.request(
            "GET", f"/api/bookings/{booking.id}", headers={"X-Manage-Token": "a guess"}
        )

    async def _accept(self, booking: Booked) -> Answer:
        return await self._desk.client.request(
            "POST", f"/api/bookings/{booking.id}/accept", json=booking.body, token=booking.token
        )

    async def _give_back(self, booking: Booked) -> Answer:
        self._memory.shrunk.add(booking.id)
        return await self._desk.client.request(
            "PATCH",
            f"/api/bookings/{booking.id}/seats",
            json={"seats": self._dice.randrange(1, booking.seats + 1), **booking.body},
            token=booking.token,
        )

    async def _claim(self, booking: Booked) -> Answer:
        self._memory.claimed.add(booking.manage_token)
        answer = await self._desk.client.request(
            "POST", f"/api/bookings/{booking.id}/claim", json=booking.body, token=self._token
        )
        if answer.status == 200:
            mine = replace(booking, token=self._token, manage_token=None)
            self._memory.booked[booking.id] = mine
        return answer

    async def _pay_at_the_desk(self, booking: Booked) -> Answer:
        return await self._desk.client.request(
            "POST",
            "/api/payments/desk",
            json={"booking_id": booking.id, "method": self._dice.choice(["CASH", "CARD"])},
            token=self._staff_of(self._world.doctor_of[booking.slot_id]),
        )

    async def _begin_payment_by_card(self, booking: Booked) -> Answer:
        body = {"booking_id": booking.id, "provider": self._world.provider.name, **booking.body}
        answer = await self._desk.client.request(
            "POST", "/api/payments", json=body, token=booking.token
        )
        if answer.status == 201:
            self._memory.cards.append(answer.body)
        return answer

    async def _report_on_a_card(self) -> None:
        # Often late, now and then another amount, and most of it more than once.
        payment = self._dice.choice(self._memory.cards[-20:])
        said = self._dice.choice(["SUCCEEDED", "SUCCEEDED", "FAILED"])
        other = {"amount": 1} if self._dice.random() < 0.1 else {}
        event = self._world.provider.event(
            payment, said, provider_reference=uuid.uuid4().hex, **other
        )

        async def report(*, again: bool = True) -> Answer:
            answer = await self._desk.client.request(
                "POST",
                f"/api/payments/webhook/{self._world.provider.name}",
                json=json.loads(event),
                headers=self._world.provider.headers(event),
            )
            # The hold ran out while it was looked at: to be reported again, once.
            if again and outcome(answer) == "409 booking_expired":
                return await report(again=False)
            return answer

        answers = await asyncio.gather(*(report() for _ in range(self._dice.choice([1, 2, 3]))))
        for answer in answers:
            if self._memory.note("report on a card", answer) and answer.body != answers[0].body:
                self._memory.faults.append(f"one event, two answers: {answers}")
        self._memory.paid.append(payment["id"])

    async def _refund_a_part(self) -> None:
        payment = self._some(self._memory.paid[-20:])
        answer = await self._desk.client.request(
            "POST",
            f"/api/payments/{payment}/refunds",
            json={"amount": self._dice.choice([1, 25, 49.99]), "reason": "Goodwill"},
            token=self._world.admin,
        )
        self._memory.note("refund a part", answer)

    async def _step_a_refund(self) -> None:
        status = self._dice.choice(["DUE", "SENT", "FAILED"])
        found = await self._desk.client.request(
            "GET", f"/api/refunds?status={status}&limit=5", token=self._world.admin
        )
        if not self._memory.note("list refunds", found) or not found.body:
            return
        refund = self._dice.choice(found.body)
        answer = await self._desk.client.request(
            "PATCH",
            f"/api/refunds/{refund['id']}",
            json={"status": self._dice.choice(["SENT", "DONE", "FAILED"])},
            token=self._world.admin,
        )
        self._memory.note("step a refund", answer)

    async def _take_due_refunds(self) -> None:
        await self._clock.execute("select core.take_due_refunds(3)")
        self._memory.results["take due refunds", "200"] += 1

    async def _resize_slot(self) -> None:
        slot = self._some(self._world.slots)
        own = self._world.staff.get(self._world.doctor_of[slot], self._world.admin)
        answer = await self._desk.client.request(
            "PATCH",
            f"/api/slots/{slot}",
            json={"capacity": self._dice.randrange(1, 6)},
            token=self._dice.choice([own, self._world.admin]),
        )
        self._memory.note("resize slot", answer)

    async def _at_doctor(self, method: str, path: str, body: object = None) -> tuple[Answer, int]:
        """Send a request about some doctor, as that doctor or an admin; whose it was."""
        doctor = self._some(self._world.doctors)
        token = self._dice.choice(
            [self._world.admin, self._world.staff.get(doctor, self._world.admin)]
        )
        path = f"/api/doctors/{doctor}/{path}"
        return await self._desk.client.request(method, path, json=body, token=token), doctor

    async def _look_at_the_queue(self) -> None:
        answer, _ = await self._at_doctor("GET", "queue")
        self._memory.note("look at the queue", answer)

    def _hours(self) -> dict[str, Any]:
        first = self._dice.randrange(3, 21)
        return {
            "start_time": f"{first:02}:00",
            "end_time": f"{first + 2:02}:00",
            "slot_minutes": self._dice.choice([30, 60]),
            "capacity": self._dice.randrange(1, 4),
        }

    async def _set_hours(self) -> None:
        hours = self._hours()
        weekly = [{"weekday": weekday, **hours} for weekday in range(1, 8)]
        answer, _ = await self._at_doctor("PUT", "availability", {"weekly": weekly})
        self._memory.note("set hours", answer)

    def _day(self) -> str:
        return f"availability/{self._world.opening.date() + timedelta(self._dice.randrange(2))}"

    async def _set_hours_of_a_day(self) -> None:
        hours = self._dice.choice([[], [self._hours()]])
        answer, _ = await self._at_doctor("PUT", self._day(), {"hours": hours})
        self._memory.note("set hours of a day", answer)

    async def _have_usual_hours(self) -> None:
        answer, _ = await self._at_doctor("DELETE", self._day())
        self._memory.note("have usual hours", answer)

    async def _take_time_off(self, *, force: bool = False) -> None:
        start = self._world.opening + timedelta(hours=self._dice.randrange(-6, 24))
        body = {
            "start_time": start.isoformat(),
            "end_time": (start + timedelta(minutes=90)).isoformat(),
            "force": force,
        }
        answer, doctor = await self._at_doctor("POST", "time-off", body)
        if self._memory.note("take time off by force" if force else "take time off", answer):
            self._world.time_off[answer.body["id"]] = doctor
            if force:
                self._memory.away.add(doctor)

    async def _end_time_off(self) -> None:
        time_off = self._some(list(self._world.time_off))
        path = f"/api/doctors/{self._world.time_off[time_off]}/time-off/{time_off}"
        answer = await self._desk.delete(path, self._world.admin, force=False)
        self._memory.note("end time off", answer)

    async def _list_slots(self) -> None:
        doctor = self._some(self._world.doctors)
        answer = await self._desk.client.request("GET", f"/api/doctors/{doctor}/slots?limit=500")
        if self._memory.note("list slots", answer):
            # Hours have made some that nobody has heard of.
            for slot in answer.body:
                if slot["id"] not in self._world.doctor_of:
                    self._world.doctor_of[slot["id"]] = doctor
                    self._world.slots.append(slot["id"])
            self._memory.faults += [
                f"impossible slot: {slot}"
                for slot in answer.body
                if not 0 <= slot["seats_available"] <= slot["capacity"]
                or (
                    slot["status"] != "PAST"
                    and (slot["status"] == "AVAILABLE") != (slot["seats_available"] > 0)
                )
            ]

    async def _open_slot(self, doctor: int) -> None:
        # Few places in time, so that many want the same.
        start = self._world.opening + timedelta(hours=self._dice.randrange(24))
        body = {
            "doctor_id": doctor,
            "start_time": start.isoformat(),
            "capacity": self._dice.randrange(1, 5),
        }
        answer = await self._desk.client.request(
            "POST", "/api/slots", json=body, token=self._world.admin
        )
        if self._memory.note("open slot", answer):
            self._world.doctor_of[answer.body["id"]] = doctor
            self._world.slots.append(answer.body["id"])

    async def _delete_slot(self, *, force: bool = False) -> None:
        slot = self._some(self._world.slots)
        doctor = self._world.doctor_of[slot]
        token = self._world.staff.get(doctor, self._world.admin)
        answer = await self._desk.delete(
            f"/api/slots/{slot}", self._dice.choice([token, self._world.admin]), force=force
        )
        # Sometimes it stays in the list, for others to stumble upon.
        if self._memory.note("delete slot by force" if force else "delete slot", answer):
            if self._dice.random() < 0.9 and slot in self._world.slots:
                self._world.slots.remove(slot)
            await self._open_slot(doctor)

    async def _delete_doctor(self, *, force: bool = False) -> None:
        doctor = self._some(self._world.doctors)
        operation = "delete doctor by force" if force else "delete doctor"
        admin = self._world.admin
        answer = await self._desk.delete(f"/api/doctors/{doctor}", admin, force=force)
        if not self._memory.note(operation, answer):
            return
        self._world.staff.pop(doctor, None)
        self._world.slots = [
            slot for slot in self._world.slots if self._world.doctor_of[slot] != doctor
        ]
        clinic = self._world.clinic_of[doctor]
        body = {
            "clinic_id": clinic,
            "name": "Dr. New",
            "specialization": "Cardiology",
            "consultation_fee": 20,
        }
        hired = await self._desk.client.request("POST", "/api/doctors", json=body, token=admin)
        if self._memory.note("hire doctor", hired):
            self._world.clinic_of[hired.body["id"]] = clinic
            self._world.doctors[self._world.doctors.index(doctor)] = hired.body["id"]
            for _ in range(5):
                await self._open_slot(hired.body["id"])

    async def _join_waitlist(self) -> None:
        token = self._token if self._dice.random() < 0.5 else None
        body = {
            "patient_name": "Ann",
            "patient_email": f"{uuid.uuid4()}@example.com",
            "seats": self._dice.choice([1, 1, 2]),
        }
        slot = self._some(self._world.slots)
        answer = await self._desk.client.request(
            "POST", f"/api/slots/{slot}/waitlist", json=body, token=token
        )
        if self._memory.note("join waitlist", answer):
            self._world.waiting[answer.body["id"]] = (token, answer.body["manage_token"])

    async def _at_entry(self, method: str) -> tuple[Answer, tuple[str | None, str | None]]:
        entry = self._some(list(self._world.waiting)[-30:])
        token, manage_token = self._world.waiting[entry]
        headers = {} if manage_token is None else {"X-Manage-Token": manage_token}
        answer = await self._desk.client.request(
            method, f"/api/waitlist/{entry}", token=token, headers=headers
        )
        return answer, (token, manage_token)

    async def _look_after_waiting(self) -> None:
        answer, proof = await self._at_entry("GET")
        if not self._memory.note("look after waiting", answer, proof[1]):
            return
        if answer.body["booking_id"]:
            entry: dict[str, Any] = answer.body
            offer = Booked(
                entry["booking_id"],
                entry["slot_id"],
                entry["patient_email"],
                entry["seats"],
                *proof,
            )
            self._memory.told.setdefault(offer.id, Counter())
            self._memory.booked.setdefault(offer.id, offer)

    async def _leave_waitlist(self) -> None:
        answer, proof = await self._at_entry("DELETE")
        self._memory.note("leave waitlist", answer, proof[1])

    def _check(self, operation: str, booking: Booked, answer: Answer) -> None:
        """What a success says of the booking is what was asked for."""
        wanted = BECOMES.get(operation)
        if wanted is None:
            return
        shown = answer.body.get("booking", answer.body)
        if operation.startswith("pay"):
            self._memory.paid.append(answer.body["payment"]["id"])
        if shown["status"] not in wanted or not self._memory.fits(booking, shown["seats"]):
            self._memory.faults.append(f"{operation}: {booking} became {shown}")
        if operation.startswith("cancel") and shown["payment_status"] in {"DUE", "SUCCEEDED"}:
            self._memory.faults.append(f"{operation}: money kept: {shown}")
