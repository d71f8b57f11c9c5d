"""Examples of arguments: what a form that is filled in beforehand should show.

A domain's comment may give one; other types have one that suits their limits, where such can be
told. None stands for no example, which null never is.
"""

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from server.catalog.codecs import UnsupportedType, codec_of
from server.catalog.limits import limits_of
from server.catalog.model import Argument, SqlType
from server.catalog.types import TYPES, Refused

# What ends comes after what starts.
_ENDS = "end_"


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
    text = next((t.example for t in type_.domains() if t.example is not None), None)
    row = TYPES.get(type_.root().name)
    if text is None or row is None or row.schema(limits_of(type_))["type"] == "string":
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def check_example(type_: SqlType) -> None:
    """Raise WrongExample if the comment's example would be refused as an argument."""
    given = given_example(type_)
    if given is not None and not _is_allowed(type_, given):
        raise WrongExample(f"the example {given!r} is no {type_.full_name}")


def _argument_example(argument: Argument) -> Any:
    row = TYPES.get(argument.type.root().name)
    if argument.name.startswith(_ENDS) and row is not None and row.later_example is not None:
        later = row.later_example
        if given_example(argument.type) is None and _is_allowed(argument.type, later):
            return later
    return example_of(argument.type)


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
        return next(iter(type_.offered()), None)
    if root.kind == "array" and root.base is not None:
        element = example_of(root.base)
        return None if element is None else [element]
    if root.kind == "composite":
        members = {c.name: example_of(c.type) for c in root.columns if c.never_null}
        return None if None in members.values() else members
    row = TYPES.get(root.name)
    return None if row is None else row.example(limits_of(type_))
