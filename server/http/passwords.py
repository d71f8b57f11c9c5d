"""Passwords: hashed and verified with argon2id, off the event loop, few at a time."""

import asyncio
import math
import secrets
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import Type

from server.catalog import Function
from server.problems import Problem, overloaded

MINIMUM_LENGTH = 8
MAXIMUM_LENGTH = 1024

# How many of the last calls the expected time of one is the mean of, about.
_REMEMBERED = 16

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


def weak_password(
    problem: Problem, function: Function, given: Mapping[str, object]
) -> Problem | None:
    """The refusal of a new password that is too short, where that is all that is wrong."""
    wrong = list(problem.errors)
    if len(wrong) != 1 or wrong[0] not in function.documentation.hashes:
        return None
    password = given.get(wrong[0])
    if not isinstance(password, str) or len(password) >= MINIMUM_LENGTH:
        return None
    detail = f"The password must have at least {MINIMUM_LENGTH} characters."
    return Problem(400, "weak_password", detail, problem.errors)


class Passwords:
    """Runs the slow functions in `threads`, with a queue before them that is bounded by time."""

    def __init__(self, threads: int, longest_wait_seconds: float = 10.0) -> None:
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="passwords")
        self._threads = threads
        self._longest_wait = longest_wait_seconds
        self._waiting = 0
        self._seconds = 0.0
        # What an unknown name is checked against, so that it takes as long as a known one.
        self._nobody = hash_password(secrets.token_urlsafe())
        # The first one above took longer than any other will: its memory was new.
        self._timed(lambda: verify_password(self._nobody, ""))

    async def replace(
        self, function: Function, parameters: list[bytes | None], stored: str | None
    ) -> None:
        """Put hashes where a function's bound parameters hold passwords, as its comment says.

        `stored` is the hash of the caller's own password, if there is one.
        """
        for name in function.documentation.checks:
            place = function.call.place_of(name)
            password, parameters[place] = parameters[place], None
            if stored and password is not None and await self.verify(stored, password.decode()):
                parameters[place] = stored.encode()
        for name in function.documentation.hashes:
            place = function.call.place_of(name)
            password, parameters[place] = parameters[place], None
            if password is not None:
                parameters[place] = (await self.hash(password.decode())).encode()

    async def hash(self, password: str) -> str:
        """The hash of a password; raises Problem 503 if it would have to wait too long."""
        return await self._run(lambda: hash_password(password))

    async def verify(self, password_hash: str | None, password: str) -> bool:
        """Whether the password fits; without a hash it never does, after the same time.

        Raises Problem 503 if it would have to wait too long.
        """
        stored = password_hash or self._nobody
        fits = await self._run(lambda: verify_password(stored, password))
        return fits and password_hash is not None

    def close(self) -> None:
        """End the threads when they are done; what has not begun is dropped."""
        self._executor.shutdown(wait=False, cancel_futures=True)

    async def _run(self, work: Callable[[], _Result]) -> _Result:
        wait = self._waiting * self._seconds / self._threads
        if wait > self._longest_wait:
            # Said at once: who is refused only after waiting has waited for nothing.
            raise overloaded("Too many logins at once.", math.ceil(wait))
        self._waiting += 1
        try:
            return await asyncio.wrap_future(self._executor.submit(self._timed, work))
        finally:
            self._waiting -= 1

    def _timed(self, work: Callable[[], _Result]) -> _Result:
        begun = time.perf_counter()
        result = work()
        taken = time.perf_counter() - begun
        self._seconds += (taken - self._seconds) / _REMEMBERED if self._seconds else taken
        return result
