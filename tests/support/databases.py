"""Databases of a test cluster: empty ones, copies of a deployed template, and their removal."""

import secrets
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.abc import Params
from psycopg.rows import TupleRow

from server.config import role_password
from slotkeeper.deploy import deploy

from .cluster import CRON_DATABASE, Cluster

DB = Path(__file__).resolve().parents[2] / "db"

# The secret from which the roles' passwords of every test cluster are derived.
ROLE_SECRET = "role-secret-of-the-private-test-clusters"

TEMPLATE = "template_deployed"
PGTAP_TEMPLATE = "template_pgtap"
PGTAP_SCRIPT = Path("/usr/share/postgresql/15/extension/pgtap--1.2.0.sql")


@dataclass(frozen=True, slots=True)
class Database:
    """A database of its own for a test."""

    cluster: Cluster
    name: str

    @property
    def admin_url(self) -> str:
        """The address for the administrator."""
        return self.cluster.admin_url(self.name)

    @property
    def server_url(self) -> str:
        """The address without credentials, as `serve` takes it."""
        return self.cluster.server_url(self.name)

    def connect(self, **options: Any) -> psycopg.Connection[TupleRow]:
        """Connect as the administrator, in autocommit mode."""
        return self.cluster.connect(self.name, **options)

    def login(self, role: str, **options: Any) -> psycopg.Connection[TupleRow]:
        """Connect as one of our roles with its derived password, in autocommit mode."""
        password = role_password(ROLE_SECRET, role)
        return psycopg.connect(
            self.server_url, user=role, password=password, autocommit=True, **options
        )

    async def connect_async(self, **options: Any) -> psycopg.AsyncConnection[TupleRow]:
        """Connect as the administrator, in autocommit mode, for asyncio."""
        return await psycopg.AsyncConnection.connect(self.admin_url, autocommit=True, **options)

    async def login_async(self, role: str, **options: Any) -> psycopg.AsyncConnection[TupleRow]:
        """Connect as one of our roles with its derived password, for asyncio."""
        password = role_password(ROLE_SECRET, role)
        return await psycopg.AsyncConnection.connect(
            self.server_url, user=role, password=password, autocommit=True, **options
        )

    def rows(self, query: str, parameters: Params | None = None) -> list[TupleRow]:
        """Run a statement as the administrator, who remembers no session, and return its rows."""
        return self.cluster.rows(self.name, query, parameters)

    def value(self, query: str, parameters: Params | None = None) -> Any:
        """Run a query as the administrator that gives one row, and return its first column."""
        (row,) = self.rows(query, parameters)
        return row[0]

    def psql(self, *arguments: str | Path, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run psql of the cluster's version as the administrator: bare output, stop on error.

        Raises RuntimeError with what psql said if it fails, unless `check` is false.
        """
        done = subprocess.run(
            [self.cluster.bin / "psql", "-X", "-qAt", "-v", "ON_ERROR_STOP=1", *arguments],
            env=self.cluster.environment(self.name),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        if check and done.returncode != 0:
            raise RuntimeError(f"psql {' '.join(map(str, arguments))} failed:\n{done.stderr}")
        return done

    def install_builders(self) -> None:
        """Add schema `tests` to a deployed database."""
        for script in sorted((DB / "tests" / "setup").glob("*.sql")):
            self.psql("-1", "-f", script)


def create(cluster: Cluster, template: str | None = None) -> Database:
    """Create a database: an empty one, or a copy of `template`."""
    name = f"t_{secrets.token_hex(6)}"
    cluster.rows(
        "postgres",
        sql.SQL("create database {} template {}").format(
            sql.Identifier(name), sql.Identifier(template or "template0")
        ),
    )
    return Database(cluster, name)


def drop(database: Database) -> None:
    """Drop a database whoever is connected, and what pg_cron would still do to it."""
    cluster = database.cluster
    if cluster.kind.has_pg_cron:
        unschedule(database)
    cluster.forget(database.name)
    cluster.rows(
        "postgres",
        sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(database.name)),
    )


def unschedule(database: Database) -> None:
    """Take away the jobs that run in `database`."""
    cluster = database.cluster
    if cluster.rows(CRON_DATABASE, "select 1 where to_regclass('cron.job') is not null"):
        cluster.rows(
            CRON_DATABASE,
            "select cron.unschedule(j.jobid) from cron.job as j where j.database = %s",
            [database.name],
        )


def deployed_template(cluster: Cluster) -> str:
    """Return the name of a database with `db/` deployed and the builders of schema `tests`.

    Made once for a cluster by whoever asks first. No job of pg_cron runs in it.
    """
    with cluster.lock(TEMPLATE):
        if not _exists(cluster, TEMPLATE):
            partial = create(cluster)
            deploy(partial.admin_url, DB, ROLE_SECRET, lambda _: None)
            if cluster.kind.has_pg_cron:
                unschedule(partial)
            partial.install_builders()
            _keep_as(partial, TEMPLATE)
    return TEMPLATE


def pgtap_template(cluster: Cluster) -> str:
    """Return the name of a database that also has pgTAP, in schema `tap`."""
    deployed_template(cluster)
    with cluster.lock(PGTAP_TEMPLATE):
        if not _exists(cluster, PGTAP_TEMPLATE):
            partial = create(cluster, TEMPLATE)
            partial.psql("-c", "create schema tap; grant usage on schema tap to public")
            if cluster.kind.name == "debian15":
                partial.psql("-c", "create extension pgtap schema tap")
            else:
                # Plain SQL, which this PostgreSQL has no package of.
                partial.psql("-1", "-c", "set search_path to tap", "-f", PGTAP_SCRIPT)
            _keep_as(partial, PGTAP_TEMPLATE)
    return PGTAP_TEMPLATE


def _exists(cluster: Cluster, name: str) -> bool:
    return bool(cluster.rows("postgres", "select 1 from pg_database where datname = %s", [name]))


def _keep_as(database: Database, name: str) -> None:
    database.cluster.forget(database.name)
    database.cluster.rows(
        "postgres",
        sql.SQL("alter database {} rename to {}").format(
            sql.Identifier(database.name), sql.Identifier(name)
        ),
    )
