"""The codec of any argument's type: a row of the table, or enums, arrays and rows made of such.

A codec accepts exactly what `server.catalog.schemas` documents for its type.
"""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import TypeVar

from server.catalog.limits import limits_of
from server.catalog.model import SqlType
from server.catalog.types import TYPES, Codec, Refused
from server.catalog.types.base import strings
from server.catalog.types.documents import read_object

_Given = TypeVar("_Given")


class UnsupportedType(Exception):  # noqa: N818 - read as a sentence with its type
    """There is no way to pass this type as an argument."""


def codec_of(
    type_: SqlType, typmod: int = -1, aliases: Mapping[str, str] = MappingProxyType({})
) -> Codec:
    """The codec of an argument's type, UnsupportedType if there is none.

    `aliases` are words for labels of enums.
    """
    root = type_.root()
    if root.kind == "enum":
        labels = {label: label for label in root.labels}
        labels |= {alias: label for alias, label in aliases.items() if label in labels}
        return _enum(labels, type_.offered())
    if root.kind == "array" and root.base is not None:
        return _array(codec_of(root.base, aliases=aliases))
    if root.kind == "composite":
        return _row(root)
    row = TYPES.get(root.name) if root.schema == "pg_catalog" else None
    if row is None or row.codec is None:
        raise UnsupportedType(root.full_name)
    return row.codec(limits_of(type_, typmod), type_.description)


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


def _row(type_: SqlType) -> Codec:
    columns = {column.name: codec_of(column.type, column.typmod) for column in type_.columns}
    needed = frozenset(column.name for column in type_.columns if column.never_null)
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
