"""Functions and views: what is replaced, made anew, dropped, refused."""

import psycopg
import pytest

from .conftest import Deployment

GET_ITEM = "functions/api/items/get_item.sql"
FIND_ITEM = "functions/core/items/find_item.sql"
COUNT_CHANGE = "functions/core/items/count_change.sql"
ITEM = "views/api/item.sql"

OTHER = "create function core.other() returns integer language sql as 'select 1';"


def oid(deployment: Deployment, function: str) -> object:
    """Return the object id of a function."""
    return deployment.database.value("select %s::regproc::oid", (function,))


def test_first_deploy_makes_everything_whatever_the_order(deployed: Deployment) -> None:
    row = deployed.database.rows("select * from api.get_item(2)")
    assert row == [(2, "second")]
    deployed.database.rows("update data.item set name = 'other'")
    assert deployed.database.value("select sum(changes) from data.item") == 2
    assert "loaded 3 functions and 2 views" in deployed.lines
    owners = "select distinct proowner::regrole::text from pg_proc where pronamespace in (%s, %s)"
    namespaces = deployed.database.rows(
        "select 'api'::regnamespace::oid, 'core'::regnamespace::oid"
    )
    assert deployed.database.rows(owners, namespaces[0]) == [("slotkeeper_owner",)]


def test_nothing_is_public(deployed: Deployment) -> None:
    granted = deployed.database.rows(
        "select p.oid::regproc::text, coalesce(r.rolname::text, 'public') from pg_proc as p"
        " cross join aclexplode(coalesce(proacl, acldefault('f', proowner))) as a"
        " left join pg_roles as r on r.oid = a.grantee"
        " where pronamespace in ('api'::regnamespace, 'core'::regnamespace)"
        " and a.grantee <> proowner order by 1, 2"
    )
    assert granted == [
        ("api.get_item", "slotkeeper_admin"),
        ("api.get_item", "slotkeeper_anon"),
    ]
    assert (
        deployed.database.rows(
            "select privilege from unnest('{connect,temporary,create}'::text[]) as privilege"
            " where has_database_privilege('public', current_database(), privilege)"
            " or has_schema_privilege('public', 'public', 'create')"
        )
        == []
    )


def test_nothing_is_written_where_nothing_changed(deployed: Deployment) -> None:
    before = deployed.catalog()
    state = deployed.database.rows("select xmin, * from deploy.state")
    deployed.deploy()
    assert deployed.catalog() == before
    assert deployed.database.rows("select xmin, * from deploy.state") == state
    # Tests that run at the same time deploy to the same cluster.
    told = [line for line in deployed.lines if line != "waiting for another deploy to finish"]
    assert told == ["functions and views are up to date"]


def test_what_somebody_dropped_or_changed_by_hand_comes_back(deployed: Deployment) -> None:
    for damage in (
        "drop function core.find_item",
        "grant execute on function core.find_item to public",
        "comment on view api.item is 'nonsense'",
        "alter table data.item disable trigger count_change",
        "drop trigger count_change on data.item",
        "create function core.by_hand() returns integer language sql as 'select 1'",
        "comment on function core.find_item is null",
        "alter view report.item owner to postgres",
        "create view api.by_hand as select 1 as one",
        "create function core.find_item(a text) returns text language sql as 'select a'",
    ):
        before = deployed.database.value("select loaded_hash from deploy.state")
        deployed.database.rows(damage)
        deployed.deploy()
        assert "loaded 3 functions and 2 views" in deployed.lines, damage
        assert deployed.database.value("select loaded_hash from deploy.state") == before, damage


def test_a_changed_body_is_replaced_in_place(deployed: Deployment) -> None:
    before = oid(deployed, "core.find_item")
    deployed.change(FIND_ITEM, "where a.id =", "where a.id = 1 +")
    deployed.deploy()
    assert oid(deployed, "core.find_item") == before
    assert deployed.database.rows("select * from api.get_item(1)") == [(2, "second")]


