"""What a booking costs in several services that are under load at the same time, so that whatever
else the host does falls on all of them alike, within milliseconds.

How many bookings each makes would only tell how the processors are shared. So the processor time is
counted of all sessions in its database and of its server's workers, due work included. The reports
alone are not counted meanwhile: that is done once a minute, and would fall into some rounds.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from bench.side_by_side import CLIENTS, SideBySide

KINDS = ("pgbench", "http")
_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
_LOOK_EVERY_SECONDS = 0.03

# Microseconds of each round, by service and by how the bookings came.
Costs = dict[str, dict[str, list[float]]]


def bookings_at_once(rounds: int, sides: Mapping[str, SideBySide]) -> Costs:
    """Book fresh seats in all services at once, first by pgbench, then over HTTP, in each round.

    They share the clients that one service has in other measurements: more would be in the way of
    each other in the processors' caches.
    """
    clients = CLIENTS // len(sides)
    for side in sides.values():
        for kind in KINDS:
            side.book(kind, clients)
        side.analyze()
    costs: Costs = {name: {kind: [] for kind in KINDS} for name in sides}
    with ExitStack() as stack:
        for side in sides.values():
            stack.enter_context(side.without_reports())
        for _ in range(rounds):
            for kind in KINDS:
                for name, cost in _round(sides, kind, clients).items():
                    costs[name][kind].append(cost)
    return costs


def _round(sides: Mapping[str, SideBySide], kind: str, clients: int) -> dict[str, float]:
    with _ProcessorTime(sides) as spent, ThreadPoolExecutor(len(sides)) as pool:
        loads = {name: pool.submit(side.book, kind, clients) for name, side in sides.items()}
        calls = {name: load.result().calls for name, load in loads.items()}
        for side in sides.values():
            side.rest()
    return {name: seconds / calls[name] * 1e6 for name, seconds in spent.seconds.items()}


def share(costs: Costs, kind: str, cheaper: str, dearer: str) -> float:
    """How many bookings one service makes for each of another; the median of the rounds."""
    pairs = zip(costs[cheaper][kind], costs[dearer][kind], strict=True)
    return median(less / more for less, more in pairs)


class _ProcessorTime:
    """What the processes of each service take for the length of a `with` block, in `seconds`."""

    def __init__(self, sides: Mapping[str, SideBySide]) -> None:
        self._sides = sides
        self._before: dict[tuple[str, str], float] = {}
        self._latest: dict[tuple[str, str], float] = {}
        self._over = threading.Event()
        self._watcher = threading.Thread(target=self._watch)

    def __enter__(self) -> _ProcessorTime:
        self._before = self._look()
        self._watcher.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._watcher.join()

    @property
    def seconds(self) -> dict[str, float]:
        """By the name of the service."""
        taken = dict.fromkeys(self._sides, 0.0)
        for (name, process), time in self._latest.items():
            taken[name] += time - self._before.get((name, process), 0.0)
        return taken

    def _watch(self) -> None:
        # A session's time is gone when it ends.
        while not self._over.wait(_LOOK_EVERY_SECONDS):
            self._latest |= self._look()
        self._latest |= self._look()

    def _look(self) -> dict[tuple[str, str], float]:
        times = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                title = (folder / "cmdline").read_text().replace("\0", " ")
                stat = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue  # it has just ended
            parent, user, system = (int(stat[place]) for place in (1, 11, 12))
            for name, side in self._sides.items():
                session = title.startswith("postgres: ") and f" {side.database} " in title
                if session or parent == side.server:
                    times[name, folder.name] = (user + system) / _TICKS_PER_SECOND
        return times
