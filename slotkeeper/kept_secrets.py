"""Secrets that are made once and kept in a file that nobody else reads."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from server.config import ConfigError, check_secret


def kept_secret(path: Path, name: str) -> str:
    """Return the secret in the file at `path`, or make one of 256 random bits and keep it there.

    The file has mode 0600 from its first moment and is whole or absent. `name` is what an error
    calls it. Raises `ConfigError` where the file cannot be used.
    """
    try:
        found = read_secret(path, name)
        return found if found is not None else _make(path)
    except OSError as error:
        raise ConfigError(f"{name}: cannot keep it in {path}: {error.strerror}") from None


def read_secret(path: Path, name: str) -> str | None:
    """Return the secret in the file at `path`, or None where there is no such file."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except FileNotFoundError:
        return None
    with os.fdopen(descriptor, encoding="ascii", errors="replace") as file:
        return check_secret(f"{name} in {path}", file.read().strip())


def _make(path: Path) -> str:
    value = secrets.token_hex(32)
    partial = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(
        partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600
    )
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(f"{value}\n")
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    return value
