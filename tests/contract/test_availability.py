"""A doctor's hours, time off and other hours on a day, over HTTP, and the slots made of them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from .clinic import Clinic, Person

TODAY = datetime.now(UTC).date()
NEXT_WEEK = TODAY + timedelta(days=7)


def window(day: date = NEXT_WEEK, **more: Any) -> dict[str, Any]:
    """Return hours from nine to ten on the weekday of a day."""
    return {
        "weekday": day.isoweekday(),
        "start_time": "09:00",
        "end_time": "10:00",
        "slot_minutes": 30,
        "capacity": 1,
        **more,
    }


def starts(clinic: Clinic, doctor: Person, day: date = NEXT_WEEK) -> list[str]:
    """Return when the slots of a day start, as HH:MM in UTC."""
    slots = clinic.ok("GET", f"/api/doctors/{doctor.doctor_id}/slots?date={day}")
    return [slot["start_time"][11:16] for slot in slots]


@pytest.fixture
def hours(clinic: Clinic, doctor: Person) -> str:
    """The path of the hours of a doctor, who works next week from nine to ten."""
    path = f"/api/doctors/{doctor.doctor_id}/availability"
    clinic.ok("PUT", path, json={"weekly": [window()]}, token=doctor.token)
    return path


def test_hours_become_slots_and_are_shown_to_anybody(
    clinic: Clinic, hours: str, doctor: Person
) -> None:
    assert starts(clinic, doctor) == ["09:00", "09:30"]
    shown = clinic.ok("GET", hours)
    assert shown["time_zone"] == "UTC"
    expected = window(start_time="09:00:00", end_time="10:00:00", buffer_minutes=0)
    assert shown["weekly"] == [expected | {"valid_from": None, "valid_until": None}]
    # What is shown may be sent again.
    again = clinic.ok("PUT", hours, json={"weekly": shown["weekly"]}, token=doctor.token)
    assert again == shown


@pytest.mark.parametrize("path", ["/api/doctors/availability", "/doctors/availability"])
def test_a_doctor_sets_the_own_hours_without_saying_whose(
    clinic: Clinic, doctor: Person, path: str
) -> None:
    body = {"weekly": [window(buffer_minutes=5, end_time="10:05")]}
    shown = clinic.ok("POST", path, json=body, token=doctor.token)
    assert shown["doctor_id"] == doctor.doctor_id
    assert starts(clinic, doctor) == ["09:00", "09:35"]


def test_an_admin_says_whose_hours(clinic: Clinic, doctor: Person, admin: Person) -> None:
    path, body = "/api/doctors/availability", {"weekly": [window()]}
    clinic.refused("POST", path, 400, "missing_parameter", json=body, token=admin.token)
    named = body | {"doctor_id": doctor.doctor_id}
    clinic.ok("POST", path, json=named, token=admin.token)
    assert starts(clinic, doctor) == ["09:00", "09:30"]


@pytest.mark.parametrize("role", [None, "patient", "clerk", "doctor"])
def test_nobody_else_sets_them(clinic: Clinic, hours: str, role: str | None) -> None:
    if role is None:
        clinic.refused("PUT", hours, 401, "unauthenticated", json={"weekly": []})
        return
    if role == "doctor":
        token, status, code = clinic.acting_doctor().token, 404, "doctor_not_found"
    else:
        token, status, code = clinic.person(role).token, 403, "forbidden"
    clinic.refused("PUT", hours, status, code, json={"weekly": []}, token=token)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"weekday": 8}, "is wrong in item 1, which is wrong in weekday, which must be a whole"),
        ({"capacity": None}, "is wrong in item 1, which must have the member capacity"),
        ({"start_time": "9"}, "is wrong in item 1, which is wrong in start_time, which must be"),
        ({"pause": 5}, "is wrong in item 1, which must be an object with no members but weekday"),
    ],
)
def test_wrong_hours_are_named(
    clinic: Clinic, hours: str, doctor: Person, wrong: dict[str, Any], message: str
) -> None:
    body = {"weekly": [window(**wrong)]}
    answer = clinic.refused("PUT", hours, 400, "invalid_parameter", json=body, token=doctor.token)
    (error,) = answer.body["errors"]
    assert error["field"] == "weekly"
    assert error["message"].startswith(message)
    assert starts(clinic, doctor) == ["09:00", "09:30"]


def test_the_document_shows_the_shape_of_hours(clinic: Clinic) -> None:
    schemas = clinic.ok("GET", "/openapi.json")["components"]["schemas"]
    shape = schemas["WeeklyHoursInput"]
    assert shape["required"] == ["weekday", "start_time", "end_time", "slot_minutes", "capacity"]
    assert schemas["Weekday"].items() >= {"minimum": 1, "maximum": 7}.items()


def test_changed_hours_leave_what_is_booked_and_what_was_made_by_hand(
    clinic: Clinic, hours: str, doctor: Person
) -> None:
    slots = clinic.ok("GET", f"/api/doctors/{doctor.doctor_id}/slots?date={NEXT_WEEK}")
    booking = clinic.paid(slots[1]["id"])
    by_hand = {"doctor_id": doctor.doctor_id, "start_time": f"{NEXT_WEEK}T15:00:00Z"}
    clinic.ok("POST", "/api/slots", json=by_hand, token=doctor.token)
    body = {"weekly": [window(start_time="11:00", end_time="12:00")]}
    clinic.ok("PUT", hours, json=body, token=doctor.token)
    assert starts(clinic, doctor) == ["09:30", "11:00", "11:30", "15:00"]
    # Once nobody has it any more, the slot of the old hours goes.
    clinic.ok("DELETE", f"/api/bookings/{booking['id']}", manage_token=booking["manage_token"])
    clinic.tidy_up()
    assert starts(clinic, doctor) == ["11:00", "11:30", "15:00"]


def test_other_hours_on_a_day(clinic: Clinic, hours: str, doctor: Person) -> None:
    day = f"{hours}/{NEXT_WEEK}"
    assert clinic.ok("GET", day)["differs"] is False
    evening = {"start_time": "18:00", "end_time": "19:00", "slot_minutes": 60, "capacity": 5}
    shown = clinic.ok("PUT", day, json={"hours": [evening]}, token=doctor.token)
    assert shown["differs"] is True
    assert [h["start_time"] for h in shown["hours"]] == ["18:00:00"]
    assert starts(clinic, doctor) == ["18:00"]
    assert starts(clinic, doctor, NEXT_WEEK + timedelta(days=7)) == ["09:00", "09:30"]
    assert clinic.ok("PUT", day, json={}, token=doctor.token)["hours"] == []
    assert starts(clinic, doctor) == []
    clinic.refused("DELETE", day, 401, "unauthenticated")
    clinic.ok("DELETE", day, token=doctor.token)
    assert starts(clinic, doctor) == ["09:00", "09:30"]


def test_time_off(clinic: Clinic, hours: str, doctor: Person, admin: Person) -> None:
    path = f"/api/doctors/{doctor.doctor_id}/time-off"
    slots = clinic.ok("GET", f"/api/doctors/{doctor.doctor_id}/slots?date={NEXT_WEEK}")
    booking = clinic.paid(slots[0]["id"])
    body = {
        "start_time": f"{NEXT_WEEK}T00:00:00Z",
        "end_time": f"{NEXT_WEEK + timedelta(days=1)}T00:00:00Z",
        "reason": "Holiday",
    }
    clinic.refused("POST", path, 409, "time_off_has_bookings", json=body, token=doctor.token)
    assert starts(clinic, doctor) == ["09:00", "09:30"]
    made = clinic.ok("POST", path, json=body | {"force": True}, token=doctor.token)
    assert starts(clinic, doctor) == []
    assert clinic.status_of(booking) == "CANCELLED"
    assert clinic.ok("GET", path, token=admin.token) == [made]
    clinic.refused("GET", path, 401, "unauthenticated")
    clinic.refused("GET", path, 404, "doctor_not_found", token=clinic.acting_doctor().token)
    # New hours make nothing in it.
    later = {"weekly": [window(start_time="09:00", end_time="12:00")]}
    clinic.ok("PUT", hours, json=later, token=doctor.token)
    assert starts(clinic, doctor) == []
    clinic.ok("DELETE", f"{path}/{made['id']}", token=doctor.token)
    assert len(starts(clinic, doctor)) == 6
    gone = f"{path}/{made['id']}"
    clinic.refused("DELETE", gone, 404, "time_off_not_found", token=doctor.token)


def test_another_horizon_and_another_zone_are_kept_up(clinic: Clinic) -> None:
    place = clinic.clinic(time_zone="Asia/Kolkata")
    doctor = clinic.acting_doctor(clinic=place)
    days = [window(day) for day in (NEXT_WEEK + timedelta(days=n) for n in range(7))]
    path = f"/api/doctors/{doctor.doctor_id}/availability"
    clinic.ok("PUT", path, json={"weekly": days}, token=doctor.token)
    far = TODAY + timedelta(days=100)
    assert starts(clinic, doctor) == ["03:30", "04:00"]
    assert starts(clinic, doctor, far) == []
    clinic.database.rows("update data.clinic set horizon_days = 120 where id = %s", [place])
    clinic.tidy_up()
    assert starts(clinic, doctor, far) == ["03:30", "04:00"]
    clinic.database.rows("update data.clinic set time_zone = 'UTC' where id = %s", [place])
    clinic.tidy_up()
    assert starts(clinic, doctor) == ["09:00", "09:30"]
    assert starts(clinic, doctor, far) == ["09:00", "09:30"]
