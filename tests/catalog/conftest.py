"""A small application of its own, so that these tests know nothing of the real one."""

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from psycopg import pq, sql
from psycopg.rows import TupleRow

from server.catalog import CATALOG_QUERY, Call, Catalog, parse_body, read_catalog
from tests.support import databases
from tests.support.cluster import Cluster

# Time says nothing about these tests on a busy machine; the fixtures they share never change.
settings.register_profile(
    "busy",
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("busy")

SCRIPT = Path(__file__).with_name("library.sql")
CLAIMS = b'{"sub": "7"}'


@dataclass(frozen=True, slots=True)
class Library:
    """The application's database: the administrator's address, and its two web roles."""

    admin_url: str
    reader: str
    clerk: str

    def connect(self) -> psycopg.Connection[TupleRow]:
        """As the administrator, in autocommit mode."""
        return psycopg.connect(self.admin_url, autocommit=True)

    def login(self, role: str) -> psycopg.Connection[TupleRow]:
        """As a role, with the settings that every role of ours has."""
        connection = self.connect()
        connection.execute("set search_path = ''")
        connection.execute("set timezone = 'UTC'")
        connection.execute(sql.SQL("set session authorization {}").format(sql.Identifier(role)))
        return connection

    def script(self, text: str) -> str:
        """SQL with the names of the roles put in."""
        return text.replace("web_reader", self.reader).replace("web_clerk", self.clerk)


def read(connection: psycopg.Connection[TupleRow]) -> Catalog:
    """The catalog as a connection sees it."""
    row = connection.execute(CATALOG_QUERY.encode()).fetchone()
    assert row is not None
    return read_catalog(row[0])


class SqlError(Exception):
    """PostgreSQL refused; `sqlstate` says why."""

    def __init__(self, result: pq.abc.PGresult) -> None:
        super().__init__((result.error_message or b"").decode())
        self.sqlstate = (result.error_field(pq.DiagnosticField.SQLSTATE) or b"").decode()


def run(
    connection: psycopg.Connection[TupleRow], call: Call, parameters: list[bytes | None]
) -> list[bytes | None]:
    """The one row of a call, as the server gets it: prepared, in text format."""
    pgconn = connection.pgconn
    prepared = pgconn.prepare(call.name, call.sql)
    if prepared.status != pq.ExecStatus.COMMAND_OK:
        raise SqlError(prepared)
    result = pgconn.exec_prepared(call.name, parameters)  # type: ignore[arg-type]
    pgconn.exec_(b"deallocate " + call.name)
    if result.status != pq.ExecStatus.TUPLES_OK:
        raise SqlError(result)
    assert result.ntuples == 1
    return [result.get_value(0, column) for column in range(result.nfields)]


def answer(
    library: Library, catalog: Catalog, role: str, method: str, path: str, **body: object
) -> Any:
    """What a route answers to a role, as Python values."""
    match = catalog.routes.match(method, path)
    arguments = parse_body(json.dumps(body).encode())
    parameters = match.route.function.call.bind(CLAIMS, match.path_arguments, (), {}, arguments)
    with library.login(role) as connection:
        content = run(connection, match.route.function.call, parameters)[0]
    return None if content is None else json.loads(content)


@pytest.fixture(scope="session")
def library(cluster: Cluster) -> Iterator[Library]:
    """The application in a database of its own."""
    database = databases.create(cluster)
    mark = secrets.token_hex(4)
    made = Library(database.admin_url, f"slotkeeper_{mark}_reader", f"slotkeeper_{mark}_clerk")
    with made.connect() as connection:
        connection.execute(
            "do $$ begin create role slotkeeper_server login;"
            " exception when duplicate_object or unique_violation then null; end $$"
        )
        for role in (made.reader, made.clerk):
            connection.execute(sql.SQL("create role {} login").format(sql.Identifier(role)))
        connection.execute(made.script(SCRIPT.read_text()).encode())
    yield made
    databases.drop(database)
    with psycopg.connect(cluster.admin_url("postgres"), autocommit=True) as connection:
        for role in (made.reader, made.clerk):
            connection.execute(sql.SQL("drop role {}").format(sql.Identifier(role)))


@pytest.fixture(scope="session")
def catalog(library: Library) -> Catalog:
    """The application's catalog, as the server's role reads it."""
    with library.login("slotkeeper_server") as connection:
        return read(connection)
