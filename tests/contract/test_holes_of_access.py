"""Faults of earlier systems around strangers, input, time and load, each shown to be absent."""

import asyncio
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ..support.databases import Database
from ..support.server import Server, running
from .clinic import PASSWORD, Clinic, Person, application
from .routes import Operation, operations

NOBODY_HAS = 2**53 - 1


def ways_to_a_booking(clinic: Clinic) -> list[Operation]:
    """Return every route that touches one booking."""
    return [
        route
        for route in operations(clinic)
        if "{booking_id}" in route.path or "booking_id" in route.schema.get("properties", {})
    ]


def test_hole_06_to_a_stranger_a_booking_does_not_exist(
    clinic: Clinic, patient: Person, doctor: Person, subtests: pytest.Subtests
) -> None:
    # Whom the doctor treats, too, has visits that are no business of the doctor.
    treated = clinic.person()
    clinic.paid(clinic.slot(doctor.doctor_id), treated.token)
    owned = clinic.paid(clinic.slot(), treated.token)
    guests = clinic.book(clinic.slot())
    strangers: list[tuple[str, dict[str, Any]]] = [
        ("anon", {}),
        ("patient", {"token": patient.token}),
        ("doctor", {"token": doctor.token}),
        ("anon", {"manage_token": "f" * 64}),
        ("patient", {"manage_token": guests["manage_token"][::-1], "token": patient.token}),
    ]
    ways = ways_to_a_booking(clinic)
    assert len(ways) > 12
    for way in ways:
        with subtests.test(way.name):
            for role, by in strangers:
                told = []
                for number in (owned["id"], guests["id"], NOBODY_HAS):
                    path = way.path.replace("{booking_id}", str(number))
                    path = path.replace("{patient_id}", str(treated.id))
                    body = way.body() if way.takes_body else {}
                    if "manage_token" in body:
                        body["manage_token"] = by.get("manage_token", "x")
                    if "booking_id" in way.schema.get("properties", {}):
                        body["booking_id"] = number
                    answer = clinic.call(way.method, path, json=body or None, **by)
                    told.append({**answer.body, "request_id": ""})
                assert told == [told[0]] * 3
                refused = {"anon": "unauthenticated"}.get(role, "forbidden")
                assert told[0]["code"] == ("booking_not_found" if role in way.roles else refused)
    found = clinic.ok("GET", f"/api/bookings/{guests['id']}", manage_token=guests["manage_token"])
    assert found["status"] == "PENDING"


def test_hole_06_to_a_stranger_a_patient_does_not_exist(
    clinic: Clinic, patient: Person, doctor: Person, subtests: pytest.Subtests
) -> None:
    clinic.paid(clinic.slot(), patient.token)
    # Booked by the doctor alone, and by a clerk of that clinic.
    clinic_id = clinic.clinic()
    clerk, far = clinic.person("clerk", clinic=clinic_id), clinic.doctor(clinic=clinic_id)
    for by, at in ((doctor, doctor.doctor_id), (clerk, far)):
        booked = {"account_id": patient.id, "patient_email": patient.email}
        booking = clinic.book(clinic.slot(at), by.token, **booked)
        cash = {"booking_id": booking["id"], "method": "CASH"}
        clinic.ok("POST", "/api/payments/desk", json=cash, token=by.token)
    strangers = {"anon": None, "patient": clinic.person(), "doctor": doctor, "clerk": clerk}
    ways = [way for way in operations(clinic) if "{patient_id}" in way.path]
    assert len(ways) >= 6
    for way in ways:
        with subtests.test(way.name):
            for role, who in strangers.items():
                told = []
                for number in (patient.id, NOBODY_HAS):
                    path = way.path.replace("{patient_id}", str(number))
                    body = way.body() if way.takes_body else None
                    token = who.token if who else None
                    answer = clinic.call(way.method, path, json=body, token=token)
                    told.append({**answer.body, "request_id": ""})
                assert told[0] == told[1]
                refused = {"anon": "unauthenticated"}.get(role, "forbidden")
                assert told[0]["code"] == ("patient_not_found" if role in way.roles else refused)
    assert clinic.ok("GET", f"/api/patients/{patient.id}", token=patient.token)["name"] == "Ann"


