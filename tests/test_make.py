"""`make`: it hands settings on as they are, and installs what it is asked to."""

import os
import subprocess
from pathlib import Path

from server.config import ServeConfig

from .support.runs import SOURCE


def settings() -> dict[str, str]:
    """Return every variable that the project reads, with a value that nobody else gives it."""
    return {name.upper(): f"my {name}" for name in ServeConfig.model_fields}


def test_settings_pass_through_make() -> None:
    mine = settings()
    assert "WORKERS" in mine
    done = subprocess.run(
        ["make", "--eval=print-environment:; @env", "print-environment"],
        cwd=SOURCE,
        env={"PATH": os.defpath, **mine},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert {f"{name}={value}" for name, value in mine.items()} <= set(done.stdout.splitlines())


def test_named_packages_are_wanted_instead_of_the_usual_ones(tmp_path: Path) -> None:
    """With a PATH that holds nothing, everything is missing and nothing can be installed."""
    for names, told in (((), "postgresql-15-cron"), (("wrk", "jq"), "missing: wrk jq.")):
        done = subprocess.run(
            ["/bin/bash", "tests/support/install-debian-packages", *names],
            cwd=SOURCE,
            env={"PATH": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 1
        assert told in done.stderr
        assert ("postgresql" in done.stderr) == (not names)
