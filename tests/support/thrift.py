"""A bound on the work that a piece of Python may do, whatever else the machine is doing."""

import resource
import subprocess
import sys
from pathlib import Path

_SOURCE = Path(__file__).resolve().parents[2]


def run_within(cpu_seconds: int, code: str, given: str = "") -> None:
    """Run code in a process of its own, with `given` on its input; it ends at so much CPU time.

    Raises CalledProcessError where the code fails, or costs more.
    """
    subprocess.run(
        [sys.executable, "-c", code],
        input=given,
        text=True,
        check=True,
        cwd=_SOURCE,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds)),
    )
