"""The first process of a PostgreSQL server, seen from outside through its postmaster.pid."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

_PID, _SOCKET_DIRECTORY, _STATUS = 0, 4, 7
_POLL_SECONDS = 0.01


@dataclass(frozen=True)
class PidFile:
    """What a server, running or dead, wrote about itself."""

    pid: int
    socket_directory: Path | None
    status: str
    """starting, stopping, ready or standby; empty while the server has not got that far."""


def read_pid_file(data: Path) -> PidFile | None:
    """Read the file of the server on `data`; None where it is missing or not written yet.

    Raises `PermissionError` where the data is closed to this user.
    """
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
        pid = int(lines[_PID])
    except (FileNotFoundError, NotADirectoryError, ValueError, IndexError):
        return None
    lines += [""] * (_STATUS + 1 - len(lines))
    directory = lines[_SOCKET_DIRECTORY].strip()
    return PidFile(pid, Path(directory) if directory else None, lines[_STATUS].strip())


def running(data: Path) -> PidFile | None:
    """Return what the server that runs on `data` says of itself, or None where none runs."""
    found = read_pid_file(data)
    return found if found and is_postmaster_of(found.pid, data) else None


def is_postmaster_of(pid: int, data: Path) -> bool:
    """Tell whether the process is the server on `data`; a stale id may be anybody's by now."""
    if pid <= 0:
        return False
    if Path("/proc/self/cwd").exists():
        try:
            # A postmaster lives in its data directory. A dead one that nobody waited for has none.
            return Path(f"/proc/{pid}/cwd").readlink() == data.resolve()
        except OSError:
            return False
    listed = subprocess.run(
        ["ps", "-o", "args=", "-p", str(pid)],  # noqa: S607
        check=False,
        capture_output=True,
        text=True,
    )
    return str(data) in listed.stdout


def stop(data: Path, *, fast_seconds: float = 60.0) -> bool:
    """Stop the server on `data`: disconnect its clients, write everything down, end.

    Where that takes longer than `fast_seconds`, end without a checkpoint; the next start recovers
    from the write-ahead log. Return False where it runs even then.
    """
    for stop_signal, seconds in ((signal.SIGINT, fast_seconds), (signal.SIGQUIT, 10.0)):
        server = running(data)
        if server is None:
            return True
        try:
            os.kill(server.pid, stop_signal)
        except ProcessLookupError:
            return True
        if wait_until_gone(server.pid, data, seconds):
            return True
    return False


def wait_until_gone(pid: int, data: Path, seconds: float) -> bool:
    """Wait until the server with this process id no longer runs; False after `seconds`."""
    deadline = time.monotonic() + seconds
    while is_postmaster_of(pid, data):
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL_SECONDS)
    return True
