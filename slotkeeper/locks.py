"""Locks between processes that end with whoever holds them, however that happens."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path
from types import TracebackType
from typing import Self

_POLL_SECONDS = 0.05


class LockedError(Exception):
    """Somebody else holds the lock."""

    def __init__(self, path: Path, holder: int) -> None:
        super().__init__(f"{path} is locked")
        self.holder = holder
        """The process id that took it, 0 where it is unknown."""


class Lock:
    """An exclusive lock on a file (flock), which also names the process that took it.

    The lock belongs to the open file: child processes that inherit `fileno` share it.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    @classmethod
    def take(cls, path: Path, *, wait_seconds: float = 0.0) -> Lock:
        """Take the lock; raise `LockedError` where that is impossible within `wait_seconds`."""
        # Not through a link: as root, the directory may be another user's.
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            _wait(descriptor, path, wait_seconds)
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        except BaseException:
            os.close(descriptor)
            raise
        return cls(descriptor)

    @property
    def is_held(self) -> bool:
        """Whether this object still holds the lock."""
        return self._descriptor >= 0

    def fileno(self) -> int:
        """Return the file descriptor, for a child that is to share the lock."""
        return self._descriptor

    def note(self, pid: int) -> None:
        """Name another process as the holder."""
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, f"{pid}\n".encode(), 0)

    def release(self) -> None:
        """Close this process's hold; a child that shares the lock keeps it."""
        if self.is_held:
            os.close(self._descriptor)
            self._descriptor = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.release()


def _wait(descriptor: int, path: Path, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise LockedError(path, _holder(descriptor)) from None
            time.sleep(_POLL_SECONDS)
        else:
            return


def _holder(descriptor: int) -> int:
    try:
        return int(os.pread(descriptor, 32, 0))
    except ValueError:
        return 0
