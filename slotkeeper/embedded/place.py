"""Where the embedded PostgreSQL keeps its data, its socket and its log."""

from __future__ import annotations

import hashlib
import os
import pwd
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from slotkeeper.embedded import postmaster
from slotkeeper.embedded.account import Account
from slotkeeper.embedded.errors import EmbeddedError

SYSTEM_PLACE = Path("/var/lib/slotkeeper")
PORT = 5432  # Nothing listens on it: it is a part of the socket's name.
_LINK = "postgresql"
_SOCKET_NAME = f".s.PGSQL.{PORT}"
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
        """The directory of the socket; `prepare_socket_directory` makes it."""
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


def prepare_data_dir(data_dir: Path) -> None:
    """Make DATA_DIR where it is missing, closed to others; an existing one stays as it is."""
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise EmbeddedError(f"cannot make DATA_DIR {data_dir}: {error.strerror}") from None
    if not os.access(data_dir, os.R_OK | os.W_OK | os.X_OK):
        raise EmbeddedError(f"DATA_DIR {data_dir} is not writable for this user")


def prepare_place(data_dir: Path, account: Account) -> Place:
    """Make the place for an existing `data_dir`; the caller holds the lock on `data_dir`."""
    if account.is_ours:
        place = find_place(data_dir)
        place.home.mkdir(mode=0o700, exist_ok=True)
        return place
    SYSTEM_PLACE.mkdir(mode=0o755, parents=True, exist_ok=True)
    link = data_dir / _LINK
    if not link.is_symlink() and not link.exists():
        home = SYSTEM_PLACE / _name(data_dir)
        if home.exists():
            _set_aside(home)
        link.symlink_to(home)
    place = find_place(data_dir)
    if place.home == link:
        raise EmbeddedError(
            f"the database in {data_dir} belongs to the user {_owner(link)}: run this as that user,"
            f" or set another DATA_DIR"
        )
    place.home.mkdir(mode=0o750, exist_ok=True)
    # Root's: the files that this process writes there cannot be replaced by PostgreSQL's user.
    os.chown(place.home, 0, account.gid)
    place.home.chmod(0o750)
    return place


def prepare_socket_directory(place: Place, account: Account) -> Path:
    """Make the socket's directory, which only `account` enters, and return it.

    Where the path is too long for a socket, it is a new private directory elsewhere, and a link
    remembers it.
    """
    entry = place.home / "socket"
    if entry.is_symlink():
        if _is_private(entry, account):
            return entry.resolve()
        entry.unlink()
    if not entry.exists():
        if _fits(entry.resolve()):
            entry.mkdir(mode=0o700)
            os.chown(entry, account.uid, account.gid)
        else:
            entry.symlink_to(_private_directory(account))
    if not _is_private(entry, account):
        raise EmbeddedError(f"{entry} must be a directory of mode 0700 that PostgreSQL's user owns")
    return entry.resolve()


def forget_socket_directory(place: Place) -> None:
    """Remove the socket's directory where it is outside of the place."""
    entry = place.home / "socket"
    if entry.is_symlink():
        target = entry.resolve()
        entry.unlink()
        if target.is_dir():
            for name in (_SOCKET_NAME, f"{_SOCKET_NAME}.lock"):
                (target / name).unlink(missing_ok=True)
            target.rmdir()


def _fits(directory: Path) -> bool:
    return len(os.fsencode(directory / _SOCKET_NAME)) <= _LONGEST_SOCKET


def _private_directory(account: Account) -> Path:
    bases = [os.environ.get("XDG_RUNTIME_DIR", "") if account.is_ours else "", "/tmp"]  # noqa: S108
    for base in filter(None, bases):
        path = Path(base)
        if path.is_absolute() and os.access(path, os.W_OK | os.X_OK):
            # mkdtemp makes a new one of mode 0700, whatever others have put there.
            made = Path(tempfile.mkdtemp(prefix="slotkeeper-", dir=path))
            if _fits(made):
                os.chown(made, account.uid, account.gid)
                return made
            made.rmdir()
    raise EmbeddedError("no directory for PostgreSQL's socket: /tmp is not writable")


def _is_private(directory: Path, account: Account) -> bool:
    try:
        status = directory.resolve().lstat()
    except OSError:
        return False
    return (
        stat.S_ISDIR(status.st_mode)
        and stat.S_IMODE(status.st_mode) == 0o700
        and status.st_uid == account.uid
    )


def _name(data_dir: Path) -> str:
    """Derive a name from the path: readable at its beginning, unique by its end."""
    path = data_dir.absolute()
    words = "".join(c if c.isascii() and c.isalnum() else "-" for c in str(path)).strip("-")
    return f"{words[-40:].strip('-')}-{hashlib.sha256(os.fsencode(path)).hexdigest()[:12]}"


def _set_aside(home: Path) -> None:
    """Keep the database of a DATA_DIR that was removed, without using it for a new one."""
    postmaster.stop(home / "data")
    for number in range(1, 10_000):
        aside = home.with_name(f"{home.name}.old-{number}")
        if not aside.exists():
            home.rename(aside)
            return
    raise EmbeddedError(f"too many databases of removed directories beside {home}")


def _owner(path: Path) -> str:
    uid = path.stat().st_uid
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
