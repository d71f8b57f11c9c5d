"""Regular expressions of PostgreSQL that mean the same in ECMAScript and in Rust."""

import re
from collections.abc import Callable

from pydantic_core import SchemaError, SchemaValidator, core_schema

# PostgreSQL leaves to the locale what they are: here white is what is so in any of them, the others
# are ASCII. In capitals they stand for all other characters.
_WHITE = r" \t\n\r\f\v\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_CLASSES = {"d": "0-9", "w": "A-Za-z0-9_", "s": _WHITE}
# A bracket expression that begins with "]", or has "[" or an operator of sets inside, means
# different things to different engines, so it is no piece.
_PIECE = re.compile(
    r"\\u[0-9a-fA-F]{4}|\\.|\[\^?+(?:\\.|(?!&&|--|~~)[^\]\[\\])+\]|[^\[\\]", re.DOTALL
)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)


def portable_pattern(pattern: str) -> str | None:
    """A PostgreSQL regular expression that every engine reads alike; None if there is none.

    Class shorthands become ranges and the dot becomes any character, as in PostgreSQL.
    """
    pieces = _PIECE.findall(pattern)
    if pattern.startswith(("***", "(?")) or "".join(pieces) != pattern:
        return None
    try:
        rewritten = "".join(map(_portable, pieces))
        matcher(rewritten)
    except (KeyError, SchemaError):
        return None
    return rewritten


def _portable(piece: str) -> str:
    """One piece; KeyError where it has an escape of PostgreSQL's own."""
    if piece == ".":
        return r"[\s\S]"
    bracket = piece[0] == "["

    def unescaped(match: re.Match[str]) -> str:
        character = match[1]
        if len(character) > 1:  # A code point, written alike everywhere.
            return "\\" + character
        if character.isalnum() and character not in "tnrfv":
            members = _CLASSES[character if bracket else character.lower()]
            return members if bracket else f"[{'^' * character.isupper()}{members}]"
        # Other characters need no backslash, and ECMAScript's strict form allows them none.
        needed = character in "^$\\.*+?()[]{}|tnrfv" or (bracket and character == "-")
        return "\\" + character if needed else character

    return _ESCAPE.sub(unescaped, piece)


def matcher(pattern: str) -> Callable[[str], bool]:
    """Whether a text holds what a portable pattern describes, told in linear time.

    The engine is Rust's, which never goes back; SchemaError where it does not know the pattern.
    """
    schema = core_schema.str_schema(pattern=pattern, regex_engine="rust-regex")
    return SchemaValidator(schema).isinstance_python
