"""Connections to databases that `deploy` has prepared."""

from __future__ import annotations

import psycopg
from psycopg.rows import TupleRow

from server.config import OperatorError


def connect(url: str, *, autocommit: bool = False) -> psycopg.Connection[TupleRow]:
    """Connect; raises `OperatorError` where `deploy` has never been at work, and psycopg.Error."""
    connection = psycopg.connect(url, application_name="slotkeeper", autocommit=autocommit)
    row = connection.execute("select pg_catalog.to_regclass('deploy.state')").fetchone()
    if row == (None,):
        connection.close()
        raise OperatorError("this database is not deployed: run `slotkeeper deploy` first")
    return connection
