"""Webhooks: who may have them, what they are told, and how that is proven and repeated."""

import hashlib
import hmac
import json
import re
import time
from collections.abc import Iterator
from typing import Any

import pytest

from ..support.peers import Peer, Received, answer_with
from ..support.runs import SOURCE
from ..support.wait import eventually
from .clinic import Clinic, Person

ROUTES = [
    ("GET", "/api/webhooks", None),
    ("POST", "/api/webhooks", {"url": "https://example.org/"}),
    ("GET", "/api/webhooks/1", None),
    ("PATCH", "/api/webhooks/1", {"active": False}),
    ("DELETE", "/api/webhooks/1", None),
    ("GET", "/api/webhooks/1/deliveries", None),
    ("POST", "/api/webhooks/1/deliveries/1/retry", None),
]


@pytest.fixture
def peer(clinic: Clinic) -> Iterator[Peer]:
    """Another system, on this machine; meanwhile that is allowed."""
    with Peer().serving() as server:
        clinic.database.rows("update data.setting set local_webhooks = true")
        yield server
        clinic.database.rows("update data.setting set local_webhooks = false")


def is_genuine(secret: str, request: Received) -> bool:
    """Check a signature by the very code of the README."""
    text = (SOURCE / "README.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"^  ```python\n(.*?)^  ```", text, re.MULTILINE | re.DOTALL)
    names: dict[str, Any] = {"hmac": hmac, "hashlib": hashlib, "time": time}
    exec(re.sub(r"^  ", "", code, flags=re.MULTILINE), names)  # noqa: S102
    return bool(names["is_genuine"](secret, request.headers["X-Signature"], request.body))


def told(clinic: Clinic, peer: Peer, booking: Any) -> Received:
    """Wait until the peer was told of a booking, and return the request."""

    def found() -> Received | None:
        clinic.tidy_up()
        return next(
            (one for one in peer.received if json.loads(one.body)["entity_id"] == booking["id"]),
            None,
        )

    return eventually(found, 30, "the request")


def test_an_event_is_told_and_proven_by_its_signature(
    clinic: Clinic, admin: Person, peer: Peer
) -> None:
    made = clinic.ok(
        "POST",
        "/api/webhooks",
        json={"url": f"{peer.url}/hook", "events": ["booking.confirmed"]},
        token=admin.token,
    )
    path = f"/api/webhooks/{made['id']}"
    shown = clinic.ok("GET", path, token=admin.token)
    assert {**shown, "secret": made["secret"]} == made
    assert made["created_by_id"] == clinic.ok("GET", "/api/auth/me", token=admin.token)["id"]
    booking = clinic.paid(clinic.slot(), patient_name="Zoe Canary", reason="a canary")
    request = told(clinic, peer, booking)
    assert request.path == "/hook"
    assert is_genuine(made["secret"], request)
    assert not is_genuine("s" * 64, request)
    body = json.loads(request.body)

    # The peer has the request before we have its answer.
    def delivered() -> Any:
        return clinic.ok("GET", f"{path}/deliveries?status=DELIVERED", token=admin.token)

    (delivery,) = eventually(delivered, what="the answer")
    assert body["id"] == delivery["event_id"]
    assert (body["event"], body["entity"]) == ("booking.confirmed", "booking")
    same = ("clinic_id", "doctor_id", "slot_id", "seats")
    assert {name: body["booking"][name] for name in same} == {n: booking[n] for n in same}
    assert body["booking"]["status"] == "CONFIRMED"
    for secret in ("Canary", "canary", "ann@example.com", booking["manage_token"]):
        assert secret.encode() not in request.body
    clinic.ok("DELETE", path, token=admin.token)
    clinic.refused("GET", path, 404, "webhook_not_found", token=admin.token)


def test_what_failed_is_shown_and_sent_again(clinic: Clinic, admin: Person, peer: Peer) -> None:
    made = clinic.ok(
        "POST",
        "/api/webhooks",
        json={"url": peer.url, "events": ["booking.cancelled"]},
        token=admin.token,
    )
    peer.answer = answer_with(500)
    booking = clinic.book(clinic.slot())
    clinic.ok("DELETE", f"/api/bookings/{booking['id']}", manage_token=booking["manage_token"])
    first = told(clinic, peer, booking)
    path = f"/api/webhooks/{made['id']}"

    def deliveries(status: str) -> Any:
        return clinic.ok("GET", f"{path}/deliveries?status={status}", token=admin.token)

    def answered() -> Any:
        return [one for one in deliveries("PENDING") if one["answer_status"]]

    (delivery,) = eventually(answered, what="the answer")
    assert (delivery["answer_status"], delivery["last_error"]) == (500, "answered 500")
    assert clinic.ok("GET", path, token=admin.token)["failures"] == 1
    peer.answer = answer_with(200)
    again = clinic.ok("POST", f"{path}/deliveries/{delivery['id']}/retry", token=admin.token)
    assert (again["status"], again["attempts"]) == ("PENDING", 1)
    (delivery,) = eventually(lambda: deliveries("DELIVERED"), what="the repeat")
    assert (delivery["answer_status"], delivery["attempts"]) == (200, 2)
    second = peer.received[-1]
    assert first.body == second.body
    assert is_genuine(made["secret"], second)
    clinic.ok("DELETE", path, token=admin.token)


def test_nobody_but_admins_has_any(clinic: Clinic, patient: Person, doctor: Person) -> None:
    clerk = clinic.person("clerk")
    for method, path, body in ROUTES:
        clinic.refused(method, path, 401, "unauthenticated", json=body)
        for person in (patient, doctor, clerk):
            clinic.refused(method, path, 403, "forbidden", json=body, token=person.token)


def test_addresses_that_are_refused_at_once(clinic: Clinic, admin: Person) -> None:
    for url in ("http://example.org/", "https://user@example.org/", "ftp://example.org", "x"):
        body = {"url": url}
        refused = (400, "invalid_parameter")
        clinic.refused("POST", "/api/webhooks", *refused, json=body, token=admin.token)
