"""What a domain allows, read from its CHECK constraints.

Understood are ranges of VALUE, ranges of its length, and regular expressions, joined by AND. Any
other condition is left to PostgreSQL, which checks them all anyway; what is understood here gives
a better message and a place in the OpenAPI document.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from server.catalog.model import SqlType
from server.catalog.patterns import portable_pattern

_CAST = r"(?:::[a-z][a-z ]*)?"
_VALUE = rf"\(?VALUE\)?{_CAST}"
_NUMBER = rf"\(?\(?'?(-?[0-9]+(?:\.[0-9]+)?)'?{_CAST}\)?{_CAST}\)?{_CAST}"
_RANGE = re.compile(rf"{_VALUE} (>=|<=|>|<) {_NUMBER}")
_LENGTH = re.compile(rf"(?:length|char_length|character_length)\({_VALUE}\) (>=|<=|>|<) {_NUMBER}")
_TOKEN = re.compile(r"'(?:[^']|'')*'| AND |.", re.DOTALL)
_PATTERN = re.compile(rf"{_VALUE} ~ '((?:[^']|'')*)'{_CAST}")


@dataclass(frozen=True)
class Limits:
    """Bounds of a value; None or empty: none. An open bound is not itself allowed.

    `scale` is the number of decimals of a numeric, `patterns` are portable regular expressions.
    """

    low: Decimal | None = None
    low_open: bool = False
    high: Decimal | None = None
    high_open: bool = False
    min_length: int = 0
    max_length: int | None = None
    patterns: tuple[str, ...] = ()
    scale: int | None = None

    def tightened(self, other: "Limits") -> "Limits":
        """What is within both."""
        both = (self, other)
        lows = [(limits.low, limits.low_open) for limits in both if limits.low is not None]
        highs = [(limits.high, not limits.high_open) for limits in both if limits.high is not None]
        low, low_open = max(lows, default=(None, False))
        high, high_closed = min(highs, default=(None, True))
        return Limits(
            low,
            low_open,
            high,
            not high_closed,
            max(self.min_length, other.min_length),
            min((n.max_length for n in both if n.max_length is not None), default=None),
            self.patterns + other.patterns,
            min((n.scale for n in both if n.scale is not None), default=None),
        )


def limits_of(type_: SqlType, typmod: int = -1) -> Limits:
    """The limits that domains down to the root and type modifiers set for a value."""
    root = type_.root().name
    limits = _of_typmod(root, typmod)
    for domain in type_.domains():
        for check in domain.checks:
            # `CHECK (…)`, perhaps with `NOT VALID` behind it.
            for condition in _conditions(check.removeprefix("CHECK ").removesuffix(" NOT VALID")):
                limits = limits.tightened(_of_condition(condition))
        limits = limits.tightened(_of_typmod(root, domain.typmod))
    return limits


def _of_typmod(root: str, typmod: int) -> Limits:
    if typmod < 4:
        return Limits()
    if root in {"varchar", "bpchar"}:
        return Limits(max_length=typmod - 4)
    if root == "numeric":
        precision, scale = (typmod - 4) >> 16, (typmod - 4) & 0x7FF
        bound = Decimal(10) ** (precision - scale) - Decimal(10) ** -scale
        return Limits(low=-bound, high=bound, scale=scale)
    return Limits()


def _of_condition(condition: str) -> Limits:
    if match := _RANGE.fullmatch(condition):
        operator, bound = match[1], Decimal(match[2])
        if operator[0] == ">":
            return Limits(low=bound, low_open=operator == ">")
        return Limits(high=bound, high_open=operator == "<")
    if match := _LENGTH.fullmatch(condition):
        operator, length = match[1], int(Decimal(match[2]))
        if operator[0] == ">":
            return Limits(min_length=length + (operator == ">"))
        return Limits(max_length=length - (operator == "<"))
    if match := _PATTERN.fullmatch(condition):
        pattern = portable_pattern(match[1].replace("''", "'"))
        return Limits(patterns=() if pattern is None else (pattern,))
    return Limits()


def _conditions(expression: str) -> Iterator[str]:
    """The conditions that AND joins at the outermost level, without the parentheses around them."""
    parts, depth, groups = [""], 0, 0
    for sign in _TOKEN.findall(expression):
        depth += (sign == "(") - (sign == ")")
        groups += depth == 0 and sign != " AND "
        if depth == 0 and sign == " AND ":
            parts.append("")
        else:
            parts[-1] += sign
    if parts[1:]:
        for part in parts:
            yield from _conditions(part)
    elif groups == 1 and expression[0] == "(":
        yield from _conditions(expression[1:-1])
    else:
        yield expression
