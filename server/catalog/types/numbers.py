"""Numbers: whole ones of three widths, and exact decimals."""

import json
import re
from decimal import Context, Decimal
from functools import partial
from math import ceil, floor

from server.catalog.body import decimal
from server.catalog.limits import Limits
from server.catalog.types.base import BaseType, Codec, Refused, Schema, json_constant

# Enough digits that no number which a request can hold is ever rounded.
_EXACT = Context(prec=2000)
_WHOLE_TEXT = re.compile(r"-?(?:0|[1-9][0-9]*)")
# With the sign; whatever is longer is out of range of every type.
_LONGEST_WHOLE = 20
_DECIMAL_TEXT = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_LARGEST_EXPONENT = 308
_EXAMPLE = Decimal(50)


def whole_number(bits: int) -> BaseType:
    """The type of whole numbers of so many bits."""
    return BaseType(
        partial(_whole_codec, bits),
        partial(_whole_schema, bits),
        partial(_whole_example, bits),
        from_constant=json_constant,
    )


def _whole_codec(bits: int, limits: Limits, _description: str) -> Codec:
    low, high = _bounds(bits, limits)
    bounded = limits.low is not None or limits.high is not None
    message = f"must be a whole number{_range_in_words(limits) if bounded else ''}"
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
        if _WHOLE_TEXT.fullmatch(text) is None:
            raise Refused(message)
        if len(text) > _LONGEST_WHOLE:
            raise Refused(too_far)
        return from_json(int(text))

    return Codec(from_json, from_text)


def _whole_schema(bits: int, limits: Limits) -> Schema:
    """With the bounds that a domain sets; those of the type itself are in its format."""
    low, high = _bounds(bits, limits)
    schema: Schema = {"type": "integer", "format": f"int{bits}"}
    if limits.low is not None:
        schema["minimum"] = low
    if limits.high is not None:
        schema["maximum"] = high
    return schema


def _whole_example(bits: int, limits: Limits) -> int:
    low, high = _bounds(bits, limits)
    return min(max(1, low), high)


def _bounds(bits: int, limits: Limits) -> tuple[int, int]:
    """The least and the greatest one within limits and the width of the type."""
    low, high = -(1 << bits - 1), (1 << bits - 1) - 1
    if limits.low is not None:
        number, side = limits.low
        low = max(low, floor(number) + 1 if side else ceil(number))
    if limits.high is not None:
        number, side = limits.high
        high = min(high, ceil(number) - 1 if side else floor(number))
    return low, high


def _decimal_codec(limits: Limits, _description: str) -> Codec:
    low, high, scale = limits.low, limits.high, limits.scale
    decimals = ""
    if scale is not None:
        decimals = f" with at most {scale} decimal{'' if scale == 1 else 's'}"
    message = f"must be a number{_range_in_words(limits)}{decimals}"

    def from_json(value: object) -> bytes:
        if value.__class__ is not int and value.__class__ is not Decimal:
            raise Refused(message)
        assert isinstance(value, (int, Decimal))
        number = Decimal(value)
        if (low is not None and (number, 0) < low) or (high is not None and (number, 0) > high):
            raise Refused(message)
        if abs(number.adjusted()) > _LARGEST_EXPONENT:
            raise Refused(message)
        exact = _EXACT.normalize(number)
        exponent = exact.as_tuple().exponent
        if scale is not None and isinstance(exponent, int) and -exponent > scale:
            raise Refused(message)
        return _plain(exact).encode()

    def from_text(text: str) -> bytes:
        if _DECIMAL_TEXT.fullmatch(text) is None:
            raise Refused(message)
        try:
            return from_json(decimal(text))
        except ValueError:
            raise Refused(message) from None

    return Codec(from_json, from_text)


def _decimal_schema(limits: Limits) -> Schema:
    schema: Schema = {"type": "number"}
    if limits.low is not None:
        schema["exclusiveMinimum" if limits.low[1] else "minimum"] = _in_json(limits.low[0])
    if limits.high is not None:
        schema["exclusiveMaximum" if limits.high[1] else "maximum"] = _in_json(limits.high[0])
    if limits.scale is not None:
        schema["multipleOf"] = _in_json(Decimal(10) ** -limits.scale)
    return schema


def _decimal_example(limits: Limits) -> int | float:
    number = _EXAMPLE if limits.low is None else max(_EXAMPLE, limits.low[0])
    return _in_json(number if limits.high is None else min(number, limits.high[0]))


def _range_in_words(limits: Limits) -> str:
    """` from 1 to 9`, ` of at least 1`, ` above 0 and at most 9`, or nothing."""
    low, high = limits.low, limits.high
    if low and high and not low[1] and not high[1]:
        return f" from {_plain(low[0])} to {_plain(high[0])}"
    words = []
    if low:
        words.append(f"{'above' if low[1] else 'of at least'} {_plain(low[0])}")
    if high:
        words.append(f"{'below' if high[1] else 'of at most'} {_plain(high[0])}")
    return " " + " and ".join(words) if words else ""


def _plain(number: Decimal) -> str:
    """Without exponent and without needless zeros."""
    return format(_EXACT.normalize(number), "f") if number else "0"


def _in_json(number: Decimal) -> int | float:
    """As JSON shows it. Floats print the shortest decimals that mean them: 0.01 stays 0.01."""
    exact: int | float = json.loads(format(number, "f"))
    return int(exact) if exact == int(exact) else exact


# How many decimals a result has, PostgreSQL decides.
DECIMAL = BaseType(
    _decimal_codec,
    _decimal_schema,
    _decimal_example,
    result={"type": "number"},
    from_constant=json_constant,
)
