"""Due work killed in the middle: nothing of it is there, and all of it is done afterwards."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import psycopg
import pytest
from psycopg.rows import TupleRow

from ..support import databases
from ..support.cluster import Cluster
from ..support.databases import Database
from ..support.invariants import wrong_states
from ..support.wait import eventually

COUNT = 40

# Holds that have run out, with two who wait for each seat; somebody waiting for what has
# started; hours without slots. The last step of the work waits until a lock is let go.
UNDONE = f"""
create temporary table made as
select tests.slot(d.id) as slot
from (select tests.doctor() as id) as d cross join generate_series(1, {COUNT});
create temporary table held as select tests.booking(m.slot) as booking from made as m;
select tests.payment(h.booking) from held as h;
update data.booking as b set expires_at = clock_timestamp() from held as h where b.id = h.booking;
select tests.waitlist_entry(m.slot) from made as m cross join generate_series(1, 2);
select tests.waitlist_entry(tests.slot(tests.doctor(), date_trunc('minute', now())));
insert into data.hours (doctor_id, weekday, valid, start_time, end_time, slot_minutes, capacity)
select tests.doctor(), d, '(,)', '09:00', '12:00', 30, 1 from generate_series(1, 7) as d;
update data.doctor as d set slots_until = '-infinity'
where exists (select from data.hours as h where h.doctor_id = d.id);
create or replace function core.forget_sessions(batch integer) returns integer
language plpgsql volatile
set search_path = ''
as $$
begin
    perform pg_advisory_xact_lock(42);
    return 0;
end;
$$
"""
# How much is not done, and done: each seat is offered once, to who waits for it longest.
STATE = """
select
    (select count(*) from data.booking as b where b.status = 'PENDING'),
    (select count(*) from data.booking as b where b.status = 'FAILED'),
    (select count(*) from data.payment as p where p.status = 'CANCELLED'),
    (select count(*) from data.waitlist_entry as w where w.booking_id is not null),
    (
        select count(*) from data.waitlist_entry as w
        where w.booking_id is not null and exists (
            select from data.waitlist_entry as o where o.slot_id = w.slot_id and o.id > w.id
        )
    ),
    (select count(*) from data.waitlist_entry as w where w.ended_at is not null),
    (select count(*) > 0 from data.slot as s where s.generated)
"""
WAITING = """
select a.pid from pg_stat_activity as a
where a.datname = current_database() and a.query = 'select tests.do_due_work()'
    and a.wait_event = 'advisory'
"""


@pytest.mark.parametrize("whole_server", [False, True])
def test_due_work_that_was_killed_is_done_afterwards(
    private_cluster: Cluster, whole_server: bool
) -> None:
    database = databases.create(private_cluster, databases.deployed_template(private_cluster))
    with database.connect() as connection:
        connection.execute(UNDONE)
    with closing(database.connect()) as holder, ThreadPoolExecutor(1) as thread:
        holder.execute("select pg_advisory_lock(42)")
        work = thread.submit(do_due_work, database)
        ((pid,),) = eventually(lambda: database.rows(WAITING), what="the last step")
        if whole_server:
            private_cluster.kill9()
        else:
            os.kill(pid, signal.SIGKILL)
        with pytest.raises(psycopg.OperationalError):
            work.result()
        # One backend that is killed takes all others with it.
        eventually(lambda: not answers(holder), what="death of the others")
    eventually(lambda: accepts(database), timeout=60, what="end of the recovery")
    assert database.rows(STATE) == [(COUNT, 0, 0, 0, 0, 0, False)]
    # The crash has let go of the lock, too.
    assert wrong_states(database, settled=True) == {}
    assert database.rows(STATE) == [(COUNT, COUNT, COUNT, COUNT, COUNT, 1, True)]


def do_due_work(database: Database) -> None:
    """Do all of it in one transaction, in the words by which WAITING finds it."""
    with database.connect() as connection:
        connection.execute("select tests.do_due_work()")


def answers(connection: psycopg.Connection[TupleRow]) -> bool:
    """Whether a connection is alive."""
    try:
        return bool(connection.execute("select true").fetchone())
    except psycopg.OperationalError:
        return False


def accepts(database: Database) -> bool:
    """Whether PostgreSQL takes connections."""
    try:
        with database.connect() as connection:
            return answers(connection)
    except psycopg.OperationalError:
        return False
