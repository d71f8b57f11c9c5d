"""Payments as a clinic runs on them: at the desk, by providers who report, and back again."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from ..support.provider import Provider
from .clinic import Clinic, Person


@pytest.fixture(scope="module")
def provider(clinic: Clinic) -> Iterator[Provider]:
    """A payment provider that an admin has added and that takes cards."""
    made = clinic.call(
        "POST",
        "/api/payment-providers",
        json={"name": f"acme-{uuid.uuid4().hex[:8]}"},
        token=clinic.person("admin").token,
    )
    assert made.status == 201
    assert made.headers["Cache-Control"] == "no-store"
    with Provider(clinic.server, made.body["name"], made.body["secret"]).serving() as found:
        yield found


def begin(clinic: Clinic, booking: Any, provider: Provider, token: str | None = None) -> Any:
    """Begin to pay a booking with a provider and return the payment."""
    return clinic.ok(
        "POST",
        "/api/payments",
        json={"booking_id": booking["id"], "provider": provider.name},
        token=token,
        manage_token=booking.get("manage_token"),
    )


def shown(clinic: Clinic, booking: Any) -> Any:
    """Return a guest's booking as it is now."""
    return clinic.ok("GET", f"/api/bookings/{booking['id']}", manage_token=booking["manage_token"])


def test_a_guest_pays_online_whatever_the_provider_repeats(
    clinic: Clinic, slot: int, provider: Provider
) -> None:
    booking = clinic.book(slot)
    payment = begin(clinic, booking, provider)
    answers = provider.charge(payment, times=3)
    assert [status for status, _ in answers] == [200, 200, 200]
    assert answers[0] == answers[1] == answers[2], "the stored result again"
    assert answers[0][1]["payment_status"] == "SUCCEEDED"
    assert shown(clinic, booking)["status"] == "CONFIRMED"
    (paid,) = clinic.ok(
        "GET", f"/api/bookings/{booking['id']}/payments", manage_token=booking["manage_token"]
    )
    assert (paid["status"], paid["captured_amount"]) == ("SUCCEEDED", 50.0)
    assert paid["provider_reference"].startswith("charge-")


def test_a_declined_card_may_be_tried_again(clinic: Clinic, slot: int, provider: Provider) -> None:
    booking = clinic.book(slot)
    first = begin(clinic, booking, provider)
    assert provider.charge(first, declined=True)[0][1]["payment_status"] == "FAILED"
    assert shown(clinic, booking)["status"] == "PENDING"
    second = begin(clinic, booking, provider)
    assert second["id"] != first["id"]
    assert provider.charge(second)[0][1]["payment_status"] == "SUCCEEDED"
    # Out of order: what was reported of the first attempt comes last, or says success after all.
    assert provider.charge(first, declined=True)[0][1]["payment_status"] == "FAILED"
    assert provider.charge(first)[0][1]["payment_status"] == "SURPLUS"
    now = shown(clinic, booking)
    assert (now["status"], now["payment_status"]) == ("CONFIRMED", "SUCCEEDED")
    assert now["refund_due_amount"] == 50.0


def test_money_that_comes_too_late_is_owed_back(
    clinic: Clinic, slot: int, provider: Provider, admin: Person
) -> None:
    """Hole 4: a payment never revives a hold that has run out, nor takes the seat of another."""
    booking = clinic.book(slot)
    payment = begin(clinic, booking, provider)
    clinic.run_out(booking)
    successor = clinic.book(slot)
    assert provider.charge(payment)[0][1]["payment_status"] == "SURPLUS"
    now = shown(clinic, booking)
    assert (now["status"], now["payment_status"]) == ("FAILED", "REFUND_DUE")
    assert shown(clinic, successor)["status"] == "PENDING"
    (refund,) = [
        one
        for one in clinic.ok("GET", "/api/refunds?status=DUE&limit=500", token=admin.token)
        if one["payment_id"] == payment["id"]
    ]
    assert (refund["amount"], refund["currency"]) == (50.0, "USD")


