"""What a clinic decides over HTTP, who books for whom, and whose a guest's booking becomes."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from .clinic import Clinic, Person, application

POLICIES: dict[str, Any] = {
    "hold_seconds": 60,
    "payment_terms": "AT_VISIT",
    "booking_notice_minutes": 90,
    "booking_horizon_days": 30,
    "cancellation_notice_hours": 24,
    "unpaid_limit": 2,
    "overlap_allowed": False,
    "waitlist_offer_seconds": 600,
    "horizon_days": 20,
}


def address() -> str:
    """Return an address that nobody has."""
    return f"{uuid.uuid4().hex}@example.com"


def test_an_admin_decides_on_a_clinic(clinic: Clinic, admin: Person, patient: Person) -> None:
    wanted = {"name": "South", "time_zone": "Asia/Kolkata", "currency": "INR"} | POLICIES
    made = clinic.ok("POST", "/api/clinics", json=wanted, token=admin.token)
    assert made == wanted | {"id": made["id"], "payment_provider": None}
    path = f"/api/clinics/{made['id']}"
    changed = clinic.ok("PATCH", path, json={"unpaid_limit": 3}, token=admin.token)
    assert changed == made | {"unpaid_limit": 3} == clinic.ok("GET", path)
    for method, where in (("POST", "/api/clinics"), ("PATCH", path)):
        clinic.refused(method, where, 401, "unauthenticated", json={"name": "X"})
        for person in (patient, clinic.acting_doctor(), clinic.person("clerk")):
            clinic.refused(method, where, 403, "forbidden", json={"name": "X"}, token=person.token)


@pytest.mark.parametrize(
    "wrong",
    [
        {"hold_seconds": 0},
        {"booking_notice_minutes": -1},
        {"booking_horizon_days": 3651},
        {"unpaid_limit": 0},
        {"waitlist_offer_seconds": 604801},
        {"horizon_days": 731},
        {"payment_terms": "LATER"},
        {"overlap_allowed": "false"},
        {"currency": "EURO"},
        {"time_zone": "Mars/Olympus"},
        {"time_zone": "EST5EDT"},
    ],
    ids=str,
)
def test_a_policy_has_a_range(clinic: Clinic, admin: Person, wrong: dict[str, Any]) -> None:
    body = {"name": "X"} | wrong
    answer = clinic.refused(
        "POST", "/api/clinics", 400, "invalid_parameter", json=body, token=admin.token
    )
    assert [name for name in wrong if name in answer.body["detail"]]


def test_a_clinic_is_booked_by_its_policies(clinic: Clinic, admin: Person) -> None:
    place = clinic.ok("POST", "/api/clinics", json={"name": "X"} | POLICIES, token=admin.token)
    doctor = clinic.doctor(clinic=place["id"])
    now = datetime.now(UTC).replace(microsecond=0)
    soon, late = (
        clinic.slot(doctor, start=now + ahead) for ahead in (timedelta(hours=1), timedelta(days=31))
    )
    for slot in (soon, late):
        clinic.refused(
            "POST", "/api/bookings", 409, "outside_booking_window", json=application(slot)
        )
    email = address()
    first = clinic.slot(doctor, start=now + timedelta(hours=3))
    booking = clinic.book(first, patient_email=email)
    assert (booking["status"], booking["payment_status"]) == ("CONFIRMED", "DUE")
    for slot in (soon, late):
        clinic.refused(
            "PATCH",
            f"/api/bookings/{booking['id']}/reschedule",
            409,
            "outside_booking_window",
            json={"new_slot_id": slot},
            manage_token=booking["manage_token"],
        )
    same_time = clinic.slot(start=now + timedelta(hours=3))
    clinic.book(same_time, patient_email=email)
    third = application(clinic.slot(doctor, start=now + timedelta(hours=5)), patient_email=email)
    clinic.refused("POST", "/api/bookings", 409, "too_many_unpaid", json=third)
    clinic.ok("PATCH", f"/api/clinics/{place['id']}", json={"unpaid_limit": 9}, token=admin.token)
    beside = clinic.doctor(clinic=place["id"])
    overlapping = clinic.slot(beside, start=now + timedelta(hours=3))
    body = application(overlapping, patient_email=email)
    clinic.refused("POST", "/api/bookings", 409, "overlaps_own_booking", json=body)
    clinic.ok("POST", "/api/bookings", json=third)


def test_a_patient_need_not_repeat_who_it_is(clinic: Clinic, patient: Person) -> None:
    body = {"slot_id": clinic.slot()}
    booked = clinic.ok("POST", "/api/bookings", json=body, token=patient.token)
    assert (booked["patient_email"], booked["manage_token"]) == (patient.email, None)
    clinic.refused("POST", "/api/bookings", 400, "missing_parameter", json=body)


def test_staff_books_for_patients_only(clinic: Clinic, patient: Person, admin: Person) -> None:
    doctor = clinic.acting_doctor()
    for staff in (doctor, clinic.person("clerk"), admin):
        slot = clinic.slot(doctor.doctor_id, capacity=2)
        guests = clinic.book(slot, staff.token)
        clinic.ok("GET", f"/api/bookings/{guests['id']}", manage_token=guests["manage_token"])
        theirs = clinic.book(slot, staff.token, account_id=patient.id)
        assert theirs["manage_token"] is None
        clinic.ok("GET", f"/api/bookings/{theirs['id']}", token=patient.token)
        mine = clinic.ok("GET", "/api/bookings/my-bookings", token=staff.token)
        assert mine == []
    elsewhere = clinic.person("clerk", clinic=clinic.clinic())
    body = application(clinic.slot())
    clinic.refused("POST", "/api/bookings", 404, "slot_not_found", json=body, token=elsewhere.token)


def test_nobody_books_under_the_account_of_another(clinic: Clinic, patient: Person) -> None:
    slot = clinic.slot()
    body = application(slot, account_id=patient.id)
    for token in (None, clinic.person().token, clinic.acting_doctor().token):
        clinic.refused("POST", "/api/bookings", 403, "forbidden", json=body, token=token)


def test_a_guests_booking_is_claimed(clinic: Clinic, patient: Person, slot: int) -> None:
    booking = clinic.book(slot, patient_email=address())
    path, proof = f"/api/bookings/{booking['id']}/claim", booking["manage_token"]
    clinic.refused("POST", path, 401, "unauthenticated", manage_token=proof)
    clinic.refused("POST", path, 404, "booking_not_found", token=patient.token, manage_token="x")
    clinic.refused("POST", path, 400, "missing_parameter", token=patient.token)
    claimed = clinic.ok("POST", path, token=patient.token, manage_token=proof)
    assert claimed["id"] == booking["id"]
    mine = clinic.ok("GET", "/api/bookings/my-bookings", token=patient.token)
    assert [found["id"] for found in mine] == [booking["id"]]
    again = path.removesuffix("/claim")
    clinic.refused("GET", again, 404, "booking_not_found", manage_token=proof)
    other = clinic.person()
    clinic.refused("POST", path, 404, "booking_not_found", token=other.token, manage_token=proof)


def test_a_repeat_shows_the_same_token(clinic: Clinic, slot: int) -> None:
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    body = application(slot, patient_email=address())
    first, second = (
        clinic.ok("POST", "/api/bookings", json=body, headers=headers) for _ in range(2)
    )
    assert first == second
    clinic.ok("GET", f"/api/bookings/{first['id']}", manage_token=first["manage_token"])
