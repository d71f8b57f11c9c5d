"""Deploys at once, and deploys while the database is in use."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace

import psycopg
import pytest

from slotkeeper.deploy import deploy
from slotkeeper.deploy.locks import CLASS, DATABASE
from slotkeeper.deploy.schedule import FORGET

from ..support import databases
from ..support.cluster import Cluster
from ..support.databases import ROLE_SECRET, Database
from .conftest import Deployment
from .test_reload import FIND_ITEM, GET_ITEM, ITEM

# What a call in flight can meet when what it uses is replaced: the server repeats it.
REPEATED = {"42804", "42704", "42883", "42P01", "0A000", "26000", "XX000"}


def deploy_at_once(deployments: list[Deployment]) -> None:
    """Deploy in a thread each, started together; raise what any of them raises."""
    start = threading.Barrier(len(deployments))

    def one(deployment: Deployment) -> None:
        start.wait()
        deploy(deployment.database.admin_url, deployment.folder, ROLE_SECRET, lambda _: None)

    with ThreadPoolExecutor(len(deployments)) as pool:
        for future in [pool.submit(one, deployment) for deployment in deployments]:
            future.result()


@contextmanager
def calls(database: Database, clients: int) -> Iterator[list[int]]:
    """Call api.get_item all the time; give the numbers of calls, which grow."""
    counts = [0] * clients
    stop = threading.Event()

    def call(number: int) -> None:
        with database.login("slotkeeper_anon") as anon:
            while not stop.is_set():
                for attempt in range(6):
                    try:
                        rows = anon.execute(
                            "select to_json(api.get_item(1))->>'name'", prepare=attempt == 0
                        ).fetchall()
                    except psycopg.Error as error:
                        if error.sqlstate not in REPEATED or attempt == 5:
                            raise
                    else:
                        assert rows == [("first",)]
                        break
                counts[number] += 1

    with ThreadPoolExecutor(clients) as pool:
        futures = [pool.submit(call, number) for number in range(clients)]
        try:
            yield counts
        finally:
            stop.set()
        for future in futures:
            future.result()


def cron_database(database: Database) -> str:
    """Return the name of the database that pg_cron lives in."""
    return str(database.value("show cron.database_name"))


def test_two_first_deploys_to_one_database(fresh: Deployment) -> None:
    deploy_at_once([fresh, fresh, fresh])
    assert fresh.database.rows("select * from api.get_item(1)") == [(1, "first")]
    assert fresh.database.value("select count(*) from deploy._yoyo_migration") == 2


def test_first_deploys_to_several_databases_of_a_new_cluster(
    private_cluster: Cluster, make_deployment: Callable[[Database], Deployment]
) -> None:
    deployments = [make_deployment(databases.create(private_cluster)) for _ in range(4)]
    deploy_at_once(deployments + deployments)
    for deployment in deployments:
        with deployment.database.login("slotkeeper_anon") as anon:
            assert anon.execute("select * from api.get_item(1)").fetchall() == [(1, "first")]


def test_deploys_while_clients_call(deployed: Deployment) -> None:
    with calls(deployed.database, 8) as counts:
        for old, new in (
            ("(item_id bigint)", "(item_id integer)"),
            ("(item_id integer)", "(item_id numeric)"),
            ("(item_id numeric)", "(item_id bigint)"),
        ):
            deployed.change(FIND_ITEM, old, new)
            cast = new.removeprefix("(item_id ").removesuffix(")")
            text = (deployed.folder / GET_ITEM).read_text()
            start = text.index("get_item.item_id")
            line = text[start : text.index("\n", start)]
            deployed.change(GET_ITEM, line, f"get_item.item_id::{cast});")
            if "i.id, i.name" in (deployed.folder / ITEM).read_text():
                deployed.change(ITEM, "i.id, i.name", "i.name, i.id")
            else:
                deployed.change(ITEM, "i.name, i.id", "i.id, i.name")
            before = sum(counts)
            deploy_at_once([deployed, deployed])
            assert sum(counts) > before


def test_a_reload_gives_way_to_a_long_reader(deployed: Deployment) -> None:
    reader = deployed.database.connect()
    reader.autocommit = False
    reader.execute("select from report.item")
    deployed.change("views/report/item.sql", "a.id, a.name", "a.id, a.name, 1 as one")
    told: list[str] = []

    def listen(line: str) -> None:
        told.append(line)
        if "trying again" in line:
            # It holds nothing that would keep anybody waiting.
            assert deployed.database.rows("select * from api.get_item(1)") == [(1, "first")]
            reader.close()

    deploy(deployed.database.admin_url, deployed.folder, ROLE_SECRET, listen)
    assert "functions and views are in use: trying again" in told
    assert deployed.database.value("select one from report.item where id = 1") == 1


def test_a_deploy_waits_for_another_and_says_so(deployed: Deployment) -> None:
    other = deployed.database.connect()
    other.execute("select pg_advisory_lock(%s, %s)", (CLASS, DATABASE))
    told: list[str] = []

    def listen(line: str) -> None:
        told.append(line)
        other.close()

    deploy(deployed.database.admin_url, deployed.folder, ROLE_SECRET, listen)
    assert told == ["waiting for another deploy to finish", "functions and views are up to date"]


@pytest.mark.debian15
def test_jobs_are_scheduled_once_whoever_deploys(
    private_cluster: Cluster, fresh: Deployment
) -> None:
    fresh.database = databases.create(private_cluster)
    fresh.write(
        "functions/core/run_due_work.sql",
        """
        create or replace procedure core.run_due_work() language sql as $$ select 0; $$;
        grant execute on procedure core.run_due_work to slotkeeper_server;
        """,
    )
    deploy_at_once([fresh, fresh])
    name = fresh.database.name
    cron = Database(private_cluster, cron_database(fresh.database))
    jobs = "select xmin, * from cron.job order by jobname"
    found = cron.rows(jobs)
    assert cron.rows("select jobname::text, username, database from cron.job order by 1") == [
        (f"slotkeeper:{name}:due_work", "slotkeeper_server", name),
        (f"slotkeeper:{name}:history", "slotkeeper_server", cron.name),
    ]
    assert fresh.database.rows("select scheduler from deploy.state") == [("pg_cron",)]
    # One of the same name that somebody made for another user, for whom pg_cron keeps it apart.
    fresh.database.rows("create role second login superuser")
    cron.rows(
        f"select cron.schedule_in_database('slotkeeper:{name}:due_work', '0 0 * * *',"
        f" 'select 1', '{name}', 'second')"
    )
    fresh.deploy()
    assert cron.rows(jobs) == found
    # The jobs of a database that is gone go with the next deploy, and those of work that is gone.
    gone = replace(fresh, database=databases.create(private_cluster))
    gone.deploy()
    assert len(cron.rows(jobs)) == 4
    databases.drop(gone.database)
    fresh.remove("functions/core/run_due_work.sql")
    fresh.deploy()
    assert cron.rows(jobs) == []


@pytest.mark.debian15
def test_history_is_kept_short(private_cluster: Cluster, fresh: Deployment) -> None:
    fresh.database = databases.create(private_cluster)
    fresh.deploy()
    cron = Database(private_cluster, cron_database(fresh.database))
    cron.rows(
        "insert into cron.job_run_details (username, status, start_time, end_time)"
        " select who, 'succeeded', moment, moment + interval '1 second'"
        " from unnest('{slotkeeper_server,postgres}'::text[]) as who,"
        " unnest(array[now() - interval '8 days', now() - interval '6 days']) as moment"
    )
    with cron.login("slotkeeper_server") as server:
        server.execute(FORGET)
    left = "select username, count(*) from cron.job_run_details group by 1 order by 1"
    assert cron.rows(left) == [("postgres", 2), ("slotkeeper_server", 1)]
