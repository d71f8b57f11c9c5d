"""Due work by pg_cron, where the cluster has it."""

import hashlib
from collections.abc import Callable
from dataclasses import astuple, dataclass

import psycopg

from server.names import SERVER
from slotkeeper.deploy.administrator import Connection, connected
from slotkeeper.deploy.errors import DeployError, describe
from slotkeeper.deploy.locks import SCHEDULE, exclusive

# A job is named slotkeeper:<database>:<task>.
PREFIX = "slotkeeper"
TASKS = ("due_work", "history")
DUE_WORK = "call core.run_due_work()"
EVERY_5_SECONDS, EVERY_MINUTE = "5 seconds", "* * * * *"

# pg_cron lets a role delete its own history. Only a run that has ended has an end; what a crash
# left without one goes with those that came after it.
FORGET = (
    "delete from cron.job_run_details where username = current_user and runid <="
    " (select max(runid) from cron.job_run_details"
    " where username = current_user and end_time < now() - interval '7 days')"
)
EVERY_HOUR = "17 * * * *"

# The column for a job's name holds this many bytes.
_NAME_BYTES = 63


@dataclass(frozen=True)
class Job:
    """A job as cron.job holds it."""

    name: str
    schedule: str
    command: str
    database: str
    username: str


def ensure_schedule(connection: Connection, url: str, report: Callable[[str], None]) -> str:
    """Schedule due work by pg_cron where it is loaded; touch nothing where it is so already.

    Returns who does due work from now on: 'pg_cron' or 'server'.
    """
    # Read from where only settings of a loaded library are.
    row = connection.execute(
        "select max(setting) filter (where name = 'cron.database_name'),"
        " max(setting) filter (where name = 'cron.use_background_workers'),"
        " to_regproc('core.run_due_work') is not null"
        " from pg_catalog.pg_settings"
    ).fetchone()
    cron_database, in_background, has_work = row or (None, None, False)
    if cron_database is None:
        return "server"
    database = connection.info.dbname
    try:
        with connected(url, cron_database) as cron, exclusive(cron, SCHEDULE, report):
            version = _ensure_extension(cron)
            with cron.transaction():
                wanted = _wanted(database, cron_database, version) if has_work else set()
                changed = _schedule(cron, database, wanted)
    except (DeployError, psycopg.Error) as error:
        reason = describe(error) if isinstance(error, psycopg.Error) else str(error)
        report(f"pg_cron cannot be used, so the server does due work itself: {reason}")
        return "server"
    if changed:
        report(f"pg_cron {'.'.join(map(str, version))} does due work of {database}")
        if in_background == "off":
            report(
                f"pg_cron connects like a client: let {SERVER} in from cron.host without a"
                " password in pg_hba.conf, or set cron.use_background_workers = on"
            )
    return "pg_cron"


def _ensure_extension(cron: Connection) -> list[int]:
    """Make the extension where it is missing, let our jobs use it, and return its version."""
    version = (
        "select string_to_array(split_part(e.extversion, '-', 1), '.')::integer[]"
        " from pg_catalog.pg_extension as e where e.extname = 'pg_cron'"
    )
    with cron.transaction():
        if cron.execute(version.encode()).fetchone() is None:
            cron.execute("create extension pg_cron with schema pg_catalog")
        grants = cron.execute(
            "select format('grant usage on schema cron to %%I', r.rolname)"
            " from pg_catalog.pg_roles as r"
            " where r.rolname = %s and not has_schema_privilege(r.oid, 'cron', 'usage')"
            " union all"
            " select format('grant connect on database %%I to %%I', current_database(), r.rolname)"
            " from pg_catalog.pg_roles as r where r.rolname = %s"
            " and not has_database_privilege(r.oid, current_database(), 'connect')",
            (SERVER, SERVER),
        ).fetchall()
        for (statement,) in grants:
            cron.execute(statement)
        row = cron.execute(version.encode()).fetchone()
    assert row is not None
    return list(row[0])


def _wanted(database: str, cron_database: str, version: list[int]) -> set[Job]:
    often = EVERY_5_SECONDS if version >= [1, 5] else EVERY_MINUTE
    return {
        Job(_name(database, TASKS[0]), often, DUE_WORK, database, SERVER),
        Job(_name(database, TASKS[1]), EVERY_HOUR, FORGET, cron_database, SERVER),
    }


def _name(database: str, task: str) -> str:
    name = f"{PREFIX}:{database}:{task}"
    if len(name.encode()) > _NAME_BYTES:
        short = hashlib.sha256(database.encode()).hexdigest()[:32]
        name = f"{PREFIX}:{short}:{task}"
    return name


def _schedule(cron: Connection, database: str, wanted: set[Job]) -> bool:
    """Make the jobs of `database` those wanted, and end those of databases that are gone."""
    found = {
        (jobid, Job(*rest))
        for jobid, *rest in cron.execute(
            "select jobid, jobname::text, schedule, command, database, username from cron.job"
            " where jobname like %s",
            (f"{PREFIX}:%",),
        )
    }
    rows = cron.execute("select datname::text from pg_database").fetchall()
    of_others = {_name(str(row[0]), task) for row in rows for task in TASKS if row[0] != database}
    kept: set[Job] = set()
    changed = False
    for jobid, job in sorted(found, key=lambda one: one[0]):
        if job in wanted and job not in kept:
            kept.add(job)
        elif job.name not in of_others:
            cron.execute("select cron.unschedule(%s::bigint)", (jobid,))
            changed = True
    for job in sorted(wanted - kept, key=lambda one: one.name):
        # By its owner's name: PostgreSQL starts it as that role, which can do nothing else.
        cron.execute("select cron.schedule_in_database(%s, %s, %s, %s, %s)", astuple(job))
        changed = True
    return changed
