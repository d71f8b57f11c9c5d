"""Days, instants, and times of day."""

import re
from datetime import UTC, date, datetime

from server.catalog.limits import Limits
from server.catalog.types.base import BaseType, Codec, Refused, strings

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt]((?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9])(?:\.([0-9]+))?"
    r"(?:[Zz]|([+-](?:[01][0-9]|2[0-3]):[0-5][0-9]))"
)
_TIME_PATTERN = "^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$"
_TIME = re.compile(_TIME_PATTERN.removeprefix("^").removesuffix("$"))


def _day_codec(_limits: Limits, _description: str) -> Codec:
    message = "must be a date written YYYY-MM-DD"
    no_such_day = "must be an existing date, written YYYY-MM-DD"

    def from_text(text: str) -> bytes:
        if _DAY.fullmatch(text) is None:
            raise Refused(message)
        try:
            date.fromisoformat(text)
        except ValueError:
            raise Refused(no_such_day) from None
        return text.encode()

    return strings(from_text, message)


def _instant_codec(_limits: Limits, _description: str) -> Codec:
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

    return strings(from_text, message)


def _time_codec(_limits: Limits, _description: str) -> Codec:
    message = "must be a time of day written HH:MM or HH:MM:SS"

    def from_text(text: str) -> bytes:
        if _TIME.fullmatch(text) is None:
            raise Refused(message)
        return text.encode() if len(text) > 5 else text.encode() + b":00"

    return strings(from_text, message)


DAY = BaseType(_day_codec, lambda _: {"type": "string", "format": "date"}, lambda _: "2030-01-15")
# A default is written as PostgreSQL does it, which is not how an argument is.
INSTANT = BaseType(
    _instant_codec,
    lambda _: {"type": "string", "format": "date-time"},
    lambda _: "2030-01-15T09:00:00Z",
    later_example="2030-01-15T10:00:00Z",
    constant=None,
)
TIME = BaseType(
    _time_codec,
    lambda _: {"type": "string", "pattern": _TIME_PATTERN},
    lambda _: "09:00",
    later_example="10:00",
    result={"type": "string", "pattern": r"^[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?$"},
)
