"""A small database folder of a test's own, and a database to deploy it to."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from slotkeeper.deploy import DeployError, deploy

from ..support.databases import DB, ROLE_SECRET, Database

FILES = {
    "migrations/0001_schemas.sql": """
        create schema data;
        create schema core;
        create schema auth;
        create schema api;
        create schema report;
        grant usage on schema api to slotkeeper_anon, slotkeeper_admin;
        grant usage on schema auth, core to slotkeeper_server;
        grant usage on schema report to slotkeeper_report;
        """,
    "migrations/0002_items.sql": """
        create table data.item (
            id bigint generated always as identity primary key,
            name text not null,
            changes integer not null default 0
        );
        insert into data.item (name) values ('first'), ('second');
        """,
    "views/api/item.sql": """
        create or replace view api.item as
        select i.id, i.name from data.item as i;
        comment on view api.item is 'An item.';
        comment on column api.item.id is 'Its number.';
        comment on column api.item.name is 'What it is called.';
        """,
    "views/report/item.sql": """
        create or replace view report.item as select a.id, a.name from api.item as a;
        grant select on report.item to slotkeeper_report;
        """,
    "functions/api/items/get_item.sql": """
        create or replace function api.get_item(item_id bigint) returns api.item
        language plpgsql stable security definer
        set search_path = ''
        as $$
        begin
            return core.find_item(get_item.item_id);
        end;
        $$;
        comment on function api.get_item is 'GET /api/items/{item_id}

        One item.';
        grant execute on function api.get_item to slotkeeper_anon;
        grant execute on function api.get_item to slotkeeper_admin;
        """,
    "functions/core/items/find_item.sql": """
        create or replace function core.find_item(item_id bigint) returns api.item
        language sql stable
        set search_path = ''
        as $$
        select a from api.item as a where a.id = find_item.item_id;
        $$;
        comment on function core.find_item is 'Finds an item.';
        """,
    "functions/core/items/count_change.sql": """
        create or replace function core.count_change() returns trigger
        language plpgsql
        set search_path = ''
        as $$
        begin
            new.changes := old.changes + 1;
            return new;
        end;
        $$;
        create or replace trigger count_change before update on data.item
        for each row execute function core.count_change();
        """,
}


def dedent(text: str) -> str:
    """Return a text without the first line break and the indentation of this file."""
    return "\n".join(line.removeprefix("        ") for line in text.strip("\n").split("\n"))


@dataclass
class Deployment:
    """A database folder and the database that it is deployed to."""

    database: Database
    folder: Path
    lines: list[str] = field(default_factory=list)

    def write(self, name: str, text: str) -> None:
        """Write a file of the folder."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text))

    def change(self, name: str, old: str, new: str) -> None:
        """Change a part of a file."""
        path = self.folder / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    def remove(self, name: str) -> None:
        """Remove a file."""
        (self.folder / name).unlink()

    def deploy(self) -> None:
        """Deploy; what it reports is in `lines`."""
        self.lines.clear()
        deploy(self.database.admin_url, self.folder, ROLE_SECRET, self.lines.append)

    def failure(self) -> str:
        """Deploy, which must fail, and return the message."""
        with pytest.raises(DeployError) as caught:
            self.deploy()
        return str(caught.value)

    def catalog(self) -> list[tuple[object, ...]]:
        """Return the system columns of all that a deploy could write in this database."""
        # Others make databases and roles at the same time.
        conditions = {
            "pg_database": "datname = current_database()",
            "pg_authid": "rolname like 'slotkeeper%%'",
            "pg_db_role_setting": "setdatabase in (0, (select d.oid from pg_catalog.pg_database"
            " as d where d.datname = current_database()))",
        }
        return [
            row
            for table in (
                *("pg_proc", "pg_class", "pg_namespace", "pg_trigger", "pg_rewrite", "pg_type"),
                *("pg_description", "pg_default_acl", "pg_extension", "pg_authid", "pg_database"),
                *("pg_auth_members", "pg_db_role_setting"),
            )
            for row in self.database.rows(
                f"select tableoid, ctid, xmin from pg_catalog.{table}"
                f" where {conditions.get(table, 'true')} order by 1, 2"
            )
        ]


@pytest.fixture
def make_deployment(tmp_path: Path) -> Callable[[Database], Deployment]:
    """Make deployments of the same small folder to several databases."""

    def make(database: Database) -> Deployment:
        deployment = Deployment(database, tmp_path / "db")
        deployment.folder.mkdir(exist_ok=True)
        for name, text in FILES.items():
            deployment.write(name, text)
        shutil.copy(DB / "roles.sql", deployment.folder)
        return deployment

    return make


@pytest.fixture
def fresh(
    empty_database: Database, make_deployment: Callable[[Database], Deployment]
) -> Deployment:
    """A small folder, not yet deployed."""
    return make_deployment(empty_database)


@pytest.fixture
def deployed(fresh: Deployment) -> Deployment:
    """A small folder, deployed."""
    fresh.deploy()
    return fresh
