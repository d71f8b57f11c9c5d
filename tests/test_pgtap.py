"""Every pgTAP file in db/tests is a test, run by psql in a transaction that is rolled back."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from slotkeeper.deploy import deploy

from .support import databases
from .support.cluster import Cluster
from .support.databases import DB, Database
from .support.tap import judge, run_file

TESTS = DB / "tests"
SUITES = ("api", "core", "auth", "data", "report", "house")
FILES = [path for suite in SUITES for path in sorted((TESTS / suite).rglob("*.sql"))]


@pytest.fixture(scope="session")
def pgtap_database(cluster: Cluster) -> Iterator[Database]:
    """A database of this worker's own with pgTAP; no test leaves anything in it."""
    copy = databases.create(cluster, databases.pgtap_template(cluster))
    yield copy
    databases.drop(copy)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(TESTS)))
def test_pgtap(file: Path, pgtap_database: Database) -> None:
    """The file's plan is met and no test in it fails."""
    verdict = run_file(pgtap_database, file)
    if verdict.faults:
        pytest.fail("\n".join(verdict.faults), pytrace=False)


def test_every_file_belongs_to_a_suite() -> None:
    """No file lies where nobody would run it."""
    suites = {path.relative_to(TESTS).parts[0] for path in TESTS.rglob("*.sql")}
    assert suites <= {*SUITES, "setup"}


def test_the_new_route_of_the_readme_keeps_the_rules(cluster: Cluster, tmp_path: Path) -> None:
    """With it in db/, its test and the house's of functions pass, and its form is right."""
    folder = Path(shutil.copytree(DB, tmp_path / "db"))
    readme = (DB.parent / "README.md").read_text(encoding="utf-8")
    new = re.findall(r"into `db/([^`]+\.sql)`:\n\n```sql\n(.*?)```", readme, re.DOTALL)
    function, test = (folder / path for path, _ in new)
    for path, text in new:
        (folder / path).write_text(text, encoding="utf-8")
    database = databases.create(cluster, databases.pgtap_template(cluster))
    try:
        deploy(database.admin_url, folder, databases.ROLE_SECRET, lambda _: None)
        house = [
            TESTS / "house" / f"{name}.sql" for name in ("accounts", "directions", "functions")
        ]
        for file in (test, *house):
            assert run_file(database, file).faults == (), file.name
    finally:
        databases.drop(database)
    lint = [sys.executable, "-m", "sqlfluff", "lint", "--disable-progress-bar", "-"]
    with function.open() as text:
        done = subprocess.run(
            lint, stdin=text, cwd=DB.parent, capture_output=True, text=True, check=False
        )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("output", "fault"),
    [
        ("", "0 plans instead of one"),
        ("1..0\n", "no test"),
        ("ok 1 - a\n", "0 plans instead of one"),
        ("1..2\nok 1 - a\n", "planned 2 tests, saw 1"),
        ("1..1\nok 1 - a\nok 2 - b\n", "planned 1 tests, saw 2"),
        ("1..1\n1..1\nok 1 - a\n", "2 plans instead of one"),
        ("1..2\nok 1 - a\nok 3 - b\n", "test 3 came as number 2"),
        ("1..1\nnot ok 1 - a\n# Failed test 1\n", "# Failed test 1"),
        ("1..1\nok 1 - # SKIP no reason\n", "ok 1 - # SKIP no reason"),
        ("1..1\nnot ok 1 - a # TODO later\n", "not ok 1 - a # TODO later"),
        ("1..0 # SKIP nothing\n", "a plan that says more: 1..0 # SKIP nothing"),
        ("1..1\nok 1 - a\nBail out! no\n", "Bail out! no"),
    ],
)
def test_judge_finds_the_fault(output: str, fault: str) -> None:
    """Whatever is not a met plan of passed tests is a fault."""
    assert fault in judge(output).faults


def test_judge_passes_what_is_well() -> None:
    """A met plan is no fault; what a builder prints in between is of no interest."""
    assert judge("1..2\n\n42\nok 1 - a\nok 2 - b\n").faults == ()
