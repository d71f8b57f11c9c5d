"""Connections of the administrator, who may make roles, schemas and extensions."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.rows import TupleRow

from slotkeeper.deploy.errors import DeployError, describe

Connection = psycopg.Connection[TupleRow]

# A deploy takes the time that it needs, whatever is usual in this database, for names that are
# always qualified; notices of what is replaced are no news.
SETTINGS = {
    "search_path": "",
    "jit": "off",
    "client_min_messages": "warning",
    "statement_timeout": "0",
    "transaction_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
    "idle_session_timeout": "0",
}


@contextmanager
def connected(url: str, database: str | None = None) -> Iterator[Connection]:
    """Connect to the database that `url` names, or to `database` beside it; autocommit."""
    try:
        conninfo = make_conninfo(url, application_name="slotkeeper deploy", client_encoding="utf8")
        if database is not None:
            conninfo = make_conninfo(conninfo, dbname=database)
        connection = psycopg.connect(conninfo, autocommit=True)
    except psycopg.Error as error:
        place = f"database {database}" if database else "the database"
        raise DeployError(f"cannot connect to {place}: {describe(error)}") from error
    with connection:
        connection.execute(
            "select set_config(name, value, false)"
            " from unnest(%s::text[], %s::text[]) as wanted (name, value)"
            # transaction_timeout is new in PostgreSQL 17.
            " where exists (select from pg_settings as s where s.name = wanted.name)",
            (list(SETTINGS), list(SETTINGS.values())),
        )
        yield connection