@pytest.mark.parametrize(
    ("old", "new", "call"),
    [
        (
            "item_id bigint) returns api.item",
            "item_id bigint) returns setof api.item",
            "(1::bigint)",
        ),
        ("find_item(item_id bigint)", "find_item(item_id bigint, more text default '')", "(1, '')"),
        ("find_item(item_id bigint)", "find_item(item_id integer)", "(1)"),
    ],
)
def test_a_changed_signature_leaves_one_function(
    deployed: Deployment, old: str, new: str, call: str
) -> None:
    deployed.change(FIND_ITEM, old, new)
    deployed.change(GET_ITEM, "get_item.item_id)", "get_item.item_id::integer)")
    deployed.deploy()
    assert deployed.database.value("select count(*) from pg_proc where proname = 'find_item'") == 1
    assert deployed.database.rows(f"select * from core.find_item{call}") == [(1, "first")]
    assert deployed.database.rows("select * from api.get_item(1)") == [(1, "first")]


def test_a_changed_default_makes_another_function(deployed: Deployment) -> None:
    """A server that still sends the former default has to notice."""
    deployed.change(FIND_ITEM, "item_id bigint)", "item_id bigint default 1)")
    deployed.deploy()
    before = oid(deployed, "core.find_item")
    deployed.change(FIND_ITEM, "default 1", "default 2")
    deployed.deploy()
    assert oid(deployed, "core.find_item") != before
    assert deployed.database.rows("select * from core.find_item()") == [(2, "second")]
    assert deployed.database.rows("select * from api.get_item(1)") == [(1, "first")]


def test_a_renamed_parameter(deployed: Deployment) -> None:
    deployed.change(FIND_ITEM, "item_id", "number")
    deployed.deploy()
    assert deployed.database.rows("select * from core.find_item(number => 1)") == [(1, "first")]


def test_changed_view_columns_bring_their_dependents_back(deployed: Deployment) -> None:
    deployed.change(ITEM, "i.id, i.name from", "i.name, i.changes, i.id from")
    deployed.change(
        ITEM,
        "comment on view",
        "comment on column api.item.changes is 'How often.';\ncomment on view",
    )
    deployed.deploy()
    assert deployed.database.rows("select * from api.get_item(1)") == [("first", 0, 1)]
    assert deployed.database.rows("select id, name from report.item where id = 1") == [(1, "first")]
    assert deployed.database.value(
        "select has_table_privilege('slotkeeper_report', 'report.item', 'select')"
    )


def test_a_migration_may_drop_a_view_to_change_its_table(deployed: Deployment) -> None:
    deployed.write(
        "migrations/0003_longer.sql",
        "drop view api.item cascade;\nalter table data.item alter column name type varchar(90);\n",
    )
    deployed.deploy()
    assert deployed.database.rows("select * from api.get_item(1)") == [(1, "first")]


def test_a_removed_file_removes_its_object(deployed: Deployment) -> None:
    deployed.remove(COUNT_CHANGE)
    deployed.remove("views/report/item.sql")
    deployed.deploy()
    assert deployed.database.rows(
        "select to_regproc('core.count_change'), to_regclass('report.item')"
    ) == [(None, None)]
    assert deployed.database.value("select count(*) from pg_trigger where not tgisinternal") == 0


def test_a_removed_trigger_statement_removes_the_trigger(deployed: Deployment) -> None:
    text = (deployed.folder / COUNT_CHANGE).read_text()
    deployed.write(COUNT_CHANGE, text[: text.index("create or replace trigger")])
    deployed.deploy()
    assert deployed.database.value("select count(*) from pg_trigger where not tgisinternal") == 0


def test_an_unchanged_trigger_is_left_alone(deployed: Deployment) -> None:
    before = deployed.database.rows("select oid, xmin from pg_trigger where not tgisinternal")
    deployed.change(COUNT_CHANGE, "+ 1", "+ 2")
    deployed.deploy()
    assert (
        deployed.database.rows("select oid, xmin from pg_trigger where not tgisinternal") == before
    )
    deployed.change(COUNT_CHANGE, "before update on", "before update of name on")
    deployed.deploy()
    assert (
        deployed.database.rows("select oid, xmin from pg_trigger where not tgisinternal") != before
    )


