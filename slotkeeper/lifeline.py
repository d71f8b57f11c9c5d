"""End with the process that started this one, even where that one was killed."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

SUPERVISOR = "SLOTKEEPER_SUPERVISOR"
_PR_SET_PDEATHSIG = 1


def end_with_supervisor() -> None:
    """Receive SIGTERM when the supervisor that is named in the environment dies; else do nothing.

    Elsewhere than on Linux nothing tells; there the next run ends what a killed one left.
    """
    supervisor = os.environ.pop(SUPERVISOR, "")
    if not supervisor.isdigit() or not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != int(supervisor):  # It died before that.
        os.kill(os.getpid(), signal.SIGTERM)