def test_hole_06_lists_of_bookings_are_for_those_whose_they_are(
    clinic: Clinic, patient: Person, doctor: Person, admin: Person
) -> None:
    slot = clinic.slot(doctor.doctor_id, capacity=2)
    mine = clinic.book(slot, patient.token, patient_email=patient.email)["id"]
    # An address is no proof of a person: this one is not the patient's.
    guests = clinic.book(slot, patient_email=patient.email)["id"]
    other = clinic.book(clinic.slot())["id"]

    def ids(path: str, token: str) -> set[int]:
        return {b["id"] for b in clinic.ok("GET", path, token=token)}

    for path in ("/api/bookings", f"/api/bookings/slot/{slot}", "/api/bookings/my-bookings"):
        clinic.refused("GET", path, 401, "unauthenticated")
    for path in ("/api/bookings", f"/api/bookings/slot/{slot}"):
        clinic.refused("GET", path, 403, "forbidden", token=patient.token)
    stranger = clinic.acting_doctor()
    clinic.refused("GET", f"/api/bookings/slot/{slot}", 404, "slot_not_found", token=stranger.token)
    assert ids("/api/bookings", stranger.token) == set()
    assert ids("/api/bookings", doctor.token) == {mine, guests}
    assert ids(f"/api/bookings/slot/{slot}", doctor.token) == {mine, guests}
    assert ids("/api/bookings/my-bookings", patient.token) == {mine}
    assert ids(f"/api/patients/bookings?email={patient.email}", patient.token) == {mine}
    assert {mine, guests, other} <= ids("/api/bookings", admin.token)
    assert ids(f"/api/patients/bookings?email={patient.email}", admin.token) == {mine, guests}


def test_hole_06_another_patients_address_is_refused(clinic: Clinic, patient: Person) -> None:
    for email in (clinic.person().email, "nobody-has-this@example.com"):
        clinic.refused(
            "GET",
            f"/api/patients/bookings?email={email}",
            403,
            "forbidden",
            token=patient.token,
        )
    clinic.refused("GET", f"/api/patients/bookings?email={patient.email}", 401, "unauthenticated")


def test_hole_06_a_payment_is_seen_by_its_payer_alone(
    clinic: Clinic, patient: Person, doctor: Person, admin: Person
) -> None:
    booking = clinic.book(clinic.slot(doctor.doctor_id), patient.token)
    payment = clinic.ok(
        "POST", "/api/payments", json={"booking_id": booking["id"]}, token=patient.token
    )
    path = f"/api/payments/{payment['id']}"
    for token in (None, clinic.person().token, doctor.token):
        clinic.refused("GET", path, 404, "payment_not_found", token=token)
    for token in (patient.token, admin.token):
        assert clinic.ok("GET", path, token=token) == payment


def test_hole_06_nobody_books_under_anothers_account(
    clinic: Clinic, slot: int, patient: Person
) -> None:
    booking = clinic.book(slot, patient_email=patient.email)
    assert clinic.ok("GET", "/api/bookings/my-bookings", token=patient.token) == []
    clinic.refused(
        "GET", f"/api/bookings/{booking['id']}", 404, "booking_not_found", token=patient.token
    )


def registration(role: str = "patient", **more: Any) -> dict[str, Any]:
    """Return a body that registers somebody new."""
    stamp = datetime.now(UTC).timestamp()
    return {
        "name": "Eve",
        "email": f"eve-{stamp}@example.com",
        "password": PASSWORD,
        "role": role,
        **more,
    }


def test_hole_07_nobody_registers_as_admin(clinic: Clinic, patient: Person) -> None:
    eve = registration("admin")
    for token in (None, patient.token):
        clinic.refused("POST", "/api/auth/register", 403, "forbidden", json=eve, token=token)
    clinic.refused(
        "POST",
        "/api/auth/login",
        401,
        "invalid_credentials",
        json={"email": eve["email"], "password": PASSWORD},
    )


