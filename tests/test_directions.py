"""Imports go one way: what lies below never knows what lies above it, and nothing goes in circles.

That SQL keeps to its direction too is shown by db/tests/house.
"""

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("server", "slotkeeper")

# What a part may import besides itself. A part is a folder, or a file directly in a package.
MAY_IMPORT = {
    "server.names": set(),
    "server.problems": set(),
    "server.config": set(),
    "server.catalog": {"server.names", "server.problems"},
    "server.database": {"server.names", "server.problems"},
    "server.due_work": {"server.problems", "server.database"},
    "server.outbox": {"server.problems", "server.config", "server.database"},
    "server.http": {
        "server.names",
        "server.problems",
        "server.config",
        "server.catalog",
        "server.database",
        "server.due_work",
        "server.outbox",
    },
}


def modules() -> dict[str, Path]:
    """The files of both packages by the names under which they are imported."""
    found = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()


def imports(name: str) -> Iterator[str]:
    """The modules of ours that a module imports, for type checkers alone or when it runs, too."""
    for node in ast.walk(ast.parse(MODULES[name].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            wanted = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}: a relative import"
            wanted = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for target in wanted:
            if target.split(".")[0] in PACKAGES:
                yield target if target in MODULES else target.rpartition(".")[0]


def part_of(name: str) -> str:
    return ".".join(name.split(".")[:2])


def test_modules_are_found() -> None:
    assert {part_of(name) for name in MODULES} >= {*MAY_IMPORT, "slotkeeper.cli"}
    assert set(imports("slotkeeper.cli")) >= {"server.config"}


@pytest.mark.parametrize("name", [name for name in MODULES if name.startswith("server.")])
def test_imports_lead_down(name: str) -> None:
    own = part_of(name)
    assert own in MAY_IMPORT, f"{own} has no place in the house: say what it may import"
    assert {part_of(target) for target in imports(name)} - {own} <= MAY_IMPORT[own]


def test_imports_never_go_in_circles() -> None:
    graph = {name: set(imports(name)) - {name} for name in MODULES}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(error.args[1]))
