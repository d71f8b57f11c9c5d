"""Roles: their settings and passwords, and administrators who are no superusers."""

import psycopg
import pytest

from server.config import role_password
from slotkeeper.deploy import DeployError, deploy

from ..support import databases
from ..support.cluster import Cluster
from ..support.databases import ROLE_SECRET, Database
from .conftest import Deployment


def test_roles_log_in_with_their_derived_passwords_and_limits(deployed: Deployment) -> None:
    with deployed.database.login("slotkeeper_anon") as anon:
        settings = [
            anon.execute(f"show {name}".encode()).fetchall()[0][0]
            for name in ("timezone", "search_path", "statement_timeout", "lock_timeout")
        ]
        assert settings == ["UTC", '""', "2s", "1500ms"]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            anon.execute("select * from data.item")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            anon.execute("create temporary table mine (id integer)")
        assert anon.execute("select * from api.get_item(1)").fetchall() == [(1, "first")]
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(deployed.database.server_url, user="slotkeeper_anon", password="wrong")


@pytest.mark.parametrize("role", ["anon", "patient", "doctor", "admin", "server"])
def test_a_lock_is_waited_for_less_than_a_statement_may_take(
    deployed: Deployment, role: str
) -> None:
    with deployed.database.login(f"slotkeeper_{role}") as caller:
        assert caller.execute(
            "select interval '0' < current_setting('lock_timeout')::interval,"
            " current_setting('lock_timeout')::interval"
            " < current_setting('statement_timeout')::interval"
        ).fetchall() == [(True, True)]


LOCK, LARGE_OBJECT = "select pg_try_advisory_xact_lock(1)", "select lo_from_bytea(0, 'a')"
LOCKS = "select count(*) > 0 from pg_locks"  # An address in the hash of a lock can be guessed.


@pytest.mark.parametrize("role", ["anon", "patient", "doctor", "admin"])
@pytest.mark.parametrize("query", [LOCK, LOCKS, LARGE_OBJECT, "select lo_create(0)"])
def test_callers_take_and_see_no_locks_and_make_no_large_objects(
    deployed: Deployment, role: str, query: str
) -> None:
    with deployed.database.login(f"slotkeeper_{role}") as caller:
        caller.execute("select 1")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            caller.execute(query.encode())


def test_who_needs_advisory_locks_has_them(deployed: Deployment) -> None:
    with deployed.database.login("slotkeeper_server") as server:
        assert server.execute(LOCK.encode()).fetchall() == [(True,)]
    with deployed.database.connect() as owner:
        owner.execute("set role slotkeeper_owner")
        assert owner.execute(LOCK.encode()).fetchall() == [(True,)]
        owner.execute("set role pg_monitor")
        assert owner.execute(LOCKS.encode()).fetchall() == [(True,)]


def test_callers_make_no_temporary_objects_in_everybodys_database_either(
    private_cluster: Cluster, fresh: Deployment
) -> None:
    """A type of theirs would stand before PostgreSQL's own in functions that run as the owner."""
    fresh.database = Database(private_cluster, "postgres")
    fresh.deploy()
    with fresh.database.login("slotkeeper_anon") as anon:
        assert anon.execute("select * from api.get_item(1)").fetchall() == [(1, "first")]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            anon.execute("create domain pg_temp.text as integer")
    fresh.database.rows("create role visitor login password 'visitor'")
    with psycopg.connect(fresh.database.server_url, user="visitor", password="visitor") as visitor:
        assert visitor.execute(LOCK.encode()).fetchall() == [(True,)]


def test_passwords_are_never_logged_and_roles_repaired(
    private_cluster: Cluster, fresh: Deployment
) -> None:
    database = databases.create(private_cluster)
    database.rows("alter system set log_statement = 'all'")
    database.rows("select pg_reload_conf()")
    fresh.database = database
    fresh.deploy()
    database.rows("alter role slotkeeper_anon nologin superuser createdb bypassrls")
    database.rows("alter role slotkeeper_anon set statement_timeout = '1h'")
    database.rows("alter role slotkeeper_anon password 'changed'")
    fresh.deploy()
    with database.login("slotkeeper_anon") as anon:
        assert anon.execute("show statement_timeout").fetchall() == [("2s",)]
    assert role_password(ROLE_SECRET, "slotkeeper_anon") not in private_cluster.log
    assert "alter role" in private_cluster.log


def test_an_administrator_who_is_no_superuser(private_cluster: Cluster, fresh: Deployment) -> None:
    database = databases.create(private_cluster)
    database.rows("create role manager login createrole createdb password 'manager'")
    database.rows(f'alter database "{database.name}" owner to manager')
    url = psycopg.conninfo.make_conninfo(database.server_url, user="manager", password="manager")
    lines: list[str] = []
    for _ in range(2):
        deploy(url, fresh.folder, ROLE_SECRET, lines.append)
    assert "functions and views are up to date" in lines
    # Only a superuser can: it is told, and goes on.
    assert [line.split(":")[0] for line in lines if "advisory" in line] == [
        "callers may still take and see advisory locks and make large objects"
    ] * 2
    assert database.rows("select scheduler from deploy.state") == [("server",)]
    with database.login("slotkeeper_anon") as anon:
        assert anon.execute("select * from api.get_item(1)").fetchall() == [(1, "first")]


def test_no_connection_is_a_clear_error(fresh: Deployment) -> None:
    url = fresh.database.cluster.admin_url("no_such_database")
    with pytest.raises(DeployError, match=r'cannot connect.*"no_such_database" does not exist'):
        deploy(url, fresh.folder, ROLE_SECRET, fresh.lines.append)
