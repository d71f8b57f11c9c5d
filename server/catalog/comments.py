"""The grammar of a function's comment: routes, a description, the errors it may raise.

METHOD /path/{argument} [success status]      one line a route, at least one
                                              blank line
What it does, in paragraphs.
                                              blank line
NNN code: when it happens.                    one line an error,
    a long text goes on indented
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_ROUTE = re.compile(r"(GET|POST|PUT|PATCH|DELETE) (/\S+)(?: ([0-9]{3}))?")
_SEGMENT = re.compile(r"[A-Za-z0-9._~-]+|\{[a-z_][a-z0-9_]*\}")
_ERROR = re.compile(r"([0-9]{3}) ([a-z][a-z0-9_]*): *(\S.*)")


class CommentError(ValueError):
    """The comment breaks the grammar; the text says where."""


# At the end of a domain's comment.
_EXAMPLE = re.compile(r"(?:(.*?)\s+)?Example: (\S.*?)\.?", re.DOTALL)


@dataclass(frozen=True)
class RouteLine:
    """`status` is None where the comment leaves the success status to the default."""

    method: str
    path: str
    status: int | None

    @property
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
    """A parsed comment. `description` is Markdown, paragraphs apart by a blank line."""

    routes: tuple[RouteLine, ...] = ()
    description: str = ""
    errors: tuple[ErrorLine, ...] = ()

    @property
    def summary(self) -> str:
        """The first sentence of the description, without its full stop."""
        first = self.description.split("\n\n", 1)[0].replace("\n", " ")
        return re.split(r"\.(?:\s|$)", first, maxsplit=1)[0]


def parse_comment(comment: str | None) -> Documentation:
    """Read a comment that must name at least one route; CommentError if it breaks the grammar."""
    blocks = _blocks(comment or "")
    if not blocks:
        raise CommentError("has no comment; its first line must be a route: METHOD /path [status]")
    routes = tuple(_route(line) for line in blocks[0])
    return _described(routes, blocks[1:])


def parse_private_comment(comment: str | None) -> Documentation:
    """Read the comment of a function that has no route of its own: a description and errors."""
    return _described((), _blocks(comment or ""))


def split_example(comment: str) -> tuple[str, str | None]:
    """A domain's comment without its last sentence `Example: ….`, and what stands in that."""
    match = _EXAMPLE.fullmatch(comment.strip())
    return (comment, None) if match is None else (match[1] or "", match[2])


def _described(routes: tuple[RouteLine, ...], blocks: list[list[str]]) -> Documentation:
    errors: tuple[ErrorLine, ...] = ()
    if blocks and _ERROR.fullmatch(blocks[-1][0]):
        errors = tuple(_errors(blocks[-1]))
        blocks = blocks[:-1]
    for line in (line for block in blocks for line in block):
        if _ERROR.fullmatch(line):
            raise CommentError(f"errors must stand together at the comment's end: {line!r}")
    description = "\n\n".join("\n".join(block) for block in blocks)
    return Documentation(routes, description, errors)


def _blocks(comment: str) -> list[list[str]]:
    lines = [line.rstrip() for line in comment.strip().splitlines()]
    blocks: list[list[str]] = [[]]
    for line in lines:
        if line:
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    return [block for block in blocks if block]


def _route(line: str) -> RouteLine:
    match = _ROUTE.fullmatch(line)
    if match is None:
        raise CommentError(f"not a route (METHOD /path [status], then a blank line): {line!r}")
    status = None if match[3] is None else int(match[3])
    route = RouteLine(match[1], match[2], status)
    if not all(_SEGMENT.fullmatch(segment) for segment in route.segments):
        raise CommentError(f"not a path: {route.path!r}")
    if status is not None and not 200 <= status <= 299:
        raise CommentError(f"a success status is 2xx: {line!r}")
    if len(set(route.parameters)) < len(route.parameters):
        raise CommentError(f"a parameter stands twice in the path: {route.path!r}")
    return route


def _errors(lines: list[str]) -> Iterable[ErrorLine]:
    joined: list[str] = []
    for line in lines:
        if line[0].isspace() and joined:
            joined[-1] += " " + line.strip()
        else:
            joined.append(line)
    for line in joined:
        match = _ERROR.fullmatch(line)
        if match is None or not 400 <= int(match[1]) <= 599:
            raise CommentError(f"not an error (NNN code: text): {line!r}")
        yield ErrorLine(int(match[1]), match[2], match[3])
