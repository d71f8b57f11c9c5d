"""Settings, read once from the environment into frozen dataclasses.

Every reader takes the environment as a mapping and raises `ConfigError`, whose text is one line
that names the variable, says what it must be and never repeats a secret.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

REPOSITORY = Path(__file__).resolve().parent.parent
DATABASE_FOLDER = REPOSITORY / "db"
MINIMUM_SECRET_BYTES = 32

_DIGITS = re.compile(r"[0-9]{1,10}")
# What identifies a person rather than a server: `serve` never takes these from DATABASE_URL.
_CREDENTIALS = frozenset(
    {"user", "password", "passfile", "service", "sslcert", "sslkey", "sslpassword"}
)


class ConfigError(Exception):
    """A setting is missing or wrong. The text is one line for the operator."""


@dataclass(frozen=True)
class DatabaseAddress:
    """Where a database is, without who connects to it.

    `parameters` are libpq connection parameters (host, port, dbname, sslmode ...) as text.
    """

    parameters: Mapping[str, str]

    def conninfo(self, role: str, password: str) -> str:
        """Return a libpq connection string for `role`."""
        return make_conninfo("", **{**self.parameters, "user": role, "password": password})


@dataclass(frozen=True)
class ServeConfig:
    """Everything that `serve` needs. `pool_size` counts connections per web role and worker."""

    host: str
    port: int
    database: DatabaseAddress
    jwt_secret: str = field(repr=False)
    role_secret: str = field(repr=False)
    jwt_issuer: str = "slotkeeper"
    jwt_audience: str = "slotkeeper"
    access_token_seconds: int = 900
    refresh_token_seconds: int = 2_592_000
    workers: int = 1
    pool_size: int = 10
    cors_origins: tuple[str, ...] = ()
    log_requests: bool = False

    def conninfo(self, role: str) -> str:
        """Return a libpq connection string for one of the login roles that `deploy` made."""
        return self.database.conninfo(role, role_password(self.role_secret, role))


def role_password(secret: str, role: str) -> str:
    """Derive a role's password: the hex HMAC-SHA256 of the role's name under the role secret."""
    return hmac.new(secret.encode(), role.encode(), hashlib.sha256).hexdigest()


def serve_config(environment: Mapping[str, str]) -> ServeConfig:
    """Read the settings of `serve`. DATABASE_URL, JWT_SECRET and ROLE_SECRET are required."""
    return ServeConfig(
        host=host(environment),
        port=port(environment),
        database=database_address(_required(environment, "DATABASE_URL")),
        jwt_secret=secret(environment, "JWT_SECRET"),
        role_secret=secret(environment, "ROLE_SECRET"),
        jwt_issuer=_text(environment, "JWT_ISSUER", "slotkeeper"),
        jwt_audience=_text(environment, "JWT_AUDIENCE", "slotkeeper"),
        access_token_seconds=_whole(environment, "ACCESS_TOKEN_SECONDS", 900, 1, 86_400),
        refresh_token_seconds=_whole(
            environment, "REFRESH_TOKEN_SECONDS", 2_592_000, 60, 31_536_000
        ),
        workers=workers(environment),
        pool_size=pool_size(environment),
        cors_origins=_origins(environment),
        log_requests=_flag(environment, "LOG_REQUESTS"),
    )


def host(environment: Mapping[str, str]) -> str:
    """HOST: the address to listen on."""
    return _text(environment, "HOST", "127.0.0.1")


def port(environment: Mapping[str, str]) -> int:
    """PORT: the TCP port to listen on; 0 takes a free one."""
    return _whole(environment, "PORT", 8080, 0, 65_535)


def workers(environment: Mapping[str, str]) -> int:
    """WORKERS: how many server processes; by default one for each processor, at most 8."""
    return _whole(environment, "WORKERS", max(1, min(8, os.cpu_count() or 1)), 1, 64)


def pool_size(environment: Mapping[str, str]) -> int:
    """POOL_SIZE: connections for each web role in each worker."""
    return _whole(environment, "POOL_SIZE", 10, 1, 200)


def data_dir(environment: Mapping[str, str]) -> Path:
    """DATA_DIR: where the embedded database and the secrets made for it are kept (absolute)."""
    return Path(_text(environment, "DATA_DIR", ".data")).expanduser().absolute()


def database_url(environment: Mapping[str, str]) -> str | None:
    """DATABASE_URL, checked, or None where it is not set (then the embedded database is meant)."""
    url = environment.get("DATABASE_URL", "")
    if not url:
        return None
    _parse_url(url)
    return url


def database_address(url: str) -> DatabaseAddress:
    """Take the address out of a connection URL or string and leave its credentials behind."""
    return DatabaseAddress(
        {name: value for name, value in _parse_url(url).items() if name not in _CREDENTIALS}
    )


def secret(environment: Mapping[str, str], name: str) -> str:
    """Read a required secret of at least 32 bytes."""
    return check_secret(name, _required(environment, name))


def check_secret(name: str, value: str) -> str:
    """Return `value` when it is long enough to be a secret, else raise `ConfigError`."""
    if len(value.encode()) < MINIMUM_SECRET_BYTES:
        raise ConfigError(f"{name}: must be at least {MINIMUM_SECRET_BYTES} bytes long")
    return value


def _parse_url(url: str) -> dict[str, str]:
    try:
        parameters = conninfo_to_dict(url)
    except (psycopg.ProgrammingError, UnicodeError):
        # libpq's own message quotes the text, and with it the password.
        raise ConfigError(
            "DATABASE_URL: must look like postgresql://user:password@host:5432/database"
        ) from None
    return {name: str(value) for name, value in parameters.items() if value is not None}


def _required(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name, "")
    if not value:
        raise ConfigError(f"{name}: must be set")
    return value


def _text(environment: Mapping[str, str], name: str, default: str) -> str:
    return environment.get(name, "").strip() or default


def _whole(
    environment: Mapping[str, str], name: str, default: int, least: int, greatest: int
) -> int:
    text = environment.get(name, "").strip()
    if not text:
        return default
    if _DIGITS.fullmatch(text) and least <= int(text) <= greatest:
        return int(text)
    raise ConfigError(f"{name}: must be a whole number from {least} to {greatest}, not {text!r}")


def _flag(environment: Mapping[str, str], name: str) -> bool:
    text = environment.get(name, "").strip()
    if text in {"", "0", "1"}:
        return text == "1"
    raise ConfigError(f"{name}: must be 0 or 1, not {text!r}")


def _origins(environment: Mapping[str, str]) -> tuple[str, ...]:
    origins = []
    for part in environment.get("CORS_ORIGINS", "").split(","):
        origin = part.strip()
        if not origin:
            continue
        if origin != "*" and not _is_origin(origin):
            raise ConfigError(
                f"CORS_ORIGINS: {origin!r} is not an origin such as https://example.org"
            )
        origins.append(origin)
    return tuple(origins)


def _is_origin(text: str) -> bool:
    try:
        parts = urlsplit(text)
        valid_port = parts.port is None or parts.port > 0
    except ValueError:
        return False
    bare = f"{parts.scheme}://{parts.netloc}"
    return (
        parts.scheme in {"http", "https"} and bool(parts.hostname) and valid_port and bare == text
    )
