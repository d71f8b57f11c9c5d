"""What the documents of the superseded systems call by other names, and where they put it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

ARGUMENTS = {
    "doctorId": "doctor_id",
    "slotId": "slot_id",
    "startTime": "start_time",
    "slot_time": "start_time",
    "totalSeats": "capacity",
    "userName": "patient_name",
    "userEmail": "patient_email",
    "seatsBooked": "seats",
}
VALUES = {("role", "user"): "patient"}
PREFIX = "/api"
OUTSIDE_OF_THE_PREFIX = ("/health", "/debug/", "/api-docs", "/api/")

# All of their dates lie in December 2024. Whole weeks keep the days of the week.
THEIR_DAYS = date(2024, 12, 1)


def path_of(documented: str, **values: object) -> str:
    """Return our path for theirs: below the prefix, `:name` filled in, dates in the future."""
    path = documented
    for name, value in values.items():
        path = path.replace(f":{name}", str(value))
    assert ":" not in path, f"nothing was given for {path}"
    before, _, query = path.partition("?")
    if not before.startswith(OUTSIDE_OF_THE_PREFIX):
        before = PREFIX + before
    pairs = [pair.partition("=") for pair in query.split("&") if pair]
    shifted = [f"{name}={later(value)}" for name, _, value in pairs]
    return before + ("?" + "&".join(shifted) if shifted else "")


def body_of(documented: dict[str, Any]) -> dict[str, Any]:
    """Return our body for theirs."""
    return {
        ARGUMENTS.get(name, name): VALUES.get((name, value), later(value))
        if isinstance(value, str)
        else value
        for name, value in documented.items()
    }


def later(text: str) -> str:
    """Shift a date or an instant into the future; return any other text as it is."""
    shift = timedelta(weeks=-(-(datetime.now(UTC).date() - THEIR_DAYS).days // 7) + 5)
    try:
        if len(text) == len("2024-12-15"):
            return (date.fromisoformat(text) + shift).isoformat()
        if len(text) == len("2024-12-15T10:00:00Z"):
            return (datetime.fromisoformat(text) + shift).isoformat()
    except ValueError:
        pass
    return text
