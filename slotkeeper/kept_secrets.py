"""Secrets that are made once and kept in a file that nobody else reads."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path

from server.config import SECRET, OperatorError, check_secret


def kept_secret(data_dir: Path, name: str) -> str:
    """Return the secret in `data_dir` that the setting `name` stands for.

    Where there is none, one of 256 random bits is made. Its file has mode 0600 from the first
    moment and is whole or absent. Raises `OperatorError` where it cannot be used.
    """
    path = data_dir / name
    try:
        if not os.path.lexists(path):
            _make(path)
        # Not through a link: as root, the directory may be another user's.
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
        with os.fdopen(descriptor, encoding="ascii", errors="replace") as file:
            return check_secret(file.read().strip())
    except ValueError:
        raise OperatorError(f"{name.upper()} in {path}: must be {SECRET}") from None
    except OSError as error:
        raise OperatorError(f"{name.upper()}: cannot keep it in {path}: {error.strerror}") from None


def _make(path: Path) -> None:
    descriptor, partial = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"{secrets.token_hex(32)}\n")
        file.flush()
        os.fsync(descriptor)
    Path(partial).replace(path)
