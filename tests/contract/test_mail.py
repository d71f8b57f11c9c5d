"""What is mailed, to whom and how often; calendars, read back by a library."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import icalendar
import pytest

from ..support.wait import eventually
from .clinic import Clinic, Person

HERE = "https://clinic.example.org/desk"


@pytest.fixture(autouse=True)
def _public_url(clinic: Clinic) -> Iterator[None]:
    set_url = "update data.setting set public_url = %s"
    clinic.database.rows(set_url, [HERE])
    yield
    clinic.database.rows(set_url, [None])


@pytest.fixture
def address() -> str:
    """An address that nobody else has."""
    return f"{uuid4().hex}@example.com"


def mails_to(clinic: Clinic, address: str) -> list[dict[str, Any]]:
    """The messages to an address, once all that happened was announced."""
    clinic.announce()
    columns = ("kind", "subject", "body_text", "body_html", "calendar", "booking_id")
    rows = clinic.database.rows(
        f"select {', '.join(columns)} from data.message where to_address = %s order by id",
        [address],
    )
    return [dict(zip(columns, row, strict=True)) for row in rows]


def token_in(mail: dict[str, Any]) -> str:
    """The token in the link of a mail about a booking, if any; it leads to a page."""
    (link,) = re.findall(r"https?://\S+", mail["body_text"])
    page, _, token = link.partition("#manage_token=")
    assert page == f"{HERE}/bookings/{mail['booking_id']}"
    assert f'href="{link}"' in mail["body_html"]
    return str(token)


def entry_in(text: str) -> Any:
    """The one event of a calendar."""
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "\n" not in text.replace("\r\n", "")
    (event,) = icalendar.Calendar.from_ical(text).walk("VEVENT")
    return event


# -- who is told what


def test_each_thing_that_happens_to_a_booking_is_mailed_once(clinic: Clinic, address: str) -> None:
    doctor = clinic.doctor()
    first, second = (clinic.slot(doctor, capacity=3) for _ in range(2))
    booking = clinic.paid(first, patient_email=address, seats=2)
    token, path = booking["manage_token"], f"/api/bookings/{booking['id']}"
    clinic.announce()
    clinic.ok("PATCH", f"{path}/reschedule", json={"new_slot_id": second}, manage_token=token)
    clinic.ok("PATCH", f"{path}/seats", json={"seats": 1}, manage_token=token)
    clinic.ok("PATCH", f"{path}/cancel", manage_token=token)
    mails = mails_to(clinic, address)
    assert [mail["kind"] for mail in mails if mail["kind"] != "refund"] == [
        "confirmation", "change", "change", "cancellation",
    ]  # fmt: skip
    assert [mail["kind"] for mail in mails].count("refund") == 2  # of a seat, then of the other
    assert {mail["booking_id"] for mail in mails} == {booking["id"]}
    entries = [entry_in(mail["calendar"]) for mail in mails if mail["calendar"]]
    assert [int(entry["SEQUENCE"]) for entry in entries] == [0, 1, 2, 3]
    assert len({str(entry["UID"]) for entry in entries}) == 1
    assert [str(entry["STATUS"]) for entry in entries] == ["CONFIRMED"] * 3 + ["CANCELLED"]
    methods = [re.findall("METHOD:(.*)\r", mail["calendar"] or "") for mail in mails]
    assert [one for found in methods for one in found] == ["REQUEST"] * 3 + ["CANCEL"]
    assert len(mails_to(clinic, address)) == len(mails)


def test_a_hold_that_runs_out_and_an_offer_are_mailed(clinic: Clinic, address: str) -> None:
    slot = clinic.slot()
    held = clinic.book(slot, patient_email=address)
    waiting = f"waiting-{address}"
    who = {"patient_name": "Bob", "patient_email": waiting}
    entry = clinic.ok("POST", f"/api/slots/{slot}/waitlist", json=who)
    clinic.run_out(held)
    assert [mail["kind"] for mail in mails_to(clinic, address)] == ["expiry"]
    (offer,) = mails_to(clinic, waiting)
    assert offer["kind"] == "offer"
    # By the link the offer is seen, and so is the entry of the waitlist that it came of.
    token = token_in(offer)
    booking = clinic.ok("GET", f"/api/bookings/{offer['booking_id']}", manage_token=token)
    assert booking["patient_email"] == waiting
    seen = clinic.ok("GET", f"/api/waitlist/{entry['id']}", manage_token=token)
    assert seen["status"] == "OFFERED"
    assert [e["id"] for e in clinic.ok("GET", "/api/waitlist", manage_token=token)] == [entry["id"]]


def test_what_is_rolled_back_was_not_mailed_and_is_mailed_then(
    clinic: Clinic, address: str
) -> None:
    count = "select count(*) from data.message where to_address = %s"
    with clinic.database.connect() as connection:
        # The server does no due work meanwhile.
        connection.execute("select pg_advisory_lock(hashtext('slotkeeper.due_work'))")
        clinic.paid(clinic.slot(), patient_email=address)

        def is_mailed() -> bool:
            with connection.transaction(force_rollback=True):
                # What others left unread is read first.
                while connection.execute("select tests.do_due_work()").fetchone() != (0,):
                    pass
                return connection.execute(count, [address]).fetchone() == (1,)

        eventually(is_mailed, 30, "a mail that is never committed")
        assert connection.execute(count, [address]).fetchone() == (0,)
    assert [mail["kind"] for mail in mails_to(clinic, address)] == ["confirmation"]


VERIFY = "update data.account set email_verified_at = now() where email = %s"


def test_an_account_s_booking_is_mailed_to_the_account_once_its_address_is_verified(
    clinic: Clinic, patient: Person, address: str
) -> None:
    booking = clinic.paid(clinic.slot(), patient.token, patient_email=address)
    (mail,) = mails_to(clinic, address)
    assert mails_to(clinic, patient.email) == []
    # No token: whoever reads along does not get in.
    assert token_in(mail) == ""
    clinic.database.rows(VERIFY, [patient.email])
    clinic.ok("PATCH", f"/api/bookings/{booking['id']}/cancel", token=patient.token)
    kinds = ["cancellation", "refund"]
    assert sorted(mail["kind"] for mail in mails_to(clinic, patient.email)) == kinds
    assert len(mails_to(clinic, address)) == 1


def test_a_claimed_booking_is_mailed_to_whom_it_belongs(
    clinic: Clinic, patient: Person, address: str
) -> None:
    clinic.database.rows(VERIFY, [patient.email])
    booking = clinic.paid(clinic.slot(), patient_email=address)
    assert len(mails_to(clinic, address)) == 1
    path, token = f"/api/bookings/{booking['id']}", booking["manage_token"]
    clinic.ok("POST", f"{path}/claim", token=patient.token, manage_token=token)
    clinic.ok("PATCH", f"{path}/cancel", token=patient.token)
    assert len(mails_to(clinic, patient.email)) == 2
    assert len(mails_to(clinic, address)) == 1


def test_the_reason_for_the_visit_is_not_mailed(clinic: Clinic, address: str) -> None:
    booking = clinic.paid(clinic.slot(), patient_email=address, reason="A secret cough")
    path = f"/api/bookings/{booking['id']}"
    token = booking["manage_token"]
    clinic.ok("PATCH", f"{path}/cancel", json={"reason": "secretly well"}, manage_token=token)
    mails = mails_to(clinic, address)
    assert len(mails) == 3
    assert "secret" not in str(mails)


def test_there_is_one_reminder_also_after_a_move(clinic: Clinic, address: str) -> None:
    doctor = clinic.doctor()
    slots = [clinic.slot(doctor, start=datetime.now(UTC) + timedelta(days=d)) for d in (3, 5, 7)]
    booking = clinic.paid(slots[0], patient_email=address)
    token, path = booking["manage_token"], f"/api/bookings/{booking['id']}/reschedule"
    clinic.ok("PATCH", path, json={"new_slot_id": slots[1]}, manage_token=token)
    assert [mail["kind"] for mail in mails_to(clinic, address)] == ["confirmation", "change"]
    let_pass(clinic, slots[1], booking["id"], hours=23)
    assert [mail["kind"] for mail in mails_to(clinic, address)][2:] == ["reminder"]
    clinic.ok("PATCH", path, json={"new_slot_id": slots[2]}, manage_token=token)
    clinic.announce()
    let_pass(clinic, slots[2], booking["id"], hours=20)
    assert [mail["kind"] for mail in mails_to(clinic, address)][2:] == ["reminder", "change"]


def test_what_is_booked_on_the_day_is_not_reminded_of(clinic: Clinic, address: str) -> None:
    slot = clinic.slot(start=datetime.now(UTC) + timedelta(hours=20))
    booking = clinic.paid(slot, patient_email=address)
    assert [mail["kind"] for mail in mails_to(clinic, address)] == ["confirmation"]
    planned = "select count(*) from data.reminder where booking_id = %s"
    assert clinic.database.value(planned, [booking["id"]]) == 0


def let_pass(clinic: Clinic, slot: int, booking: int, *, hours: int) -> None:
    """Let a slot start in so many hours, as if days had passed; the due work comes by."""
    start = datetime.now(UTC) + timedelta(hours=hours)
    clinic.database.rows("select tests.move_slot(%s, %s)", [slot, start])
    clinic.database.rows(
        "update data.reminder set due_at = %s where booking_id = %s",
        [start - timedelta(days=1), booking],
    )
    clinic.announce()


# -- tokens


def test_the_link_in_a_guest_s_mail_opens_the_booking(clinic: Clinic, address: str) -> None:
    booking = clinic.paid(clinic.slot(), patient_email=address)
    (mail,) = mails_to(clinic, address)
    token = token_in(mail)
    assert token != booking["manage_token"]
    path = f"/api/bookings/{booking['id']}"
    answer = clinic.call("GET", path, manage_token=token)
    assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-store")
    assert clinic.ok("GET", f"{path}/payments", manage_token=token)
    # Several are valid at a time, each for this booking alone.
    other = clinic.paid(clinic.slot())
    clinic.refused(
        "GET", f"/api/bookings/{other['id']}", 404, "booking_not_found", manage_token=token
    )
    cancelled = clinic.ok("DELETE", path, manage_token=token)
    assert cancelled["status"] == "CANCELLED"
    assert clinic.status_of(booking) == "CANCELLED"
    hashes = "select count(*) from data.message where body_text like '%%' || %s || '%%'"
    assert clinic.database.value(hashes, [token]) == 1
    assert token not in clinic.server.log


def test_mailed_tokens_end_when_the_booking_is_claimed(
    clinic: Clinic, patient: Person, address: str
) -> None:
    booking = clinic.paid(clinic.slot(), patient_email=address)
    (mail,) = mails_to(clinic, address)
    token, path = token_in(mail), f"/api/bookings/{booking['id']}"
    clinic.ok("POST", f"{path}/claim", token=patient.token, manage_token=token)
    for closed in (path, f"{path}/calendar.ics"):
        clinic.refused("GET", closed, 404, "booking_not_found", manage_token=token)
    left = "select count(*) from data.manage_token where booking_id = %s"
    assert clinic.database.value(left, [booking["id"]]) == 0


def test_without_an_own_address_mails_hold_no_links(clinic: Clinic, address: str) -> None:
    clinic.database.rows("update data.setting set public_url = null")
    slot = clinic.slot()
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    clinic.ok(
        "POST", "/api/bookings", headers=headers,
        json={"slot_id": slot, "patient_name": "Ann", "patient_email": address},
    )  # fmt: skip
    clinic.database.rows("select tests.run_out(id) from data.booking where slot_id = %s", [slot])
    (mail,) = mails_to(clinic, address)
    assert not re.search("http|evil|token", mail["body_text"])


# -- what people write


@pytest.mark.parametrize(
    "name", ["Ann\r\nBcc: eve@example.com", "Ann\x85", "Ann\u2028", "A\x1b[1m"]
)
def test_names_hold_no_control_characters(clinic: Clinic, admin: Person, name: str) -> None:
    slot = clinic.slot()
    body = {"slot_id": slot, "patient_name": name, "patient_email": "ann@example.com"}
    answer = clinic.refused("POST", "/api/bookings", 400, "invalid_parameter", json=body)
    assert [error["field"] for error in answer.body["errors"]] == ["patient_name"]
    for path, more in (("clinics", {}), ("doctors", {"specialization": "Cardiology"})):
        clinic.refused(
            "POST", f"/api/{path}", 400, "invalid_parameter", token=admin.token,
            json={"name": name, **more},
        )  # fmt: skip


def test_names_are_neither_html_nor_calendar_syntax(clinic: Clinic, address: str) -> None:
    evil = '<img src=x onerror="alert(1)">;X-EVIL:1,\\n"'
    house = clinic.clinic(name=evil)
    doctor = clinic.doctor(name=evil, clinic=house, city=evil, specialization=evil)
    booking = clinic.paid(clinic.slot(doctor), patient_email=address, patient_name=evil)
    (mail,) = mails_to(clinic, address)
    assert "<img" not in mail["body_html"]
    assert "&lt;img src=x onerror=&quot;alert(1)&quot;&gt;" in mail["body_html"]
    entry = entry_in(mail["calendar"])
    assert str(entry["SUMMARY"]) == f"Appointment: {evil}"
    assert str(entry["LOCATION"]) == f"{evil}, {evil}"
    assert str(entry["ORGANIZER"]) == "mailto:slotkeeper@localhost"
    assert "X-EVIL" not in entry
    assert mail["booking_id"] == booking["id"]


# -- time

ZONES = {
    "Europe/Paris": ["2031-03-30T01:00Z", "2031-10-26T00:30Z", "2031-10-26T01:30Z"],
    "America/New_York": ["2031-03-09T07:00Z", "2031-11-02T05:30Z", "2031-11-02T06:30Z"],
    "Australia/Lord_Howe": ["2031-04-05T14:45Z", "2031-04-05T15:15Z", "2031-12-01T00:00Z"],
    "America/St_Johns": ["2031-07-01T12:00Z", "2031-12-01T12:00Z"],
    "Asia/Kathmandu": ["2031-07-01T12:00Z"],
    "UTC": ["2031-07-01T12:00Z"],
}


@pytest.mark.parametrize("zone", ZONES)
def test_a_calendar_says_the_instant_in_the_zone_of_the_clinic(clinic: Clinic, zone: str) -> None:
    doctor = clinic.doctor(clinic=clinic.clinic(time_zone=zone), fee=0)
    for text in ZONES[zone]:
        start = datetime.fromisoformat(text)
        address = f"{uuid4().hex}@example.com"
        slot = clinic.slot(doctor, start=start, minutes=15)
        clinic.database.rows(
            "select tests.booking(%s, status => 'CONFIRMED', patient_email => %s)", [slot, address]
        )
        (mail,) = mails_to(clinic, address)
        # By the name of the zone, and by its description alone, as a program that knows no names.
        nameless = mail["calendar"].replace(zone, f"Nowhere/{uuid4().hex}")
        for calendar in (mail["calendar"], nameless):
            entry = entry_in(calendar)
            assert entry["DTSTART"].dt.astimezone(UTC) == start
            assert entry["DTEND"].dt.astimezone(UTC) == start + timedelta(minutes=15)
        assert (f"TZID:{zone}" in mail["calendar"]) == (zone != "UTC")


# -- calendars over HTTP


def test_a_booking_is_a_calendar(clinic: Clinic, patient: Person) -> None:
    booking = clinic.paid(clinic.slot())
    path = f"/api/bookings/{booking['id']}/calendar.ics"
    token = booking["manage_token"]
    answer = clinic.call("GET", path, manage_token=token, headers={"Accept": "text/calendar"})
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    entry = entry_in(answer.raw.decode())
    assert entry["DTSTART"].dt == datetime.fromisoformat(booking["start_time"])
    clinic.refused(
        "GET", path, 406, "not_acceptable", manage_token=token,
        headers={"Accept": "application/json"},
    )  # fmt: skip
    clinic.refused("GET", path, 404, "booking_not_found")
    clinic.refused("GET", path, 404, "booking_not_found", token=patient.token)
    clinic.refused("GET", path, 404, "booking_not_found", manage_token="x" * 64)


def test_a_doctor_s_calendar_is_subscribed_to_by_a_secret_link(
    clinic: Clinic, doctor: Person, patient: Person
) -> None:
    slots = [clinic.slot(doctor.doctor_id, capacity=2) for _ in range(3)]
    for slot in slots[:2]:
        clinic.paid(slot, patient_name="Secret Name")
    path = f"/api/doctors/{doctor.doctor_id}/calendar-link"
    link = clinic.ok("POST", path, token=doctor.token)
    assert link["url"].startswith(HERE)
    where = link["url"].removeprefix(HERE)
    calendar: Any = icalendar.Calendar.from_ical(clinic.call("GET", where).raw)
    found = [(e["DTSTART"].dt, str(e["SUMMARY"])) for e in calendar.walk("VEVENT")]
    starts = [
        datetime.fromisoformat(clinic.ok("GET", f"/api/slots/{slot}")["start_time"])
        for slot in slots
    ]
    assert found == [(start, "Booked: 1 of 2") for start in starts[:2]]
    assert b"Secret" not in clinic.call("GET", where).raw
    clinic.refused("POST", path, 403, "forbidden", token=patient.token)
    renewed = clinic.ok("POST", path, token=doctor.token)["url"].removeprefix(HERE)
    clinic.refused("GET", where, 404, "doctor_not_found")
    assert clinic.call("GET", renewed).status == 200
    clinic.refused("GET", where.partition("?")[0], 404, "doctor_not_found", token=patient.token)
    assert link["calendar_token"] not in clinic.server.log
