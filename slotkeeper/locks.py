"""Locks between processes that end with whoever holds them, however that happens."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

_POLL_SECONDS = 0.05


class LockedError(Exception):
    """Somebody else holds the lock."""

    def __init__(self, path: Path, holder: str) -> None:
        super().__init__(f"{path} is locked")
        self.holder = holder
        """The process id that took it, empty where it is unknown."""


class Lock:
    """An exclusive lock on a file (flock), in which stands the id of the process that took it.

    It belongs to the open file: children that inherit `fileno` share it, and the last one ends it.
    """

    def __init__(self, path: Path, *, wait_seconds: float = 0.0) -> None:
        """Take the lock; raise `LockedError` where that is impossible within `wait_seconds`."""
        # Not through a link: as root, the directory may be another user's.
        self.fileno = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        deadline = time.monotonic() + wait_seconds
        while True:
            try:
                fcntl.flock(self.fileno, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    holder = os.pread(self.fileno, 32, 0).decode("ascii", "replace").strip()
                    self.release()
                    raise LockedError(path, holder) from None
                time.sleep(_POLL_SECONDS)
        os.ftruncate(self.fileno, 0)
        os.pwrite(self.fileno, f"{os.getpid()}\n".encode(), 0)

    def release(self) -> None:
        """Close this process's hold; a child that shares the lock keeps it."""
        os.close(self.fileno)
