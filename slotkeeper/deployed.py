"""Whether a database has been prepared by `deploy`."""

from __future__ import annotations

import psycopg
from psycopg.rows import TupleRow


class NotDeployedError(Exception):
    """The database has nothing of ours in it."""

    def __init__(self) -> None:
        super().__init__("this database is not deployed: run `slotkeeper deploy` first")


def check_deployed(connection: psycopg.Connection[TupleRow]) -> None:
    """Raise `NotDeployedError` where `deploy` has never been at work."""
    row = connection.execute("select pg_catalog.to_regclass('deploy.state')").fetchone()
    if row is None or row[0] is None:
        raise NotDeployedError
