"""JSON objects, kept as they are; and the truth values, which only JSON has."""

import json
from decimal import Decimal

from server.catalog.body import parse_body
from server.catalog.limits import Limits
from server.catalog.types.base import BaseType, Codec, Refused
from server.problems import Problem

_TRUTHS = {"true": b"true", "false": b"false"}


def read_object(text: str, message: str) -> dict[str, object]:
    """The members of a JSON object in a query string; Refused with the message if it is none."""
    try:
        return parse_body(text.encode())
    except (Problem, UnicodeEncodeError):
        raise Refused(message) from None


def _object_codec(_limits: Limits, _description: str) -> Codec:
    message = "must be a JSON object"

    def from_json(value: object) -> bytes:
        if not isinstance(value, dict):
            raise Refused(message)
        return _written(value).encode()

    return Codec(from_json, lambda text: from_json(read_object(text, message)))


def _written(value: object) -> str:
    """JSON text with numbers as they were written; the standard encoder knows no Decimal."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dict):
        members = (f"{_written(key)}:{_written(member)}" for key, member in value.items())
        return "{" + ",".join(members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_written, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _truth_codec(_limits: Limits, _description: str) -> Codec:
    def from_json(value: object) -> bytes:
        if value.__class__ is not bool:
            raise Refused("must be true or false")
        return b"true" if value else b"false"

    def from_text(text: str) -> bytes:
        if text not in _TRUTHS:
            raise Refused("must be true or false")
        return _TRUTHS[text]

    return Codec(from_json, from_text)


# A result may be any JSON.
OBJECT = BaseType(
    _object_codec, lambda _: {"type": "object"}, lambda _: {}, result={}, constant=None
)
TRUTH = BaseType(
    _truth_codec,
    lambda _: {"type": "boolean"},
    lambda _: True,
    constant=lambda text: text[0] == "t",
)
