"""The files of db/functions and db/views: each makes the function or view it is named after."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from slotkeeper.deploy.errors import DeployError, read_text
from slotkeeper.deploy.script import line_of, statements

# The schemas whose functions and views are the files' and nobody else's.
SCHEMAS = ("api", "auth", "core", "report")

_TRIGGER = re.compile(
    r"(create\s+(or\s+replace\s+)?(constraint\s+)?|drop\s+|comment\s+on\s+)trigger\b", re.IGNORECASE
)
_TRANSACTION = re.compile(
    r"(begin|start|savepoint|release|commit|rollback|abort|prepare)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Source:
    """A file that makes the function or view `schema.name`.

    `path` is for people, such as `db/functions/api/x/y.sql`. `text` ends where the statements on
    triggers begin; `triggers` has these on the same lines as the file.
    """

    path: str
    schema: str
    name: str
    is_view: bool
    text: str
    triggers: str

    @property
    def key(self) -> tuple[str, str, bool]:
        """What it has in common with the object that it makes."""
        return self.schema, self.name, self.is_view


def read_sources(database_folder: Path) -> list[Source]:
    """Read all files of functions and views, views first; raise DeployError for a wrong one."""
    sources: dict[tuple[str, str], Source] = {}
    for kind in ("views", "functions"):
        folder = database_folder / kind
        for path in sorted(folder.rglob("*.sql")):
            source = _read(folder, path, is_view=kind == "views")
            other = sources.setdefault((source.schema, source.name), source)
            if other is not source:
                raise DeployError(
                    f"{source.path}: {other.path} makes {source.schema}.{source.name} already"
                )
    return list(sources.values())


def hash_of(texts: Iterable[str]) -> str:
    """Return the SHA-256, in hex, of some texts in their order."""
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


def _read(folder: Path, path: Path, *, is_view: bool) -> Source:
    relative = path.relative_to(folder)
    shown = f"db/{folder.name}/{relative.as_posix()}"
    schema = relative.parts[0]
    if len(relative.parts) < 2 or schema not in SCHEMAS:
        raise DeployError(f"{shown}: the first folder must be a schema: {', '.join(SCHEMAS)}")
    text = read_text(path, shown)
    split = len(text)
    for start, statement in statements(text):
        if word := _TRANSACTION.match(statement):
            raise DeployError(
                f"{shown}:{line_of(text, start)}: '{word[0]}' has no place here:"
                " all files are loaded in one transaction"
            )
        if not is_view and _TRIGGER.match(statement):
            split = min(split, start)
    triggers = "\n" * text.count("\n", 0, split) + text[split:]
    return Source(shown, schema, path.stem, is_view, text[:split], triggers)