@pytest.mark.parametrize(
    "said", [{"amount": 49.99}, {"amount": 50.01}, {"currency": "EUR"}], ids=str
)
def test_another_amount_pays_nothing(
    clinic: Clinic, slot: int, provider: Provider, said: dict[str, Any]
) -> None:
    booking = clinic.book(slot)
    payment = begin(clinic, booking, provider)
    answer = provider.report(provider.event(payment, **said))
    assert (answer.status, answer.body["payment_status"]) == (200, "SURPLUS")
    now = shown(clinic, booking)
    assert (now["status"], now["payment_status"]) == ("PENDING", "DUE")
    kept = clinic.ok("GET", f"/api/payments/{payment['id']}", manage_token=booking["manage_token"])
    expected = {"amount": 50.0, "currency": "USD"} | said
    assert kept["captured_amount"] == kept["refund_due_amount"] == expected["amount"]
    assert kept["captured_currency"] == expected["currency"]


def test_nobody_else_speaks_for_a_provider(clinic: Clinic, slot: int, provider: Provider) -> None:
    """Hole 5: no booking is confirmed by whoever finds the webhook."""
    booking = clinic.book(slot)
    payment = begin(clinic, booking, provider)
    body = provider.event(payment)
    good = provider.signature(body)
    stranger = Provider(clinic.server, "nobody", provider.secret)
    refusals = [
        provider.report(body, signature)
        for signature in (
            "",
            "nonsense",
            good.replace("v1", "v0"),
            good[:-1] + ("0" if good[-1] != "0" else "1"),
            provider.signature(body, age=330),
            provider.signature(body, age=-330),
            provider.signature(body, secret="guessed"),
            provider.signature(body + b" "),
        )
    ]
    refusals += [stranger.report(body), stranger.report(b"{"), provider.report(b"{", good)]
    refusals.append(clinic.call("POST", f"/api/payments/webhook/{provider.name}", data=body))
    for answer in refusals:
        assert (answer.status, answer.code) == (401, "invalid_signature")
        assert "WWW-Authenticate" in answer.headers
        assert answer.body["detail"] == refusals[0].body["detail"]
    assert shown(clinic, booking)["status"] == "PENDING"
    # Logged in one is no provider either, not even as an admin.
    clinic.refused(
        "POST",
        f"/api/payments/webhook/{provider.name}",
        *(403, "forbidden"),
        data=body,
        headers={"X-Signature": provider.signature(body)},
        token=clinic.person("admin").token,
    )


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff",
        b"[]",
        b"{}",
        b'{"event_id": "\\u0000", "payment_id": 1}',
        b'{"event_id": "1", "payment_id": 1, "outcome": "FAILED", "amount": -1, "currency": "USD"}',
        b'{"event_id": "1", "payment_id": 99999999999999999999, "outcome": "FAILED"}',
    ],
    ids=str,
)
def test_what_is_signed_and_malformed_is_refused(provider: Provider, body: bytes) -> None:
    answer = provider.report(body)
    assert answer.status == 400
    assert answer.code in ("invalid_body", "invalid_parameter")
    assert "SQL" not in answer.raw.decode()


def test_a_provider_settles_only_its_own_payments(
    clinic: Clinic, slot: int, provider: Provider, admin: Person
) -> None:
    made = clinic.ok(
        "POST",
        "/api/payment-providers",
        json={"name": f"other-{uuid.uuid4().hex[:8]}"},
        token=admin.token,
    )
    other = Provider(clinic.server, made["name"], made["secret"])
    booking = clinic.book(slot)
    payment = begin(clinic, booking, provider)
    for answer in (
        other.report(other.event(payment)),
        provider.report(provider.event(payment | {"id": 0})),
    ):
        assert (answer.status, answer.code) == (404, "payment_not_found")
    assert shown(clinic, booking)["status"] == "PENDING"


