"""Counting for reports killed in the middle: the old numbers stay until the new ones are there."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import psycopg
import pytest

from ..support.databases import Database
from ..support.history import until_readable
from ..support.wait import eventually

KEEP = "select core.keep_reports(500, interval '0')"
COUNTED = "select r.confirmed, r.cancelled from data.report_day as r order by r.local_date"
STATE = "select s.as_of from data.report_state as s"
NOW = "select clock_timestamp()"
# The days are counted, and put in place of the old ones; then a lock is waited for.
SLOWER = """
create or replace function core.minutes_of(times tstzmultirange) returns integer
language plpgsql
set search_path = ''
as $$
begin
    perform pg_advisory_xact_lock(42);
    return 0;
end;
$$
"""
WAITING = """
select l.pid from pg_locks as l join pg_database as d on d.oid = l.database
where l.locktype = 'advisory' and l.objid = 42 and not l.granted
    and d.datname = current_database()
"""


def test_the_old_numbers_stay_until_the_new_ones_are_there(database: Database) -> None:
    booking = database.value(
        "select tests.booking(tests.slot(tests.doctor()), status => 'CONFIRMED')"
    )
    made = database.value(NOW)

    def as_of_later() -> Any:
        database.rows(KEEP)
        as_of = database.value(STATE)
        return as_of if as_of and as_of > made else None

    as_of = eventually(as_of_later)
    assert database.rows(COUNTED) == [(1, 0)]
    source = database.value("select pg_get_functiondef('core.minutes_of'::regproc)")
    database.rows(SLOWER)
    database.rows(
        "update data.booking set status = 'CANCELLED', cancelled_at = clock_timestamp()"
        " where id = %s",
        [booking],
    )
    until_readable(database)
    with database.connect() as lock, ThreadPoolExecutor(1) as pool:
        lock.execute("select pg_advisory_lock(42)")
        with closing(database.connect()) as worker:
            counting = pool.submit(worker.execute, KEEP)
            (pid,) = eventually(lambda: database.rows(WAITING), what="counting waits")[0]
            assert database.rows(COUNTED) == [(1, 0)]
            os.kill(pid, signal.SIGTERM)
            with pytest.raises(psycopg.OperationalError):
                counting.result()
    assert database.rows(COUNTED) == [(1, 0)]
    assert database.value(STATE) == as_of
    database.rows(source)
    made = database.value(NOW)
    assert eventually(as_of_later) > as_of
    assert database.rows(COUNTED) == [(0, 1)]
