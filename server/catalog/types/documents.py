"""JSON objects, kept as they are; and the truth values, which only JSON has."""

import json
from decimal import Decimal

from server.catalog.body import parse_body
from server.catalog.types.base import Codec, Refused, json_constant, without_limits
from server.problems import Problem

_NO_OBJECT = "must be a JSON object"
_NO_TRUTH = "must be true or false"
_TRUTHS = {"true": b"true", "false": b"false"}


def read_object(text: str, message: str) -> dict[str, object]:
    """The members of a JSON object in a query string; Refused with the message if it is none."""
    try:
        return parse_body(text.encode())
    except (Problem, UnicodeEncodeError):
        raise Refused(message) from None


def _object(value: object) -> bytes:
    if not isinstance(value, dict):
        raise Refused(_NO_OBJECT)
    return _written(value).encode()


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


def _truth(value: object) -> bytes:
    if value.__class__ is not bool:
        raise Refused(_NO_TRUTH)
    return b"true" if value else b"false"


def _truth_in_text(text: str) -> bytes:
    if text not in _TRUTHS:
        raise Refused(_NO_TRUTH)
    return _TRUTHS[text]


# A result may be any JSON.
OBJECT = without_limits(
    Codec(_object, lambda text: _object(read_object(text, _NO_OBJECT))),
    {"type": "object"},
    {},
    result={},
    from_constant=json_constant,
)
TRUTH = without_limits(
    Codec(_truth, _truth_in_text), {"type": "boolean"}, True, from_constant=json_constant
)
