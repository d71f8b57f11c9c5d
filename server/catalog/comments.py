"""The grammar of comments: what a function, a domain and the schema `api` say of themselves.

A function:

METHOD /path/{argument} [success status]      one line a route, the canonical one first
Topic: word                                   what it stands under in the documentation
Receives: body, headers                       arguments, one or both: the request as it came
Checks: password                              arguments that hold the caller's password, as it is
Hashes: new_password                          arguments that hold a password that is to be kept
Reading: logged                               a GET that writes down who has read
Alias: old = new                              another word for an argument, or for a label of an
                                              enum that one takes
                                              blank line
What it does, in paragraphs.
                                              blank line
NNN code: when it happens.                    one line an error,
    a long text goes on indented

A domain may end in `Offered: …, ….` (the labels of an enum that are shown), `Media type: …/….` (of
an answer that is the text itself) and `Example: ….`, in this order. The schema ends in a line
`topic: text` for each topic. README.md says what each of them is for.
"""

import itertools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from server.catalog.model import Unfit

_ROUTE = re.compile(r"(GET|POST|PUT|PATCH|DELETE) (/\S+)(?: ([0-9]{3}))?")
_SEGMENT = re.compile(r"[A-Za-z0-9._~-]+|\{[a-z_][a-z0-9_]*\}")
_WORD = re.compile(r"(Topic|Receives|Checks|Hashes): ([a-z][a-z0-9_]*(?:, [a-z][a-z0-9_]*)*)")
_LISTS = ("Receives", "Checks", "Hashes")
_READING = "Reading: logged"
_ALIAS = re.compile(r"Alias: (\w+) = (\w+)", re.ASCII)
_TOPIC_TEXT = re.compile(r"([a-z][a-z0-9_]*): *(\S.*)")
_ERROR = re.compile(r"([0-9]{3}) ([a-z][a-z0-9_]*): *(\S.*)")
_DOMAIN = re.compile(
    r"(?P<description>.*?)"
    r"(?:(?:^|\s+)Offered: (?P<offers>[^.]+)\.)?"
    r"(?:(?:^|\s+)Media type: (?P<media_type>[a-z]+/[a-z0-9.+-]*[a-z0-9])\.)?"
    r"(?:(?:^|\s+)Example: (?P<example>\S.*?)\.?)?",
    re.DOTALL,
)


@dataclass(frozen=True)
class RouteLine:
    """`status` is None where the comment leaves the success status to the default."""

    method: str
    path: str
    status: int | None

    @cached_property
    def segments(self) -> tuple[str, ...]:
        """The path cut at its slashes, without the leading one."""
        return tuple(self.path.split("/")[1:])

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the path's parameters, in order."""
        return tuple(s[1:-1] for s in self.segments if s.startswith("{"))


@dataclass(frozen=True)
class ErrorLine:
    """An error that the function raises: HTTP status, stable code, when it happens."""

    status: int
    code: str
    text: str


