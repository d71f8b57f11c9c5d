"""Several seats in one booking over HTTP: taken together, given back in part."""

from decimal import Decimal
from typing import Any

import pytest

from .clinic import Clinic, Person


def give_back(clinic: Clinic, booking: Any, seats: int) -> Any:
    """Keep so many seats of a guest's booking and return the booking."""
    path = f"/api/bookings/{booking['id']}/seats"
    token = booking["manage_token"]
    return clinic.ok("PATCH", path, json={"seats": seats}, manage_token=token)


@pytest.fixture
def group(clinic: Clinic) -> int:
    """A slot of five seats at a fee of 33.33."""
    return clinic.slot(clinic.doctor(fee=Decimal("33.33")), capacity=5)


def test_what_is_not_paid_falls_with_the_seats(clinic: Clinic, group: int) -> None:
    booking = clinic.book(group, seats=3)
    token = booking["manage_token"]
    payment = clinic.ok(
        "POST", "/api/payments", json={"booking_id": booking["id"]}, manage_token=token
    )
    kept = give_back(clinic, booking, 2)
    assert (kept["seats"], kept["amount"], kept["payment_status"]) == (2, 66.66, "DUE")
    closed = clinic.ok("GET", f"/api/payments/{payment['id']}", manage_token=token)
    assert closed["status"] == "CANCELLED"
    assert clinic.free_seats(group) == 3
    settled = clinic.pay(booking).body
    assert settled["payment"]["amount"] == 66.66
    assert settled["booking"]["status"] == "CONFIRMED"


def test_the_share_of_what_is_paid_is_owed_back(clinic: Clinic, group: int) -> None:
    booking = clinic.paid(group, seats=3)
    kept = give_back(clinic, booking, 1)
    assert (kept["amount"], kept["refund_due_amount"], kept["payment_status"]) == (
        99.99,
        66.66,
        "SUCCEEDED",
    )
    assert give_back(clinic, booking, 1) == kept, "as many as before: nothing changes"
    path = f"/api/bookings/{booking['id']}/cancel"
    ended = clinic.ok("PATCH", path, manage_token=booking["manage_token"])
    assert (ended["refund_due_amount"], ended["payment_status"]) == (99.99, "REFUND_DUE")
    assert clinic.free_seats(group) == 5


def test_what_cannot_be_given_back(clinic: Clinic, group: int, patient: Person) -> None:
    booking = clinic.book(group, seats=3)
    path = f"/api/bookings/{booking['id']}/seats"
    own = {"manage_token": booking["manage_token"]}
    clinic.refused("PATCH", path, 409, "more_than_booked", json={"seats": 4}, **own)
    for seats in (0, -1, 1001, "2", None, 1.5):
        clinic.refused("PATCH", path, 400, "invalid_parameter", json={"seats": seats}, **own)
    clinic.refused("PATCH", path, 400, "missing_parameter", json={}, **own)
    clinic.refused("PATCH", path, 404, "booking_not_found", json={"seats": 1}, token=patient.token)
    clinic.run_out(booking)
    clinic.refused("PATCH", path, 409, "booking_not_active", json={"seats": 1}, **own)
