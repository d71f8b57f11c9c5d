"""What management sees: counted a little while after it happened, and told until when."""

from datetime import UTC, datetime, timedelta
from typing import Any

from ..support.wait import eventually
from .clinic import Clinic, Person

COUNT = "select core.keep_reports(500, interval '0')"
NOW = "select clock_timestamp()"
EVENING = "select date_trunc('day', now(), 'UTC') + interval '40 days 22 hours'"


def analytics(clinic: Clinic, admin: Person, query: str, since: datetime) -> Any:
    """Return the analytics once all that happened until then is counted."""

    def counted() -> Any:
        clinic.database.rows(COUNT)
        found = clinic.ok("GET", f"/api/admin/analytics?{query}", token=admin.token)
        return found if found["as_of"] and datetime.fromisoformat(found["as_of"]) >= since else None

    # Nothing is counted behind an older transaction that is open, in any database.
    return eventually(counted, 30, "that all is counted")


def test_what_happens_is_in_the_analytics(clinic: Clinic, admin: Person) -> None:
    clinic_id = clinic.clinic(time_zone="Pacific/Auckland", currency="NZD")
    doctor = clinic.doctor(clinic=clinic_id, fee=40)
    # The evening of one day in UTC is the next day in Auckland.
    start = clinic.database.value(EVENING).astimezone(UTC)
    day = (start + timedelta(days=1)).date()
    slots = [
        clinic.slot(doctor, start=start + timedelta(minutes=30 * number)) for number in range(4)
    ]
    # Somebody of whom no other clinic has unpaid bookings.
    patient = {"patient_email": "counted@example.com"}
    clinic.paid(slots[0], **patient)
    cancelled = clinic.paid(slots[1], **patient)
    clinic.ok(
        "PATCH", f"/api/bookings/{cancelled['id']}/cancel", manage_token=cancelled["manage_token"]
    )
    clinic.book(slots[2], **patient)
    clinic.ok("DELETE", f"/api/slots/{slots[3]}", token=admin.token)
    days = f"from={day}&to={day + timedelta(days=30)}&clinic_id={clinic_id}"
    found = analytics(clinic, admin, days, clinic.database.value(NOW))
    statuses = {each["status"]: each["bookings"] for each in found["by_status"]}
    assert statuses | {"CONFIRMED": 1, "CANCELLED": 1, "PENDING": 1} == statuses
    assert (found["bookings"], sum(statuses.values())) == (3, 3)
    assert len(found["by_day"]) == 31
    assert [each for each in found["by_day"] if each["bookings"]] == [
        {
            "date": str(day),
            "bookings": 3,
            "completed": 0,
            "cancelled": 1,
            "no_shows": 0,
            "no_show_rate": None,
            "minutes_offered": 120,
            "minutes_booked": 30,
            "utilisation": 0.25,
        }
    ]
    (of_doctor,) = found["by_doctor"]
    assert (of_doctor["doctor_id"], of_doctor["cancelled"]) == (doctor, 1)
    assert found["cancellations"][-1] == {
        "notice": "7_DAYS_OR_MORE",
        "by_patient": 1,
        "by_staff": 0,
    }
    # Money moves today, whenever the visits are.
    assert found["money"] == []
    today = analytics(clinic, admin, f"clinic_id={clinic_id}", clinic.database.value(NOW))
    assert today["money"] == [{"currency": "NZD", "captured": 80, "refunded": 40, "revenue": 40}]
    assert [each["revenue"] for each in today["money_by_day"]] == [40]
    assert today["by_doctor"][0]["revenue"] == 40


def test_they_are_counted_anew_when_something_changes(clinic: Clinic, admin: Person) -> None:
    clinic_id = clinic.clinic()
    doctor = clinic.doctor(clinic=clinic_id)
    start = clinic.database.value(EVENING).astimezone(UTC)
    first, other = (clinic.slot(doctor, start=start + timedelta(days=n)) for n in range(2))
    days = [start.date() + timedelta(days=n) for n in range(3)]
    booking = clinic.book(first, patient_email="counted-anew@example.com")

    def counts() -> list[int]:
        query = f"from={days[0]}&to={days[-1]}&clinic_id={clinic_id}"
        found = analytics(clinic, admin, query, clinic.database.value(NOW))
        return [each["bookings"] for each in found["by_day"]]

    assert counts() == [1, 0, 0]
    clinic.ok(
        "PATCH",
        f"/api/bookings/{booking['id']}/reschedule",
        json={"new_slot_id": other},
        manage_token=booking["manage_token"],
    )
    assert counts() == [0, 1, 0]
    # Should the clinic be put on the other side of the earth it is the next day.
    clinic.database.rows(
        "update data.clinic set time_zone = 'Pacific/Kiritimati' where id = %s", [clinic_id]
    )
    assert counts() == [0, 0, 1]


def test_they_tell_no_time_at_which_something_is_still_open(clinic: Clinic, admin: Person) -> None:
    clinic_id = clinic.clinic()
    slot = clinic.slot(clinic.doctor(clinic=clinic_id))
    days = "from=2090-01-01&to=2090-01-02"
    with clinic.database.connect() as other, other.transaction():
        other.execute("select tests.booking(%s)", [slot])
        booked = clinic.database.value(NOW)
        for _ in range(3):
            clinic.database.rows(COUNT)
        found = clinic.ok("GET", f"/api/admin/analytics?{days}", token=admin.token)
        assert found["as_of"] is None or datetime.fromisoformat(found["as_of"]) < booked
    assert analytics(clinic, admin, days, booked)


def test_they_are_for_admins(clinic: Clinic, admin: Person, patient: Person) -> None:
    path = "/api/admin/analytics"
    clinic.refused("GET", path, 401, "unauthenticated")
    clerk = clinic.person("clerk", clinic=clinic.clinic())
    for person in (patient, clerk, clinic.acting_doctor()):
        clinic.refused("GET", path, 403, "forbidden", token=person.token)
    for query in ("from=2090-01-02&to=2090-01-01", "from=yesterday", "to=2090-01-01T00:00:00Z"):
        clinic.refused("GET", f"{path}?{query}", 400, "invalid_parameter", token=admin.token)
