"""Outlive the test run by a moment, to clean up after it however it ended.

Usage: ``python guardian.py DIRECTORY`` with a pipe as standard input. The pipe closes when the
run that made it ends, be it in order, by Ctrl-C, by SIGTERM or by SIGKILL. Then the PostgreSQL
server whose data is in ``DIRECTORY/data`` is stopped and the directory removed. A file of its
own without imports from the project, so that nothing but Python is needed to run it.
"""

import os
import shutil
import signal
import sys
import time
from pathlib import Path


def postmaster(data: Path) -> int | None:
    """Return the process id of the server that runs on `data`, or None."""
    try:
        pid = int((data / "postmaster.pid").read_text().split()[0])
        # The id may be stale and belong to another program by now: PostgreSQL lives in its data.
        return pid if Path(f"/proc/{pid}/cwd").readlink() == data.resolve() else None
    except (OSError, ValueError, IndexError):
        return None


def stop(data: Path) -> None:
    """Stop the server on `data` at once; nobody will read that data again."""
    for stop_signal, seconds in ((signal.SIGQUIT, 10.0), (signal.SIGKILL, 10.0)):
        deadline = time.monotonic() + seconds
        pid = postmaster(data)
        while pid is not None and time.monotonic() < deadline:
            try:
                os.kill(pid, stop_signal)
            except ProcessLookupError:
                return
            time.sleep(0.05)
            pid = postmaster(data)


def main() -> None:
    """Wait for the end of the run, then clean up."""
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    directory = Path(sys.argv[1])
    sys.stdin.buffer.read()
    stop(directory / "data")
    shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    main()
