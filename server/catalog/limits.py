"""What a domain allows, read from its CHECK constraints.

Understood are ranges of VALUE, ranges of its length, and regular expressions, joined by AND. Any
other condition is left to PostgreSQL, which checks them all anyway; what is understood here gives
a better message and a place in the OpenAPI document.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from server.catalog.model import SqlType
from server.catalog.patterns import portable_pattern

_CAST = r"(?:::[a-z][a-z ]*)?"
_VALUE = rf"\(?VALUE\)?{_CAST}"
_NUMBER = rf"\(?\(?'?(-?[0-9]+(?:\.[0-9]+)?)'?{_CAST}\)?{_CAST}\)?{_CAST}"
_RANGE = re.compile(rf"{_VALUE} (>=|<=|>|<) {_NUMBER}")
_LENGTH = re.compile(rf"(?:length|char_length|character_length)\({_VALUE}\) (>=|<=|>|<) {_NUMBER}")
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

    def above(self, low: Decimal, *, is_open: bool = False) -> "Limits":
        """These limits and a lower bound."""
        if self.low is not None and (self.low, self.low_open) >= (low, is_open):
            return self
        return replace(self, low=low, low_open=is_open)

    def below(self, high: Decimal, *, is_open: bool = False) -> "Limits":
        """These limits and an upper bound."""
        if self.high is not None and (self.high, not self.high_open) <= (high, not is_open):
            return self
        return replace(self, high=high, high_open=is_open)

    def at_least_long(self, length: int) -> "Limits":
        """These limits and a smallest length."""
        return replace(self, min_length=max(self.min_length, length))

    def at_most_long(self, length: int) -> "Limits":
        """These limits and a largest length."""
        known = self.max_length
        return replace(self, max_length=length if known is None else min(known, length))


def limits_of(type_: SqlType, typmod: int = -1) -> Limits:
    """The limits that domains down to the root and type modifiers set for a value."""
    limits = Limits()
    root = type_.root()
    found = type_
    while True:
        limits = _with_typmod(limits, root.name, typmod)
        if found.kind != "domain" or found.base is None:
            return limits
        for check in found.checks:
            for condition in _conditions(_inside_check(check)):
                limits = _with_condition(limits, condition)
        typmod = found.typmod
        found = found.base


def _with_typmod(limits: Limits, root: str, typmod: int) -> Limits:
    if typmod < 4:
        return limits
    if root in {"varchar", "bpchar"}:
        return limits.at_most_long(typmod - 4)
    if root == "numeric":
        precision, scale = (typmod - 4) >> 16, (typmod - 4) & 0x7FF
        bound = Decimal(10) ** (precision - scale) - Decimal(10) ** -scale
        known = limits.scale
        limits = replace(limits, scale=scale if known is None else min(known, scale))
        return limits.above(-bound).below(bound)
    return limits


def _with_condition(limits: Limits, condition: str) -> Limits:
    if match := _RANGE.fullmatch(condition):
        operator, bound = match[1], Decimal(match[2])
        if operator[0] == ">":
            return limits.above(bound, is_open=operator == ">")
        return limits.below(bound, is_open=operator == "<")
    if match := _LENGTH.fullmatch(condition):
        operator, length = match[1], int(Decimal(match[2]))
        if operator[0] == ">":
            return limits.at_least_long(length + (operator == ">"))
        return limits.at_most_long(length - (operator == "<"))
    if match := _PATTERN.fullmatch(condition):
        pattern = portable_pattern(match[1].replace("''", "'"))
        if pattern is not None:
            return replace(limits, patterns=(*limits.patterns, pattern))
    return limits


def _inside_check(definition: str) -> str:
    """`CHECK (…)`, perhaps with `NOT VALID` behind it, without its wrapping."""
    return definition.removeprefix("CHECK ").removesuffix(" NOT VALID")


def _conditions(expression: str) -> Iterator[str]:
    """The conditions that AND joins at the outermost level, without the parentheses around them."""
    parts: list[str] = []
    depth = start = 0
    quoted, wrapped = False, expression.startswith("(")
    for place, character in enumerate(expression):
        quoted ^= character == "'"
        if quoted:
            continue
        depth += (character == "(") - (character == ")")
        if depth == 0:
            wrapped = wrapped and place == len(expression) - 1
            if expression.startswith(" AND ", place):
                parts.append(expression[start:place])
                start = place + len(" AND ")
    if parts:
        for part in (*parts, expression[start:]):
            yield from _conditions(part)
    elif wrapped:
        yield from _conditions(expression[1:-1])
    else:
        yield expression