def test_a_removed_file_that_others_still_use_is_refused(deployed: Deployment) -> None:
    deployed.write(
        "functions/core/items/label.sql",
        """
        create or replace function core.label(name text) returns text language sql
        set search_path = '' as $$ select upper(label.name); $$;
        """,
    )
    deployed.write(
        "views/report/item.sql",
        """
        create or replace view report.item as
        select a.id, core.label(a.name) as label
        from api.item as a;
        """,
    )
    deployed.deploy()
    deployed.remove("functions/core/items/label.sql")
    assert deployed.failure().startswith("db/views/report/item.sql:2: function core.label(text)")
    assert deployed.database.value("select label from report.item where id = 1") == "FIRST"


def test_a_removed_grant_or_comment_is_cleared(deployed: Deployment) -> None:
    deployed.change(GET_ITEM, "grant execute on function api.get_item to slotkeeper_anon;", "")
    deployed.change(FIND_ITEM, "comment on function core.find_item is 'Finds an item.';", "")
    deployed.change(ITEM, "comment on column api.item.name is 'What it is called.';", "")
    deployed.change(
        "views/report/item.sql", "grant select on report.item to slotkeeper_report;", ""
    )
    deployed.deploy()
    assert deployed.database.rows(
        "select has_function_privilege('slotkeeper_anon', 'api.get_item(bigint)', 'execute'),"
        " has_function_privilege('slotkeeper_admin', 'api.get_item(bigint)', 'execute'),"
        " obj_description('core.find_item'::regproc, 'pg_proc'),"
        " col_description('api.item'::regclass, 2),"
        " has_table_privilege('slotkeeper_report', 'report.item', 'select')"
    ) == [(False, True, None, None, False)]


def test_a_column_is_what_it_is_in_the_view_that_it_comes_from(deployed: Deployment) -> None:
    deployed.write(
        "views/api/an_item.sql",
        """
        create or replace view api.an_item as
        select i.id, i.name, i.id as other from api.item as i;
        comment on column api.an_item.id is 'Its own.';
        """,
    )
    for name in ("What it is called.", "Its name."):
        deployed.change(ITEM, "What it is called.", name)
        deployed.deploy()
        assert deployed.database.rows(
            "select a.attname::text, col_description(a.attrelid, a.attnum)"
            " from pg_attribute as a where a.attrelid = 'api.an_item'::regclass order by a.attnum"
        ) == [("id", "Its own."), ("name", name), ("other", None)]


def test_a_failing_file_names_its_line_and_changes_nothing(deployed: Deployment) -> None:
    before = deployed.database.value("select loaded_hash from deploy.state")
    catalog = deployed.catalog()
    deployed.remove("views/report/item.sql")
    deployed.write(
        "functions/core/items/fine.sql",
        """
        create or replace function core.fine() returns integer language sql
        set search_path = '' as 'select 1';
        """,
    )
    for name, old, new, message in (
        (FIND_ITEM, "select a from", "selec a from", ':5: syntax error at or near "selec"'),
        (FIND_ITEM, "api.item as", "api.thing as", ':5: relation "api.thing" does not exist'),
        (GET_ITEM, "return core", "retur core", ':6: syntax error at or near "retur"'),
        (GET_ITEM, "begin\n", "declare\n    v nothing;\nbegin\n", ':6: type "nothing" does'),
        (GET_ITEM, "    return", "    v_new := 1;\n    return", ':6: "v_new" is not a known'),
        (GET_ITEM, "to slotkeeper_admin", "to nobody_here", ':13: role "nobody_here" does not'),
        (COUNT_CHANGE, "on data.item", "on data.thing", ':10: relation "data.thing" does not'),
        (COUNT_CHANGE, "language plpgsql", "language pascal", ':1: language "pascal" does not'),
        (ITEM, "i.name from", "i.nam from", ":2: column i.nam does not exist"),
    ):
        deployed.change(name, old, new)
        assert deployed.failure().startswith(f"db/{name}{message}")
        deployed.change(name, new, old)
        assert deployed.catalog() == catalog
    assert deployed.database.value("select loaded_hash from deploy.state") == before


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("functions/data/other.sql", "", ": the first folder must be a schema"),
        ("functions/other.sql", "", ": the first folder must be a schema"),
        (
            "views/api/get_item.sql",
            "create view api.get_item as select 1 as id;",
            "db/functions/api",
        ),
        (
            "functions/core/other.sql",
            f"{OTHER}\ncommit;",
            ":2: 'commit' has no place",
        ),
    ],
)
def test_a_file_out_of_place_is_refused_before_anything_is_done(
    fresh: Deployment, name: str, text: str, message: str
) -> None:
    fresh.write(name, text)
    assert message in fresh.failure()
    assert fresh.database.value("select to_regnamespace('deploy')") is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (OTHER.replace("other", "different"), "db/functions/core/other.sql: does not make"),
        (f"{OTHER}\n{OTHER.replace('()', '(a text)')}", "other.sql: does not make core.other"),
        ("-- nothing\n", "db/functions/core/other.sql: does not make core.other"),
        (f"{OTHER}\n{OTHER.replace('other', 'more')}", "core.more is made by no file"),
    ],
)
def test_a_file_makes_what_it_is_named_after(deployed: Deployment, text: str, message: str) -> None:
    catalog = deployed.catalog()
    deployed.write("functions/core/other.sql", text)
    assert message in deployed.failure()
    assert deployed.catalog() == catalog


