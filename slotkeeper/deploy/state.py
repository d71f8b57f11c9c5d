"""What a deploy remembers in schema `deploy` for the next one and for running servers."""

from dataclasses import dataclass, field
from typing import Any

from psycopg import sql
from psycopg.types.json import Jsonb

from slotkeeper.deploy.administrator import Connection
from slotkeeper.deploy.roles import OWNER, SERVER

CHANNEL = "slotkeeper_deployed"

_TABLES = """
create table deploy.state (
    singleton boolean primary key default true check (singleton),
    reload_hash text,
    objects_hash text,
    triggers jsonb not null default '{}',
    scheduler text not null default 'server'
        constraint state_scheduler check (scheduler in ('pg_cron', 'server')),
    deployed_at timestamptz not null default clock_timestamp()
);
comment on table deploy.state is 'The last deploy that changed something.';
comment on column deploy.state.reload_hash is 'Of the files and migrations that were loaded.';
comment on column deploy.state.objects_hash is 'Of what the files made, as the catalog showed it.';
comment on column deploy.state.triggers is
'By file: the hash of its trigger statements and of the triggers they made.';
comment on column deploy.state.scheduler is 'Who calls core.run_due_work().';

create table deploy.migration_hash (
    migration_id text primary key,
    content_hash text not null
);
comment on table deploy.migration_hash is 'Migrations as they were when they were applied.';

insert into deploy.state default values;
grant usage on schema deploy to {server};
grant select on deploy.state to {server};
"""


@dataclass(frozen=True)
class State:
    """A row of deploy.state. Hashes are SHA-256 in hex, None before the first reload."""

    reload_hash: str | None = None
    objects_hash: str | None = None
    triggers: dict[str, list[str]] = field(default_factory=dict)
    scheduler: str = "server"


def as_owner(connection: Connection) -> None:
    """Act as the owner until the transaction ends."""
    connection.execute(sql.SQL("set local role {}").format(sql.Identifier(OWNER)))


def ensure_state(connection: Connection) -> None:
    """Make the tables in schema `deploy` that are ours where they are missing."""
    row = connection.execute("select to_regclass('deploy.state') is null").fetchone()
    if row is not None and row[0]:
        with connection.transaction():
            as_owner(connection)
            script = _TABLES.replace("{server}", SERVER)
            connection.execute(script.encode())


def read_state(connection: Connection) -> State:
    """Return what the last deploy remembered."""
    row: tuple[Any, ...] | None = connection.execute(
        "select reload_hash, objects_hash, triggers, scheduler from deploy.state"
    ).fetchone()
    return State(*row) if row else State()


def write_reload(connection: Connection, state: State) -> None:
    """Remember a reload and tell running servers, when the transaction commits."""
    connection.execute(
        "update deploy.state set reload_hash = %s, objects_hash = %s, triggers = %s,"
        " deployed_at = clock_timestamp()",
        (state.reload_hash, state.objects_hash, Jsonb(state.triggers)),
    )
    notify(connection)


def write_scheduler(connection: Connection, scheduler: str) -> None:
    """Remember who does due work ('pg_cron' or 'server'), and tell running servers."""
    with connection.transaction():
        as_owner(connection)
        connection.execute(
            "update deploy.state set scheduler = %s, deployed_at = clock_timestamp()", (scheduler,)
        )
        notify(connection)


def notify(connection: Connection) -> None:
    """Make running servers read the catalog again once the transaction has committed."""
    connection.execute(sql.SQL("notify {}").format(sql.Identifier(CHANNEL)))
