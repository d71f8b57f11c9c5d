"""Waiting for a full slot over HTTP: who gets what comes free, and what becomes of an offer."""

from typing import Any

import pytest

from .clinic import Clinic, Person


def join(clinic: Clinic, slot: int, token: str | None = None, **more: Any) -> Any:
    """Join the waitlist of a slot, as a guest with an address of its own unless logged in."""
    body = {} if token else {"patient_name": "Bob", "patient_email": f"{len(more)}@example.com"}
    return clinic.ok("POST", f"/api/slots/{slot}/waitlist", json=body | more, token=token)


def entry(clinic: Clinic, joined: Any, token: str | None = None) -> Any:
    """Read an entry, as whoever waits."""
    manage_token = joined["manage_token"]
    path = f"/api/waitlist/{joined['id']}"
    return clinic.ok("GET", path, token=token, manage_token=manage_token)


@pytest.fixture
def full(clinic: Clinic) -> tuple[int, Any]:
    """A slot of one seat, and the paid booking that has it."""
    slot = clinic.slot()
    return slot, clinic.paid(slot)


def cancel(clinic: Clinic, booking: Any) -> None:
    """Cancel a guest's booking."""
    path = f"/api/bookings/{booking['id']}/cancel"
    clinic.ok("PATCH", path, manage_token=booking["manage_token"])


def test_an_entry_is_shown_as_the_contract_says(clinic: Clinic, full: tuple[int, Any]) -> None:
    slot, _ = full
    joined = join(clinic, slot, patient_email="bob@example.com")
    shown = clinic.ok("GET", f"/api/slots/{slot}")
    assert joined == {
        "id": joined["id"],
        "slot_id": slot,
        "start_time": shown["start_time"],
        "doctor_name": shown["doctor_name"],
        "patient_name": "Bob",
        "patient_email": "bob@example.com",
        "seats": 1,
        "position": 1,
        "status": "WAITING",
        "booking_id": None,
        "created_at": joined["created_at"],
        "manage_token": joined["manage_token"],
    }
    assert entry(clinic, joined) == {k: v for k, v in joined.items() if k != "manage_token"}


def test_what_is_cancelled_is_offered_paid_and_booked(
    clinic: Clinic, full: tuple[int, Any]
) -> None:
    """The guest's token of the waitlist serves for the booking as well."""
    slot, booking = full
    joined = join(clinic, slot)
    cancel(clinic, booking)
    offered = entry(clinic, joined)
    assert (offered["status"], offered["position"]) == ("OFFERED", None)
    assert clinic.free_seats(slot) == 0
    clinic.refused(
        "POST",
        f"/api/bookings/{offered['booking_id']}/accept",
        409,
        "payment_due",
        manage_token=joined["manage_token"],
    )
    offer = {"id": offered["booking_id"], "manage_token": joined["manage_token"]}
    assert clinic.pay(offer).body["booking"]["status"] == "CONFIRMED"
    assert entry(clinic, joined)["status"] == "BOOKED"
    path = f"/api/waitlist/{joined['id']}"
    clinic.refused("DELETE", path, 409, "already_booked", manage_token=joined["manage_token"])


@pytest.mark.parametrize("freed_by", ["decline", "move", "seats", "capacity", "expiry"])
def test_every_way_to_free_a_seat_leads_to_an_offer(
    clinic: Clinic, admin: Person, freed_by: str
) -> None:
    slot = clinic.slot(capacity=2)
    booking = clinic.book(slot, seats=2)
    joined = join(clinic, slot)
    if freed_by == "decline":
        assert clinic.pay(booking, success=False).status == 200
    elif freed_by == "move":
        doctor = clinic.ok("GET", f"/api/slots/{slot}")["doctor_id"]
        clinic.ok(
            "PATCH",
            f"/api/bookings/{booking['id']}/reschedule",
            json={"new_slot_id": clinic.slot(doctor, capacity=2)},
            manage_token=booking["manage_token"],
        )
    elif freed_by == "seats":
        path = f"/api/bookings/{booking['id']}/seats"
        clinic.ok("PATCH", path, json={"seats": 1}, manage_token=booking["manage_token"])
    elif freed_by == "capacity":
        clinic.ok("PATCH", f"/api/slots/{slot}", json={"capacity": 3}, token=admin.token)
    else:
        clinic.run_out(booking)
        assert clinic.free_seats(slot) == 0, "it is theirs who wait"
        clinic.refused(
            "POST",
            "/api/bookings",
            409,
            "slot_taken",
            json={"slot_id": slot, "patient_name": "Eve", "patient_email": "eve@example.com"},
        )
        clinic.tidy_up()
    assert entry(clinic, joined)["status"] == "OFFERED"


