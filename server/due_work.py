"""The timer for due work, where no scheduler inside the database does it."""

import asyncio
import logging
from dataclasses import dataclass

from server.database import Database, DatabaseError
from server.problems import Problem

log = logging.getLogger("slotkeeper.due_work")

INTERVAL_SECONDS = 5.0
# So much at once is a backlog; what trickles in costs less when it is done together.
_BACKLOG = 1000
_PAUSE_SECONDS, _SHORT_SECONDS = 0.02, 1.0


@dataclass(frozen=True)
class _Statement:
    name: bytes
    sql: bytes


_SCHEDULER = _Statement(b"scheduler", b"select s.scheduler from deploy.state as s")
_RUN = _Statement(b"run_due_work", b"call core.run_due_work()")


async def read_scheduler(database: Database, role: str) -> str:
    """Who does the due work: 'server' or the name of what runs inside the database.

    Raises DatabaseError or Problem.
    """
    row = await database.call(role, _SCHEDULER, (), read_only=True, unprepared=True)
    return row[0].decode() if row and row[0] else ""


class DueWork:
    """Calls `core.run_due_work()` every few seconds, sooner while it finds something to do.

    Several processes may do so: it lets one of them at a time. Does nothing while another scheduler
    is in charge.
    """

    def __init__(
        self, database: Database, role: str, interval_seconds: float = INTERVAL_SECONDS
    ) -> None:
        self._database = database
        self._role = role
        self._interval = interval_seconds
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, with a first round at once."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Stop; the task under way is cancelled and rolled back."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        failing = False
        while True:
            done = 0
            try:
                done = await self._batch()
                failing = False
            except (DatabaseError, Problem) as error:
                # A deploy or a restart of the database: the next round will tell.
                if not failing:
                    log.warning("due work failed, trying again: %s", error)
                failing = True
            except Exception:
                log.exception("due work failed")
            if done >= _BACKLOG:
                await asyncio.sleep(_PAUSE_SECONDS)
            else:
                await asyncio.sleep(min(self._interval, _SHORT_SECONDS) if done else self._interval)

    async def _batch(self) -> int:
        if await read_scheduler(self._database, self._role) != "server":
            return 0
        row = await self._database.call(self._role, _RUN, (), read_only=False, unprepared=True)
        return int(row[0] or 0) if row else 0
