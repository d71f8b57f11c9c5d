"""What an argument of a type takes: a row of the table, or enums, arrays and rows made of such.

A codec accepts exactly what `server.catalog.schemas` documents for its type.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any, TypeVar

from server.catalog.limits import limits_of
from server.catalog.model import Argument, SqlType, Unfit
from server.catalog.types import TYPES, Codec, Refused
from server.catalog.types.base import strings
from server.catalog.types.documents import read_object

_Given = TypeVar("_Given")

# What ends comes after what starts.
_ENDS = "end_"


@dataclass(frozen=True)
class Input:
    """How a value is read; examples of one, as JSON has them, None where none can be told.

    `later` is an example that comes behind `example`. `from_constant` reads the text of a default
    or of a comment's example as JSON.
    """

    codec: Codec
    from_constant: Callable[[str], Any]
    example: Any
    later: Any = None

    def shown(self, constant: str) -> Any:
        """A constant as JSON has it; None if that would be refused as an argument."""
        return self.if_allowed(self.from_constant(constant))

    def if_allowed(self, value: Any) -> Any:
        """The value, None if it would be refused."""
        try:
            self.codec.from_json(Decimal(str(value)) if isinstance(value, float) else value)
        except Refused:
            return None
        return value

    def example_of(self, name: str) -> Any:
        """The example that suits something of this name."""
        return self.example if self.later is None or not name.startswith(_ENDS) else self.later


def input_of(
    type_: SqlType, typmod: int = -1, aliases: Mapping[str, str] = MappingProxyType({})
) -> Input:
    """What a type takes; Unfit if no argument can be of it.

    `aliases` are words for labels of enums.
    """
    found = _made(type_, typmod, aliases)
    if (text := type_.given_example()) is None:
        return replace(found, example=found.if_allowed(found.example))
    if (given := found.shown(text)) is None:
        raise Unfit(f"the example {text!r} is no {type_.full_name}")
    return replace(found, example=given, later=None)


def request_example(arguments: Iterable[Argument]) -> dict[str, Any] | None:
    """A body with the required arguments; None where one of them has no example."""
    return _together({a.name: input_of(a.type) for a in arguments if a.required})


def _together(members: Mapping[str, Input]) -> dict[str, Any] | None:
    found = {name: member.example_of(name) for name, member in members.items()}
    return None if None in found.values() else found


def _made(type_: SqlType, typmod: int, aliases: Mapping[str, str]) -> Input:
    root = type_.root()
    if root.kind == "enum":
        offered = type_.offered()
        labels = {label: label for label in root.labels}
        labels |= {alias: label for alias, label in aliases.items() if label in labels}
        return Input(_enum(labels, offered), str, next(iter(offered), None))
    if root.kind == "array" and root.base is not None:
        item = input_of(root.base, aliases=aliases)
        example = None if item.example is None else [item.example]
        return Input(_array(item.codec), lambda text: [] if text == "{}" else None, example)
    if root.kind == "composite":
        members = {c.name: input_of(c.type, c.typmod) for c in root.columns}
        needed = {c.name: members[c.name] for c in root.columns if c.never_null}
        codec = _row({name: member.codec for name, member in members.items()}, needed.keys())
        return Input(codec, lambda _: None, _together(needed))
    row = TYPES.get(root.name) if root.schema == "pg_catalog" else None
    if row is None:
        raise Unfit(f"cannot be passed as {root.full_name}")
    limits = limits_of(type_, typmod)
    codec = row.codec(limits, type_.description)
    return Input(codec, row.from_constant, row.example(limits), row.later_example)


def _enum(labels: Mapping[str, str], offered: Iterable[str]) -> Codec:
    encoded = {given: label.encode() for given, label in labels.items()}
    message = f"must be one of {', '.join(offered)}"

    def from_text(text: str) -> bytes:
        found = encoded.get(text)
        if found is None:
            raise Refused(message)
        return found

    return strings(from_text, message)


def _array(element: Codec) -> Codec:
    message = "must be a list"

    def from_json(value: object) -> bytes:
        if not isinstance(value, list):
            raise Refused(message)
        return joined(value, element.from_json)

    def from_texts(texts: Iterable[str]) -> bytes:
        return joined(texts, element.from_text)

    def joined(items: Iterable[_Given], read: Callable[[_Given], bytes]) -> bytes:
        parts = (_part(f"item {n}", read, item) for n, item in enumerate(items, start=1))
        return b"{" + b",".join(_quoted(part, b"\\") for part in parts) + b"}"

    return Codec(from_json, lambda text: from_texts((text,)), from_texts)


def _row(columns: Mapping[str, Codec], needed: Collection[str]) -> Codec:
    message = f"must be an object with no members but {', '.join(columns)}"

    def from_json(value: object) -> bytes:
        if not isinstance(value, dict) or not value.keys() <= columns.keys():
            raise Refused(message)
        parts = []
        for name, codec in columns.items():
            member = value.get(name)
            if member is not None:
                parts.append(_quoted(_part(name, codec.from_json, member), b'"'))
            elif name in needed:
                raise Refused(f"must have the member {name}")
            else:
                parts.append(b"")
        return b"(" + b",".join(parts) + b")"

    return Codec(from_json, lambda text: from_json(read_object(text, message)))


def _part(name: str, read: Callable[[_Given], bytes], given: _Given) -> bytes:
    try:
        return read(given)
    except Refused as refused:
        raise Refused(f"is wrong in {name}, which {refused.message}") from None


def _quoted(text: bytes, quote_escape: bytes) -> bytes:
    """An element of an array (quotes escaped by a backslash) or of a row (quotes doubled)."""
    return b'"' + text.replace(b"\\", b"\\\\").replace(b'"', quote_escape + b'"') + b'"'
