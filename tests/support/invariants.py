"""What must be true of all bookings, slots and payments at any moment."""

from pathlib import Path

import psycopg
from psycopg.rows import TupleRow

from .databases import Database

QUERY = (Path(__file__).parent / "invariants.sql").read_text(encoding="utf-8")


def count_states(connection: psycopg.Connection[TupleRow]) -> dict[str, int]:
    """Return how many cases there are of each kind of wrong state, the zeros included."""
    # Compiling so long a query takes PostgreSQL many times longer than answering it.
    connection.execute("set jit = off")
    return dict(connection.execute(QUERY.encode()).fetchall())


def wrong_states(database: Database) -> dict[str, int]:
    """Return the kinds of wrong state that `database` is in, and how many cases of each."""
    with database.connect() as connection:
        return {kind: cases for kind, cases in count_states(connection).items() if cases}
