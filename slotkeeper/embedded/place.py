"""Where the embedded PostgreSQL keeps its data, its socket and its log, and who holds them."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from server.config import OperatorError
from slotkeeper.embedded.account import Account

SYSTEM_PLACE = Path("/var/lib/slotkeeper")
PORT = 5432  # Nothing listens on it: it is a part of the socket's name.
SOCKET_NAME = f".s.PGSQL.{PORT}"
_LINK = "postgresql"
# What the address of a Unix socket holds.
_LONGEST_SOCKET = 107
_POLL_SECONDS = 0.05
_REMAINS_SECONDS = 60.0


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

    Raises `OperatorError` where it belongs to another user.
    """
    entry = data_dir / _LINK
    try:
        if not entry.is_symlink():
            return Place(entry)
        target = entry.readlink()
        # Whoever owns DATA_DIR chooses the link; only a place that root made is followed.
        if target.parent != SYSTEM_PLACE or (target.exists() and target.stat().st_uid != 0):
            raise OperatorError(f"{entry} must not lead to {target}")
    except PermissionError:
        raise OperatorError(f"DATA_DIR {data_dir} is closed to this user") from None
    if os.geteuid() != 0:
        raise OperatorError(
            f"the database in {data_dir} belongs to root: run this as root, or set another DATA_DIR"
        )
    return Place(target)


def make_place(data_dir: Path, account: Account) -> Place:
    """Make what is missing of `data_dir` and its place; raises `OperatorError`, `OSError`."""
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not os.access(data_dir, os.R_OK | os.W_OK | os.X_OK):
        raise OperatorError(f"DATA_DIR {data_dir} is not writable for this user")
    link = data_dir / _LINK
    if not account.is_ours and not link.is_symlink():
        if link.exists():
            raise OperatorError(
                f"the database in {data_dir} belongs to the user {link.stat().st_uid}: run this as"
                " that user, or set another DATA_DIR"
            )
        SYSTEM_PLACE.mkdir(mode=0o755, parents=True, exist_ok=True)
        # A new one each time: what belonged to a DATA_DIR that was removed is kept, not used again.
        # Not all of a long name, which would be too long with another's.
        prefix = f"{data_dir.parent.name[-20:]}{data_dir.name[-20:]}-"
        link.symlink_to(tempfile.mkdtemp(prefix=prefix, dir=SYSTEM_PLACE))
    place = find_place(data_dir)
    place.home.mkdir(mode=0o700, exist_ok=True)
    if not account.is_ours:
        # Root's: the files that this process writes there cannot be replaced by PostgreSQL's user.
        os.chown(place.home, 0, account.gid)
        place.home.chmod(0o750)
    return place


def lock_place(place: Place) -> int:
    """Lock a place for this process and for the children that inherit the descriptor returned.

    The last of them ends that, however it ends: what a run that was killed has left behind is
    waited for. Raises `OperatorError`.
    """
    # Not through a link: as root, the directory may be another user's.
    path = place.home / "run.lock"
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    deadline = time.monotonic() + _REMAINS_SECONDS
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            run = os.pread(lock, 32, 0).decode("ascii", "replace").strip()
            if run and Path("/proc", run).exists():
                raise OperatorError(
                    f"{place.home} is in use by another run (process {run})"
                ) from None
            if time.monotonic() > deadline:
                raise OperatorError(
                    f"what the run {run} left behind does not end: see {place.data}/postmaster.pid"
                ) from None
        time.sleep(_POLL_SECONDS)
    os.ftruncate(lock, 0)
    os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)
    return lock


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
        # A new one of mode 0700, whatever others have put there.
        entry.symlink_to(tempfile.mkdtemp(prefix="slotkeeper-", dir="/tmp"))
    if not account.is_ours:
        os.chown(entry, account.uid, account.gid)
        entry.chmod(0o750)


def remove_socket_directory(place: Place) -> None:
    """Remove the directory of a socket on which nothing listens, if there is one."""
    entry = place.home / "socket"
    shutil.rmtree(entry.resolve(), ignore_errors=True)
    if entry.is_symlink():
        entry.unlink()
