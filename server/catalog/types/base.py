"""What there is to know of a type, and the codec that reads its values strictly.

A codec turns a JSON value or a query string's text into PostgreSQL's text format. Equal values get
equal bytes, so that the same argument given in two places can be compared.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from server.catalog.limits import Limits

Schema = dict[str, Any]


class Refused(Exception):  # noqa: N818 - an answer, not a fault
    """A value is not one of its type; `message` says what is allowed, for people ("must be …")."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class Codec:
    """`from_json` and `from_text` return PostgreSQL's text format or raise Refused.

    Only an array has `from_texts`, which takes the values of a repeated query key; its `from_text`
    takes one element alone.
    """

    from_json: Callable[[object], bytes]
    from_text: Callable[[str], bytes]
    from_texts: Callable[[Iterable[str]], bytes] | None = None


@dataclass(frozen=True)
class BaseType:
    """A type that PostgreSQL brings along; a row of `server.catalog.types.TYPES`.

    `codec` reads an argument within limits; its messages may use the description of the domain that
    set them. `schema` documents just what `codec` takes. `example` is a value within limits as JSON
    has it, `later_example` one that comes behind it, for the end of something. `result` is the
    schema of what to_json writes, None where that is an argument's. `from_constant` reads the text
    of a constant as JSON.
    """

    codec: Callable[[Limits, str], Codec]
    schema: Callable[[Limits], Schema]
    example: Callable[[Limits], object]
    later_example: object = None
    result: Schema | None = None
    from_constant: Callable[[str], object] = str


def without_limits(codec: Codec, schema: Schema, example: object, **more: Any) -> BaseType:
    """A type that has none, with the same codec, schema and example for all its domains."""
    return BaseType(lambda *_: codec, lambda _: schema, lambda _: example, **more)


def strings(from_text: Callable[[str], bytes], message: str) -> Codec:
    """A codec of values that JSON writes as strings, in the same way as a query string."""

    def from_json(value: object) -> bytes:
        if value.__class__ is not str:
            raise Refused(message)
        assert isinstance(value, str)
        return from_text(value)

    return Codec(from_json, from_text)


def json_constant(text: str) -> object:
    """A constant that is written as JSON writes it; any other remains a text."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _given_by_hand(_: object) -> bytes:
    raise Refused("comes with the request itself and cannot be given")


def _received(value: object) -> bytes:
    # Nothing that was read from JSON is bytes.
    return value if isinstance(value, bytes) else _given_by_hand(value)


# Of an argument that is the request as it came: what the server makes of it is passed on.
RECEIVED = Codec(_received, _given_by_hand)
