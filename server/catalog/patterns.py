"""Regular expressions of PostgreSQL that mean the same in ECMAScript and, where safe, in Python."""

import re
from collections.abc import Iterable

# In ASCII, as PostgreSQL has them; in capitals they stand for all other characters.
_CLASSES = {"d": "0-9", "w": "A-Za-z0-9_", "s": r" \t\n\r\f\v"}
# A bracket expression that begins with "]" or has "[" inside means different things to different
# engines, so it is no piece.
_PIECE = re.compile(r"\\u[0-9a-fA-F]{4}|\\.|\[\^?+(?:\\.|[^\]\[\\])+\]|[^\[\\]", re.DOTALL)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)


def portable_pattern(pattern: str) -> str | None:
    """A PostgreSQL regular expression that every engine reads alike; None if there is none.

    Class shorthands become ASCII ranges and the dot becomes any character, as in PostgreSQL.
    """
    pieces = _PIECE.findall(pattern)
    if pattern.startswith(("***", "(?")) or "".join(pieces) != pattern:
        return None
    try:
        rewritten = "".join(map(_portable, pieces))
        re.compile(rewritten)
    except (KeyError, re.error):
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


# What a safe pattern is made of: a character or class, and how often it may stand.
_ATOM = re.compile(
    r"(?P<set>\\.|\[\^?+(?:\\.|[^\]\\])+\]|[^\\\[\](){}|*+?^$])"
    r"(?P<often>[*+?]|\{[0-9]+(?:,[0-9]*)?\})?",
    re.DOTALL,
)
# What is written in ASCII tells no two other characters apart.
_PROBES = [*map(chr, range(128)), "é"]


def compiled(pattern: str) -> re.Pattern[str] | None:
    """A portable pattern for Python, to be searched; None if that could take more than linear time.

    Safe is a single character, and a sequence from `^` on in which nothing that is repeated has a
    character in common with what may follow it: then there is one way to read a text. PostgreSQL's
    own engine needs no such care, and checks every pattern.
    """
    anchored = pattern.startswith("^")
    ends = pattern.endswith("$") and not pattern.endswith("\\$")
    sequence = pattern[anchored : len(pattern) - ends]
    atoms = list(_ATOM.finditer(sequence))
    if not pattern.isascii() or "".join(atom[0] for atom in atoms) != sequence:
        return None
    is_single = len(atoms) == 1 and atoms[0]["often"] is None
    if not (is_single or (anchored and _has_one_reading(atoms))):
        return None
    # Python's own `$` would also match before a last line break.
    return re.compile(("^" if anchored else "") + sequence + (r"\Z" if ends else ""))


def _has_one_reading(atoms: Iterable[re.Match[str]]) -> bool:
    repeated: set[str] = set()
    for atom in atoms:
        characters = {probe for probe in _PROBES if re.fullmatch(atom["set"], probe)}
        if characters & repeated:
            return False
        often = atom["often"] or "{1}"
        if often[0] not in "*?" and not often.startswith("{0"):
            repeated = set()
        if often[0] in "*+?" or "," in often:
            repeated |= characters
    return True
