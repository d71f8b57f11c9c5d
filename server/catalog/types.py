"""Codecs: from a JSON value or a query string's text to PostgreSQL's text format, strictly.

A codec accepts exactly what `server.catalog.schemas` documents for its type. Equal values get
equal bytes, so that the same argument given in two places can be compared.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Context, Decimal
from types import MappingProxyType
from typing import TypeVar

from server.catalog.body import decimal, parse_body
from server.catalog.limits import Limits, compiled, limits_of
from server.catalog.model import SqlType
from server.problems import Problem

_T = TypeVar("_T")

INTEGER_BITS = MappingProxyType({"int2": 16, "int4": 32, "int8": 64})
TIME_PATTERN = "^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$"

# Enough digits that no number which a request can hold is ever rounded.
_EXACT = Context(prec=2000)
_INTEGER_TEXT = re.compile(r"-?(?:0|[1-9][0-9]*)")
# With the sign; whatever is longer is out of range of every type.
_LONGEST_INTEGER = 20
_NUMBER_TEXT = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt]((?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9])(?:\.([0-9]+))?"
    r"(?:[Zz]|([+-](?:[01][0-9]|2[0-3]):[0-5][0-9]))"
)
_TIME = compiled(TIME_PATTERN)
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class Refused(Exception):  # noqa: N818 - an answer, not a fault
    """A value is not one of its type; `message` says what is allowed, for people ("must be …")."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class UnsupportedType(Exception):  # noqa: N818 - read as a sentence with its type
    """There is no way to pass this type as an argument."""


@dataclass(frozen=True)
class Codec:
    """`from_json` and `from_text` return PostgreSQL's text format or raise Refused.

    For an array (`many`), `from_texts` takes the values of a repeated query key; its `from_text`
    takes one element alone.
    """

    from_json: Callable[[object], bytes]
    from_text: Callable[[str], bytes]
    from_texts: Callable[[Iterable[str]], bytes] | None = None

    @property
    def many(self) -> bool:
        """Whether a query string may repeat the key."""
        return self.from_texts is not None


def codec_of(type_: SqlType, typmod: int = -1) -> Codec:
    """The codec of an argument's type, UnsupportedType if there is none."""
    root = type_.root()
    if root.kind == "enum":
        return _enum(root.labels)
    if root.kind == "array" and root.base is not None:
        return _array(codec_of(root.base))
    if root.kind == "composite":
        return _composite(root)
    limits = limits_of(type_, typmod)
    if root.schema != "pg_catalog" or root.name not in _MAKERS:
        raise UnsupportedType(root.full_name)
    return _MAKERS[root.name](limits, type_)


def text_codec(shortest: int, longest: int | None = None) -> Codec:
    """The codec of a text with so many characters, for an argument that is no parameter in SQL."""
    limits = Limits(min_length=shortest, max_length=longest)
    return _text(limits, SqlType("pg_catalog", "text", "base"))


def range_in_words(limits: Limits) -> str:
    """` from 1 to 9`, ` of at least 1`, ` above 0 and at most 9`, or nothing."""
    low = None if limits.low is None else plain(limits.low)
    high = None if limits.high is None else plain(limits.high)
    if low is not None and high is not None and not limits.low_open and not limits.high_open:
        return f" from {low} to {high}"
    words = []
    if low is not None:
        words.append(f"above {low}" if limits.low_open else f"of at least {low}")
    if high is not None:
        words.append(f"below {high}" if limits.high_open else f"of at most {high}")
    return " " + " and ".join(words) if words else ""


def plain(number: Decimal) -> str:
    """A number without exponent and without needless zeros."""
    return format(_EXACT.normalize(number), "f") if number else "0"


def json_number(number: Decimal) -> int | float:
    """As JSON shows it. Floats print the shortest decimals that mean them: 0.01 stays 0.01."""
    exact: int | float = json.loads(format(number, "f"))
    return int(exact) if exact == int(exact) else exact


def integer_limits(limits: Limits, bits: int) -> tuple[int, int]:
    """The least and the greatest whole number within limits and the width of the type."""
    low, high = -(1 << bits - 1), (1 << bits - 1) - 1
    if limits.low is not None:
        floor = limits.low.__floor__()
        low = max(low, floor if floor == limits.low and not limits.low_open else floor + 1)
    if limits.high is not None:
        ceiling = limits.high.__ceil__()
        high = min(
            high, ceiling if ceiling == limits.high and not limits.high_open else ceiling - 1
        )
    return low, high


