"""Examples of arguments: what a form that is filled in beforehand should show.

A domain's comment may give one; other types have one that suits their limits, where such can be
told. None stands for no example, which null never is.
"""

import json
from collections.abc import Iterable
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from server.catalog.limits import Limits, limits_of
from server.catalog.model import Argument, SqlType
from server.catalog.types import (
    INTEGER_BITS,
    Refused,
    UnsupportedType,
    codec_of,
    integer_limits,
    json_number,
)

_TEXT = "text"
_NUMBER = Decimal(50)
_OTHERS: MappingProxyType[str, Any] = MappingProxyType(
    {
        "bool": True,
        "date": "2030-01-15",
        "timestamptz": "2030-01-15T09:00:00Z",
        "time": "09:00",
        "uuid": "3f2b8f6e-0c55-4d5e-9a53-5a3f6f0e2b11",
        "json": {},
        "jsonb": {},
    }
)
# What ends comes after what starts.
_ENDS = "end_"
_LATER: MappingProxyType[str, Any] = MappingProxyType(
    {"timestamptz": "2030-01-15T10:00:00Z", "time": "10:00"}
)


class WrongExample(Exception):  # noqa: N818 - a fault in a comment, told to its author
    """The example in a domain's comment is no value of the domain."""


def request_example(arguments: Iterable[Argument]) -> dict[str, Any] | None:
    """A body with the required arguments; None where one of them has no example."""
    found = {a.name: _argument_example(a) for a in arguments if a.required}
    return None if None in found.values() else found


def example_of(type_: SqlType) -> Any:
    """A value of an argument's type as JSON has it, or None."""
    given = given_example(type_)
    if given is not None:
        return given
    made = _made(type_)
    return made if made is not None and _is_allowed(type_, made) else None


def given_example(type_: SqlType) -> Any:
    """The example that a domain's comment gives, or that of the domain below it, or None."""
    found: SqlType | None = type_
    while found is not None and found.kind == "domain":
        if found.example is not None:
            return _typed(found.root(), found.example)
        found = found.base
    return None


def check_example(type_: SqlType) -> None:
    """Raise WrongExample if the comment's example would be refused as an argument."""
    given = given_example(type_)
    if given is not None and not _is_allowed(type_, given):
        raise WrongExample(f"the example {given!r} is no {type_.full_name}")


def _argument_example(argument: Argument) -> Any:
    root = argument.type.root().name
    if argument.name.startswith(_ENDS) and root in _LATER:
        later = _LATER[root]
        if given_example(argument.type) is None and _is_allowed(argument.type, later):
            return later
    return example_of(argument.type)


def _typed(root: SqlType, text: str) -> Any:
    """The text as its type is written in JSON; as it stands where it is none of that type."""
    if root.kind == "base" and root.name in {*INTEGER_BITS, "numeric", "bool", "json", "jsonb"}:
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text


def _is_allowed(type_: SqlType, value: Any) -> bool:
    exact = Decimal(str(value)) if isinstance(value, float) else value
    try:
        codec_of(type_).from_json(exact)
    except (Refused, UnsupportedType):
        return False
    return True


def _made(type_: SqlType) -> Any:
    root = type_.root()
    if root.kind == "enum":
        return root.labels[0] if root.labels else None
    if root.kind == "array" and root.base is not None:
        element = example_of(root.base)
        return None if element is None else [element]
    if root.kind == "composite":
        members = {c.name: example_of(c.type) for c in root.columns if c.never_null}
        return None if None in members.values() else members
    return _made_base(root.name, limits_of(type_))


def _made_base(root: str, limits: Limits) -> Any:
    if root in INTEGER_BITS:
        low, high = integer_limits(limits, INTEGER_BITS[root])
        return min(max(1, low), high)
    if root == "numeric":
        number = _NUMBER if limits.low is None else max(_NUMBER, limits.low)
        return json_number(number if limits.high is None else min(number, limits.high))
    if root in {"text", "varchar"}:
        times = -(-limits.min_length // len(_TEXT)) or 1
        return (_TEXT * times)[: limits.max_length]
    return _OTHERS.get(root)
