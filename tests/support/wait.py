"""Waiting for a condition instead of for a time."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")

POLL_SECONDS = 0.02


def eventually(condition: Callable[[], T | None], timeout: float = 10.0, what: str = "") -> T:
    """Call `condition` until it returns something true, and return that.

    Raises TimeoutError after `timeout` seconds, naming `what` was waited for and the last value.
    """
    deadline = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise TimeoutError(_message(what or condition.__name__, timeout, value))
        time.sleep(POLL_SECONDS)


async def eventually_async(
    condition: Callable[[], Awaitable[T | None]],
    timeout: float = 10.0,  # noqa: ASYNC109 - how long to poll, not a bound on one call
    what: str = "",
) -> T:
    """Do the same as `eventually` for a coroutine function, without blocking the event loop."""
    deadline = time.monotonic() + timeout
    while True:
        value = await condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise TimeoutError(_message(what or repr(condition), timeout, value))
        await asyncio.sleep(POLL_SECONDS)


def _message(what: str, timeout: float, value: object) -> str:
    return f"{what}: not within {timeout} s; last value {value!r}"
