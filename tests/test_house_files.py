"""Conventions about files: where a function lives, what its file is called, and its mirror."""

import re
from pathlib import Path

import pytest

from .support.databases import DB

FUNCTIONS = sorted((DB / "functions").rglob("*.sql"))
VIEWS = sorted((DB / "views").rglob("*.sql"))
TESTS = DB / "tests"
MIRRORED = ("api", "core", "auth", "report")

FUNCTION = re.compile(r"^create or replace (?:function|procedure) (\w+)\.(\w+)\s*\(", re.MULTILINE)
VIEW = re.compile(r"^create or replace view (\w+)\.(\w+)\s", re.MULTILINE)


def _name(file: Path) -> str:
    return str(file.relative_to(DB))


@pytest.mark.parametrize("file", FUNCTIONS, ids=_name)
def test_function_file(file: Path) -> None:
    """A file holds one function, with its name, in a folder of its schema and its topic."""
    schema, *topic, _ = file.relative_to(DB / "functions").parts
    assert FUNCTION.findall(file.read_text()) == [(schema, file.stem)]
    # What the four routes of sessions call is one topic.
    assert len(topic) == (0 if schema == "auth" else 1)


def test_every_function_has_a_test_file() -> None:
    """The tests of a function lie at the same place in db/tests."""
    mirrors = [TESTS / file.relative_to(DB / "functions") for file in FUNCTIONS]
    assert [_name(mirror) for mirror in mirrors if not mirror.is_file()] == []


@pytest.mark.parametrize("file", VIEWS, ids=_name)
def test_view_file(file: Path) -> None:
    """A file holds one view, with its name, in a folder of its schema."""
    schema, name = file.relative_to(DB / "views").parts
    assert VIEW.findall(file.read_text()) == [(schema, Path(name).stem)]


def test_mirrors_have_an_original() -> None:
    """No test file is left behind by a function or view that has gone."""
    originals = {file.relative_to(DB / "functions") for file in FUNCTIONS}
    originals |= {file.relative_to(DB / "views") for file in VIEWS}
    mirrors = {
        file.relative_to(TESTS) for schema in MIRRORED for file in (TESTS / schema).rglob("*.sql")
    }
    assert mirrors - originals == set()


@pytest.mark.parametrize("file", sorted((DB / "migrations").iterdir()), ids=_name)
def test_migration_file(file: Path) -> None:
    """Migrations are numbered, say what they are about, and hold no function."""
    assert re.fullmatch(r"\d{4}_[a-z_]+(\.rollback)?\.sql", file.name)
    assert not re.search(
        r"create (or replace )?(function|procedure)", file.read_text(), re.IGNORECASE
    )


def test_every_hole_of_earlier_systems_has_a_test_of_its_own() -> None:
    holes = {
        number
        for path in (DB.parent / "tests" / "contract").glob("test_holes_*.py")
        for number in re.findall(r"^def test_hole_(\d\d)_", path.read_text(), re.MULTILINE)
    }
    assert holes == {f"{number:02}" for number in range(1, 18)}
