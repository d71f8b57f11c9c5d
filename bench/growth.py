"""What a call costs PostgreSQL as bookings grow in number, by one client: the fastest tenth of many
calls, for what else the host does only adds to some of them."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import quantiles

from psycopg import sql

from bench.data import Data

SMALL = 10_000
_CALLS = 201

# Who calls, and what; {doctor} is a doctor of full slots, {day} a day of them; {full_doctor} has
# more of them than a page looks at, {free_doctor} a day of free ones; {old_doctor} has had more
# than a page of bookings.
_ROWS = {
    "book a fresh seat": (
        "anon",
        "api.book_slot(nextval('public.fresh_slot'), 'Ann', gen_random_uuid() || '@example.com')",
    ),
    "a doctor's free day": (
        "anon",
        "api.list_doctor_slots({free_doctor}, '{day}', available => true, \"limit\" => 100)",
    ),
    "own bookings": ("patient", "api.list_my_bookings()"),
    "own bookings to come": ("patient", "api.list_my_bookings(\"when\" => 'upcoming')"),
    "bookings": ("admin", "api.list_bookings()"),
    "bookings that failed": ("admin", "api.list_bookings('{{FAILED}}')"),
    "bookings that are held": ("admin", "api.list_bookings('{{PENDING}}')"),
    "bookings of a status that none has": ("admin", "api.list_bookings('{{CHECKED_IN}}')"),
    "bookings of a doctor": ("admin", "api.list_bookings(doctor_id => {old_doctor})"),
    "bookings of a day": ("admin", "api.list_bookings(date => '{day}')"),
    "bookings of an address": (
        "admin",
        "api.list_bookings(patient_email => 'patient7@example.com')",
    ),
    "bookings by their start": ("admin", "api.list_bookings(sort => 'start_time')"),
    "a clinic's bookings": ("clerk", "api.list_bookings()"),
    "a clinic's bookings that failed": ("clerk", "api.list_bookings('{{FAILED}}')"),
    "a clinic's day": ("clerk", "api.list_bookings(date => '{day}')"),
    "a doctor's queue": ("clerk", "api.list_queue({doctor})"),
    "slots, past full ones": ("anon", "api.list_slots()"),
    "slots, full ones too": ("anon", "api.list_slots(available => false)"),
    "slots of tomorrow": ("anon", "api.list_slots(date => '{day}')"),
    "slots of a far day": ("anon", "api.list_slots(date => '{far_day}')"),
    "slots of a doctor": ("anon", "api.list_slots({free_doctor})"),
    "slots of a doctor who is booked out": ("anon", "api.list_slots({full_doctor})"),
    "slots of a specialization": ("anon", "api.list_slots(specialization => 'Busy')"),
    "slots of an unknown specialization": ("anon", "api.list_slots(specialization => 'None')"),
    "slots with nine seats": ("anon", "api.list_slots(seats => 9)"),
    "doctors of an unknown specialization": ("anon", "api.list_doctors('{{None}}')"),
    "doctors of an unknown name": ("anon", "api.list_doctors(q => 'None')"),
}


@dataclass(frozen=True)
class Row:
    """What a call costs where there are few bookings and where there are many, in milliseconds."""

    few_ms: float
    many_ms: float

    @property
    def ratio(self) -> float:
        """How many times dearer it is among many."""
        return self.many_ms / self.few_ms


def compare(few: Data, many: Data) -> dict[str, Row]:
    """Each call in both databases in turn, so that whatever else runs falls on both."""
    rows = {}
    for name, (role, call) in _ROWS.items():
        pair = [(data.connection, _prepare(data, role, call)) for data in (few, many)]
        taken: list[list[float]] = [[], []]
        for _ in range(_CALLS):
            for times, (connection, statement) in zip(taken, pair, strict=True):
                begun = time.perf_counter()
                connection.execute(statement, prepare=True)
                times.append(time.perf_counter() - begun)
        rows[name] = Row(*(round(quantiles(times, n=10)[0] * 1000, 3) for times in taken))
        for connection, _ in pair:
            connection.execute("reset role")
            connection.execute("reset request.jwt.claims")
    return rows


def _doctor(data: Data, specialization: str) -> int:
    return data.number("select min(id) from data.doctor where specialization = %s", specialization)


def _prepare(data: Data, role: str, call: str) -> sql.SQL:
    """Let the connection be such a caller's; return the statement."""
    statement = call.format(
        day=data.day,
        far_day=date.fromisoformat(data.day) + timedelta(days=900),
        free_doctor=data.doctor,
        doctor=_doctor(data, "Busy"),
        full_doctor=_doctor(data, "Full"),
        old_doctor=_doctor(data, "Past"),
    )
    data.connection.execute(
        "select set_config('request.jwt.claims', json_build_object('sub', a.id::text)::text, false)"
        " from data.account as a where a.email = %s",
        [f"{role}@example.com"],
    )
    data.connection.execute(sql.SQL("set role {}").format(sql.Identifier(f"slotkeeper_{role}")))
    return sql.SQL(f"select count(*) from {statement}")
