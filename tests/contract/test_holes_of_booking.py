"""Faults of earlier systems around seats and money, each shown to be absent here."""

import contextlib
import http.client
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from ..support.wait import eventually
from .clinic import Clinic, Person, application


def instant(days: int = 0, hours: int = 0, minutes: int = 0) -> str:
    """Return an instant so long after ten o'clock (UTC) in a month."""
    morning = datetime.now(UTC).replace(hour=10, minute=0, second=0, microsecond=0)
    then = morning + timedelta(days=30 + days, hours=hours, minutes=minutes)
    return then.isoformat()


def test_hole_01_an_old_failed_booking_never_frees_the_seat_of_a_later_one(
    clinic: Clinic, slot: int
) -> None:
    first = clinic.book(slot)
    clinic.run_out(first)
    second = clinic.paid(slot)
    clinic.tidy_up()
    clinic.tidy_up()
    assert clinic.status_of(first) == "FAILED"
    assert clinic.status_of(second) == "CONFIRMED"
    clinic.refused("POST", "/api/bookings", 409, "slot_taken", json=application(slot))


def test_hole_01_a_declined_booking_never_frees_the_seat_of_a_later_one(
    clinic: Clinic, slot: int
) -> None:
    first = clinic.book(slot)
    assert clinic.pay(first, success=False).body["booking"]["status"] == "FAILED"
    second = clinic.paid(slot)
    assert clinic.pay(first, success=False).code == "booking_not_active"
    clinic.tidy_up()
    assert clinic.status_of(second) == "CONFIRMED"
    assert clinic.free_seats(slot) == 0


@pytest.mark.parametrize("ending", ["run out", "declined", "cancelled"])
def test_hole_02_cancelling_an_ended_booking_frees_nobody_elses_seat(
    clinic: Clinic, slot: int, ending: str
) -> None:
    first = clinic.book(slot)
    cancel = f"/api/bookings/{first['id']}/cancel"
    if ending == "run out":
        clinic.run_out(first)
    elif ending == "declined":
        clinic.pay(first, success=False)
    else:
        clinic.ok("PATCH", cancel, manage_token=first["manage_token"])
    second = clinic.paid(slot)
    clinic.refused("PATCH", cancel, 409, "booking_not_active", manage_token=first["manage_token"])
    assert clinic.free_seats(slot) == 0
    assert clinic.status_of(second) == "CONFIRMED"


def test_hole_03_a_booking_that_cannot_move_stays_where_it_was(clinic: Clinic) -> None:
    doctor = clinic.doctor()
    taken, mine = clinic.slot(doctor), clinic.slot(doctor)
    other = clinic.paid(taken)
    booking = clinic.paid(mine)
    clinic.refused(
        "PATCH",
        f"/api/bookings/{booking['id']}/reschedule",
        409,
        "slot_taken",
        json={"new_slot_id": taken},
        manage_token=booking["manage_token"],
    )
    assert clinic.status_of(other) == clinic.status_of(booking) == "CONFIRMED"
    assert (clinic.free_seats(taken), clinic.free_seats(mine)) == (0, 0)


@pytest.mark.parametrize(
    ("ending", "code"), [("run out", "booking_expired"), ("declined", "booking_not_active")]
)
def test_hole_03_a_failed_booking_cannot_be_moved(clinic: Clinic, ending: str, code: str) -> None:
    doctor = clinic.doctor()
    old, new = clinic.slot(doctor), clinic.slot(doctor)
    booking = clinic.book(old)
    if ending == "run out":
        clinic.run_out(booking)
    else:
        clinic.pay(booking, success=False)
    clinic.refused(
        "PATCH",
        f"/api/bookings/{booking['id']}/reschedule",
        409,
        code,
        json={"new_slot_id": new},
        manage_token=booking["manage_token"],
    )
    assert clinic.free_seats(new) == 1


def test_hole_03_a_booking_that_moves_gives_its_old_seat_back(clinic: Clinic) -> None:
    doctor = clinic.doctor()
    old, new = clinic.slot(doctor), clinic.slot(doctor)
    booking = clinic.paid(old)
    moved = clinic.ok(
        "PATCH",
        f"/api/bookings/{booking['id']}/reschedule",
        json={"new_slot_id": new},
        manage_token=booking["manage_token"],
    )
    assert (moved["id"], moved["slot_id"]) == (booking["id"], new)
    assert (clinic.free_seats(old), clinic.free_seats(new)) == (1, 0)


def test_hole_04_a_payment_after_the_hold_is_refused_and_takes_no_money(
    clinic: Clinic, slot: int
) -> None:
    booking = clinic.book(slot)
    clinic.run_out(booking)
    assert clinic.pay(booking).code == "booking_expired"
    clinic.refused(
        "POST",
        "/api/payments",
        409,
        "booking_expired",
        json={"booking_id": booking["id"]},
        manage_token=booking["manage_token"],
    )
    payments = "select count(*) from data.payment as p where p.booking_id = %s"
    assert clinic.database.value(payments, [booking["id"]]) == 0
    assert clinic.free_seats(slot) == 1


