"""The system users that take the place of root: one for PostgreSQL, another for the server."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from typing import TypedDict

from server.config import OperatorError

SYSTEM_USER = "slotkeeper"
SERVER_USER = "slotkeeper-serve"


class Privileges(TypedDict, total=False):
    """The arguments of `subprocess.Popen` that give up privileges."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Account:
    """The system user that PostgreSQL runs as, and that owns its data."""

    uid: int
    gid: int
    is_ours: bool
    """Whether this process already runs as that user."""

    @property
    def privileges(self) -> Privileges:
        """The arguments that make a child process run as this user, with no other group."""
        if self.is_ours:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def postgres_account() -> Account:
    """Return who PostgreSQL is to run as; as root, make the system user where it is missing.

    Raises `OperatorError` where that user cannot be made.
    """
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), is_ours=True)
    entry = _system_user(SYSTEM_USER, "--user-group")
    return Account(entry.pw_uid, entry.pw_gid, is_ours=False)


def server_account() -> tuple[int, int] | None:
    """Return the user and group that workers are to become, which are made where missing.

    The group is that of PostgreSQL's user, and lets them reach the embedded server's socket. None
    where this process is nobody but itself. Raises `OperatorError`.
    """
    owner = postgres_account()
    if owner.is_ours:
        return None
    entry = _system_user(SERVER_USER, "--no-user-group", "--gid", str(owner.gid))
    return entry.pw_uid, owner.gid


def _system_user(name: str, *group: str) -> pwd.struct_passwd:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        entry = _create(name, *group)
    if entry.pw_uid == 0:
        raise OperatorError(f"the system user {name} must not have the rights of root")
    return entry


def _create(name: str, *group: str) -> pwd.struct_passwd:
    # PATH of a service or of `su` may lack the directories of system programs.
    useradd = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if useradd is None:
        raise OperatorError(
            f"there is no useradd to make the system user {name} that takes the place of root:"
            " run this as an ordinary user"
        )
    made = subprocess.run(
        [
            *(useradd, "--system", *group, "--no-create-home"),
            *("--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin", name),
        ],
        check=False,
        capture_output=True,
        text=True,
    )
    # Another run may have made it in the meantime; then useradd fails, and that is no harm.
    try:
        return pwd.getpwnam(name)
    except KeyError:
        reason = " ".join(made.stderr.split())
        raise OperatorError(f"cannot make the system user {name}: {reason}") from None
