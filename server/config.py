"""Settings, read once from the environment; a field's variable is its name in capitals.

`read` raises `OperatorError`, whose text names the variable, says what it must be and never repeats
what was given, which may be a secret.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from email import policy
from email.headerregistry import Address
from pathlib import Path
from typing import Annotated, Any, TypeVar
from urllib.parse import urlsplit

import psycopg
from psycopg.conninfo import conninfo_to_dict
from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

REPOSITORY = Path(__file__).resolve().parent.parent
DATABASE_FOLDER = REPOSITORY / "db"
MINIMUM_SECRET_BYTES = 32

_PUBLIC_URL = r"^https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*/?$"

# What identifies a person rather than a server: `serve` never takes these from DATABASE_URL.
_CREDENTIALS = frozenset(
    {"user", "password", "passfile", "service", "sslcert", "sslkey", "sslpassword"}
)


class OperatorError(Exception):
    """Something that whoever runs a command has to see to. The text is one line for that person."""


def database_address(url: str) -> dict[str, str]:
    """Take the address out of a connection URL or string and leave its credentials behind.

    Returns libpq's connection parameters (host, port, dbname, sslmode ...).
    """
    found = conninfo_to_dict(url).items()
    return {
        name: str(value) for name, value in found if value is not None and name not in _CREDENTIALS
    }


def role_password(secret: str, role: str) -> str:
    """Derive a role's password: the hex HMAC-SHA256 of the role's name under the role secret."""
    return hmac.new(secret.encode(), role.encode(), hashlib.sha256).hexdigest()


# -- what a value must be: checked by these, said by the `description` of its field


def check_secret(value: str) -> str:
    """Return `value` when it is UTF-8 and long enough to be a secret, else raise ValueError."""
    if len(value.encode()) < MINIMUM_SECRET_BYTES:
        raise ValueError
    return value


def _check_folder(value: Path) -> Path:
    try:
        folder = value.expanduser().absolute()
    except RuntimeError as error:  # Nobody has that name.
        raise ValueError from error
    str(folder).encode()
    return folder


def _check_url(value: str) -> str:
    try:
        conninfo_to_dict(value)
    except psycopg.ProgrammingError as error:
        raise ValueError from error
    return value


def _check_smtp_url(value: str) -> str:
    parts = urlsplit(value)  # Its `port` raises ValueError where that is no number.
    is_bare = parts.path in {"", "/"} and not parts.query and not parts.fragment
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or parts.port == 0:
        raise ValueError
    if not is_bare or (parts.password and not parts.username):
        raise ValueError
    return value


def sender_of(value: str) -> Address:
    """The name, decoded, and the address that a header From says."""
    sender: Address = policy.SMTP.header_factory("From", value).addresses[0]
    return sender


def _check_sender(value: str) -> str:
    try:
        sender = sender_of(value)
    except IndexError as error:  # Where there is no address; ValueError for what is no name.
        raise ValueError from error
    if not (sender.username and sender.domain and value.isprintable() and value.isascii()):
        raise ValueError
    return value


def _split_origins(value: object) -> object:
    if not isinstance(value, str):
        return value
    origins = tuple(part.strip() for part in value.split(",") if part.strip())
    for origin in origins:
        parts = urlsplit(origin)  # Its `port` raises ValueError where that is no number.
        is_bare = origin == f"{parts.scheme}://{parts.netloc}" and bool(parts.hostname)
        if origin != "*" and not (
            parts.scheme in {"http", "https"} and is_bare and parts.port != 0
        ):
            raise ValueError
    return origins


def _whole(default: int, least: int, greatest: int) -> Any:
    must_be = f"a whole number from {least} to {greatest}"
    return Field(default, ge=least, le=greatest, description=must_be)


SECRET = f"at least {MINIMUM_SECRET_BYTES} bytes of UTF-8"
_URL = "like postgresql://user:password@host:5432/database"

_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
_Secret = Annotated[str, AfterValidator(check_secret), Field(description=SECRET, repr=False)]
_Url = Annotated[str, AfterValidator(_check_url), Field(description=_URL, repr=False)]


class Settings(BaseSettings):
    """Everything that can be set. Without DATABASE_URL the embedded database is meant."""

    model_config = SettingsConfigDict(frozen=True, env_ignore_empty=True, validate_default=False)

    host: _Text = Field("127.0.0.1", description="an address to listen on")
    port: int = _whole(8080, 0, 65_535)
    """0 takes a free one."""
    database_url: _Url = ""
    data_dir: Annotated[Path, AfterValidator(_check_folder)] = Field(
        Path(".data"), validate_default=True, description="a directory, its path in UTF-8"
    )
    """Where the embedded database and the secrets made for it are kept."""
    report_port: int = _whole(0, 0, 65_535)
    """Where the embedded database listens for reporting tools, on 127.0.0.1; 0: nowhere."""
    jwt_secret: _Secret = ""
    role_secret: _Secret = ""
    jwt_issuer: _Text = Field("slotkeeper", description="text")
    jwt_audience: _Text = Field("slotkeeper", description="text")
    access_token_seconds: int = _whole(900, 1, 86_400)
    refresh_token_seconds: int = _whole(2_592_000, 60, 31_536_000)
    workers: int = _whole(max(1, min(8, os.cpu_count() or 1)), 1, 64)
    pool_size: int = _whole(12, 1, 200)
    """Connections for each web role in each worker; calls of one function take four fifths."""
    max_connections: int = _whole(10_000, 1, 1_000_000)
    """Of clients, in each worker; the limit of open files may allow fewer."""
    max_connections_per_address: int = _whole(1000, 0, 1_000_000)
    """Of one client's address, in each worker; 0 sets no bound, for a proxy that bounds its own."""
    cors_origins: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split_origins)] = Field(
        (), description="origins such as https://example.org, separated by commas"
    )
    public_url: Annotated[str, AfterValidator(lambda url: url.rstrip("/"))] = Field(
        "", pattern=_PUBLIC_URL, description="like https://example.org or https://example.org/path"
    )
    """Where the service is for its users; links that it sends begin with it."""
    log_requests: int = Field(0, ge=0, le=1, description="0 or 1")
    smtp_url: Annotated[str, AfterValidator(_check_smtp_url)] = Field(
        "", description="like smtp://user:password@host:587, or smtps://host", repr=False
    )
    """Who takes mail. Without it messages wait in the database."""
    mail_from: Annotated[str, AfterValidator(_check_sender)] = Field(
        "slotkeeper@localhost", description="an address like Slotkeeper <no-reply@example.org>"
    )


class ServeConfig(Settings):
    """Everything that `serve` needs."""

    database_url: _Url
    jwt_secret: _Secret
    role_secret: _Secret

    @property
    def database(self) -> dict[str, str]:
        """Where the database is. `serve` has no use for who may administrate it."""
        return database_address(self.database_url)


_Kind = TypeVar("_Kind", bound=Settings)


def read(kind: type[_Kind], **given: Any) -> _Kind:
    """Read settings of a kind from the environment; what is `given` goes before it.

    Raises `OperatorError`.
    """
    try:
        return kind(**given)
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_context=False, include_input=False)[0]
    name = str(wrong["loc"][0])
    must = "set" if wrong["type"] == "missing" else kind.model_fields[name].description
    raise OperatorError(f"{name.upper()}: must be {must}")
