"""docs/coverage.md says what there is, and all of it."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..support.server import SOURCE
from .clinic import Clinic

TEXT = (SOURCE / "docs" / "coverage.md").read_text(encoding="utf-8")
SEEDS = SOURCE / "tests" / "contract" / "test_seeds.py"
REQUEST = re.compile(r"(?:GET|POST|PUT|PATCH|DELETE) /\S*")
OBJECT = re.compile(r"(api|auth|core|data|report)\.(\w+)")
IS_THERE = """
select exists (select from pg_proc where pronamespace = %(s)s::regnamespace and proname = %(n)s)
    or exists (select from pg_class where relnamespace = %(s)s::regnamespace and relname = %(n)s)
    or exists (
        select from pg_constraint where connamespace = %(s)s::regnamespace and conname = %(n)s
    )
"""


@dataclass(frozen=True)
class Row:
    """A row of the document; `kind` is the heading that it stands under."""

    system: int
    kind: str
    first: str
    serves: str
    proves: str

    @property
    def proofs(self) -> list[str]:
        """The tests that it names; none where there is nothing yet."""
        return [] if self.proves == "not yet" else spans(self.proves)


def spans(cell: str) -> list[str]:
    """Return what stands in backquotes."""
    return re.findall(r"`([^`]+)`", cell)


def rows() -> Iterator[Row]:
    """Yield all rows of the document."""
    system, kind = -1, ""
    for line in TEXT.splitlines():
        if match := re.match(r"## System (\d): ", line):
            system = int(match[1])
        elif line.startswith("### "):
            kind = line.removeprefix("### ")
        elif line.startswith("| ") and not line.startswith("| ---"):
            first, serves, proves = (cell.strip() for cell in line.strip("|").split("|"))
            if proves != "proven by":
                yield Row(system, kind, first, serves, proves)


def functions_in(path: str) -> set[str]:
    """Return the names of the functions in a file."""
    tree = ast.parse((SOURCE / path).read_text(encoding="utf-8"))
    return {
        node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


class Offer:
    """What a running server offers."""

    def __init__(self, clinic: Clinic) -> None:
        self._clinic = clinic
        self._paths: dict[str, Any] = clinic.ok("GET", "/openapi.json")["paths"]

    def operation(self, request: str) -> dict[str, Any] | None:
        """The document of `METHOD /path/{name}`, if there is one."""
        method, _, path = request.partition(" ")
        found: dict[str, Any] | None = self._paths.get(path, {}).get(method.lower())
        return found

    def arguments(self, request: str) -> set[str]:
        """The names of what a request may bring."""
        operation = self.operation(request) or {}
        content = operation.get("requestBody", {}).get("content", {})
        body = content.get("application/json", {}).get("schema", {}).get("properties", {})
        return {*body, *(p["name"] for p in operation.get("parameters", ()))}

    def has(self, name: str) -> bool:
        """Tell whether there is a route or an object of this name."""
        if REQUEST.fullmatch(name):
            # The pages of the documentation do not stand in the document.
            return self.operation(name) is not None or (
                name.startswith("GET ") and self._clinic.call("GET", name[4:]).status == 200
            )
        schema, _, plain = name.partition(".")
        return bool(self._clinic.database.rows(IS_THERE, {"s": schema, "n": plain})[0][0])


def named(row: Row) -> list[str]:
    """Return the routes and objects that serve a row."""
    return [n for n in spans(row.serves) if REQUEST.fullmatch(n) or OBJECT.fullmatch(n)]


def test_what_serves_is_there_and_what_is_not_yet_is_not(clinic: Clinic) -> None:
    offer = Offer(clinic)
    for row in rows():
        for name in named(row):
            assert offer.has(name) == bool(row.proofs), row


def test_every_test_that_it_names_is_there() -> None:
    for row in rows():
        assert row.proofs or row.proves == "not yet", row
        for proof in row.proofs:
            path, _, name = proof.rpartition("::")
            if proof.endswith(".sql"):
                assert (SOURCE / proof).is_file(), row
            else:
                assert name in functions_in(path or str(SEEDS.relative_to(SOURCE))), row


def test_every_field_is_an_argument_of_its_route(clinic: Clinic) -> None:
    offer = Offer(clinic)
    fields = [row for row in rows() if row.kind == "Fields"]
    assert len(fields) > 10
    for row in fields:
        for request in named(row):
            assert set(spans(row.first)) <= offer.arguments(request), row


def test_a_documented_path_is_served_as_it_is() -> None:
    for row in rows():
        if row.kind == "Requests":
            theirs, ours = re.sub(r":\w+", "{}", row.first), re.sub(r"\{\w+\}", "{}", row.serves)
            assert theirs == ours, row


def test_the_documented_requests_are_those_that_the_tests_send() -> None:
    sent = set()
    for node in ast.walk(ast.parse(SEEDS.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and (match := re.match(r"test_seed_(\d)_", node.name)):
            for part in ast.walk(node):
                if isinstance(part, ast.Constant) and REQUEST.match(str(part.value)):
                    request = str(part.value).partition("?")[0]
                    sent.add((int(match[1]), request, node.name))
    told = {
        (row.system, spans(row.first)[0], proof)
        for row in rows()
        if row.kind == "Requests"
        for proof in row.proofs
    }
    assert len(sent) > 45
    assert {part[:2] for part in sent} == {part[:2] for part in told}
    assert told <= sent