def _integer(limits: Limits, bits: int) -> Codec:
    low, high = integer_limits(limits, bits)
    bounded = limits.low is not None or limits.high is not None
    message = f"must be a whole number{range_in_words(limits) if bounded else ''}"
    too_far = f"must be a whole number from {low} to {high}"

    def from_json(value: object) -> bytes:
        # By class, for a bool is an int to isinstance.
        if value.__class__ is int or value.__class__ is Decimal:
            assert isinstance(value, (int, Decimal))
            if not low <= value <= high:
                raise Refused(too_far)
            # 1.0 is an integer to JSON Schema.
            if value == int(value):
                return b"%d" % int(value)
        raise Refused(message)

    def from_text(text: str) -> bytes:
        if _INTEGER_TEXT.fullmatch(text) is None:
            raise Refused(message)
        if len(text) > _LONGEST_INTEGER:
            raise Refused(too_far)
        return from_json(int(text))

    return Codec(from_json, from_text)


def _number(limits: Limits, _type: SqlType) -> Codec:
    low, low_open, high, high_open = limits.low, limits.low_open, limits.high, limits.high_open
    scale = limits.scale
    decimals = "" if scale is None else f" with at most {scale} decimals"
    message = f"must be a number{range_in_words(limits)}{decimals}"

    def from_json(value: object) -> bytes:
        if value.__class__ is int:
            assert isinstance(value, int)
            number = Decimal(value)
        elif value.__class__ is Decimal:
            assert isinstance(value, Decimal)
            number = value
        else:
            raise Refused(message)
        if low is not None and (number < low or (low_open and number == low)):
            raise Refused(message)
        if high is not None and (number > high or (high_open and number == high)):
            raise Refused(message)
        if abs(number.adjusted()) > 308:
            raise Refused(message)
        exact = _EXACT.normalize(number)
        exponent = exact.as_tuple().exponent
        if scale is not None and isinstance(exponent, int) and -exponent > scale:
            raise Refused(message)
        return plain(exact).encode()

    def from_text(text: str) -> bytes:
        if _NUMBER_TEXT.fullmatch(text) is None:
            raise Refused(message)
        try:
            return from_json(decimal(text))
        except ValueError:
            raise Refused(message) from None

    return Codec(from_json, from_text)


def _boolean(_limits: Limits, _type: SqlType) -> Codec:
    encoded = {True: b"true", False: b"false"}
    written = {"true": b"true", "false": b"false"}

    def from_json(value: object) -> bytes:
        if value.__class__ is not bool:
            raise Refused("must be true or false")
        return encoded[bool(value)]

    def from_text(text: str) -> bytes:
        found = written.get(text)
        if found is None:
            raise Refused("must be true or false")
        return found

    return Codec(from_json, from_text)


def _strings(from_text: Callable[[str], bytes], message: str) -> Codec:
    """A codec of values that JSON writes as strings, in the same way as a query string."""

    def from_json(value: object) -> bytes:
        if value.__class__ is not str:
            raise Refused(message)
        assert isinstance(value, str)
        return from_text(value)

    return Codec(from_json, from_text)


def _text(limits: Limits, type_: SqlType) -> Codec:
    shortest, longest = limits.min_length, limits.max_length
    patterns = tuple(compiled(pattern) for pattern in limits.patterns)
    if shortest and longest is not None:
        size = f" of {shortest} to {longest} characters"
    elif longest is not None:
        size = f" of at most {longest} characters"
    else:
        size = f" of at least {shortest} characters" if shortest else ""
    message = f"must be text{size}"
    unmatched = (
        f"must be {_within_sentence(type_.description)}"
        if type_.description
        else f"must match {' and '.join(limits.patterns)}"
    )

    def from_text(text: str) -> bytes:
        if len(text) < shortest or (longest is not None and len(text) > longest):
            raise Refused(message)
        for pattern in patterns:
            if pattern.search(text) is None:
                raise Refused(unmatched)
        if "\x00" in text:
            raise Refused("must not hold the character U+0000")
        try:
            return text.encode()
        except UnicodeEncodeError:
            raise Refused("must be valid UTF-8") from None

    return _strings(from_text, message)


def _within_sentence(description: str) -> str:
    """`An address.` as `an address`; a first word in capitals stays as it is."""
    words = description.strip().removesuffix(".")
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


def _date(_limits: Limits, _type: SqlType) -> Codec:
    message = "must be a date written YYYY-MM-DD"
    no_such_day = "must be an existing date, written YYYY-MM-DD"

    def from_text(text: str) -> bytes:
        if _DATE.fullmatch(text) is None:
            raise Refused(message)
        try:
            date.fromisoformat(text)
        except ValueError:
            raise Refused(no_such_day) from None
        return text.encode()

    return _strings(from_text, message)


def _instant(_limits: Limits, _type: SqlType) -> Codec:
    message = "must be an instant with its offset, such as 2030-01-31T09:00:00Z"
    no_such_instant = "must be an existing instant, such as 2030-01-31T09:00:00Z"
    in_url = f"{message} (in a URL a + is written %2B)"

    def from_text(text: str) -> bytes:
        match = _INSTANT.fullmatch(text)
        if match is None:
            raise Refused(in_url if " " in text else message)
        day, time, fraction, offset = match.groups()
        # PostgreSQL keeps microseconds; digits beyond them are cut off.
        written = f"{day}T{time}.{(fraction or '')[:6]:0<6}{offset or '+00:00'}"
        try:
            # In UTC, so that equal instants have equal text.
            instant = datetime.fromisoformat(written).astimezone(UTC)
        except (ValueError, OverflowError):
            raise Refused(no_such_instant) from None
        return instant.isoformat().encode()

    return _strings(from_text, message)


