"""`python -m bench`: what a booking and a list cost in PostgreSQL and over HTTP, in one run.

Rounds alternate between the two, so that whatever else the machine does falls on both; medians
are compared. Prints a table and writes it as JSON to bench/results/latest.json.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

from bench.data import Data
from bench.load import HERE, Load, pgbench, wrk
from bench.refusals import dearest_refusal
from bench.service import Service, running_service

CLIENTS = 32
CROWD = 200
CROWDED_CAPACITY = 100
_BOOKING = "/api/bookings"
# More than a thread of wrk can book in one round.
_SLOTS_PER_SECOND = 8000


class Bench:
    """One run: the same measurements, again and again."""

    def __init__(self, service: Service, data: Data, rounds: int, seconds: int) -> None:
        self._service = service
        self._data = data
        self._rounds = rounds
        self._seconds = seconds
        self._pgbench = service.programs / "pgbench"

    def booking(self) -> dict[str, Any]:
        """A fresh seat each time, from PostgreSQL and over HTTP."""
        return self._compare(
            lambda: pgbench(
                self._pgbench, self._service.anonymous_url, "book", CLIENTS, self._seconds
            ),
            self._book_over_http,
        )

    def listing(self) -> dict[str, Any]:
        """The 48 free slots of a doctor's day, from PostgreSQL and over HTTP."""
        doctor, day = self._data.doctor, self._data.day
        url = (
            f"{self._service.base_url}/api/doctors/{doctor}/slots"
            f"?date={day}&available=true&limit=100"
        )
        return self._compare(
            lambda: pgbench(
                *(self._pgbench, self._service.anonymous_url, "list", CLIENTS, self._seconds),
                doctor=doctor,
                day=day,
            ),
            lambda: wrk(url, CLIENTS, self._seconds),
        )

    def crowd(self) -> dict[str, Any]:
        """Two hundred clients on one slot: as many win as there are seats."""
        slot = self._data.add_crowded_slot(CROWDED_CAPACITY)
        load = wrk(
            *(self._service.base_url + _BOOKING, CROWD, self._seconds, "book"),
            FIRST_SLOT=slot,
            SLOTS_PER_THREAD=0,
        )
        won, sold = load.calls - load.refused, self._data.booked_seats(slot)
        if not won == sold == CROWDED_CAPACITY:
            raise RuntimeError(f"{won} were told that they won, {sold} seats are sold")
        return {"http": asdict(load), "won": won}

    def _book_over_http(self) -> Load:
        per_thread = _SLOTS_PER_SECOND * self._seconds // 2
        load = wrk(
            *(self._service.base_url + _BOOKING, CLIENTS, self._seconds, "book"),
            FIRST_SLOT=self._data.next_slot,
            SLOTS_PER_THREAD=per_thread,
        )
        self._data.skip_slots(2 * per_thread)
        if load.refused:
            raise RuntimeError(f"{load.refused} bookings of fresh slots were refused")
        return load

    def _compare(self, in_sql: Callable[[], Load], over_http: Callable[[], Load]) -> dict[str, Any]:
        loads: dict[str, list[Load]] = {"pgbench": [], "http": []}
        for _ in range(self._rounds):
            loads["pgbench"].append(in_sql())
            loads["http"].append(over_http())
        figures: dict[str, Any] = {
            name: {
                "per_second": round(median(load.per_second for load in taken)),
                "p50_ms": round(median(load.p50_ms for load in taken), 2),
                "p99_ms": round(median(load.p99_ms for load in taken), 2),
            }
            for name, taken in loads.items()
        }
        # pgbench tells no percentiles.
        figures["pgbench"] = {
            "per_second": figures["pgbench"]["per_second"],
            "mean_ms": figures["pgbench"]["p50_ms"],
        }
        figures["ratio"] = round(
            figures["http"]["per_second"] / figures["pgbench"]["per_second"], 3
        )
        return figures


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3, help="of each round")
    parser.add_argument("--no-million", action="store_true", help="leave out the growth test")
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("bench: wrk is missing; on Debian: apt-get install wrk")
    results: dict[str, Any] = {
        "machine": {"cpus": os.cpu_count(), "python": platform.python_version()}
    }
    with (
        tempfile.TemporaryDirectory(prefix="slotkeeper-bench-") as folder,
        running_service(Path(folder) / "data") as service,
    ):
        data = Data(service.admin_url)
        bench = Bench(service, data, options.rounds, options.seconds)
        results["booking"] = bench.booking()
        results["list"] = bench.listing()
        results["crowd"] = bench.crowd()
        results["refusal"] = asdict(dearest_refusal(service.base_url))
        results["memory_mb_per_worker"] = service.memory_per_worker()
        if not options.no_million:
            data.load_a_million_bookings()
            results["bookings_loaded"] = data.bookings()
            results["booking_after_a_million"] = bench.booking()
    show(results)
    target = HERE / "results" / "latest.json"
    target.write_text(json.dumps(results, indent=2) + "\n")
    print(f"\nwritten to {target}")


def show(results: dict[str, Any]) -> None:
    """Print the figures as a table."""
    print(f"{'':28}{'pgbench/s':>10}{'HTTP/s':>10}{'ratio':>8}{'p50 ms':>9}{'p99 ms':>9}")
    titles = {
        "booking": "book a fresh seat",
        "booking_after_a_million": "… beside a million bookings",
        "list": "a doctor's free day",
    }
    for key, title in titles.items():
        if key in results:
            sql, http = results[key]["pgbench"], results[key]["http"]
            print(
                f"{title:28}{sql['per_second']:>10}{http['per_second']:>10}"
                f"{results[key]['ratio']:>8.2f}{http['p50_ms']:>9.1f}{http['p99_ms']:>9.1f}"
            )
    crowd = results["crowd"]["http"]
    print(
        f"{f'{CROWD} clients, one slot':28}{'':>10}{crowd['per_second']:>10.0f}{'':>8}"
        f"{crowd['p50_ms']:>9.1f}{crowd['p99_ms']:>9.1f}"
    )
    refusal = results["refusal"]
    print(f"the dearest refusal of 64 kB: {refusal['milliseconds']} ms ({refusal['name']})")
    memory = ", ".join(f"{size} MB" for size in results["memory_mb_per_worker"])
    print(f"memory of each worker: {memory}")


if __name__ == "__main__":
    main()
