"""Migrations: once, in order, one at a time; never edited."""

from slotkeeper.deploy import deploy

from ..support.databases import ROLE_SECRET
from .conftest import Deployment


def test_a_failing_migration_is_named_and_leaves_the_earlier_ones(fresh: Deployment) -> None:
    fresh.write("migrations/0003_fine.sql", "create table data.fine (id bigint);\n")
    fresh.write(
        "migrations/0004_wrong.sql",
        """
        -- Why.
        create table data.half (id bigint);

        create table data.wrong (
            id bigin
        );
        """,
    )
    fresh.write("migrations/0005_later.sql", "create table data.later (id bigint);\n")
    assert fresh.failure().startswith('db/migrations/0004_wrong.sql:5: type "bigin" does not exist')
    tables = (
        "select to_regclass('data.fine')::text, to_regclass('data.half'), to_regclass('data.later')"
    )
    assert fresh.database.rows(tables) == [("data.fine", None, None)]
    fresh.change("migrations/0004_wrong.sql", "bigin\n", "bigint\n")
    fresh.deploy()
    assert "migration 0003_fine" not in fresh.lines
    assert "migration 0005_later" in fresh.lines


def test_an_edited_migration_is_refused(deployed: Deployment) -> None:
    deployed.change("migrations/0002_items.sql", "'second'", "'third'")
    assert deployed.failure().startswith("db/migrations/0002_items.sql has been edited since")
    deployed.change("migrations/0002_items.sql", "'third'", "'second'")
    text = (deployed.folder / "migrations/0002_items.sql").read_bytes()
    (deployed.folder / "migrations/0002_items.sql").write_bytes(text.replace(b"\n", b"\r\n"))
    deployed.deploy()
    deployed.remove("migrations/0002_items.sql")
    assert "the file is gone" in deployed.failure()


def test_what_yoyo_has_taken_back_is_applied_again(deployed: Deployment) -> None:
    deployed.write("migrations/0003_fine.sql", "create table data.fine (id bigint);\n")
    deployed.deploy()
    deployed.database.rows("drop table data.fine")
    deployed.database.rows("delete from deploy._yoyo_migration where migration_id = '0003_fine'")
    deployed.change("migrations/0003_fine.sql", "bigint", "integer")
    deployed.deploy()
    assert "migration 0003_fine" in deployed.lines
    assert deployed.database.rows("select id from data.fine") == []


def test_a_name_that_is_no_migration_is_refused(fresh: Deployment) -> None:
    fresh.write("migrations/3_three.sql", "select 1;\n")
    assert fresh.failure().startswith("db/migrations/3_three.sql: a migration is named")
    fresh.remove("migrations/3_three.sql")
    fresh.write("migrations/0002_other.sql", "select 1;\n")
    assert "has the same number" in fresh.failure()


def test_the_folder_may_have_any_name(fresh: Deployment) -> None:
    fresh.folder = fresh.folder.rename(fresh.folder.with_name("db [old] *"))
    fresh.deploy()
    assert "migration 0002_items" in fresh.lines


def test_yoyo_s_lock_that_a_killed_process_left_is_no_obstacle(deployed: Deployment) -> None:
    deployed.database.rows("insert into deploy.yoyo_lock (locked, pid) values (1, 1)")
    deployed.write("migrations/0003_fine.sql", "create table data.fine (id bigint);\n")
    deployed.deploy()
    assert deployed.database.value("select to_regclass('data.fine')::text") == "data.fine"


def test_a_migration_waits_its_turn_for_a_table_in_use(deployed: Deployment) -> None:
    deployed.write("migrations/0003_more.sql", "alter table data.item add column more text;\n")
    user = deployed.database.connect()
    user.autocommit = False
    user.execute("select from data.item")

    def finish(line: str) -> None:
        deployed.lines.append(line)
        if "waits for others" in line:
            user.close()

    deploy(deployed.database.admin_url, deployed.folder, ROLE_SECRET, finish)
    assert user.closed
    assert deployed.database.rows("select more from data.item") == [(None,), (None,)]


def test_statements_that_take_no_transaction(deployed: Deployment) -> None:
    deployed.write(
        "migrations/0003_index.sql",
        "-- transactional: false\ncreate index concurrently item_name on data.item (name);\n",
    )
    deployed.deploy()
    assert deployed.database.value("select to_regclass('data.item_name')::text") == "data.item_name"


def test_a_migration_fails_rather_than_pass_over_rows(deployed: Deployment) -> None:
    deployed.write(
        "migrations/0003_locked.sql",
        """
        create table data.locked (id bigint);
        insert into data.locked values (1);
        alter table data.locked enable row level security;
        alter table data.locked force row level security;
        """,
    )
    deployed.write("migrations/0004_blind.sql", "update data.locked set id = 2;\n")
    assert "would be affected by row-level security policy" in deployed.failure()
    assert deployed.database.rows("select id from data.locked") == [(1,)]
