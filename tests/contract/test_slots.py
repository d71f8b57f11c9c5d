"""Slots made and changed by those whose they are, over HTTP."""

from typing import Any

import pytest

from .clinic import Clinic, Person
from .routes import next_month

START = next_month()


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/slots", {"start_time": START}),
        (
            "/api/slots/bulk",
            {
                "start_date": START[:10],
                "end_date": START[:10],
                "start_time": "09:00",
                "end_time": "10:00",
                "exclude_weekends": False,
            },
        ),
    ],
)
def test_a_doctor_need_not_say_whose_slots(
    clinic: Clinic, doctor: Person, admin: Person, path: str, body: dict[str, Any]
) -> None:
    clinic.ok("POST", path, json=body, token=doctor.token)
    made = clinic.ok("GET", f"/api/doctors/{doctor.doctor_id}/slots")
    assert {slot["doctor_id"] for slot in made} == {doctor.doctor_id}
    clinic.refused("POST", path, 400, "missing_parameter", json=body, token=admin.token)
    clinic.refused("POST", path, 403, "forbidden", json=body, token=clinic.person("clerk").token)


def test_slots_are_found_by_what_is_known_of_the_doctor(clinic: Clinic) -> None:
    place = clinic.clinic()
    doctor = clinic.doctor(city="Ulm", specialization="Podology", clinic=place)
    slot = clinic.slot(doctor)
    elsewhere = clinic.doctor()
    other = clinic.slot(elsewhere)
    for query in ("city=ulm", f"clinic_id={place}", "city=Ulm&consultation_type=OFFLINE"):
        found = [s["id"] for s in clinic.ok("GET", f"/api/slots?{query}")]
        assert found == [slot]
    assert clinic.ok("GET", f"/api/slots?clinic_id={place}&consultation_type=ONLINE") == []
    offline = clinic.ok("GET", f"/api/slots?doctor_id={elsewhere}&consultation_type=OFFLINE")
    assert [s["id"] for s in offline] == [other]


def test_doctors_are_found_by_several_specializations(clinic: Clinic) -> None:
    one = clinic.doctor(specialization="Myrmecology")
    other = clinic.doctor(specialization="Speleology")
    path = "/api/doctors?specialization=myrmecology&specialization=Speleology"
    assert [d["id"] for d in clinic.ok("GET", path)] == [one, other]
    assert [d["id"] for d in clinic.ok("GET", "/api/doctors?q=rmeco")] == [one]
    assert {"Myrmecology", "Speleology"} <= set(clinic.ok("GET", "/api/specializations"))


def test_a_page_behind_nothing_is_refused(clinic: Clinic, admin: Person) -> None:
    for path in ("slots", "doctors", "clinics", "bookings", "bookings/my-bookings", "accounts"):
        query = f"/api/{path}?after=9007199254740991"
        clinic.refused("GET", query, 400, "invalid_parameter", token=admin.token)


def test_seats_are_added_and_taken_away(clinic: Clinic, doctor: Person) -> None:
    slot = clinic.slot(doctor.doctor_id, capacity=3)
    path = f"/api/slots/{slot}"
    first, second = clinic.book(slot), clinic.book(slot, seats=2)
    clinic.ok("DELETE", f"/api/bookings/{first['id']}", manage_token=first["manage_token"])
    refused = {"capacity": 1}
    clinic.refused("PATCH", path, 409, "capacity_below_sold", json=refused, token=doctor.token)
    # Seats two and three are held: they become one and two.
    changed = clinic.ok("PATCH", path, json={"capacity": 2}, token=doctor.token)
    assert (changed["capacity"], changed["seats_available"]) == (2, 0)
    assert clinic.pay(second).body["booking"]["status"] == "CONFIRMED"
    changed = clinic.ok("PATCH", path, json={"capacity": 4}, token=doctor.token)
    assert (changed["capacity"], changed["seats_available"]) == (4, 2)


def test_only_a_slot_that_was_never_booked_moves(clinic: Clinic, doctor: Person) -> None:
    slot, taken = clinic.slot(doctor.doctor_id), clinic.slot(doctor.doctor_id)
    path = f"/api/slots/{slot}"
    moved = clinic.ok("PATCH", path, json={"start_time": START}, token=doctor.token)
    assert moved["start_time"] == START
    assert moved["duration_minutes"] == 30
    booked = clinic.ok("GET", f"/api/slots/{taken}")["start_time"]
    there = {"start_time": booked}
    clinic.refused("PATCH", path, 409, "slot_overlaps", json=there, token=doctor.token)
    past = {"start_time": "2024-12-25T10:00:00Z"}
    clinic.refused("PATCH", path, 409, "slot_in_past", json=past, token=doctor.token)
    clinic.book(slot)
    late = {"end_time": booked}
    clinic.refused("PATCH", path, 400, "invalid_parameter", json=late, token=doctor.token)
    later = {"start_time": START.replace(START[:4], str(int(START[:4]) + 1), 1)}
    clinic.refused("PATCH", path, 409, "slot_has_bookings", json=later, token=doctor.token)
    other = clinic.acting_doctor().token
    clinic.refused("PATCH", path, 404, "slot_not_found", json={"capacity": 9}, token=other)
    clerk = clinic.person("clerk").token
    clinic.refused("PATCH", path, 403, "forbidden", json={"capacity": 9}, token=clerk)


def test_whoever_waits_gets_a_seat_that_is_added(clinic: Clinic, doctor: Person) -> None:
    slot = clinic.slot(doctor.doctor_id)
    clinic.paid(slot)
    waiting = {"patient_name": "Bob", "patient_email": "bob@example.com"}
    entry = clinic.ok("POST", f"/api/slots/{slot}/waitlist", json=waiting)
    changed = clinic.ok("PATCH", f"/api/slots/{slot}", json={"capacity": 2}, token=doctor.token)
    assert changed["seats_available"] == 0
    token = entry["manage_token"]
    found = clinic.ok("GET", f"/api/waitlist/{entry['id']}", manage_token=token)
    assert found["status"] == "OFFERED"