def test_hole_05_nobody_pays_or_confirms_the_booking_of_another(
    clinic: Clinic, slot: int, patient: Person
) -> None:
    booking = clinic.book(slot)
    for token in (None, patient.token):
        for path, more in (("/api/payments/fake", {"success": True}), ("/api/payments", {})):
            for wrong in (None, "0" * 64):
                body = {"booking_id": booking["id"], **more}
                clinic.refused(
                    "POST",
                    path,
                    404,
                    "booking_not_found",
                    json=body,
                    token=token,
                    manage_token=wrong,
                )
    assert clinic.status_of(booking) == "PENDING"


@pytest.mark.parametrize(
    "wish", [{"amount": 1}, {"status": "CONFIRMED"}, {"consultation_fee": 0}, {"currency": "VND"}]
)
def test_hole_05_a_client_cannot_name_its_price_or_status(
    clinic: Clinic, slot: int, wish: dict[str, Any]
) -> None:
    clinic.refused(
        "POST", "/api/bookings", 400, "unknown_parameter", json=application(slot, **wish)
    )


def test_hole_05_the_price_is_the_doctors_and_frozen_when_a_seat_is_held(
    clinic: Clinic, admin: Person
) -> None:
    doctor = clinic.doctor(fee=30)
    slot = clinic.slot(doctor, capacity=3)
    booking = clinic.book(slot, seats=2)
    assert (booking["amount"], booking["status"]) == (60, "PENDING")
    clinic.ok("PATCH", f"/api/doctors/{doctor}", json={"consultation_fee": 99}, token=admin.token)
    settled = clinic.pay(booking).body
    assert settled["payment"]["amount"] == settled["booking"]["amount"] == 60


@pytest.fixture
def no_simulated_payments(clinic: Clinic) -> Iterator[None]:
    """Simulated payments are off, as wherever patients pay."""
    clinic.simulated_payments(on=False)
    yield
    clinic.simulated_payments(on=True)


@pytest.mark.usefixtures("no_simulated_payments")
def test_hole_05_without_the_setting_nobody_confirms_without_paying(
    clinic: Clinic, slot: int, admin: Person
) -> None:
    booking = clinic.book(slot)
    assert clinic.pay(booking).code == "simulated_payments_off"
    assert clinic.pay(booking, admin.token).code == "simulated_payments_off"
    assert clinic.status_of(booking) == "PENDING"


def test_hole_08_slots_of_a_doctor_never_overlap(clinic: Clinic, admin: Person) -> None:
    doctor = clinic.doctor()
    hour = {"doctor_id": doctor, "start_time": instant(), "duration_minutes": 60}
    clinic.ok("POST", "/api/slots", json=hour, token=admin.token)
    for start, minutes in ((30, 30), (0, 15), (-15, 30), (-15, 120)):
        overlapping = {
            "doctor_id": doctor,
            "start_time": instant(minutes=start),
            "duration_minutes": minutes,
        }
        clinic.refused(
            "POST", "/api/slots", 409, "slot_overlaps", json=overlapping, token=admin.token
        )
    for start in (-30, 60):
        beside = {"doctor_id": doctor, "start_time": instant(minutes=start)}
        clinic.ok("POST", "/api/slots", json=beside, token=admin.token)
    clinic.ok("POST", "/api/slots", json=hour | {"doctor_id": clinic.doctor()}, token=admin.token)


def test_hole_08_slots_in_bulk_leave_out_what_overlaps(clinic: Clinic, admin: Person) -> None:
    doctor = clinic.doctor()
    taken = {"doctor_id": doctor, "start_time": instant(), "duration_minutes": 60}
    clinic.ok("POST", "/api/slots", json=taken, token=admin.token)
    day = instant()[:10]
    hours = {
        "doctor_id": doctor,
        "start_date": day,
        "end_date": day,
        "start_time": "09:30",
        "end_time": "11:30",
        "exclude_weekends": False,
    }
    made = clinic.ok("POST", "/api/slots/bulk", json=hours, token=admin.token)
    assert made == {"created": 2, "skipped": 2}
    again = clinic.ok("POST", "/api/slots/bulk", json=hours, token=admin.token)
    assert again == {"created": 0, "skipped": 4}


def test_hole_09_tidying_up_twice_frees_a_seat_once(clinic: Clinic) -> None:
    slot = clinic.slot(capacity=2)
    clinic.run_out(clinic.book(slot))
    for _ in range(3):
        clinic.tidy_up()
        assert clinic.free_seats(slot) == 2
    clinic.paid(slot, seats=2)
    clinic.tidy_up()
    assert clinic.free_seats(slot) == 0


