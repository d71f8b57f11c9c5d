"""What a call costs straight from PostgreSQL and over HTTP: rounds of the two alternate, so that
whatever else the machine does falls on both. Medians of the rounds are compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict
from statistics import median
from typing import Any

from psycopg.conninfo import conninfo_to_dict

from bench.data import Data
from bench.load import Load, pgbench, pgbench_statements, wrk
from bench.service import Service

CLIENTS = 32
CROWD = 200
STEPS = ("book", "pay", "reschedule", "cancel")
# More than a thread of wrk can book in one round.
_SLOTS_PER_SECOND = 5000
# Longer than the due work rests between its runs, so that what it does falls into each round.
_WHOLE_SECONDS = 6

Figures = dict[str, Any]


class SideBySide:
    """The same calls by pgbench and by wrk, in `rounds` of `seconds` each."""

    def __init__(self, service: Service, data: Data, rounds: int, seconds: int) -> None:
        self._service = service
        self._data = data
        self._rounds = rounds
        self._seconds = seconds

    def booking(self) -> Figures:
        """A fresh seat each time."""
        return self._compare(
            lambda: self._pgbench("book", self._seconds),
            lambda: self._book_over_http(self._seconds),
        )

    def book(self, kind: str, clients: int) -> Load:
        """One round of fresh seats, by pgbench or over HTTP, long enough for the due work."""
        seconds = max(self._seconds, _WHOLE_SECONDS)
        if kind == "pgbench":
            return self._pgbench("book", seconds, clients)
        return self._book_over_http(seconds, clients)

    @property
    def database(self) -> str:
        """The name of the database."""
        return str(conninfo_to_dict(self._service.admin_url)["dbname"])

    @property
    def server(self) -> int:
        """The process above the server's workers."""
        return self._service.process_id

    def rest(self) -> None:
        """Wait until the due work has caught up."""
        self._data.rest()

    def without_reports(self) -> AbstractContextManager[None]:
        """Have the reports not counted meanwhile."""
        return self._data.without_reports()

    def analyze(self) -> None:
        """Let plans be made for what is there now."""
        self._data.analyze()

    def reading(self) -> Figures:
        """One booking, by its guest."""
        booking, token = self._data.guest_booking()
        url = f"{self._service.base_url}/api/bookings/{booking}"
        return self._compare(
            lambda: self._pgbench("read", self._seconds, booking=booking, token=token),
            lambda: self._wrk(url, header=f"X-Manage-Token: {token}"),
        )

    def listing(self) -> Figures:
        """The 48 free slots of a doctor's day."""
        doctor, day = self._data.doctor, self._data.day
        url = (
            f"{self._service.base_url}/api/doctors/{doctor}/slots"
            f"?date={day}&available=true&limit=100"
        )
        return self._compare(
            lambda: self._pgbench("list", self._seconds, doctor=doctor, day=day),
            lambda: self._wrk(url),
        )

    def steps(self) -> dict[str, float]:
        """One client books, pays, reschedules and cancels again and again; milliseconds of each."""
        self._data.rest()
        means = pgbench_statements(self._service, "steps", self._seconds)
        return dict(zip(STEPS, means, strict=True))

    def crowd(self) -> Figures:
        """Two hundred clients want one seat: latencies are those of the losers."""
        slot = self._data.add_slot_for_a_crowd()
        load = wrk(
            *(self._booking_url, CROWD, self._seconds, "book"), FIRST_SLOT=slot, SLOTS_PER_THREAD=0
        )
        won, sold = load.calls - load.refused, self._data.booked_seats(slot)
        if not won == sold == 1:
            raise RuntimeError(f"{won} were told that they won, {sold} seats are sold")
        return {"http": asdict(load)}

    @property
    def _booking_url(self) -> str:
        return self._service.base_url + "/api/bookings"

    def _pgbench(
        self, script: str, seconds: int, clients: int = CLIENTS, **variables: str | int
    ) -> Load:
        self._data.rest()
        return pgbench(self._service, script, clients, seconds, **variables)

    def _wrk(self, url: str, header: str | None = None) -> Load:
        self._data.rest()
        load = wrk(url, CLIENTS, self._seconds, header=header)
        if load.refused:
            raise RuntimeError(f"{url}: {load.refused} answers of {load.calls} are refusals")
        return load

    def _book_over_http(self, seconds: int, clients: int = CLIENTS) -> Load:
        self._data.rest()
        per_thread = _SLOTS_PER_SECOND * seconds // 2
        load = wrk(
            *(self._booking_url, clients, seconds, "book"),
            FIRST_SLOT=self._data.next_slot,
            SLOTS_PER_THREAD=per_thread,
        )
        self._data.skip_slots(2 * per_thread)
        if load.refused:
            raise RuntimeError(f"{load.refused} bookings of fresh slots were refused")
        return load

    def _compare(self, in_sql: Callable[[], Load], over_http: Callable[[], Load]) -> Figures:
        rounds = [(in_sql(), over_http()) for _ in range(self._rounds)]
        sql, http = ([pair[side] for pair in rounds] for side in (0, 1))
        per_second = {
            "pgbench": median(load.per_second for load in sql),
            "http": median(load.per_second for load in http),
        }
        return {
            # pgbench tells no percentiles.
            "pgbench": {
                "per_second": round(per_second["pgbench"]),
                "mean_ms": round(median(load.p50_ms for load in sql), 2),
            },
            "http": {
                "per_second": round(per_second["http"]),
                "p50_ms": round(median(load.p50_ms for load in http), 2),
                "p99_ms": round(median(load.p99_ms for load in http), 2),
            },
            "ratio": round(per_second["http"] / per_second["pgbench"], 3),
        }


def steps_in_turn(
    rounds: int, sides: Mapping[str, SideBySide]
) -> list[dict[str, dict[str, float]]]:
    """What each step costs in each service, in each round."""
    for side in sides.values():
        # So that no plan is made for as few payments as there are before.
        side.steps()
        side.analyze()
    return [{name: side.steps() for name, side in sides.items()} for _ in range(rounds)]
