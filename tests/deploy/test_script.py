"""Where statements of a file begin, to name a line."""

import pytest

from slotkeeper.deploy.script import statements


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("select 1; select 2", ["select 1", "select 2"]),
        ("select ';' ; select 'it''s;'", ["select ';' ", "select 'it''s;'"]),
        ('select ";" from "a;""b"', ['select ";" from "a;""b"']),
        ("do $$ begin; end $$; do $a$ $$;$$ $a$", ["do $$ begin; end $$", "do $a$ $$;$$ $a$"]),
        ("-- ;\n; /* ; */ select 2; -- only this", ["select 2"]),
        (
            "return 1 BEGIN atomic select case when a then 1 end; select 2; end; commit",
            ["return 1 BEGIN atomic select case when a then 1 end; select 2; end", "commit"],
        ),
        ("select $x$ never ends; select 2", ["select $x$ never ends", "select 2"]),
        (" ;; \n-- only this", []),
    ],
)
def test_statements(text: str, words: list[str]) -> None:
    found = list(statements(text))
    assert [statement for _, statement in found] == words
    assert all(text.startswith(statement, start) for start, statement in found)
