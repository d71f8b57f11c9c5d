"""Who did what, as an admin reads it."""

from typing import Any

from ..support.wait import eventually
from .clinic import Clinic, Person


def history(clinic: Clinic, admin: Person, entity: str, number: int, entries: int) -> list[Any]:
    """Return the changes of a row once so many are chained."""

    def chained() -> list[Any] | None:
        # No job of pg_cron runs in a copy of the template.
        clinic.database.rows("select tests.do_due_work()")
        found = clinic.ok("GET", f"/api/admin/audit?entity={entity}&id={number}", token=admin.token)
        return found if len(found) >= entries else None

    return eventually(chained, timeout=30, what=f"{entries} changes of {entity} {number}")


def test_an_admin_sees_who_did_what_and_what_changed_by_it(
    clinic: Clinic, slot: int, patient: Person, admin: Person
) -> None:
    booking = clinic.book(slot, token=patient.token)
    made = clinic.call("PATCH", f"/api/bookings/{booking['id']}/cancel", token=patient.token)
    assert made.status == 200
    cancelled, held = history(clinic, admin, "booking", booking["id"], 2)
    assert held["event"] == "booking.held"
    assert held["before"] is None
    assert held["after"]["patient_email"] == booking["patient_email"]
    assert cancelled["event"] == "booking.cancelled"
    assert (cancelled["actor_id"], cancelled["actor_role"]) == (patient.id, "patient")
    assert cancelled["request_id"] == made.headers["X-Request-Id"]
    assert cancelled["before"] == {"status": "PENDING", "revision": 0}
    assert cancelled["after"].keys() == {"status", "revision", "cancelled_at", "cancelled_by"}
    (mine,) = [
        entry
        for entry in clinic.ok(
            "GET", f"/api/admin/audit?actor={patient.id}&entity=booking", token=admin.token
        )
        if entry["id"] == cancelled["id"]
    ]
    assert mine == cancelled
    clinic.refused("GET", "/api/admin/audit", 401, "unauthenticated")
    clinic.refused("GET", "/api/admin/audit", 403, "forbidden", token=patient.token)


def test_no_secret_is_in_the_audit(clinic: Clinic, slot: int, admin: Person) -> None:
    booking = clinic.book(slot)
    provider = f"secretive-{booking['id']}"
    made = clinic.ok("POST", "/api/payment-providers", json={"name": provider}, token=admin.token)
    email = f"secret{booking['id']}@example.com"
    account = clinic.ok(
        "POST",
        "/api/auth/register",
        json={"name": "Ann", "email": email, "password": "correct horse battery"},
    )
    number = account["user"]["id"] if "user" in account else account["account"]["id"]
    hashes = clinic.database.rows(
        "select encode(b.manage_token_hash, 'hex'), a.password_hash from data.booking as b"
        " cross join data.account as a where b.id = %s and a.id = %s",
        [booking["id"], number],
    )[0]
    (new,) = history(clinic, admin, "account", number, 1)
    assert new["after"]["email"] == email
    history(clinic, admin, "booking", booking["id"], 1)
    text = clinic.call("GET", "/api/admin/audit?limit=100", token=admin.token).body
    assert provider in str(text)
    for secret in (*hashes, booking["manage_token"], made["secret"]):
        assert secret not in str(text)
