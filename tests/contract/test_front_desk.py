"""A day at the front desk, and what is none of the business of whoever tries."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from ..support.runs import SOURCE
from ..test_cli import slotkeeper
from .clinic import PASSWORD, Clinic, Person


@dataclass(frozen=True)
class Desk:
    """A clinic in whose zone it is noon, its clerk, and a doctor with slots every half hour.

    The first of the slots starts in ten minutes.
    """

    clinic: Clinic
    clinic_id: int
    clerk: Person
    doctor: Person
    slots: tuple[int, ...]

    def ok(self, verb: str, path: str, **body: Any) -> Any:
        """Do what a clerk does."""
        return self.clinic.ok(verb, path, json=body or None, token=self.clerk.token)

    def refused(self, method: str, path: str, status: int, code: str) -> None:
        """Try what is not possible."""
        self.clinic.refused(method, path, status, code, token=self.clerk.token)

    def visit(self, booking: Any, step: str) -> str:
        """Take a step of a visit; return the status that it leads to."""
        return str(self.ok("PATCH", f"/api/bookings/{booking['id']}/{step}")["status"])

    def listed(self, query: str) -> list[int]:
        """Return the ids of a list of bookings."""
        return [booking["id"] for booking in self.ok("GET", f"/api/bookings?{query}")]

    def start(self, slot: int, minutes: int) -> None:
        """Let a slot start so many minutes from now."""
        self.clinic.database.rows(
            "select tests.move_slot(%s, now() + make_interval(mins => %s))", [slot, minutes]
        )


@pytest.fixture
def desk(clinic: Clinic) -> Desk:
    """A new clinic."""
    clinic_id = clinic.clinic(time_zone=clinic.database.value("select tests.noon_zone()"))
    doctor = clinic.acting_doctor(clinic=clinic_id)
    begin = clinic.database.value("select now()") + timedelta(minutes=10)
    slots = tuple(
        clinic.slot(doctor.doctor_id, start=begin + timedelta(minutes=30 * number), capacity=2)
        for number in range(4)
    )
    return Desk(clinic, clinic_id, clinic.person("clerk", clinic=clinic_id), doctor, slots)


def test_a_clerk_is_made_by_an_admin_and_logs_in(clinic: Clinic, admin: Person) -> None:
    clinic_id = clinic.clinic()
    joe = {"name": "Joe", "email": f"joe{clinic_id}@example.com"}
    made = clinic.ok(
        "POST",
        "/api/accounts",
        json=joe | {"role": "clerk", "clinic_id": clinic_id},
        token=admin.token,
    )
    assert (made["role"], made["status"], made["clinic_id"]) == ("clerk", "ACTIVE", clinic_id)
    found = clinic.ok("GET", f"/api/accounts?role=clerk&q={joe['email']}", token=admin.token)
    assert [account["id"] for account in found] == [made["id"]]
    login = {"email": joe["email"], "password": PASSWORD}
    for password in (PASSWORD, ""):
        wrong = login | {"password": password}
        clinic.refused("POST", "/api/auth/login", 401, "invalid_credentials", json=wrong)
    done = slotkeeper(
        *("set-password", joe["email"]),
        text=PASSWORD,
        directory=SOURCE,
        DATABASE_URL=clinic.database.admin_url,
    )
    assert done.returncode == 0, done.stderr
    session = clinic.ok("POST", "/api/auth/login", json=login)
    assert session["user"]["role"] == "clerk"
    token = session["token"]
    assert clinic.ok("GET", "/api/auth/me", token=token)["clinic_id"] == clinic_id
    assert clinic.ok("GET", "/api/bookings", token=token) == []
    assert clinic.ok("GET", f"/api/clinics/{clinic_id}", token=token)["id"] == clinic_id
    clinic.database.rows(
        "update data.account set role = 'patient', clinic_id = null where id = %s", [made["id"]]
    )
    clinic.refused("GET", "/api/bookings", 401, "unauthenticated", token=token)


def test_a_day_at_the_desk(desk: Desk, patient: Person) -> None:
    clinic, (first, second, third, fourth) = desk.clinic, desk.slots
    anns = clinic.paid(second, patient.token, patient_email=patient.email)
    guests = clinic.book(first)
    bobs = clinic.paid(first, patient_name="Bob")
    fays = clinic.paid(third, patient_name="Fay")
    pays = {"booking_id": guests["id"], "method": "CASH"}
    assert desk.ok("POST", "/api/payments/desk", **pays)["booking"]["status"] == "CONFIRMED"
    day = datetime.fromisoformat(anns["start_time"])
    sheet = [guests["id"], bobs["id"], anns["id"], fays["id"]]
    assert desk.listed("sort=start_time") == sheet
    assert desk.listed(f"from={day.isoformat().replace('+', '%2B')}") == sheet[2:]
    assert desk.listed(f"to={day.isoformat().replace('+', '%2B')}") == sheet[:2]
    assert desk.listed("") == sorted(sheet, reverse=True)

    # Pages follow the order of the day by their links.
    page = clinic.call("GET", "/api/bookings?sort=start_time&limit=3", token=desk.clerk.token)
    assert [booking["id"] for booking in page.body] == sheet[:3]
    link = page.headers["Link"].partition(">")[0].lstrip("<")
    rest = clinic.call("GET", link[link.index("/api") :], token=desk.clerk.token)
    assert [booking["id"] for booking in rest.body] == sheet[3:]
    assert "Link" not in rest.headers

    # Fay comes some other time of the day, Bob and Ann are there.
    moved = f"/api/bookings/{fays['id']}/reschedule"
    assert desk.ok("PATCH", moved, new_slot_id=fourth)["slot_id"] == fourth
    assert desk.visit(bobs, "check-in") == "CHECKED_IN"
    assert desk.visit(anns, "check-in") == "CHECKED_IN"
    queue = desk.ok("GET", f"/api/doctors/{desk.doctor.doctor_id}/queue")
    assert [(entry["id"], entry["position"]) for entry in queue] == [
        (bobs["id"], 1),
        (guests["id"], 2),
        (anns["id"], 3),
        (fays["id"], 4),
    ]
    assert queue[0]["patient_name"] == "Bob"
    own = clinic.ok("GET", f"/api/doctors/{desk.doctor.doctor_id}/queue", token=patient.token)
    assert own == queue[2:3]

    # Nobody has missed what has not begun.
    desk.refused("PATCH", f"/api/bookings/{guests['id']}/no-show", 409, "slot_not_started")
    desk.start(first, -90)
    assert desk.visit(guests, "no-show") == "NO_SHOW"
    assert desk.visit(bobs, "complete") == "COMPLETED"
    assert desk.visit(anns, "undo-check-in") == "CONFIRMED"
    assert desk.visit(guests, "check-in") == "CHECKED_IN"
    assert desk.visit(anns, "check-in") == "CHECKED_IN"
    assert desk.listed("status=CHECKED_IN&status=COMPLETED&sort=start_time") == sheet[:3]
    desk.refused("PATCH", f"/api/bookings/{bobs['id']}/complete", 409, "booking_not_checked_in")
    desk.refused("PATCH", f"/api/bookings/{bobs['id']}/check-in", 409, "booking_not_confirmed")
    cancelled = desk.ok("PATCH", f"/api/bookings/{fays['id']}/cancel")
    assert (cancelled["status"], cancelled["payment_status"]) == ("CANCELLED", "REFUND_DUE")

    # The patient has both behind and before oneself.
    later = clinic.book(fourth, patient.token, patient_email=patient.email)
    desk.start(second, -1)
    for when, booking in (("upcoming", later), ("past", anns)):
        mine = f"/api/bookings/my-bookings?when={when}&status=CHECKED_IN&status=PENDING"
        assert [b["id"] for b in clinic.ok("GET", mine, token=patient.token)] == [booking["id"]]


def test_nobody_checks_in_the_day_before(desk: Desk) -> None:
    booking = desk.clinic.paid(desk.slots[0])
    desk.start(desk.slots[0], 24 * 60)
    desk.refused("PATCH", f"/api/bookings/{booking['id']}/check-in", 409, "too_early_to_check_in")
    desk.start(desk.slots[0], -24 * 60)
    assert desk.visit(booking, "check-in") == "CHECKED_IN"


def test_a_doctor_does_it_for_the_own_patients(desk: Desk) -> None:
    clinic, doctor = desk.clinic, desk.doctor
    booking = clinic.paid(desk.slots[0])
    path = f"/api/bookings/{booking['id']}"
    body = {"new_slot_id": desk.slots[1]}
    clinic.ok("PATCH", f"{path}/reschedule", json=body, token=doctor.token)
    for step, status in (
        ("check-in", "CHECKED_IN"),
        ("undo-check-in", "CONFIRMED"),
        ("check-in", "CHECKED_IN"),
        ("complete", "COMPLETED"),
    ):
        assert clinic.ok("PATCH", f"{path}/{step}", token=doctor.token)["status"] == status
    queue = f"/api/doctors/{doctor.doctor_id}/queue"
    assert clinic.ok("GET", queue, token=doctor.token) == []


STEPS = ("check-in", "undo-check-in", "complete", "no-show")


def test_strangers_take_no_step_of_a_visit(desk: Desk, patient: Person) -> None:
    clinic = desk.clinic
    mine = clinic.paid(desk.slots[0], patient.token, patient_email=patient.email)
    guests = clinic.paid(desk.slots[0])
    elsewhere = clinic.person("clerk", clinic=clinic.clinic())
    colleague = clinic.acting_doctor(clinic=desk.clinic_id)
    for booking in (mine, guests):
        path = f"/api/bookings/{booking['id']}"
        for stranger in (elsewhere, colleague):
            for method, rest, body in (
                *(("PATCH", f"/{step}", None) for step in STEPS),
                ("GET", "", None),
                ("PATCH", "/cancel", None),
                ("PATCH", "/reschedule", {"new_slot_id": desk.slots[1]}),
                ("GET", "/payments", None),
            ):
                code = "booking_not_found"
                clinic.refused(method, path + rest, 404, code, json=body, token=stranger.token)
        for step in STEPS:
            url = f"{path}/{step}"
            clinic.refused("PATCH", url, 403, "forbidden", token=patient.token)
            assert clinic.call("PATCH", url).status == 401
        assert clinic.status_of(booking, patient.token if booking is mine else None) == "CONFIRMED"
    sheet = f"/api/bookings/slot/{desk.slots[0]}"
    queue = f"/api/doctors/{desk.doctor.doctor_id}/queue"
    for stranger in (elsewhere, colleague):
        clinic.refused("GET", sheet, 404, "slot_not_found", token=stranger.token)
        assert clinic.ok("GET", queue, token=stranger.token) == []
        assert clinic.ok("GET", "/api/bookings", token=stranger.token) == []
        where = f"/api/bookings?clinic_id={desk.clinic_id}&sort=start_time"
        assert clinic.ok("GET", where, token=stranger.token) == []
    assert clinic.ok("GET", queue) == []
    own = clinic.ok("GET", queue, manage_token=guests["manage_token"])
    assert [entry["id"] for entry in own] == [guests["id"]]


def test_a_clerk_has_no_business_beyond_the_desk(desk: Desk) -> None:
    clinic, token = desk.clinic, desk.clerk.token
    doctor = f"/api/doctors/{desk.doctor.doctor_id}"
    for method, path, body in (
        ("GET", "/api/accounts", None),
        ("POST", "/api/accounts", {"name": "A", "email": "a@example.com", "role": "admin"}),
        ("POST", f"/api/accounts/{desk.clerk.id}/approve", None),
        ("POST", "/api/doctors", {"name": "A", "specialization": "B"}),
        ("PATCH", doctor, {"name": "A"}),
        ("DELETE", doctor, None),
        ("DELETE", f"/api/slots/{desk.slots[0]}", None),
        ("GET", "/debug/tables", None),
    ):
        clinic.refused(method, path, 403, "forbidden", json=body, token=token)
