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


def wrong_states(database: Database, *, settled: bool = False) -> dict[str, int]:
    """Return the kinds of wrong state that `database` is in, and how many cases of each.

    With `settled` also those that are wrong only once the due work has been done: it is done first,
    and nobody else may be at it.
    """
    if settled:
        while database.value("select tests.do_due_work()"):
            pass
    with database.connect() as connection:
        counted = count_states(connection)
    return {
        kind: cases
        for kind, cases in counted.items()
        if cases and (settled or not kind.startswith("after due work"))
    }