def _time(_limits: Limits, _type: SqlType) -> Codec:
    message = "must be a time of day written HH:MM or HH:MM:SS"

    def from_text(text: str) -> bytes:
        if _TIME.search(text) is None:
            raise Refused(message)
        return text.encode() if len(text) > 5 else text.encode() + b":00"

    return _strings(from_text, message)


def _uuid(_limits: Limits, _type: SqlType) -> Codec:
    message = "must be a UUID"

    def from_text(text: str) -> bytes:
        if _UUID.fullmatch(text) is None:
            raise Refused(message)
        return text.lower().encode()

    return _strings(from_text, message)


def _enum(labels: tuple[str, ...]) -> Codec:
    encoded = {label: label.encode() for label in labels}
    message = f"must be one of {', '.join(labels)}"

    def from_text(text: str) -> bytes:
        found = encoded.get(text)
        if found is None:
            raise Refused(message)
        return found

    return _strings(from_text, message)


def _json_object(_limits: Limits, _type: SqlType) -> Codec:
    message = "must be a JSON object"

    def from_json(value: object) -> bytes:
        if not isinstance(value, dict):
            raise Refused(message)
        return _to_json(value).encode()

    def from_text(text: str) -> bytes:
        return from_json(_read_json(text, message))

    return Codec(from_json, from_text)


def _array(element: Codec) -> Codec:
    message = "must be a list"

    def from_json(value: object) -> bytes:
        if not isinstance(value, list):
            raise Refused(message)
        return joined(_element(element.from_json, item, place) for place, item in enumerate(value))

    def from_texts(texts: Iterable[str]) -> bytes:
        return joined(_element(element.from_text, text, place) for place, text in enumerate(texts))

    def joined(items: Iterable[bytes]) -> bytes:
        return b"{" + b",".join(_quoted(item, b"\\") for item in items) + b"}"

    return Codec(from_json, lambda text: from_texts((text,)), from_texts)


def _element(read: Callable[[_T], bytes], item: _T, place: int) -> bytes:
    try:
        return read(item)
    except Refused as refused:
        raise Refused(f"item {place + 1} {refused.message}") from None


def _composite(type_: SqlType) -> Codec:
    columns = {column.name: codec_of(column.type, column.typmod) for column in type_.columns}
    needed = frozenset(column.name for column in type_.columns if column.never_null)
    message = f"must be an object with only {', '.join(columns)}"

    def from_json(value: object) -> bytes:
        if not isinstance(value, dict) or not value.keys() <= columns.keys():
            raise Refused(message)
        parts = []
        for name, codec in columns.items():
            item = value.get(name)
            if item is not None:
                parts.append(_quoted(_member(codec, name, item), b'"'))
            elif name in needed:
                raise Refused(f"needs {name}")
            else:
                parts.append(b"")
        return b"(" + b",".join(parts) + b")"

    def from_text(text: str) -> bytes:
        return from_json(_read_json(text, message))

    return Codec(from_json, from_text)


def _member(codec: Codec, name: str, item: object) -> bytes:
    try:
        return codec.from_json(item)
    except Refused as refused:
        raise Refused(f"{name} {refused.message}") from None


def _quoted(text: bytes, quote_escape: bytes) -> bytes:
    """An element of an array (quotes escaped by a backslash) or of a row (quotes doubled)."""
    return b'"' + text.replace(b"\\", b"\\\\").replace(b'"', quote_escape + b'"') + b'"'


def _read_json(text: str, message: str) -> dict[str, object]:
    try:
        return parse_body(text.encode())
    except (Problem, UnicodeEncodeError):
        raise Refused(message) from None


def _to_json(value: object) -> str:
    """JSON text with numbers as they were written; the standard encoder knows no Decimal."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dict):
        members = (f"{_to_json(key)}:{_to_json(member)}" for key, member in value.items())
        return "{" + ",".join(members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_to_json, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


_Maker = Callable[[Limits, SqlType], Codec]
_MAKERS: Mapping[str, _Maker] = MappingProxyType(
    {
        "int2": lambda limits, _type: _integer(limits, INTEGER_BITS["int2"]),
        "int4": lambda limits, _type: _integer(limits, INTEGER_BITS["int4"]),
        "int8": lambda limits, _type: _integer(limits, INTEGER_BITS["int8"]),
        "numeric": _number,
        "bool": _boolean,
        "text": _text,
        "varchar": _text,
        "date": _date,
        "timestamptz": _instant,
        "time": _time,
        "uuid": _uuid,
        "json": _json_object,
        "jsonb": _json_object,
    }
)
