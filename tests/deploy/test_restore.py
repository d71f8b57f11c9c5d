"""A dump that is restored into another cluster, where transactions have other ids."""

import subprocess
from pathlib import Path

import psycopg
import pytest

from slotkeeper.deploy import deploy

from ..support import databases
from ..support.cluster import Cluster
from ..support.databases import DB, ROLE_SECRET, Database
from ..support.history import until_readable
from ..support.invariants import wrong_states

TAKEN_OVER = "the history came from another cluster: it goes on in this one"
BOOK = "select tests.booking(tests.slot(tests.doctor()), status => 'CONFIRMED')"
# Ids of transactions, so many that restoring does not take as many.
USE_IDS = """
do $$ begin for i in 1 .. 20000 loop perform pg_current_xact_id(); commit; end loop; end $$
"""
# How often each booking was confirmed by mail, told to the webhook, and linked.
TOLD = """
select
    c.entity_id,
    (select count(*) from data.message as m
        where m.booking_id = c.entity_id and m.kind = 'confirmation'),
    (select count(*) from data.delivery as d where d.change_id = c.id),
    (select count(*) from data.chain_link as l where l.change_id = c.id)
from data.change as c
where c.event = 'booking.confirmed'
order by c.entity_id
"""


def run(cluster: Cluster, database: str, *command: str | Path) -> None:
    """Run a program of PostgreSQL as the administrator."""
    subprocess.run(
        [cluster.bin / command[0], *command[1:]], env=cluster.environment(database), check=True
    )


def restored(database: Database, cluster: Cluster, folder: Path) -> Database:
    """Return a copy of a database in another cluster, as the README has it."""
    roles, dump = folder / "roles.sql", folder / "slotkeeper.dump"
    run(database.cluster, "postgres", "pg_dumpall", "--roles-only", "-f", roles)
    run(database.cluster, database.name, "pg_dump", "-Fc", "-f", dump)
    copy = databases.create(cluster)
    # The administrator is there already.
    copy.psql("-v", "ON_ERROR_STOP=0", "-f", roles)
    run(cluster, copy.name, "pg_restore", "--exit-on-error", "-d", copy.name, dump)
    return copy


def test_the_history_goes_on_in_another_cluster(
    database: Database, private_cluster: Cluster, tmp_path: Path
) -> None:
    database.rows(USE_IDS)
    database.rows("select tests.webhook()")
    booked = []
    # Each reader has come to another place.
    for reader in ("mark_days", "write_messages", "chain_changes", "write_deliveries"):
        booked.append(database.value(BOOK))
        until_readable(database)
        database.rows(f"select core.{reader}(1000)")
    booked.append(database.value(BOOK))

    copy = restored(database, private_cluster, tmp_path)
    with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState, match="slotkeeper deploy"):
        copy.rows("select core.write_messages(1)")
    lines: list[str] = []
    deploy(copy.admin_url, DB, ROLE_SECRET, lines.append)
    if private_cluster.kind.has_pg_cron:
        databases.unschedule(copy)
    assert TAKEN_OVER in lines
    booked.append(copy.value(BOOK))
    until_readable(copy)
    assert wrong_states(copy, settled=True) == {}
    told = copy.rows(TOLD)
    assert [booking for booking, *_ in told] == booked
    assert {tuple(times) for _, *times in told} == {(1, 1, 1)}

    lines.clear()
    deploy(copy.admin_url, DB, ROLE_SECRET, lines.append)
    assert TAKEN_OVER not in lines