@dataclass(frozen=True)
class Documentation:
    """A parsed comment. `description` is Markdown, paragraphs apart by a blank line.

    `receives` are the arguments that are the request as it came, `checks` those that hold the
    caller's password, `hashes` those that hold one to be kept, `aliases` words for others.
    `logged`: whoever reads leaves a trace.
    """

    routes: tuple[RouteLine, ...] = ()
    topic: str | None = None
    receives: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    hashes: tuple[str, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    logged: bool = False
    description: str = ""
    errors: tuple[ErrorLine, ...] = ()

    @property
    def summary(self) -> str:
        """The first sentence of the description, without its full stop."""
        first = self.description.split("\n\n", 1)[0].replace("\n", " ")
        return re.split(r"\.(?:\s|$)", first, maxsplit=1)[0]


@dataclass(frozen=True)
class Overview:
    """What the schema says: Markdown on the whole, and a text for each topic, in its order."""

    description: str
    topics: Mapping[str, str]


def parse_comment(comment: str | None, *, needs_route: bool = True) -> Documentation:
    """Read a function's comment; Unfit if it breaks the grammar."""
    blocks = _blocks(comment)
    routes: list[RouteLine] = []
    words: dict[str, str] = {}
    aliases: dict[str, str] = {}
    logged = False
    if needs_route and not blocks:
        raise Unfit("has no comment; its first line must be a route: METHOD /path [status]")
    if needs_route or (blocks and _ROUTE.fullmatch(blocks[0][0])):
        lines, blocks = blocks[0], blocks[1:]
        for line in lines:
            if routes and (match := _WORD.fullmatch(line)) and match[1] not in words:
                words[match[1]] = match[2]
            elif routes and (match := _ALIAS.fullmatch(line)) and match[1] not in aliases:
                aliases[match[1]] = match[2]
            elif routes and line == _READING and not logged:
                logged = True
            else:
                routes.append(_route(line))
    errors: tuple[ErrorLine, ...] = ()
    if blocks and _ERROR.fullmatch(blocks[-1][0]):
        errors = tuple(map(_error, _joined(blocks.pop())))
    for line in (line for block in blocks for line in block):
        if _ERROR.fullmatch(line):
            raise Unfit(f"errors must stand together at the comment's end: {line!r}")
    topic, description = words.get("Topic"), _paragraphs(blocks)
    receives, checks, hashes = (tuple(words[w].split(", ")) if w in words else () for w in _LISTS)
    return Documentation(
        tuple(routes), topic, receives, checks, hashes, aliases, logged, description, errors
    )


def parse_domain_comment(comment: str) -> dict[str, Any]:
    """What a domain's comment tells of it, by the fields of SqlType."""
    match = _DOMAIN.fullmatch(comment.strip())
    assert match is not None, "any text is a description"
    offers = re.split(r",\s*", match["offers"]) if match["offers"] else ()
    return {**match.groupdict(), "offers": tuple(offers)}


def parse_overview(comment: str | None) -> Overview:
    """Read the schema's comment; what is no list of topics belongs to its description."""
    blocks = _blocks(comment)
    texts = [_TOPIC_TEXT.fullmatch(line) for line in _joined(blocks[-1] if blocks else ())]
    topics = {match[1]: match[2] for match in texts if match}
    if topics and len(topics) == len(texts):
        return Overview(_paragraphs(blocks[:-1]), topics)
    return Overview(_paragraphs(blocks), {})


def _paragraphs(blocks: Iterable[Iterable[str]]) -> str:
    return "\n\n".join("\n".join(block) for block in blocks)


def _blocks(comment: str | None) -> list[list[str]]:
    """The lines of each paragraph."""
    lines = (line.rstrip() for line in (comment or "").strip().splitlines())
    return [list(block) for is_text, block in itertools.groupby(lines, bool) if is_text]


def _route(line: str) -> RouteLine:
    match = _ROUTE.fullmatch(line)
    if match is None:
        raise Unfit(f"not a route (METHOD /path [status], then a blank line): {line!r}")
    status = None if match[3] is None else int(match[3])
    route = RouteLine(match[1], match[2], status)
    if not all(_SEGMENT.fullmatch(segment) for segment in route.segments):
        raise Unfit(f"not a path: {route.path!r}")
    if status is not None and not 200 <= status <= 299:
        raise Unfit(f"a success status is 2xx: {line!r}")
    if len(set(route.parameters)) < len(route.parameters):
        raise Unfit(f"a parameter stands twice in the path: {route.path!r}")
    return route


def _joined(lines: Iterable[str]) -> list[str]:
    """Lines, each with those that go on indented below it."""
    return re.sub(r"\n\s+", " ", "\n".join(lines)).split("\n")


def _error(line: str) -> ErrorLine:
    match = _ERROR.fullmatch(line)
    if match is None or not 400 <= int(match[1]) <= 599:
        raise Unfit(f"not an error (NNN code: text): {line!r}")
    return ErrorLine(int(match[1]), match[2], match[3])