def test_hole_07_a_doctor_has_no_power_before_an_admin_approves(
    clinic: Clinic, admin: Person
) -> None:
    eve = registration("doctor", specialization="Cardiology")
    made = clinic.ok("POST", "/api/auth/register", json=eve)
    assert made["user"]["status"] == "PENDING_APPROVAL"
    assert made.keys() == {"user"}
    login = {"email": eve["email"], "password": PASSWORD}
    clinic.refused("POST", "/api/auth/login", 403, "account_pending", json=login)
    forged = clinic.server.token("doctor", made["user"]["id"])
    clinic.refused("GET", "/api/auth/me", 401, "unauthenticated", token=forged)
    assert clinic.ok("GET", "/api/doctors?q=Eve&limit=500") == []
    clinic.ok("POST", f"/api/accounts/{made['user']['id']}/approve", token=admin.token)
    token = clinic.ok("POST", "/api/auth/login", json=login)["token"]
    doctor_id = clinic.ok("GET", "/api/auth/me", token=token)["doctor_id"]
    assert clinic.ok("GET", f"/api/doctors/{doctor_id}")["email"] is None
    clinic.refused(
        "PATCH",
        f"/api/doctors/{doctor_id}",
        403,
        "forbidden",
        json={"rating": 5},
        token=token,
    )


def test_hole_07_login_checks_the_password(clinic: Clinic) -> None:
    eve = registration()
    clinic.ok("POST", "/api/auth/register", json=eve)
    login = {"email": eve["email"], "password": PASSWORD}
    assert clinic.ok("POST", "/api/auth/login", json=login)["user"]["email"] == eve["email"]
    assert clinic.ok("POST", "/api/auth/login", json=login | {"email": eve["email"].upper()})
    refused = [
        clinic.refused("POST", "/api/auth/login", 401, "invalid_credentials", json=login | wrong)
        for wrong in (
            {"password": PASSWORD + " "},
            {"password": PASSWORD.upper()},
            {"password": ""},
            {"email": "nobody@example.com"},
        )
    ]
    assert len({answer.body["detail"] for answer in refused}) == 1
    kept = "select a.password_hash from data.account as a where a.email = %s"
    assert clinic.database.value(kept, [eve["email"]]).startswith("$argon2id$")


def test_hole_07_a_token_ends_with_its_account_and_role(clinic: Clinic, patient: Person) -> None:
    assert clinic.ok("GET", "/api/auth/me", token=patient.token)["email"] == patient.email
    risen = clinic.server.token("admin", patient.id)
    clinic.refused("GET", "/api/accounts", 401, "unauthenticated", token=risen)
    clinic.refused(
        "POST", "/api/bookings", 401, "unauthenticated", token=risen, json=application(1)
    )


