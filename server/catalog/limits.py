"""What a domain allows, read from its CHECK constraints.

Understood is a constraint that is a range of VALUE, a range of its length, a regular expression, or
some of these joined by AND. Any other is left to PostgreSQL, which checks them all anyway; what is
understood here gives a better message and a place in the OpenAPI document.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce

from server.catalog.model import SqlType
from server.catalog.patterns import portable_pattern

_CAST = r"(?:::[a-z]+(?: [a-z]+)*)*"
_CONDITION = re.compile(
    rf"(?P<length>(?:char_|character_)?length\()?VALUE{_CAST}(?(length)\)) "
    rf"(?:(?P<operator>>=|<=|>|<) '?(?P<bound>-?[0-9]+(?:\.[0-9]+)?)'?"
    rf"|~ '(?P<pattern>(?:[^']|'')*)'){_CAST}"
)


# A number and a side: 0 where the number itself is within, 1 for just above it, -1 for just below.
Bound = tuple[Decimal, int]


@dataclass(frozen=True)
class Limits:
    """Bounds of a value; None or empty: none.

    `scale` is the number of decimals of a numeric, `patterns` are portable regular expressions.
    """

    low: Bound | None = None
    high: Bound | None = None
    min_length: int = 0
    max_length: int | None = None
    patterns: tuple[str, ...] = ()
    scale: int | None = None

    def tightened(self, other: "Limits") -> "Limits":
        """What is within both."""
        both = (self, other)
        return Limits(
            max((limits.low for limits in both if limits.low is not None), default=None),
            min((limits.high for limits in both if limits.high is not None), default=None),
            max(self.min_length, other.min_length),
            min((n.max_length for n in both if n.max_length is not None), default=None),
            self.patterns + other.patterns,
            min((n.scale for n in both if n.scale is not None), default=None),
        )


def limits_of(type_: SqlType, typmod: int = -1) -> Limits:
    """The limits that domains down to the root and type modifiers set for a value."""
    root = type_.root().name
    found = [_of_typmod(root, typmod)]
    for domain in type_.domains():
        found += (_of_condition(c) for check in domain.checks for c in _conditions(check))
        found.append(_of_typmod(root, domain.typmod))
    return reduce(Limits.tightened, found)


def _conditions(check: str) -> Iterator[re.Match[str]]:
    """The conditions of a constraint; none unless all of it is understood."""
    expression = check.removeprefix("CHECK (").removesuffix(" NOT VALID").removesuffix(")")
    if set(_CONDITION.sub("", expression).split(" AND ")) == {""}:
        yield from _CONDITION.finditer(expression)


def _of_condition(condition: re.Match[str]) -> Limits:
    if condition["pattern"] is not None:
        pattern = portable_pattern(condition["pattern"].replace("''", "'"))
        return Limits(patterns=() if pattern is None else (pattern,))
    above, is_open = condition["operator"][0] == ">", len(condition["operator"]) == 1
    number = Decimal(condition["bound"])
    if condition["length"]:
        length = int(number)
        return Limits(min_length=length + is_open) if above else Limits(max_length=length - is_open)
    return Limits(low=(number, int(is_open))) if above else Limits(high=(number, -is_open))


def _of_typmod(root: str, typmod: int) -> Limits:
    if typmod >= 4 and root == "varchar":
        return Limits(max_length=typmod - 4)
    if typmod >= 4 and root == "numeric":
        precision, scale = (typmod - 4) >> 16, (typmod - 4) & 0x7FF
        bound = Decimal(10) ** (precision - scale) - Decimal(10) ** -scale
        return Limits(low=(-bound, 0), high=(bound, 0), scale=scale)
    return Limits()
