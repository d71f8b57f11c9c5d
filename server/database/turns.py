"""Who goes first where only so many can go at a time, and how long the others wait."""

import asyncio
from collections import deque

from server.problems import overloaded


class WaitingRoom:
    """How many may wait for a connection, over all pools of a process, and for how long."""

    def __init__(self, places: int = 1000, seconds: float = 5.0) -> None:
        self.places = places
        self.seconds = seconds
        self.waiting = 0


class Turns:
    """So many at a time; whoever comes when none is free waits in line."""

    def __init__(self, count: int, room: WaitingRoom) -> None:
        self._free = count
        self._room = room
        self._loop = asyncio.get_running_loop()
        self._line: deque[tuple[asyncio.Future[None], float]] = deque()
        # One timer for all, left to run out: one for each waiter made a call cost 18 µs, not 14.
        self._expiry: asyncio.TimerHandle | None = None

    def take(self) -> bool:
        """Whether a turn was free at this moment; then it is the caller's."""
        if self._free == 0:
            return False
        self._free -= 1
        return True

    async def wait(self, deadline: float) -> None:
        """Wait for a turn until `deadline`, in the loop's time; raises Problem 503."""
        room = self._room
        if room.waiting >= room.places:
            raise overloaded("Too many requests are waiting already.")
        turn: asyncio.Future[None] = self._loop.create_future()
        self._line.append((turn, deadline))
        if self._expiry is None:
            self._expiry = self._loop.call_at(deadline, self._expire)
        room.waiting += 1
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                # It was handed over in the same turn of the loop that cancelled us.
                self.give_back()
            raise
        finally:
            room.waiting -= 1

    def give_back(self) -> None:
        """Let the next in line have the turn."""
        while self._line:
            turn, _ = self._line.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1

    def refuse_all(self, detail: str) -> None:
        """Give 503 to all who wait."""
        for turn, _ in self._line:
            _refuse(turn, detail)

    def _expire(self) -> None:
        now = self._loop.time()
        for turn, deadline in self._line:
            if deadline <= now:
                _refuse(turn, "No database connection was free in time.")
        self._line = deque(waiter for waiter in self._line if not waiter[0].done())
        self._expiry = None
        if self._line:
            following = min(deadline for _, deadline in self._line)
            self._expiry = self._loop.call_at(following, self._expire)


def _refuse(turn: asyncio.Future[None], detail: str) -> None:
    if not turn.done():
        turn.set_exception(overloaded(detail))
