"""Splitting SQL files."""

import pytest

from slotkeeper.deploy.statements import line_of, split


@pytest.mark.parametrize(
    ("source", "outlines"),
    [
        ("select 1; select 2", ["select 1", "select 2"]),
        ("select ';' ; select E'\\';' ; select 'it''s;'", ["select ''"] * 3),
        ('select ";" from "a;""b"', ['select ";" from "a;""b"']),
        ("do $$ begin; end $$; do $a$ $$;$$ $a$", ["do $$", "do $$"]),
        ("select 1 -- ;\n; /* ; /* ; */ ; */ select 2", ["select 1", "select 2"]),
        ("CREATE /* x */ OR\n\nReplace FUNCTION", ["create or replace function"]),
        (
            "create function f() begin atomic select case when a then 1 end; end; select 3",
            ["create function f() begin atomic select case when a then 1 end; end", "select 3"],
        ),
        ("select 'never ends; select 2", ["select ''"]),
        ("select $x$ never ends; select 2", ["select $$"]),
        (" ;; \n-- only this", []),
        ("select $1; select a$b$c", ["select $1", "select a$b$c"]),
    ],
)
def test_split(source: str, outlines: list[str]) -> None:
    statements = list(split(source))
    assert [statement.outline for statement in statements] == outlines
    for statement in statements:
        assert source.startswith(statement.text, statement.offset)


def test_lines() -> None:
    assert [line_of("a\nb\n\nc", offset) for offset in range(6)] == [1, 1, 2, 2, 3, 4]
