"""The demo that a database folder brings along: its data, and what it says about itself."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import count, islice, pairwise
from pathlib import Path

import psycopg

from server.config import OperatorError
from server.names import OWNER
from slotkeeper.deploy.errors import read_text
from slotkeeper.deploy.script import run_script
from slotkeeper.deployed import connect

_WELCOME = "welcome.sql"
# Of one clinic of the group, which is made in one transaction; how many clinics there are at the
# least, each of another kind; and how many are made at once.
_CLINIC = 30_000
_KINDS = 6
_AT_ONCE = 2


def demo_files(database_folder: Path) -> list[Path]:
    """Return the files that make the folder's demo, in the order of their names; maybe none."""
    files = sorted((database_folder / "demo").glob("*.sql"))
    return [file for file in files if file.name != _WELCOME]


def load_demo(url: str, database_folder: Path, report: Callable[[str], None]) -> bool:
    """Run the folder's `demo_files` in their order, as the owner, all or nothing.

    The files see to it that a second time changes nothing. Return whether anything was changed.
    Raises `DeployError` with file and line, `OperatorError` where nothing is deployed, and
    `psycopg.Error` for what is no fault of a file.
    """
    files = demo_files(database_folder)
    if not files:
        return False
    with connect(url) as connection:
        for file in files:
            report(f"demo {file.stem}")
            connection.execute(f"set local role {OWNER}")
            shown = f"{database_folder.name}/demo/{file.name}"
            run_script(connection, shown, read_text(file, shown))
        # A transaction gets its id when it first writes.
        row = connection.execute("select pg_catalog.pg_current_xact_id_if_assigned()").fetchone()
    return row is not None and row[0] is not None


def grow_demo(
    url: str, database_folder: Path, bookings: int, progress: Callable[[int, int], None]
) -> int:
    """Add clinics with bookings to the demo until it has `bookings`; return how many were added.

    Each clinic is there whole or not at all: what was broken off goes on where it was. `progress`
    hears how many bookings there are, and of how many. Raises `OperatorError` where others than the
    demo's are among them, and what `load_demo` raises.
    """
    group = database_folder / "demo" / "group"
    with connect(url, autocommit=True) as connection:
        row = connection.execute((group / "state.sql").read_bytes()).fetchone()
        assert row is not None
        clinics, found, others = row
        if others:
            raise OperatorError(
                f"the demo is for a database of its own: this one has {others} other bookings"
            )
        missing: int = bookings - found
        if missing <= 0:
            return 0
        parts = max(_KINDS - len(clinics), -(-missing // _CLINIC))
        numbers = islice((number for number in count(1) if number not in clinics), parts)
        reached = [missing * part // parts for part in range(parts + 1)]
        sizes = [then - there for there, then in pairwise(reached)]
        progress(found, bookings)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            made = pool.map(partial(_make_clinic, url, group), numbers, sizes)
            for there, _ in zip(reached[1:], made, strict=True):
                if there == sizes[0]:
                    # For who looks meanwhile: plans for empty tables are bad ones now.
                    connection.execute("analyze")
                progress(found + there, bookings)
        connection.execute("analyze")
    return missing


def _make_clinic(url: str, group: Path, number: int, bookings: int) -> None:
    """Make one more clinic of the group, in a connection of its own, all or nothing."""
    with connect(url) as connection:
        connection.execute(
            "select set_config('demo.clinic', %s, true), set_config('demo.bookings', %s, true)",
            [str(number), str(bookings)],
        )
        for file in sorted(group.glob("[0-9]*.sql")):
            shown = f"{group.parent.parent.name}/demo/group/{file.name}"
            run_script(connection, shown, read_text(file, shown))


def welcome(url: str, database_folder: Path, base_url: str) -> str:
    """Return what the demo says of itself: the text that the query in demo/welcome.sql gives.

    `{base_url}` in it is replaced. Empty where there is no such file or its query gives nothing,
    and where it fails: a demo that was changed beyond recognition is no fault.
    """
    file = database_folder / "demo" / _WELCOME
    if not file.is_file():
        return ""
    try:
        with connect(url) as connection:
            connection.execute(f"set local role {OWNER}")
            row = connection.execute(file.read_bytes(), prepare=False).fetchone()
    except psycopg.Error:
        return ""
    return str(row[0]).replace("{base_url}", base_url) if row and row[0] else ""
