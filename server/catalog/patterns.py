"""Regular expressions of PostgreSQL that mean the same in ECMAScript and, where safe, in Python."""

import re
from collections.abc import Iterable

_CLASSES = {
    "d": ("0-9", False),
    "D": ("0-9", True),
    "w": ("A-Za-z0-9_", False),
    "W": ("A-Za-z0-9_", True),
    "s": (r" \t\n\r\f\v", False),
    "S": (r" \t\n\r\f\v", True),
}
_PIECE = re.compile(r"\\.|\[\^?\]?|.", re.DOTALL)


def portable_pattern(pattern: str) -> str | None:
    """A PostgreSQL regular expression that every engine reads alike; None if there is none.

    Class shorthands become ASCII ranges and the dot becomes any character, as in PostgreSQL.
    """
    if pattern.startswith(("***", "(?")):
        return None
    written: list[str] = []
    bracket = False
    for piece in _PIECE.findall(pattern):
        part: str | None = piece
        if piece[0] == "\\":
            part = _portable_escape(piece[1:], bracket)
        elif bracket:
            bracket = piece != "]"
            part = None if piece[0] == "[" else piece
        elif piece[0] == "[":
            # A bracket expression that begins with "]" means different things to different engines.
            bracket = True
            part = None if piece.endswith("]") else piece
        elif piece == ".":
            part = r"[\s\S]"
        if part is None:
            return None
        written.append(part)
    rewritten = "".join(written)
    try:
        re.compile(rewritten)
    except re.error:
        return None
    return rewritten


def _portable_escape(escaped: str, bracket: bool) -> str | None:
    if escaped in _CLASSES:
        members, negated = _CLASSES[escaped]
        if bracket:
            return None if negated else members
        return f"[{'^' if negated else ''}{members}]"
    if escaped.isalnum():
        return "\\" + escaped if escaped in "tnrfv" else None
    # Other characters need no backslash, and ECMAScript's strict form allows them none.
    needed = escaped in "^$\\.*+?()[]{}|" or (bracket and escaped == "-")
    return "\\" + escaped if needed else escaped


# What a safe pattern is made of: a character or class, and how often it may stand.
_ATOM = re.compile(
    r"(?P<set>\\.|\[\^?(?:\\.|[^\]\\])+\]|[^\\\[\](){}|*+?^$])"
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