def test_a_bad_route_fails_the_deploy_and_changes_nothing(deployed: Deployment) -> None:
    catalog = deployed.catalog()
    deployed.change(GET_ITEM, "GET /api/items/{item_id}", "GET /api/items/{thing}")
    message = deployed.failure()
    assert message.startswith(f"db/{GET_ITEM}: ")
    assert "get_item" in message
    assert deployed.catalog() == catalog


def test_what_no_file_could_bring_back_is_not_dropped(deployed: Deployment) -> None:
    deployed.database.rows("create schema theirs")
    deployed.database.rows("create view theirs.items as select name from api.item")
    deployed.change(ITEM, "i.id, i.name", "i.name, i.id")
    message = deployed.failure()
    assert message.startswith(f"db/{ITEM}: view api.item has to be dropped")
    assert "view theirs.items depends on it" in message
    assert deployed.database.rows("select * from theirs.items") == [("first",), ("second",)]


@pytest.mark.parametrize(
    ("theirs", "lost"),
    [
        (
            "alter table data.item add column label text default core.label('a')",
            "default value for column label of table data.item",
        ),
        (
            "alter table data.item add constraint short check (core.label(name) <> '')",
            "constraint short on table data.item",
        ),
        ("create index by_label on data.item (core.label(name))", "index data.by_label"),
        (
            "create materialized view data.labels as select core.label(name) from data.item",
            "materialized view data.labels",
        ),
        (
            "create function data.twice() returns text return core.label(core.label('a'))",
            "function data.twice()",
        ),
        (
            """
            create trigger theirs before update on data.item for each row
            when (core.label(new.name) <> '') execute function suppress_redundant_updates_trigger()
            """,
            "trigger theirs on table data.item",
        ),
    ],
)
@pytest.mark.parametrize("removed", [False, True])
def test_what_others_have_made_of_a_function_keeps_it(
    deployed: Deployment, theirs: str, lost: str, removed: bool
) -> None:
    label = "functions/core/items/label.sql"
    deployed.write(
        label,
        """
        create or replace function core.label(name text) returns text language sql immutable
        set search_path = '' as $$ select upper(label.name); $$;
        """,
    )
    deployed.deploy()
    deployed.database.rows(theirs)
    catalog = deployed.catalog()
    if removed:
        deployed.remove(label)
    else:
        deployed.change(label, "returns text", "returns varchar")
    message = deployed.failure()
    assert "function core.label has to be dropped" in message
    assert f"but {lost} depends on it, which no file would make again" in message
    assert deployed.catalog() == catalog


def test_servers_are_told_when_and_only_when_something_changed(deployed: Deployment) -> None:
    with psycopg.connect(deployed.database.admin_url, autocommit=True) as listener:
        listener.execute("listen slotkeeper_deployed")
        deployed.deploy()
        deployed.change(GET_ITEM, "One item.", "The item.")
        deployed.deploy()
        told = [note.channel for note in listener.notifies(timeout=10, stop_after=1)]
        assert told == ["slotkeeper_deployed"]
        assert list(listener.notifies(timeout=0)) == []