def test_a_secret_is_exchanged_without_losing_a_report(clinic: Clinic, admin: Person) -> None:
    name = f"rotating-{uuid.uuid4().hex[:8]}"
    path = f"/api/payment-providers/{name}"
    made = clinic.ok("POST", "/api/payment-providers", json={"name": name}, token=admin.token)
    secrets = [made["secret"]]
    for _ in range(2):
        rotated = clinic.call("POST", f"{path}/rotate", token=admin.token)
        assert (rotated.status, rotated.headers["Cache-Control"]) == (200, "no-store")
        secrets.append(rotated.body["secret"])

    def outcome(secret: str) -> str | None:
        provider = Provider(clinic.server, name, secret)
        return provider.report(b"{}").code

    assert [outcome(secret) for secret in secrets] == [
        "invalid_signature",
        "invalid_body",
        "invalid_body",
    ]
    listed = clinic.call("GET", "/api/payment-providers?limit=500", token=admin.token)
    clinic.ok("DELETE", path, token=admin.token)
    assert outcome(secrets[-1]) == "invalid_signature"
    logs = clinic.server.log + clinic.database.cluster.log + listed.raw.decode()
    assert name in listed.raw.decode()
    assert not any(secret in logs for secret in secrets), "hole 7: no secret in a log or a list"


def test_the_desk_takes_the_money(clinic: Clinic, slot: int, provider: Provider) -> None:
    clerk, stranger = clinic.person("clerk"), clinic.person("doctor")
    booking = clinic.book(slot)
    begun = begin(clinic, booking, provider)
    asked = {"booking_id": booking["id"], "method": "CARD", "reference": "receipt 7"}
    clinic.refused("POST", "/api/payments/desk", 401, "unauthenticated", json=asked)
    clinic.refused(
        *("POST", "/api/payments/desk", 404, "booking_not_found"), json=asked, token=stranger.token
    )
    taken = clinic.ok("POST", "/api/payments/desk", json=asked, token=clerk.token)
    assert taken["booking"]["status"] == "CONFIRMED"
    assert (taken["payment"]["method"], taken["payment"]["provider"]) == ("CARD", "desk")
    clinic.refused(
        *("POST", "/api/payments/desk", 409, "already_paid"), json=asked, token=clerk.token
    )
    # What the patient paid online at the same time is owed back.
    assert provider.charge(begun)[0][1]["payment_status"] == "SURPLUS"
    mine = clinic.ok("GET", "/api/payments?provider=desk&limit=1", token=clerk.token)
    assert mine[0]["id"] == taken["payment"]["id"]


def test_a_refund_is_sent_and_arrives(clinic: Clinic, slot: int, admin: Person) -> None:
    booking = clinic.paid(slot)
    cancelled = clinic.ok(
        "PATCH", f"/api/bookings/{booking['id']}/cancel", manage_token=booking["manage_token"]
    )
    assert (cancelled["payment_status"], cancelled["refund_due_amount"]) == ("REFUND_DUE", 50.0)
    (payment,) = clinic.ok("GET", f"/api/bookings/{booking['id']}/payments", token=admin.token)
    assert (payment["refund_due_amount"], payment["refunded_amount"]) == (50.0, 0.0)
    found = clinic.ok("GET", "/api/refunds?limit=1", token=clinic.person("clerk").token)[0]
    path = f"/api/refunds/{found['id']}"
    assert found["booking_id"] == booking["id"]
    clinic.refused(
        "PATCH", path, 409, "refund_not_sent", json={"status": "DONE"}, token=admin.token
    )
    for step in ("SENT", "FAILED", "SENT", "DONE"):
        now = clinic.ok("PATCH", path, json={"status": step, "reference": step}, token=admin.token)
        assert (now["status"], now["reference"]) == (step, step)
    clinic.refused(
        *("PATCH", path, 409, "refund_not_due"), json={"status": "SENT"}, token=admin.token
    )
    assert clinic.ok("GET", path, token=admin.token)["done_at"] is not None
    after = shown(clinic, booking)
    assert (after["payment_status"], after["refunded_amount"]) == ("REFUNDED", 50.0)
    clinic.refused(
        *("POST", f"/api/payments/{payment['id']}/refunds", 409, "exceeds_captured"),
        json={"amount": 0.01, "reason": "Goodwill"},
        token=admin.token,
    )
