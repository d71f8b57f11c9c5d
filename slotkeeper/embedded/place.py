"""Where the embedded PostgreSQL keeps its data, its socket and its log, and who holds them."""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from slotkeeper.embedded.account import Account
from slotkeeper.embedded.errors import EmbeddedError
from slotkeeper.locks import Lock

SYSTEM_PLACE = Path("/var/lib/slotkeeper")
PORT = 5432  # Nothing listens on it: it is a part of the socket's name.
_LINK = "postgresql"
SOCKET_NAME = f".s.PGSQL.{PORT}"
# What the address of a Unix socket holds; macOS has 103.
_LONGEST_SOCKET = 103


@dataclass(frozen=True)
class Place:
    """The directory of one embedded PostgreSQL."""

    home: Path

    @property
    def data(self) -> Path:
        """PostgreSQL's data directory."""
        return self.home / "data"

    @property
    def log(self) -> Path:
        """What PostgreSQL says."""
        return self.home / "postgresql.log"

    @property
    def demo_mark(self) -> Path:
        """Exists once the demo has been loaded, so that what a user deleted stays deleted."""
        return self.home / "demo-loaded"

    @property
    def socket_directory(self) -> Path:
        """The directory of the socket; `make_socket_directory` makes it."""
        return (self.home / "socket").resolve()


def find_place(data_dir: Path) -> Place:
    """Return the place that belongs to an existing `data_dir`, made or not.

    Raises `EmbeddedError` where it belongs to another user.
    """
    entry = data_dir / _LINK
    try:
        if not entry.is_symlink():
            return Place(entry)
        target = entry.readlink()
        # Whoever owns DATA_DIR chooses the link; only a place that root made is followed.
        if target.parent != SYSTEM_PLACE or (target.exists() and target.stat().st_uid != 0):
            raise EmbeddedError(f"{entry} must not lead to {target}")
    except PermissionError:
        raise EmbeddedError(f"DATA_DIR {data_dir} is closed to this user") from None
    if os.geteuid() != 0:
        raise EmbeddedError(
            f"the database in {data_dir} belongs to root: run this as root, or set another DATA_DIR"
        )
    return Place(target)


def take_place(data_dir: Path, account: Account) -> tuple[Place, Lock]:
    """Make what is missing of `data_dir` and its place, and lock it against another run.

    Raises `EmbeddedError`, `LockedError`, `OSError`.
    """
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not os.access(data_dir, os.R_OK | os.W_OK | os.X_OK):
        raise EmbeddedError(f"DATA_DIR {data_dir} is not writable for this user")
    if account.is_ours:
        place = find_place(data_dir)
        place.home.mkdir(mode=0o700, exist_ok=True)
        return place, Lock(place.home / "run.lock")
    link = data_dir / _LINK
    if link.exists() and not link.is_symlink():
        raise EmbeddedError(
            f"the database in {data_dir} belongs to the user {_owner(link)}: run this as that user,"
            f" or set another DATA_DIR"
        )
    SYSTEM_PLACE.mkdir(mode=0o755, parents=True, exist_ok=True)
    is_new = not link.is_symlink()
    place = Place(SYSTEM_PLACE / _name(data_dir)) if is_new else find_place(data_dir)
    lock = _make_home(place, account)
    if is_new:
        if place.data.exists():
            # Of a DATA_DIR that was removed: it is kept, but not used for a new one.
            place.home.rename(_aside(place.home))
            lock.release()
            lock = _make_home(place, account)
        link.symlink_to(place.home)
    return place, lock


def _make_home(place: Place, account: Account) -> Lock:
    place.home.mkdir(mode=0o750, exist_ok=True)
    # Root's: the files that this process writes there cannot be replaced by PostgreSQL's user.
    os.chown(place.home, 0, account.gid)
    place.home.chmod(0o750)
    return Lock(place.home / "run.lock")


def make_socket_directory(place: Place, account: Account) -> None:
    """Make the socket's directory, for PostgreSQL's user and, in the place of root, its group.

    Where the path is too long for a socket, it is a private directory elsewhere, to which a link
    leads.
    """
    remove_socket_directory(place)
    entry = place.home / "socket"
    if len(os.fsencode(entry.resolve() / SOCKET_NAME)) <= _LONGEST_SOCKET:
        entry.mkdir(mode=0o700)
    else:
        base = Path(os.environ.get("XDG_RUNTIME_DIR", ""))
        usable = base.is_absolute() and os.access(base, os.W_OK | os.X_OK)
        # mkdtemp makes a new one of mode 0700, whatever others have put there.
        private = tempfile.mkdtemp(prefix="slotkeeper-", dir=base if usable else "/tmp")  # noqa: S108
        entry.symlink_to(private)
    if not account.is_ours:
        os.chown(entry, account.uid, account.gid)
        entry.chmod(0o750)


def remove_socket_directory(place: Place) -> None:
    """Remove the directory of a socket on which nothing listens, if there is one."""
    entry = place.home / "socket"
    shutil.rmtree(entry.resolve(), ignore_errors=True)
    if entry.is_symlink():
        entry.unlink()


def _name(data_dir: Path) -> str:
    """Derive a name from the path: readable at its beginning, unique by its end."""
    words = "".join(c if c.isascii() and c.isalnum() else "-" for c in str(data_dir)).strip("-")
    return f"{words[-40:].strip('-')}-{hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:12]}"


def _aside(home: Path) -> Path:
    names = (home.with_name(f"{home.name}.old-{number}") for number in range(1, 10_000))
    return next(name for name in names if not name.exists())


def _owner(path: Path) -> str:
    uid = path.stat().st_uid
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