def test_hole_09_free_seats_always_agree_with_the_bookings(clinic: Clinic, admin: Person) -> None:
    doctor = clinic.doctor()
    slot, other = clinic.slot(doctor, capacity=5), clinic.slot(doctor, capacity=5)

    def check(free: int, status: str) -> None:
        found = clinic.ok("GET", f"/api/slots/{slot}")
        assert (found["seats_available"], found["status"]) == (free, status)
        listed = clinic.ok("GET", f"/api/bookings/slot/{slot}", token=admin.token)
        held = sum(b["seats"] for b in listed if b["status"] in ("PENDING", "CONFIRMED"))
        assert held == 5 - free

    one, two, three = (clinic.book(slot, seats=seats) for seats in (1, 2, 2))
    check(0, "HELD")
    clinic.pay(one)
    clinic.pay(two)
    clinic.pay(three, success=False)
    check(2, "AVAILABLE")
    four = clinic.paid(slot, seats=2)
    check(0, "BOOKED")
    clinic.ok(
        "PATCH",
        f"/api/bookings/{two['id']}/reschedule",
        json={"new_slot_id": other},
        manage_token=two["manage_token"],
    )
    check(2, "AVAILABLE")
    clinic.ok("DELETE", f"/api/bookings/{four['id']}", manage_token=four["manage_token"])
    check(4, "AVAILABLE")
    clinic.run_out(clinic.book(slot, seats=4))
    check(4, "AVAILABLE")


def test_hole_10_a_booking_waits_for_nobody_at_another_slot(clinic: Clinic) -> None:
    doctor = clinic.doctor()
    busy, free = clinic.slot(doctor), clinic.slot(doctor)
    with clinic.database.connect() as other, other.transaction():
        other.execute("set transaction isolation level serializable")
        other.execute("select count(*) from data.booking")
        other.execute("select api.book_slot(%s, 'Bob', 'bob@example.com')", [busy])
        assert clinic.paid(free)["status"] == "PENDING"
        assert clinic.free_seats(busy) == 1
    clinic.refused("POST", "/api/bookings", 409, "slot_taken", json=application(busy))


def test_hole_12_a_repeated_booking_with_its_key_is_the_same_booking(clinic: Clinic) -> None:
    slot = clinic.slot(capacity=3)
    key = {"Idempotency-Key": str(uuid4())}
    first = clinic.ok("POST", "/api/bookings", json=application(slot), headers=key)
    second = clinic.ok("POST", "/api/bookings", json=application(slot), headers=key)
    assert second["id"] == first["id"]
    assert clinic.free_seats(slot) == 2
    assert clinic.pay(second).body["booking"]["status"] == "CONFIRMED"


def test_hole_12_a_client_that_lost_the_answer_gets_the_committed_booking(
    clinic: Clinic, slot: int
) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    address = urlsplit(clinic.server.url)
    taken = "select exists (select from data.booking as b where b.slot_id = %s)"
    with contextlib.closing(http.client.HTTPConnection(address.netloc)) as connection:
        body = f'{{"slot_id": {slot}, "patient_name": "Ann", "patient_email": "ann@example.com"}}'
        headers = {"Content-Type": "application/json", **key}
        connection.request("POST", "/api/bookings", body, headers)
        eventually(lambda: clinic.database.value(taken, [slot]), what="the committed booking")
    found = clinic.ok("POST", "/api/bookings", json=application(slot), headers=key)
    bookings = "select array_agg(b.id) from data.booking as b where b.slot_id = %s"
    assert clinic.database.value(bookings, [slot]) == [found["id"]]


def test_hole_12_a_key_opens_nobody_elses_booking(
    clinic: Clinic, slot: int, patient: Person
) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    mine = clinic.ok(
        "POST", "/api/bookings", json=application(slot), headers=key, token=patient.token
    )
    for token in (None, clinic.person().token):
        clinic.refused(
            "POST",
            "/api/bookings",
            409,
            "idempotency_key_reused",
            json=application(slot),
            headers=key,
            token=token,
        )
    clinic.refused(
        "POST",
        "/api/bookings",
        409,
        "idempotency_key_reused",
        json=application(clinic.slot()),
        headers=key,
        token=patient.token,
    )
    assert clinic.status_of(mine, patient.token) == "PENDING"


@pytest.mark.parametrize("path", ["/api/doctors/{doctor}", "/api/slots/{slot}"])
def test_hole_15_deleting_leaves_bookings_and_money_in_the_books(
    clinic: Clinic, admin: Person, patient: Person, path: str
) -> None:
    doctor = clinic.doctor()
    slot = clinic.slot(doctor)
    booking = clinic.paid(slot, patient.token)
    target = path.format(doctor=doctor, slot=slot)
    code = "doctor_has_bookings" if "doctor" in path else "slot_has_bookings"
    clinic.refused("DELETE", target, 409, code, token=admin.token)
    assert clinic.status_of(booking, patient.token) == "CONFIRMED"
    clinic.ok("DELETE", f"{target}?force=true", token=admin.token)
    found = clinic.ok("GET", f"/api/bookings/{booking['id']}", token=patient.token)
    assert (found["status"], found["payment_status"]) == ("CANCELLED", "REFUND_DUE")
    assert found["slot_id"] == slot
    clinic.refused("GET", target, 404, f"{'doctor' if 'doctor' in path else 'slot'}_not_found")
    owed = (
        "select sum(r.amount) from data.refund as r join data.payment as p on p.id = r.payment_id"
        " where p.booking_id = %s"
    )
    assert clinic.database.value(owed, [booking["id"]]) == 50
