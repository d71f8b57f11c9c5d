"""PostgreSQL killed while it chains changes: the chain is whole, and each change is in it once."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import psycopg
import pytest

from ..support import databases
from ..support.cluster import Cluster
from ..support.history import until_readable
from ..support.stop import LOCK, stop_at
from ..support.wait import eventually
from .test_due_work_killed import accepts, answers

CHAINING = """
select a.pid from pg_stat_activity as a
where a.datname = current_database() and a.query like 'select core.chain_changes%'
    and a.wait_event = 'advisory'
"""
STATE = """
select
    (select count(*) from data.chain_link),
    (select count(*) from core.verify_audit()),
    (
        select count(*) from data.change as c
        where not exists (select from data.chain_link as l where l.change_id = c.id)
    )
"""


@pytest.mark.parametrize("whole_server", [False, True])
def test_a_chain_whose_making_was_killed_is_whole(
    private_cluster: Cluster, whole_server: bool
) -> None:
    database = databases.create(private_cluster, databases.deployed_template(private_cluster))
    database.rows("select tests.clinic() from generate_series(1, 20)")
    until_readable(database)
    assert database.value("select core.chain_changes(20)") == 20
    database.rows("select tests.account() from generate_series(1, 80)")
    with database.connect() as connection:
        stop_at(connection, "insert on data.chain_link", "when (new.number = 51)")
    ((chained, broken, left),) = database.rows(STATE)
    assert (chained, broken) == (20, 0)
    with closing(database.connect()) as holder, ThreadPoolExecutor(1) as thread:
        holder.execute(LOCK)
        until_readable(database)
        work = thread.submit(database.value, "select core.chain_changes(1000)")
        ((pid,),) = eventually(lambda: database.rows(CHAINING), what="the 51st link")
        if whole_server:
            private_cluster.kill9()
        else:
            os.kill(pid, signal.SIGKILL)
        with pytest.raises(psycopg.OperationalError):
            work.result()
        eventually(lambda: not answers(holder), what="death of the others")
    eventually(lambda: accepts(database), timeout=60, what="end of the recovery")
    assert database.rows(STATE) == [(20, 0, left)]
    eventually(lambda: database.value("select core.chain_changes(1000)") or None)
    assert database.rows(STATE) == [(20 + left, 0, 0)]