@pytest.mark.parametrize("name", ["JWT_SECRET", "ROLE_SECRET"])
@pytest.mark.parametrize("value", [None, "", "changeme", "x" * 31])
def test_hole_07_there_is_no_default_secret(
    clinic: Clinic, tmp_path: Path, name: str, value: str | None
) -> None:
    environment = clinic.server.environment()
    secret = environment.pop(name)
    if value is not None:
        environment[name] = value
    done = subprocess.run(
        [sys.executable, "-m", "slotkeeper", "serve"],
        env=environment | {"PORT": "0"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith(f"slotkeeper: {name}: must be")
    assert secret not in done.stderr


@pytest.fixture
def narrow(clinic: Clinic) -> Iterator[Server]:
    """A server with two connections for each role, on the database of the others."""
    with running(Server(clinic.database, settings={"POOL_SIZE": "2"})) as server:
        yield server


def test_hole_11_more_clients_than_connections_are_all_answered(
    clinic: Clinic, narrow: Server
) -> None:
    doctor = clinic.doctor()
    slots = [clinic.slot(doctor) for _ in range(40)]

    async def storm() -> list[int]:
        async with narrow.clients(80) as clients:
            answers = await asyncio.gather(
                *(clients.request("POST", "/api/bookings", json=application(s)) for s in slots),
                *(clients.request("GET", f"/api/slots/{s}") for s in slots),
            )
        return [answer.status for answer in answers]

    assert asyncio.run(storm()) == [201] * 40 + [200] * 40
    assert narrow.request("GET", "/health").body == {"status": "ok", "db": "connected"}
    used = (
        "select count(*) from pg_stat_activity"
        " where datname = current_database() and usename = 'slotkeeper_anon'"
    )
    assert clinic.database.value(used) <= 2 + 10


@pytest.mark.parametrize(
    "start", ["2035-05-01T10:00:00", "2035-05-01 10:00", "2035-05-01", "tomorrow", "infinity"]
)
def test_hole_13_an_instant_needs_its_offset(clinic: Clinic, doctor: Person, start: str) -> None:
    body = {"doctor_id": doctor.doctor_id, "start_time": start}
    answer = clinic.refused(
        "POST", "/api/slots", 400, "invalid_parameter", json=body, token=doctor.token
    )
    assert answer.body["errors"][0]["field"] == "start_time"


def next_weekday(weekday: int) -> date:
    """Return a coming day, at least a month ahead; Monday is 0."""
    day = datetime.now(UTC).date() + timedelta(days=30)
    return day + timedelta(days=(weekday - day.weekday()) % 7)


def fill(clinic: Clinic, zone: str, **hours: Any) -> tuple[Person, Any]:
    """Create slots in bulk for a new doctor whose clinic is in a zone."""
    doctor = clinic.acting_doctor(clinic=clinic.clinic(time_zone=zone))
    body = {"doctor_id": doctor.doctor_id, **hours}
    return doctor, clinic.ok("POST", "/api/slots/bulk", json=body, token=doctor.token)


def starts(clinic: Clinic, doctor: Person) -> list[datetime]:
    """Return the starts of a doctor's slots."""
    found = clinic.ok("GET", f"/api/doctors/{doctor.doctor_id}/slots?limit=500")
    return [datetime.fromisoformat(s["start_time"]) for s in found]


def test_hole_13_weekends_and_days_are_those_of_the_clinic(clinic: Clinic) -> None:
    friday = next_weekday(4)
    evening = {"start_time": "17:00", "end_time": "19:00", "duration_minutes": 60}
    days = {"start_date": str(friday), "end_date": str(friday + timedelta(days=2))}
    # Friday evening in Los Angeles is Saturday in UTC already.
    doctor, made = fill(clinic, "America/Los_Angeles", **days, **evening)
    assert made == {"created": 2, "skipped": 0}
    assert all(s.astimezone(UTC).weekday() == 5 for s in starts(clinic, doctor))
    for day, count in ((friday, 2), (friday + timedelta(days=1), 0)):
        path = f"/api/doctors/{doctor.doctor_id}/slots?date={day}"
        assert len(clinic.ok("GET", path)) == count
        assert len(clinic.ok("GET", f"/api/slots?doctor_id={doctor.doctor_id}&date={day}")) == count


def test_hole_13_the_last_slot_never_overruns_the_hours(clinic: Clinic) -> None:
    day = str(next_weekday(0))
    doctor, made = fill(
        clinic,
        "Europe/Paris",
        start_date=day,
        end_date=day,
        start_time="09:00",
        end_time="10:45",
        duration_minutes=30,
    )
    assert made["created"] == 3
    slots = clinic.ok("GET", f"/api/doctors/{doctor.doctor_id}/slots")
    last = datetime.fromisoformat(slots[-1]["end_time"])
    first = datetime.fromisoformat(slots[0]["start_time"])
    assert last - first == timedelta(minutes=90)


def test_hole_13_a_time_that_clocks_skip_yields_no_slot(clinic: Clinic) -> None:
    # In Paris clocks go from 2 to 3 on the last Sunday of March.
    year = datetime.now(UTC).year + 1
    sunday = max(
        day for day in (date(year, 3, number) for number in range(25, 32)) if day.weekday() == 6
    )
    _, made = fill(
        clinic,
        "Europe/Paris",
        start_date=str(sunday),
        end_date=str(sunday),
        start_time="01:00",
        end_time="04:00",
        duration_minutes=60,
        exclude_weekends=False,
    )
    assert made["created"] == 2


@pytest.mark.parametrize("days", [366, 36_500])
def test_hole_13_creation_in_bulk_has_a_bound(clinic: Clinic, doctor: Person, days: int) -> None:
    start = next_weekday(0)
    body = {
        "doctor_id": doctor.doctor_id,
        "start_date": str(start),
        "end_date": str(start + timedelta(days=days)),
        "start_time": "09:00",
        "end_time": "10:00",
    }
    clinic.refused(
        "POST", "/api/slots/bulk", 400, "invalid_parameter", json=body, token=doctor.token
    )


@pytest.mark.parametrize("success", ["false", "true", 0, 1, None, "", []])
def test_hole_14_only_true_and_false_are_booleans(clinic: Clinic, slot: int, success: Any) -> None:
    booking = clinic.book(slot)
    body = {"booking_id": booking["id"], "success": success}
    clinic.refused(
        "POST",
        "/api/payments/fake",
        400,
        "invalid_parameter",
        json=body,
        manage_token=booking["manage_token"],
    )
    assert clinic.status_of(booking) == "PENDING"


def test_hole_14_false_in_a_query_string_is_false(clinic: Clinic, slot: int, admin: Person) -> None:
    clinic.paid(slot)
    path = f"/api/slots/{slot}?force="
    clinic.refused("DELETE", f"{path}false", 409, "slot_has_bookings", token=admin.token)
    for wrong in ("False", "0", "no"):
        clinic.refused("DELETE", path + wrong, 400, "invalid_parameter", token=admin.token)
    clinic.refused("DELETE", path, 409, "slot_has_bookings", token=admin.token)
    clinic.ok("DELETE", f"{path}true", token=admin.token)


def test_hole_14_a_fee_of_nothing_is_a_fee(clinic: Clinic, admin: Person) -> None:
    free = {"name": "Dr. Free", "specialization": "General Practice", "consultation_fee": 0}
    doctor = clinic.ok("POST", "/api/doctors", json=free, token=admin.token)
    assert doctor["consultation_fee"] == 0
    booking = clinic.book(clinic.slot(doctor["id"]))
    assert (booking["status"], booking["payment_status"]) == ("CONFIRMED", "NONE")
    assert clinic.pay(booking).code == "already_paid"


@pytest.mark.parametrize("given", ["abc", "1.5", "1e3", "-", "0x1", "%20", "9223372036854775808"])
@pytest.mark.parametrize("path", ["/api/slots/", "/api/doctors/", "/api/bookings/"])
def test_hole_14_an_id_that_is_no_number_is_400(clinic: Clinic, path: str, given: str) -> None:
    clinic.refused("GET", path + given, 400, "invalid_parameter")


def test_hole_14_an_id_of_nothing_is_404(clinic: Clinic, admin: Person) -> None:
    start = f"{next_weekday(0)}T10:00:00Z"
    for method, path, body, code in (
        ("POST", "/api/bookings", application(NOBODY_HAS), "slot_not_found"),
        (
            "POST",
            "/api/slots",
            {"doctor_id": NOBODY_HAS, "start_time": start},
            "doctor_not_found",
        ),
        (
            "POST",
            "/api/doctors",
            {"name": "A", "specialization": "B", "clinic_id": NOBODY_HAS},
            "clinic_not_found",
        ),
        (
            "POST",
            "/api/doctors",
            {"name": "A", "specialization": "B", "account_id": NOBODY_HAS},
            "account_not_found",
        ),
        ("POST", "/api/payments", {"booking_id": NOBODY_HAS}, "booking_not_found"),
        ("POST", f"/api/accounts/{NOBODY_HAS}/approve", None, "account_not_found"),
        ("DELETE", f"/api/doctors/{NOBODY_HAS}", None, "doctor_not_found"),
        ("DELETE", "/api/slots/-1", None, "slot_not_found"),
    ):
        clinic.refused(method, path, 404, code, json=body, token=admin.token)


def test_hole_16_every_list_has_a_bound(clinic: Clinic, admin: Person, doctor: Person) -> None:
    document = clinic.ok("GET", "/openapi.json")
    lists = 0
    for path, item in document["paths"].items():
        for method, operation in item.items():
            success = next(iter(operation["responses"].values()))
            schema = success.get("content", {}).get("application/json", {}).get("schema", {})
            if schema.get("type") != "array" or path == "/debug/tables":
                continue
            lists += 1
            limit = next(p for p in operation["parameters"] if p["name"] == "limit")
            assert limit["schema"]["default"] == 50
            at = re.sub(r"\{[a-z_]+\}", "1", path)
            # What is written down about a patient is for doctors and no admin.
            caller = admin if "admin" in operation["x-roles"] else doctor
            for wrong in ("501", "0", "-1", "1000000"):
                clinic.refused(
                    method.upper(),
                    f"{at}?limit={wrong}&email=ann@example.com"
                    if path == "/api/patients/bookings"
                    else f"{at}?limit={wrong}",
                    400,
                    "invalid_parameter",
                    token=caller.token,
                )
    assert lists >= 11


def test_hole_16_a_list_is_fifty_rows_unless_more_are_asked_for(
    clinic: Clinic, doctor: Person
) -> None:
    day = next_weekday(0)
    body = {
        "doctor_id": doctor.doctor_id,
        "start_date": str(day),
        "end_date": str(day + timedelta(days=4)),
        "start_time": "09:00",
        "end_time": "17:00",
    }
    made = clinic.ok("POST", "/api/slots/bulk", json=body, token=doctor.token)
    assert made["created"] == 80
    path = f"/api/doctors/{doctor.doctor_id}/slots"
    page = clinic.call("GET", path)
    assert len(page.body) == 50
    assert 'rel="next"' in page.headers["Link"]
    assert len(clinic.ok("GET", f"{path}?limit=80")) == 80


ROWS_READ = """
select coalesce(sum(t.seq_tup_read + t.idx_tup_fetch), 0)::bigint
from pg_stat_xact_user_tables as t where t.schemaname = 'data'
"""
# Bookings at slots of their own, past and to come, all of one doctor.
GROWTH = """
with made as (
    insert into data.slot (doctor_id, start_time, end_time)
    select %(doctor)s, v.start, v.start + interval '10 minutes'
    from generate_series(1, %(count)s) as g
    cross join lateral (
        select date_trunc('hour', now()) + (g - %(count)s / 2) * interval '10 minutes' as start
    ) as v
    returning id, doctor_id
)
insert into data.booking (
    slot_id, doctor_id, slot_capacity, patient_name, patient_email, seats, status, amount, currency,
    manage_token_hash, expires_at
)
select
    m.id, m.doctor_id, 1, 'Ann', 'ann@example.com', '{[1,2)}', 'PENDING', 50, 'USD',
    sha256(m.id::text::bytea), now() + interval '1 hour'
from made as m
"""
FAIL_HALF = "update data.booking as b set status = 'FAILED' where b.id % 2 = 0"


def rows_read_by(database: Database, doctor: int, calls: list[str]) -> dict[str, int]:
    """Return how many rows of all tables each call reads, as a guest on a fresh slot."""
    read = {}
    for call in calls:
        slot = database.value("select tests.slot(%s, start => now() + '90 days')", [doctor])
        with database.connect() as connection, connection.transaction(force_rollback=True):
            connection.execute("select tests.act_as('anon')")
            connection.execute(call.encode(), {"slot": slot, "doctor": doctor})
            connection.execute("reset role")
            row = connection.execute(ROWS_READ.encode()).fetchone()
            assert row is not None
            read[call] = row[0]
        database.rows("update data.slot as s set deleted_at = now() where s.id = %s", [slot])
    return read


def test_hole_17_a_booking_reads_as_little_of_many_as_of_few(database: Database) -> None:
    calls = [
        "select api.book_slot(%(slot)s, 'Ann', gen_random_uuid() || '@example.com')",
        "select api.get_slot(%(slot)s)",
        "select api.list_doctor_slots(%(doctor)s, \"from\" => now() + '89 days')",
    ]
    read = []
    for count in (10, 5000):
        doctor = database.value("select tests.doctor(fee => 50)")
        database.rows(GROWTH, {"doctor": doctor, "count": count})
        database.rows(FAIL_HALF)
        database.rows("analyze")
        read.append(rows_read_by(database, doctor, calls))
    few, many = read
    assert max(many.values()) < 20, (few, many)
