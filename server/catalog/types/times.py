"""Days, instants, and times of day."""

import re
from datetime import UTC, date, datetime

from server.catalog.types.base import Refused, strings, without_limits

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt]((?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9])(?:\.([0-9]+))?"
    r"(?:[Zz]|([+-](?:[01][0-9]|2[0-3]):[0-5][0-9]))"
)
_TIME_PATTERN = "^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$"
_TIME = re.compile(_TIME_PATTERN.removeprefix("^").removesuffix("$"))

_NO_DAY = "must be a date written YYYY-MM-DD"
_NO_SUCH_DAY = "must be an existing date, written YYYY-MM-DD"
_NO_INSTANT = "must be an instant with its offset, such as 2030-01-31T09:00:00Z"
_NO_INSTANT_IN_URL = f"{_NO_INSTANT} (in a URL a + is written %2B)"
_NO_SUCH_INSTANT = "must be an existing instant, such as 2030-01-31T09:00:00Z"
_NO_TIME = "must be a time of day written HH:MM or HH:MM:SS"


def _day(text: str) -> bytes:
    if _DAY.fullmatch(text) is None:
        raise Refused(_NO_DAY)
    try:
        date.fromisoformat(text)
    except ValueError:
        raise Refused(_NO_SUCH_DAY) from None
    return text.encode()


def _instant(text: str) -> bytes:
    match = _INSTANT.fullmatch(text)
    if match is None:
        raise Refused(_NO_INSTANT_IN_URL if " " in text else _NO_INSTANT)
    day, time, fraction, offset = match.groups()
    # PostgreSQL keeps microseconds; digits beyond them are cut off.
    written = f"{day}T{time}.{(fraction or '')[:6]:0<6}{offset or '+00:00'}"
    try:
        # In UTC, so that equal instants have equal text.
        instant = datetime.fromisoformat(written).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Refused(_NO_SUCH_INSTANT) from None
    return instant.isoformat().encode()


def _time(text: str) -> bytes:
    if _TIME.fullmatch(text) is None:
        raise Refused(_NO_TIME)
    return text.encode() if len(text) > 5 else text.encode() + b":00"


DAY = without_limits(strings(_day, _NO_DAY), {"type": "string", "format": "date"}, "2030-01-15")
INSTANT = without_limits(
    strings(_instant, _NO_INSTANT),
    {"type": "string", "format": "date-time"},
    "2030-01-15T09:00:00Z",
    later_example="2030-01-15T10:00:00Z",
)
TIME = without_limits(
    strings(_time, _NO_TIME),
    {"type": "string", "pattern": _TIME_PATTERN},
    "09:00",
    later_example="10:00",
    result={"type": "string", "pattern": r"^[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?$"},
)
