"""The gate over files of functions and views: what each may say."""

from pathlib import Path

import pytest

from ..support.databases import DB
from ..support.sql_files import sql_files

OTHER = "create or replace function core.other() returns integer language sql as 'select 1';"
TRIGGER = "create trigger other after insert on data.item execute function core.other();"
PATH = "functions/core/other.sql"


def faults(folder: Path, name: str, text: str) -> list[str]:
    """Return what the gate says of a file."""
    path = folder / name
    path.parent.mkdir(parents=True)
    path.write_text(text)
    return list(sql_files(folder))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            OTHER.replace("other", "different"),
            "1: this file makes function core.other and nothing else",
        ),
        (f"{OTHER}\n\n{OTHER.replace('()', '(a text)')}", "3: core.other is made twice"),
        ("-- nothing\n", "1: does not make core.other"),
        (OTHER.replace("or replace ", ""), "1: write `create or replace`: deploy loads"),
        (f"{OTHER}\n-- Ünd\ncommit;", "3: only core.other, its comments, grants and triggers"),
        (f"{OTHER}\ncreate table core.mine (id integer);", "2: only core.other, its comments"),
        (f"{OTHER}\ncreate view api.thing as select 1;", "2: this file makes function core.other"),
        (
            f"{OTHER}\ngrant execute on function core.find_item to public;",
            "2: this file speaks of core.other only",
        ),
        (
            f"{OTHER}\ncomment on column api.item.id is 'Other.';",
            "2: this file speaks of core.other only",
        ),
        (
            f"{OTHER}\ncreate trigger t after insert on data.item execute function core.one();",
            "2: this file speaks of core.other only",
        ),
        (
            f"{OTHER}\n{TRIGGER}\ncomment on function core.other is 'Other.';",
            "3: triggers come last",
        ),
        (f"{OTHER}\n\nselec;", '3: syntax error at or near "selec"'),
    ],
)
def test_a_statement_out_of_place(tmp_path: Path, text: str, fault: str) -> None:
    (found,) = faults(tmp_path, PATH, text)
    assert found.startswith(f"db/{PATH}:{fault}")


@pytest.mark.parametrize(
    "more",
    [
        "comment on function core.other is 'x;';",
        "grant execute on function core.other() to public;",
        f"{TRIGGER}\ncomment on trigger other on data.item is 'Other.';",
    ],
)
def test_what_has_its_place(tmp_path: Path, more: str) -> None:
    assert faults(tmp_path, PATH, f"{OTHER}\n{more}") == []


def test_a_view_with_its_columns(tmp_path: Path) -> None:
    text = (
        "create or replace view api.thing as select 1 as id;\n"
        "comment on view api.thing is 'T';\ncomment on column api.thing.id is 'Id.';\n"
        "grant select on api.thing to public;"
    )
    assert faults(tmp_path, "views/api/thing.sql", text) == []


def test_our_files() -> None:
    assert list(sql_files(DB)) == []
