"""Passwords: hashed and verified with argon2id, off the event loop, few at a time."""

import asyncio
import secrets
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import Type

from server.problems import overloaded

MINIMUM_LENGTH = 8
MAXIMUM_LENGTH = 1024

_THREADS = 2
_PLACES = 100

_Result = TypeVar("_Result")

# OWASP's recommendation: 19 MiB, two passes, one lane.
_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1, type=Type.ID)


def hash_password(password: str) -> str:
    """The argon2id hash of a password, with its salt and parameters, as text; takes a while."""
    return _hasher.hash(password)


def verify_password(password_hash: str, password: str) -> bool:
    """Whether a hash is that of a password; takes as long as hashing."""
    try:
        return _hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


class Passwords:
    """Runs the slow functions in a few threads, with a bounded queue before them."""

    def __init__(self, threads: int = _THREADS, places: int = _PLACES) -> None:
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="passwords")
        self._places = threading.BoundedSemaphore(places)
        # What an unknown name is checked against, so that it takes as long as a known one.
        self._nobody = hash_password(secrets.token_urlsafe())

    async def hash(self, password: str) -> str:
        """The hash of a password; raises Problem 503 if too many are waiting."""
        return await self._run(lambda: hash_password(password))

    async def verify(self, password_hash: str | None, password: str) -> bool:
        """Whether the password fits; without a hash it never does, after the same time.

        Raises Problem 503 if too many are waiting.
        """
        stored = password_hash or self._nobody
        fits = await self._run(lambda: verify_password(stored, password))
        return fits and password_hash is not None

    def close(self) -> None:
        """End the threads when they are done; what has not begun is dropped."""
        self._executor.shutdown(wait=False, cancel_futures=True)

    async def _run(self, work: Callable[[], _Result]) -> _Result:
        if not self._places.acquire(blocking=False):
            raise overloaded("Too many logins at once.")
        try:
            future: Future[_Result] = self._executor.submit(work)
        except BaseException:
            self._places.release()
            raise
        # The place is free when the thread is, even if nobody waits for the outcome any more.
        future.add_done_callback(lambda _: self._places.release())
        return await asyncio.wrap_future(future)
