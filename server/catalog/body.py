"""Request bodies: JSON read strictly."""

import json
from decimal import Decimal, InvalidOperation
from itertools import chain
from typing import Any

from server.problems import Problem

MAX_NESTING = 32
_MAX_NUMBER_LENGTH = 400
_MAX_EXPONENT = 308


def parse_body(raw: bytes) -> dict[str, object]:
    """The members of a JSON object; an empty body has none.

    Numbers with a fraction or an exponent become Decimal, others int. Raises Problem 400
    invalid_body for anything that is not a JSON object in UTF-8, for duplicate keys at any depth,
    NaN and infinities, U+0000 and lone surrogates in strings, numbers beyond what a double or 400
    characters can hold, and for more than 32 levels of nesting.
    """
    if not raw:
        return {}
    try:
        value = _DECODER.decode(raw.decode("utf-8"))
    except UnicodeDecodeError:
        raise _invalid("The body is not UTF-8.") from None
    except json.JSONDecodeError as error:
        raise _invalid(
            f"The body is not valid JSON: {error.msg} at line {error.lineno}, column {error.colno}."
        ) from None
    except RecursionError:
        raise _too_deep() from None
    except ValueError:
        raise _invalid("The body holds a number too long to read.") from None
    if not isinstance(value, dict):
        raise _invalid("The body must be a JSON object.")
    if b"\\u" in raw or raw.count(b"{") + raw.count(b"[") > MAX_NESTING:
        _check(value)
    return value


def decimal(text: str) -> Decimal:
    """A JSON number as Decimal; ValueError where a double could not hold its magnitude."""
    if len(text) > _MAX_NUMBER_LENGTH:
        raise ValueError
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError from None
    if number and abs(number.adjusted()) > _MAX_EXPONENT:
        raise ValueError
    return number or Decimal(0)


def _invalid(detail: str) -> Problem:
    return Problem(400, "invalid_body", detail)


def _too_deep() -> Problem:
    return _invalid(f"The body is nested more than {MAX_NESTING} levels deep.")


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise _invalid("The body has an object with a duplicate key.")
    return members


def _number(text: str) -> Decimal:
    try:
        return decimal(text)
    except ValueError:
        raise _invalid("The body holds a number out of range.") from None


def _constant(text: str) -> object:
    raise _invalid(f"The body holds {text}, which is not JSON.")


def _check(value: dict[str, object]) -> None:
    """Refuse more levels than may be, and what only an escape brings into a string."""
    containers: list[Any] = [value]
    for _ in range(MAX_NESTING):
        values = (c.values() for c in containers if isinstance(c, dict))
        members = [*chain.from_iterable(containers), *chain.from_iterable(values)]
        text = "".join(m for m in members if isinstance(m, str))
        if "\x00" in text:
            raise _invalid("The body holds the character U+0000.")
        try:
            text.encode("utf-8")
        except UnicodeEncodeError:
            raise _invalid("The body holds half of a surrogate pair.") from None
        containers = [m for m in members if isinstance(m, (dict, list))]
    if containers:
        raise _too_deep()


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=_number, parse_constant=_constant
)