def test_an_offer_that_runs_out_goes_to_the_next_one(clinic: Clinic, full: tuple[int, Any]) -> None:
    slot, booking = full
    first, second = (
        join(clinic, slot, patient_email=f"{name}@example.com") for name in ("first", "second")
    )
    assert (first["position"], second["position"]) == (1, 2)
    cancel(clinic, booking)
    offer = {"id": entry(clinic, first)["booking_id"], "manage_token": first["manage_token"]}
    clinic.run_out(offer)
    assert entry(clinic, first)["status"] == "ENDED"
    assert entry(clinic, second)["status"] == "WAITING"
    answer = clinic.pay(offer)
    assert (answer.status, answer.code) == (409, "booking_expired")
    clinic.tidy_up()
    assert entry(clinic, second)["status"] == "OFFERED"


def test_what_costs_nothing_is_accepted(clinic: Clinic, patient: Person) -> None:
    slot = clinic.slot(clinic.doctor(fee=0))
    booking = clinic.book(slot)
    joined = join(clinic, slot, patient.token)
    assert (joined["patient_email"], joined["manage_token"]) == (patient.email, None)
    cancel(clinic, booking)
    offered = entry(clinic, joined, patient.token)
    path = f"/api/bookings/{offered['booking_id']}/accept"
    clinic.refused("POST", path, 404, "booking_not_found")
    for _ in range(2):
        assert clinic.ok("POST", path, token=patient.token)["status"] == "CONFIRMED"
    assert clinic.ok("GET", "/api/waitlist", token=patient.token)[0]["status"] == "BOOKED"


def test_whoever_leaves_gets_no_offer(clinic: Clinic, full: tuple[int, Any]) -> None:
    slot, booking = full
    joined = join(clinic, slot)
    path = f"/api/waitlist/{joined['id']}"
    clinic.refused("DELETE", path, 404, "waitlist_not_found")
    for _ in range(2):
        assert clinic.ok("DELETE", path, manage_token=joined["manage_token"]) is None
    cancel(clinic, booking)
    assert clinic.free_seats(slot) == 1
    assert entry(clinic, joined)["status"] == "ENDED"
    body = {"patient_name": "Bob", "patient_email": "bob@example.com"}
    path = f"/api/slots/{slot}/waitlist"
    clinic.refused("POST", path, 409, "slot_has_seats", json=body)


def test_a_slot_that_is_deleted_ends_waiting(
    clinic: Clinic, full: tuple[int, Any], admin: Person
) -> None:
    slot, _ = full
    joined = join(clinic, slot)
    clinic.ok("DELETE", f"/api/slots/{slot}?force=true", token=admin.token)
    assert entry(clinic, joined)["status"] == "ENDED"
    assert entry(clinic, joined)["booking_id"] is None


def test_who_may_see_a_waitlist(clinic: Clinic, doctor: Person, patient: Person) -> None:
    slot = clinic.slot(doctor.doctor_id)
    clinic.paid(slot)
    joined = join(clinic, slot, patient.token)["id"]
    clerk, stranger = clinic.person("clerk"), clinic.person()
    elsewhere = clinic.person("clerk", clinic=clinic.clinic())
    for path in ("/api/waitlist?limit=1", f"/api/waitlist?slot_id={slot}"):
        for person in (patient, doctor, clerk):
            assert [w["id"] for w in clinic.ok("GET", path, token=person.token)] == [joined]
        for token in (None, stranger.token, elsewhere.token):
            assert clinic.ok("GET", path, token=token) == []
    for method in ("GET", "DELETE"):
        for token in (None, stranger.token, elsewhere.token):
            path = f"/api/waitlist/{joined}"
            clinic.refused(method, path, 404, "waitlist_not_found", token=token)


def test_staff_learns_no_strangers_name_by_an_offer(
    clinic: Clinic, doctor: Person, patient: Person
) -> None:
    """Whom staff has entered has not come by themselves, and is told to nobody who made that up."""
    slot = clinic.slot(doctor.doctor_id)
    booking = clinic.paid(slot)
    join(
        clinic,
        slot,
        doctor.token,
        patient_name="Bob",
        patient_email="bob@example.com",
        account_id=patient.id,
    )
    cancel(clinic, booking)
    unnamed = {"slot_id": clinic.slot(doctor.doctor_id), "account_id": patient.id}
    clinic.refused(
        "POST", "/api/bookings", 400, "missing_parameter", json=unnamed, token=doctor.token
    )
