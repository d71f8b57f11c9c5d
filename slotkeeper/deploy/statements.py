"""Splitting an SQL file into its statements, to say what each is and on which line it stands."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

# The alternatives matter in this order. A string that does not end runs to the end of the file,
# where PostgreSQL will complain.
_TOKEN = re.compile(
    r"""
      (?P<space>\s+|--[^\n]*)
    | (?P<comment>/\*)
    | (?P<string>\b[eE]'(?:[^'\\]|''|\\.)*(?:'|\Z)|'(?:[^']|'')*(?:'|\Z))
    | (?P<dollar>\$(?:[^\W\d]\w*)?\$)
    | (?P<quoted>"(?:[^"]|"")*(?:"|\Z))
    | (?P<word>[^\W\d][\w$]*)
    | (?P<end>;)
    | (?P<other>\d[\w.]*|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_COMMENT_EDGE = re.compile(r"/\*|\*/")


@dataclass(frozen=True)
class Statement:
    """A statement of a file.

    `offset` counts characters from the start of the file to its first word; `text` is as written,
    without the semicolon; `outline` has a space for each stretch of blanks and comments, `''` for
    each string and `$$` for each dollar-quoted one, and words that are not quoted in lower case.
    """

    offset: int
    text: str
    outline: str


def split(source: str) -> Iterator[Statement]:
    """Give the statements of an SQL text, the empty ones left out."""
    start: int | None = None
    outline: list[str] = []
    # Inside the body of `begin atomic … end`, semicolons do not end the statement.
    depth, previous = 0, ""
    position = 0
    while position < len(source):
        kind, end = _next(source, position)
        token = source[position:end]
        word = token.lower() if kind == "word" else ""
        if kind == "end" and depth == 0:
            if start is not None:
                yield Statement(start, source[start:position], "".join(outline).strip())
            start, outline, previous = None, [], ""
        elif kind in {"space", "comment"}:
            if outline[-1:] != [" "]:
                outline.append(" ")
        else:
            start = position if start is None else start
            outline.append(word or {"string": "''", "dollar": "$$"}.get(kind, token))
            depth += _nesting(word, previous, depth)
            previous = word
        position = end
    if start is not None:
        yield Statement(start, source[start:].rstrip(), "".join(outline).strip())


def _next(source: str, position: int) -> tuple[str, int]:
    match = _TOKEN.match(source, position)
    assert match is not None
    kind, end = match.lastgroup or "", match.end()
    if kind == "dollar":
        closing = source.find(match["dollar"], end)
        end = len(source) if closing < 0 else closing + len(match["dollar"])
    elif kind == "comment":
        end = _end_of_comment(source, end)
    return kind, end


def _end_of_comment(source: str, position: int) -> int:
    """Return where a block comment ends; PostgreSQL nests them."""
    depth = 1
    for edge in _COMMENT_EDGE.finditer(source, position):
        depth += 1 if edge[0] == "/*" else -1
        if depth == 0:
            return edge.end()
    return len(source)


def _nesting(word: str, previous: str, depth: int) -> int:
    if word == "atomic" and previous == "begin":
        return 1
    if depth and word == "case":
        return 1
    if depth and word == "end":
        return -1
    return 0


def line_of(source: str, offset: int) -> int:
    """Return the number, from 1, of the line that holds the character at `offset`."""
    return source.count("\n", 0, max(offset, 0)) + 1
