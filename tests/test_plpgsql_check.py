"""plpgsql_check over every PL/pgSQL function: no error, no warning, none left out."""

import re
from collections.abc import Iterator

import pytest

from .support import databases
from .support.cluster import Cluster
from .support.databases import Database

pytestmark = pytest.mark.debian15

SCHEMAS = ["api", "core", "auth"]

# What was looked at and is as it should be.
ACCEPTED = re.compile(
    # The names of arguments are the interface; in SQL these are quoted.
    r'name of parameter "(limit|from|to|when)" is reserved keyword'
    # One cast of one value an assignment costs nothing; casts in a condition have another message.
    r"|: performance: target type is different type than source type"
    # VOLATILE says that a route writes, or that a function reads the clock and what others have
    # just committed: advice to mark it otherwise does not know that.
    r"|: performance: routine is marked as"
)

# A trigger function is checked once for each table that it guards.
CHECK = """
select
    format(
        '%%s, line %%s: %%s: %%s (%%s)', p.oid::regprocedure, f.lineno, f.level,
        concat_ws('; ', f.message, f.detail), f.sqlstate
    )
from pg_proc as p
join pg_language as l on l.oid = p.prolang and l.lanname = 'plpgsql'
left join (select distinct g.tgfoid, g.tgrelid from pg_trigger as g where not g.tgisinternal) as t
    on t.tgfoid = p.oid
cross join lateral plpgsql_check_function_tb(
    p.oid, relid => coalesce(t.tgrelid, 0), fatal_errors => false,
    other_warnings => true, extra_warnings => true, performance_warnings => %(performance)s,
    security_warnings => true, compatibility_warnings => true
) as f
where p.pronamespace = any(%(schemas)s::regnamespace[]) and (t.tgfoid is not null
    or p.prorettype <> 'trigger'::regtype)
"""


@pytest.fixture(scope="module")
def checked(cluster: Cluster, template: str) -> Iterator[Database]:
    """A deployed database with plpgsql_check."""
    copy = databases.create(cluster, template)
    copy.rows("create extension plpgsql_check")
    yield copy
    databases.drop(copy)


def _findings(database: Database, *, performance: bool) -> list[str]:
    parameters = {"schemas": SCHEMAS, "performance": performance}
    findings = [str(row[0]) for row in database.rows(CHECK, parameters)]
    return [finding for finding in findings if not ACCEPTED.search(finding)]


def test_no_finding(checked: Database) -> None:
    """No function has an error or a warning."""
    if findings := _findings(checked, performance=False):
        pytest.fail("\n".join(findings), pytrace=False)


def test_no_hidden_cast_or_lost_index(checked: Database) -> None:
    """Nothing slow was written by oversight."""
    if findings := _findings(checked, performance=True):
        pytest.fail("\n".join(findings), pytrace=False)


def test_every_function_is_checked(checked: Database) -> None:
    """There is none in another language and no trigger function without a trigger."""
    unchecked = checked.rows(
        """
        select p.oid::regprocedure::text
        from pg_proc as p join pg_language as l on l.oid = p.prolang
        where p.pronamespace = any(%s::regnamespace[]) and (
            -- What PostgreSQL itself looked through when it was made.
            l.lanname <> 'plpgsql' and p.prosqlbody is null
            or p.prorettype = 'trigger'::regtype
            and not exists (select from pg_trigger as t where t.tgfoid = p.oid)
        )
        """,
        [SCHEMAS],
    )
    assert unchecked == []


def test_a_fault_is_found(checked: Database) -> None:
    """The check is awake: it sees a column that does not exist."""
    checked.rows(
        """
        create function core.broken() returns void language plpgsql as
        $$ begin perform s.no_such_column from data.slot as s; end; $$
        """
    )
    try:
        findings = _findings(checked, performance=False)
    finally:
        checked.rows("drop function core.broken")
    assert [line for line in findings if "core.broken" in line and "42703" in line]
