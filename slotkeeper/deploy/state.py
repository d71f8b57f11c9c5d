"""What a deploy remembers in schema `deploy` for the next one and for running servers."""

from dataclasses import astuple, dataclass

from server.names import CHANNEL, OWNER, SERVER
from slotkeeper.deploy.administrator import Connection

_TABLES = f"""
set local role {OWNER};
create table deploy.state (
    singleton boolean primary key default true check (singleton),
    loaded_hash text,
    trigger_hash text,
    scheduler text not null default 'server'
        constraint state_scheduler check (scheduler in ('pg_cron', 'server')),
    deployed_at timestamptz not null default clock_timestamp()
);
comment on table deploy.state is 'The last deploy that changed something.';
comment on column deploy.state.loaded_hash is
'Of files and migrations, and of what they made as the catalog showed it.';
comment on column deploy.state.trigger_hash is 'Of the trigger statements and what they made.';
comment on column deploy.state.scheduler is 'Who calls core.run_due_work().';

create table deploy.migration_hash (
    migration_id text primary key,
    content_hash text not null
);
comment on table deploy.migration_hash is 'Migrations as they were when they were applied.';

insert into deploy.state default values;
grant usage on schema deploy to {SERVER};
grant select on deploy.state to {SERVER};
"""


@dataclass(frozen=True)
class State:
    """A row of deploy.state. Hashes are SHA-256 in hex, None before the first reload."""

    loaded_hash: str | None = None
    trigger_hash: str | None = None
    scheduler: str = "server"


def ensure_state(connection: Connection) -> None:
    """Make the tables in schema `deploy` that are ours where they are missing."""
    row = connection.execute("select to_regclass('deploy.state') is null").fetchone()
    if row is not None and row[0]:
        with connection.transaction():
            connection.execute(_TABLES)


def read_state(connection: Connection) -> State:
    """Return what the last deploy remembered."""
    row = connection.execute(
        "select loaded_hash, trigger_hash, scheduler from deploy.state"
    ).fetchone()
    return State(*row) if row else State()


def write_state(connection: Connection, state: State) -> None:
    """Remember a deploy and make running servers read the catalog again, both at the commit."""
    with connection.transaction():
        connection.execute(
            "update deploy.state set (loaded_hash, trigger_hash, scheduler, deployed_at)"
            " = (%s, %s, %s, clock_timestamp())",
            astuple(state),
        )
        connection.execute(f"notify {CHANNEL}")
