"""What must be true of all bookings, slots and payments at any moment."""

from pathlib import Path

from .databases import Database

QUERY = (Path(__file__).parent / "invariants.sql").read_text(encoding="utf-8")


def wrong_states(database: Database) -> dict[str, int]:
    """Return the kinds of wrong state that `database` is in, and how many cases of each."""
    return {kind: cases for kind, cases in database.rows(QUERY) if cases}
