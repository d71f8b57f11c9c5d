"""The loop that sends what waits in a queue of the database's.

A queue named x is two functions. `core.take_x()` gives one job as a JSON object with `id`,
`attempt` and what its sender needs, for a minute in the hands of one process of all that ask; null
where nothing is due. `core.finish_x(id, attempt, status, error)` is told what became of it. When to
try again, and when to give up, is decided there.
"""

import asyncio
import encodings.idna  # noqa: F401 - else read at the first name, when a worker no longer may
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from server.database import Database, DatabaseError, Row
from server.problems import Problem

log = logging.getLogger("slotkeeper.outbox")

INTERVAL_SECONDS = 1.0
# Less than a job is given to us for; less than a server that stops has.
_REPORT_SECONDS = 20.0
_STOP_SECONDS = 2.0
_AGAIN_SECONDS = 0.5
# From the first to the longest pause while nothing can be sent, twice as long each time.
_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 1.0, 60.0

Job = Mapping[str, Any]


class Outcome(NamedTuple):
    """What became of an attempt: a status where there was an answer, an error where it failed.

    Where the sender is `unavailable` no other job would have fared better: the error, which then
    repeats nothing of the job, goes into the log, and the queue pauses.
    """

    status: int | None = None
    error: str | None = None
    unavailable: bool = False


class Sender(Protocol):
    """Sends one job; raises nothing that it expects. `seconds` is how long it may take."""

    seconds: float

    async def send(self, job: Job) -> Outcome: ...


@dataclass(frozen=True)
class _Statement:
    name: bytes
    sql: bytes


class Courier:
    """Takes jobs from `queue`, has them sent and reports, one after the other, at least once.

    Several processes may do so: PostgreSQL gives a job to one of them at a time.
    """

    def __init__(self, database: Database, role: str, queue: str, sender: Sender) -> None:
        self._database = database
        self._role = role
        self._sender = sender
        take, finish = f"take_{queue}", f"finish_{queue}"
        self._take = _Statement(take.encode(), f"select core.{take}()".encode())
        self._finish = _Statement(finish.encode(), f"select core.{finish}($1, $2, $3, $4)".encode())
        self._pause_seconds = 0.0
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, at once."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Stop; what is under way may end within two seconds, else somebody takes it again."""
        self._stopping.set()
        if self._task is not None:
            await asyncio.wait({self._task}, timeout=_STOP_SECONDS)
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        failing = False
        while not self._stopping.is_set():
            pause = INTERVAL_SECONDS
            try:
                pause = await self._send_one()
                failing = False
            except (DatabaseError, Problem) as error:
                # A deploy or a restart of the database: the next round will tell.
                if not failing:
                    log.warning("the outbox cannot be read, trying again: %s", error)
                failing = True
            except Exception:
                log.exception("the outbox cannot be read")
            await self._pause(pause)

    async def _send_one(self) -> float:
        """Send what is due next; return for how long to pause."""
        row = await self._call(self._take)
        if not row or row[0] is None:
            return INTERVAL_SECONDS
        job = json.loads(row[0])
        try:
            async with asyncio.timeout(self._sender.seconds):
                outcome = await self._sender.send(job)
        except TimeoutError:
            outcome = Outcome(error=f"no answer within {self._sender.seconds:g} seconds")
        except Exception as error:  # noqa: BLE001 - whatever it is, the next job is not to wait
            # Not what it says: that may be of what was to be sent.
            log.error("a job could not be sent: %s", type(error).__name__)  # noqa: TRY400
            outcome = Outcome(error=type(error).__name__)
        await self._report(job, outcome)
        if not outcome.unavailable:
            self._pause_seconds = 0.0
        elif self._pause_seconds:
            self._pause_seconds = min(2 * self._pause_seconds, _LONGEST_PAUSE_SECONDS)
        else:
            log.error("nothing can be sent, trying again: %s", outcome.error)
            self._pause_seconds = _PAUSE_SECONDS
        return self._pause_seconds

    async def _report(self, job: Job, outcome: Outcome) -> None:
        """Tell what became of a job, again and again while the database is away for a moment."""
        told = (job["id"], job["attempt"], outcome.status, outcome.error)
        # Text for PostgreSQL, whatever the other side has said.
        parameters = [
            None if value is None else str(value).encode(errors="replace").replace(b"\0", b"?")
            for value in told
        ]
        async with asyncio.timeout(_REPORT_SECONDS):
            while True:
                try:
                    await self._call(self._finish, parameters)
                except (DatabaseError, Problem):
                    await asyncio.sleep(_AGAIN_SECONDS)
                else:
                    return

    async def _call(
        self, statement: _Statement, parameters: list[bytes | None] | None = None
    ) -> Row:
        return await self._database.call(
            self._role, statement, parameters or [], read_only=False, unprepared=True
        )

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            pass
