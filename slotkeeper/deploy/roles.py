"""The cluster's roles: as db/roles.sql says, with passwords; who may act as the owner."""

import base64
import hashlib
import hmac
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psycopg
from psycopg import sql

from server.config import role_password
from slotkeeper.deploy.administrator import Connection, connected
from slotkeeper.deploy.errors import DeployError, describe, read_text
from slotkeeper.deploy.locks import CLUSTER, exclusive
from slotkeeper.deploy.script import run_script

# Roles are shared by all databases, advisory locks are not: all deploys take it in this one.
MEETING_POINT = "postgres"

_ITERATIONS = 4096  # as PostgreSQL takes by default


def ensure_roles(
    url: str, roles_file: Path, role_secret: str, report: Callable[[str], None]
) -> tuple[str, ...]:
    """Make the roles what `roles_file` says, with their passwords; return those that log in.

    Nothing is written where nothing differs.
    """
    shown = f"{roles_file.parent.name}/{roles_file.name}"
    script = read_text(roles_file, shown)
    with (
        connected(url, MEETING_POINT) as connection,
        exclusive(connection, CLUSTER, report),
    ):
        try:
            with connection.transaction():
                run_script(connection, shown, script)
                login_roles = _login_roles(connection, roles_file)
                _set_passwords(connection, login_roles, role_secret, report)
        except psycopg.Error as error:
            raise DeployError(f"cannot prepare the roles: {describe(error)}") from error
    return login_roles


def _login_roles(connection: Connection, roles_file: Path) -> tuple[str, ...]:
    row = connection.execute("select current_setting('slotkeeper.login_roles', true)").fetchone()
    if row is None or not row[0]:
        raise DeployError(f"{roles_file.name} does not set slotkeeper.login_roles")
    return tuple(str(row[0]).split(","))


def _set_passwords(
    connection: Connection,
    login_roles: tuple[str, ...],
    role_secret: str,
    report: Callable[[str], None],
) -> None:
    stored: dict[str, str] = {}
    # Managed services do not show them: then all are set each time.
    with suppress(psycopg.errors.InsufficientPrivilege), connection.transaction():
        stored = dict(
            connection.execute(
                "select r.rolname::text, r.rolpassword from pg_catalog.pg_authid as r"
                " where r.rolname = any(%s)",
                (list(login_roles),),
            ).fetchall()
        )
    for role in login_roles:
        password = role_password(role_secret, role)
        # As a verifier, so that the server's log never sees the password itself.
        verifier = _verifier(password)
        if stored.get(role) != verifier:
            connection.execute(
                sql.SQL("alter role {} password {}").format(
                    sql.Identifier(role), sql.Literal(verifier)
                )
            )
            report(f"password of {role} set")


def _verifier(password: str) -> str:
    """Return the one SCRAM-SHA-256 verifier (RFC 5803) that is ours of an ASCII password.

    Its salt is derived, too, so that it can be compared: nobody guesses a password of 256 bits.
    """
    salt = hashlib.sha256(password.encode()).digest()[:16]
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, _ITERATIONS)
    client, server = (hmac.digest(salted, key, "sha256") for key in (b"Client Key", b"Server Key"))
    shown = [
        base64.b64encode(key).decode() for key in (salt, hashlib.sha256(client).digest(), server)
    ]
    return "SCRAM-SHA-256${}:{}${}:{}".format(_ITERATIONS, *shown)
