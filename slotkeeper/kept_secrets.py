"""Secrets that are made once and kept in a file that nobody else reads."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path

from server.config import ConfigError, check_secret


def kept_secret(path: Path, name: str) -> str:
    """Return the secret in the file at `path`, or make one of 256 random bits and keep it there.

    The file has mode 0600 from its first moment and is whole or absent. `name` is what an error
    calls it. Raises `ConfigError` where the file cannot be used.
    """
    try:
        if not os.path.lexists(path):
            _make(path)
        # Not through a link: as root, the directory may be another user's.
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
        with os.fdopen(descriptor, encoding="ascii", errors="replace") as file:
            return check_secret(f"{name} in {path}", file.read().strip())
    except OSError as error:
        raise ConfigError(f"{name}: cannot keep it in {path}: {error.strerror}") from None


def _make(path: Path) -> None:
    with tempfile.TemporaryDirectory(prefix=f".{path.name}.", dir=path.parent) as folder:
        partial = Path(folder, path.name)
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(f"{secrets.token_hex(32)}\n")
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
