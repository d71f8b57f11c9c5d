"""`python -m bench`: what calls cost in PostgreSQL and over HTTP, and as bookings grow in number.

Prints each ratio beside its target and writes all figures as JSON to bench/results/latest.json.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

from bench.at_once import KINDS, bookings_at_once, share
from bench.data import FRESH_PER_ROUND, Data
from bench.growth import SMALL, compare
from bench.load import HERE
from bench.refusals import dearest_refusal
from bench.service import running_service, service_of_commit, service_without_history
from bench.side_by_side import CROWD, STEPS, SideBySide, steps_in_turn

MILLION = 1_000_000


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3, help="of each round")
    parser.add_argument("--millions", type=int, default=1, help="of bookings to grow to; 0: none")
    parser.add_argument("--before", metavar="COMMIT", help="book in this commit's service, too")
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("bench: wrk is missing; on Debian: apt-get install wrk")
    results: dict[str, Any] = {
        "machine": {"cpus": os.cpu_count(), "python": platform.python_version()},
        "growth": {},
    }
    with (
        tempfile.TemporaryDirectory(prefix="slotkeeper-bench-") as folder,
        running_service(Path(folder) / "data") as service,
    ):
        fresh = options.rounds * FRESH_PER_ROUND
        few = Data(service.small_url, fresh=20_000)
        data = Data(service.admin_url, fresh)
        measured = SideBySide(service, data, options.rounds, options.seconds)
        with ExitStack() as stack:
            sides = {"now": measured}
            others = {"unkept": stack.enter_context(service_without_history(service))}
            if options.before:
                others["before"] = stack.enter_context(
                    service_of_commit(service, options.before, Path(folder) / "before")
                )
            for name, other in others.items():
                slots = Data(other.admin_url, fresh, policies=name != "before")
                sides[name] = SideBySide(other, slots, options.rounds, options.seconds)
            results["at_once"] = bookings_at_once(options.rounds, sides)
            results["steps"] = steps_in_turn(
                options.rounds, {name: sides[name] for name in ("now", "unkept")}
            )
        for each in (few, data):
            each.grow_to(SMALL)
        results["booking"] = measured.booking()
        results["reading"] = measured.reading()
        results["list"] = measured.listing()
        results["crowd"] = measured.crowd()
        results["refusal"] = asdict(dearest_refusal(service.base_url))
        results["memory_mb_per_worker"] = service.memory_per_worker()
        if options.millions:
            # A million first, whatever the number, so that growth is seen between these, too.
            for millions in sorted({1, options.millions}):
                data.grow_to(millions * MILLION)
                data.rest()
                rows = compare(few, data)
                results["growth"][millions * MILLION] = {
                    name: {**asdict(row), "ratio": round(row.ratio, 2)}
                    for name, row in rows.items()
                }
            results["booking_among_many"] = measured.booking()
    show(results)
    target = HERE / "results" / "latest.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(results, indent=2) + "\n")
    print(f"\nwritten to {target}")


def show(results: dict[str, Any]) -> None:
    """Print the figures as tables."""
    print(
        f"{'':40}{'pgbench/s':>10}{'HTTP/s':>10}{'ratio':>8}{'target':>8}{'p50 ms':>9}{'p99 ms':>9}"
    )
    for key, title, target in (
        ("booking", "book a fresh seat", "≥ 0.7"),
        ("booking_among_many", "the same among many bookings", "≥ 0.7"),
        ("reading", "read a booking", "≥ 0.55"),
        ("list", "a doctor's free day", ""),
    ):
        if key in results:
            sql, http = results[key]["pgbench"], results[key]["http"]
            print(
                f"{title:40}{sql['per_second']:>10}{http['per_second']:>10}"
                f"{results[key]['ratio']:>8.2f}{target:>8}{http['p50_ms']:>9.1f}{http['p99_ms']:>9.1f}"
            )
    crowd = results["crowd"]["http"]
    print(
        f"{f'one seat wanted by {CROWD}: losers':40}{'':>10}{crowd['per_second']:>10.0f}{'':>16}"
        f"{crowd['p50_ms']:>9.1f}{crowd['p99_ms']:>9.1f}"
    )
    costs = results["at_once"]
    for kind in KINDS:
        kept = share(costs, kind, "unkept", "now")
        _ratio(f"a booking with its history ({kind}), of one without", kept, "≥ 0.85")
        if "before" in costs:
            since = share(costs, kind, "before", "unkept")
            _ratio(f"one without history ({kind}), of before", since, "≥ 0.9")
    free_days = results["list"]["http"]["per_second"] / results["booking"]["http"]["per_second"]
    _ratio("free days for a booking, over HTTP", free_days, "≥ 1.2")
    for step in STEPS[1:]:
        for name, title in (("now", "in bookings"), ("unkept", "the same without history")):
            rounds = [each[name] for each in results["steps"]]
            cost = median(each[step] for each in rounds)
            in_bookings = median(each[step] / each["book"] for each in rounds)
            _ratio(f"{step}: {cost:.2f} ms, {title}", in_bookings, "≤ 1.3")
    for size, rows in results["growth"].items():
        print(f"\n{'ms in PostgreSQL':40}{SMALL:>10,}{size:>10,}{'ratio':>8}{'target':>8}")
        for name, row in rows.items():
            figures = f"{row['few_ms']:>10.2f}{row['many_ms']:>10.2f}{row['ratio']:>8.2f}"
            print(f"{name:40}{figures}{'≤ 1.25':>8}")
    print()
    refusal = results["refusal"]
    print(f"the dearest refusal of 64 kB: {refusal['milliseconds']} ms ({refusal['name']})")
    memory = ", ".join(f"{size} MB" for size in results["memory_mb_per_worker"])
    print(f"memory of each worker: {memory}")


def _ratio(title: str, ratio: float, target: str) -> None:
    print(f"{title:60}{ratio:>8.2f}{target:>8}")


if __name__ == "__main__":
    main()
