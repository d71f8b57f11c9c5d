"""The files of db/functions and db/views: what each one makes, read off its text."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from slotkeeper.deploy.errors import DeployError
from slotkeeper.deploy.statements import Statement, line_of, split

# The schemas whose functions and views are the files' and nobody else's.
SCHEMAS = ("api", "auth", "core", "report")

_PART = r'(?:"(?:[^"]|"")+"|[^\W\d][\w$]*)'
_NAME = rf"(?P<name>{_PART}(?:\s*\.\s*{_PART})*)"
_CREATE = re.compile(rf"create (?:or replace )?(?P<kind>function|procedure|view) {_NAME}")
_TRIGGER = re.compile(
    rf"(?:create (?:or replace )?(?:constraint )?|drop )trigger (?:if exists )?"
    rf"(?P<trigger>{_PART}) .*?\bon {_NAME}"
)
_ABOUT = re.compile(
    rf"(?:comment on (?P<kind>function|procedure|routine|view|column) {_NAME}"
    r"|(?:grant|revoke) .*? on (?:(?:function|procedure|routine|table) )?"
    rf"(?P<granted>{_PART}(?:\s*\.\s*{_PART})*)"
    rf"|alter (?P<altered>function|procedure|routine|view) (?P<target>{_PART}(?:\s*\.\s*{_PART})*))"
)
_TRIGGER_COMMENT = re.compile(rf"comment on trigger (?P<trigger>{_PART}) on {_NAME}")


@dataclass(frozen=True)
class TriggerName:
    """A trigger and the table that it is on."""

    table: tuple[str, ...]
    name: str


@dataclass(frozen=True)
class Source:
    """A file that makes the function or view `schema.name`, with its comments, grants, triggers.

    `path` is for people, such as `db/functions/api/x/y.sql`. `statements` leave out those on
    triggers, which are in `trigger_statements`.
    """

    path: str
    content: str
    schema: str
    name: str
    is_view: bool
    statements: tuple[Statement, ...]
    trigger_statements: tuple[Statement, ...]
    triggers: frozenset[TriggerName]

    @property
    def trigger_hash(self) -> str:
        """The SHA-256, in hex, of the statements on triggers."""
        text = "\0".join(statement.text for statement in self.trigger_statements)
        return hashlib.sha256(text.encode()).hexdigest()


def read_sources(database_folder: Path) -> list[Source]:
    """Read all files of functions and views, views first; raise DeployError for a wrong one."""
    sources: list[Source] = []
    seen: dict[tuple[str, str], str] = {}
    for kind in ("views", "functions"):
        folder = database_folder / kind
        for path in sorted(folder.rglob("*.sql")):
            source = _read(folder, path, is_view=kind == "views")
            other = seen.setdefault((source.schema, source.name), source.path)
            if other != source.path:
                raise DeployError(
                    f"{source.path}: {other} makes {source.schema}.{source.name} already"
                )
            sources.append(source)
    return sources


def hash_of(sources: list[Source]) -> str:
    """Return the SHA-256, in hex, of all files with their names."""
    digest = hashlib.sha256()
    for source in sources:
        for text in (source.path, source.content):
            encoded = text.encode()
            digest.update(len(encoded).to_bytes(8) + encoded)
    return digest.hexdigest()


def _read(folder: Path, path: Path, *, is_view: bool) -> Source:
    relative = path.relative_to(folder)
    shown = f"db/{folder.name}/{relative.as_posix()}"
    schema = relative.parts[0]
    if len(relative.parts) < 2 or schema not in SCHEMAS:
        raise DeployError(f"{shown}: the first folder must be a schema: {', '.join(SCHEMAS)}")
    try:
        content = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DeployError(f"{shown}: {error}") from error
    if "\0" in content:
        raise DeployError(f"{shown}:{line_of(content, content.index(chr(0)))}: contains NUL")
    return _parse(shown, content, (schema, path.stem), is_view=is_view)


def _parse(path: str, content: str, own: tuple[str, str], *, is_view: bool) -> Source:
    statements: list[Statement] = []
    on_triggers: list[Statement] = []
    triggers: set[TriggerName] = set()
    created = 0
    dotted = ".".join(own)
    for statement in split(content):
        where = f"{path}:{line_of(content, statement.offset)}"
        outline = statement.outline
        if match := _CREATE.match(outline):
            created += 1
            if (match["kind"] == "view") is not is_view or identifiers(match["name"]) != own:
                wanted = "view" if is_view else "function"
                raise DeployError(f"{where}: this file makes {wanted} {dotted} and nothing else")
            if created > 1:
                raise DeployError(f"{where}: {dotted} is made twice")
            statements.append(statement)
        elif not is_view and (match := _TRIGGER.match(outline) or _TRIGGER_COMMENT.match(outline)):
            if outline.startswith("create"):
                (name,) = identifiers(match["trigger"])
                triggers.add(TriggerName(identifiers(match["name"]), name))
            on_triggers.append(statement)
        elif match := _ABOUT.match(outline):
            target = identifiers(match["name"] or match["granted"] or match["target"])
            if target[:2] != own:
                raise DeployError(f"{where}: this file speaks of {dotted} only")
            statements.append(statement)
        elif re.match(r"do\b", outline):
            # It cannot commit inside our transaction, and what else it makes is found afterwards.
            statements.append(statement)
        else:
            words = " ".join(outline.split()[:3])
            raise DeployError(
                f"{where}: '{words}' has no place in the file of {dotted}: only its create,"
                " comment, grant, revoke and alter, the triggers of a function, and do"
            )
    if not created:
        raise DeployError(f"{path}: does not make {dotted}, which it is named after")
    return Source(
        path, content, *own, is_view, tuple(statements), tuple(on_triggers), frozenset(triggers)
    )


def identifiers(name: str) -> tuple[str, ...]:
    """Split a qualified name into its parts, as PostgreSQL stores them."""
    return tuple(_identifiers(name))


def _identifiers(name: str) -> Iterator[str]:
    for part in re.findall(_PART, name):
        yield part[1:-1].replace('""', '"') if part.startswith('"') else part.lower()
