"""Who PostgreSQL runs as: whoever runs the program, or a system user where that is root."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from typing import TypedDict

from slotkeeper.embedded.errors import EmbeddedError

SYSTEM_USER = "slotkeeper"


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

    Raises `EmbeddedError` where that user cannot be made.
    """
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), is_ours=True)
    entry = _find() or _create()
    if entry.pw_uid == 0:
        raise EmbeddedError(f"the system user {SYSTEM_USER} must not have the rights of root")
    return Account(entry.pw_uid, entry.pw_gid, is_ours=False)


def _find() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        return None


def _create() -> pwd.struct_passwd:
    # PATH of a service or of `su` may lack the directories of system programs.
    useradd = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if useradd is None:
        raise EmbeddedError(
            f"PostgreSQL does not run as root, and there is no useradd to make the system user"
            f" {SYSTEM_USER}: run this as an ordinary user"
        )
    made = subprocess.run(
        [
            *(useradd, "--system", "--user-group", "--no-create-home"),
            *("--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin", SYSTEM_USER),
        ],
        check=False,
        capture_output=True,
        text=True,
    )
    # Another run may have made it in the meantime; then useradd fails, and that is no harm.
    entry = _find()
    if entry is None:
        reason = " ".join(made.stderr.split())
        raise EmbeddedError(f"cannot make the system user {SYSTEM_USER}: {reason}")
    return entry
