"""Patients and what is written down about them: who reads and writes it, and who does not."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest

from ..support.invariants import wrong_states
from .clinic import PASSWORD, Clinic, Person, application

NOTE = {"kind": "VISIT_NOTE", "body": {"text": "A rash on the left arm."}}
PRESCRIPTION = {
    "kind": "PRESCRIPTION",
    "body": {"medicines": [{"name": "Ibuprofen", "dosage": "400 mg", "duration": "5 days"}]},
}


@dataclass(frozen=True)
class Practice:
    """A clinic of its own with a clerk and a doctor, and a patient who has paid for a visit."""

    clinic: Clinic
    clerk: Person
    doctor: Person
    patient: Person
    booking: Any

    @property
    def path(self) -> str:
        """Of the patient."""
        return f"/api/patients/{self.patient.id}"

    def write(self, record: dict[str, Any]) -> Any:
        """Write down something as the doctor."""
        return self.clinic.ok("POST", f"{self.path}/records", json=record, token=self.doctor.token)

    def read(self, query: str = "") -> list[Any]:
        """Return the ids of records that the patient finds."""
        found = self.clinic.ok("GET", f"{self.path}/records{query}", token=self.patient.token)
        return [record["id"] for record in found]

    def is_closed_to(self, who: Person, code: str = "patient_not_found") -> bool:
        """Tell whether somebody can neither read nor write records."""
        for method, body in (("GET", None), ("POST", NOTE)):
            self.clinic.refused(
                *(method, f"{self.path}/records", 403 if code == "forbidden" else 404, code),
                json=body,
                token=who.token,
            )
        return True


@pytest.fixture
def practice(clinic: Clinic, patient: Person) -> Practice:
    """Nothing is written down yet."""
    clinic_id = clinic.clinic()
    doctor = clinic.acting_doctor(clinic=clinic_id)
    slot = clinic.slot(doctor.doctor_id, capacity=9)
    booking = clinic.paid(slot, patient.token, patient_email=patient.email)
    clerk = clinic.person("clerk", clinic=clinic_id)
    return Practice(clinic, clerk, doctor, patient, booking)


def test_a_visit_with_notes_and_a_prescription(practice: Practice, admin: Person) -> None:
    clinic, patient, doctor = practice.clinic, practice.patient, practice.doctor
    profile = {"date_of_birth": "1984-02-29", "gender": "female", "address": "1 Main Street"}
    changed = clinic.ok("PATCH", practice.path, json=profile, token=patient.token)
    assert {name: changed[name] for name in profile} == profile
    note = practice.write(NOTE | {"booking_id": practice.booking["id"]})
    prescription = practice.write(PRESCRIPTION)
    assert prescription["body"] == PRESCRIPTION["body"]
    better = practice.write(NOTE | {"body": {"text": "The right arm."}, "corrects_id": note["id"]})
    again = NOTE | {"corrects_id": note["id"]}
    clinic.refused(
        *("POST", f"{practice.path}/records", 409, "record_corrected"),
        json=again,
        token=doctor.token,
    )
    newest_first = [better["id"], prescription["id"], note["id"]]
    assert practice.read() == newest_first
    assert practice.read("?kind=PRESCRIPTION") == [prescription["id"]]
    assert practice.read("?q=ibu") == [prescription["id"]]
    assert practice.read("?q=arm") == [better["id"], note["id"]]
    assert practice.read("?q=%25%27%22") == []
    for who in (patient, doctor):
        file = clinic.ok("GET", practice.path, token=who.token)
        assert [record["id"] for record in file["records"]] == newest_first
        assert file["records"][2]["corrected_by_id"] == better["id"]
    for who in (practice.clerk, admin):
        file = clinic.ok("GET", practice.path, token=who.token)
        assert (file["id"], file["address"], file["records"]) == (patient.id, "1 Main Street", None)
    page = clinic.call("GET", f"{practice.path}/records?limit=2", token=patient.token)
    assert len(page.body) == 2
    assert f"after={prescription['id']}" in page.headers["Link"]


def test_records_are_closed_to_all_others(practice: Practice, admin: Person) -> None:
    clinic = practice.clinic
    practice.write(NOTE)
    assert practice.is_closed_to(clinic.acting_doctor())
    assert practice.is_closed_to(practice.clerk, "forbidden")
    assert practice.is_closed_to(admin, "forbidden")
    other = clinic.person()
    clinic.refused("GET", practice.path, 404, "patient_not_found", token=other.token)
    clinic.refused("GET", f"{practice.path}/records", 404, "patient_not_found", token=other.token)
    clinic.refused("GET", f"{practice.path}/records", 401, "unauthenticated")
    clinic.refused(
        "GET", practice.path, 404, "patient_not_found", token=clinic.person("clerk").token
    )

    # A doctor who books somebody opens nothing, at the desk or as a guest whom nobody claims.
    by_doctor = {"account_id": other.id, "patient_email": "x@example.com"}
    slot = clinic.slot(practice.doctor.doctor_id)
    mine = clinic.book(slot, practice.doctor.token, **by_doctor)
    cash = {"booking_id": mine["id"], "method": "CASH"}
    clinic.ok("POST", "/api/payments/desk", json=cash, token=practice.doctor.token)
    assert clinic.status_of(mine, other.token) == "CONFIRMED"
    elsewhere = Practice(clinic, practice.clerk, practice.doctor, other, mine)
    assert elsewhere.is_closed_to(practice.doctor)
    clinic.database.rows("select tests.move_slot(%s, now() - interval '1 minute')", [slot])
    for step in ("check-in", "complete"):
        clinic.ok("PATCH", f"/api/bookings/{mine['id']}/{step}", token=practice.doctor.token)
    assert elsewhere.is_closed_to(practice.doctor)

    # What the patient cancels is closed again.
    clinic.ok("DELETE", f"/api/bookings/{practice.booking['id']}", token=practice.patient.token)
    assert practice.is_closed_to(practice.doctor)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("HISTORY", {}),
        ("HISTORY", {"a": [1e300] * 300}),
        ("VISIT_NOTE", {"a": 1}),
        ("PRESCRIPTION", {"medicines": "Ibuprofen"}),
        ("PRESCRIPTION", {"medicines": [{"name": "Ibuprofen"}]}),
    ],
)
def test_what_has_not_the_shape_of_its_kind_is_refused(
    practice: Practice, kind: str, body: object
) -> None:
    practice.clinic.refused(
        *("POST", f"{practice.path}/records", 400, "invalid_parameter"),
        json={"kind": kind, "body": body},
        token=practice.doctor.token,
    )


def test_a_bomb_is_refused(practice: Practice) -> None:
    deep: Any = "x"
    for _ in range(25):
        deep = {"a": deep}
    practice.clinic.refused(
        *("POST", f"{practice.path}/records", 400, "invalid_parameter"),
        json={"kind": "HISTORY", "body": deep},
        token=practice.doctor.token,
    )
    for _ in range(40):
        deep = [deep]
    practice.clinic.refused(
        *("POST", f"{practice.path}/records", 400, "invalid_body"),
        json={"kind": "HISTORY", "body": {"a": deep}},
        token=practice.doctor.token,
    )


def test_everything_that_is_held_is_exported_and_each_export_is_kept(
    practice: Practice, admin: Person
) -> None:
    clinic = practice.clinic
    note = practice.write(NOTE)
    own = clinic.ok("GET", f"{practice.path}/export", token=practice.patient.token)
    assert own["patient"]["email"] == practice.patient.email
    assert [record["body"] for record in own["records"]] == [note["body"]]
    assert [booking["id"] for booking in own["bookings"]] == [practice.booking["id"]]
    assert [payment["amount"] for payment in own["payments"]] == [50]
    asked = clinic.call("GET", f"{practice.path}/export", token=admin.token)
    assert asked.body["records"] == own["records"]
    assert asked.headers["Cache-Control"] == "no-store"
    own = clinic.ok("GET", f"{practice.path}/export", token=practice.patient.token)
    actors = [c["actor_id"] for c in own["changes"] if c["entity"] == "privacy_request"]
    assert actors == [practice.patient.id, admin.id, practice.patient.id]
    for who in (practice.clerk, practice.doctor):
        clinic.refused("GET", f"{practice.path}/export", 403, "forbidden", token=who.token)
    stranger = clinic.person()
    clinic.refused("GET", f"{practice.path}/export", 404, "patient_not_found", token=stranger.token)


def test_staff_make_a_patient_who_sets_a_password_by_an_invitation(practice: Practice) -> None:
    clinic = practice.clinic
    email = f"new-{practice.patient.email}"
    new = {"name": "Eva", "email": email, "phone": "+1 555", "date_of_birth": "1990-01-31"}
    made = clinic.ok("POST", "/api/patients", json=new, token=practice.clerk.token)
    assert {name: made[name] for name in new} == new
    path = f"/api/patients/{made['id']}"
    taken = ("POST", "/api/patients", 409, "email_taken")
    clinic.refused(*taken, json=new | {"email": email.upper()}, token=practice.doctor.token)
    assert clinic.ok("GET", path, token=practice.clerk.token)["records"] is None
    other = clinic.person("clerk")
    clinic.refused("GET", path, 404, "patient_not_found", token=other.token)
    clinic.refused("GET", path, 404, "patient_not_found", token=practice.doctor.token)
    login = {"email": email, "password": PASSWORD}
    clinic.refused("POST", "/api/auth/login", 401, "invalid_credentials", json=login)
    mail = "select m.body_text from data.message as m where m.account_id = %s"
    (text,) = clinic.database.rows(mail, [made["id"]])[0]
    (token,) = re.findall(r"password is: (\S+)", text)
    reset = {"reset_token": token, "new_password": PASSWORD}
    clinic.ok("POST", "/api/auth/reset-password", json=reset)
    session = clinic.ok("POST", "/api/auth/login", json=login)
    assert clinic.ok("GET", path, token=session["token"])["id"] == made["id"]
    # From now on it is the patient's, not the desk's.
    clinic.refused("GET", path, 404, "patient_not_found", token=practice.clerk.token)

    # The desk books for the patient, which opens the profile to it, the records to the doctor.
    slot = clinic.slot(practice.doctor.doctor_id)
    clinic.ok(
        "POST",
        "/api/payments/desk",
        token=practice.clerk.token,
        json={
            "method": "CASH",
            "booking_id": clinic.book(slot, practice.clerk.token, account_id=made["id"])["id"],
        },
    )
    assert clinic.ok("GET", path, token=practice.doctor.token)["records"] == []
    assert clinic.ok("GET", path, token=practice.clerk.token)["records"] is None


def test_staff_find_their_patients(practice: Practice, admin: Person) -> None:
    clinic = practice.clinic
    search = f"/api/patients?q={practice.patient.email.upper()}"
    for who in (practice.clerk, practice.doctor, admin):
        found = clinic.ok("GET", search, token=who.token)
        assert [patient["id"] for patient in found] == [practice.patient.id]
    for who in (clinic.person("clerk"), clinic.acting_doctor()):
        assert clinic.ok("GET", search, token=who.token) == []
    clinic.refused("GET", search, 403, "forbidden", token=practice.patient.token)


def test_who_is_erased_leaves_the_books_and_nothing_else(practice: Practice, admin: Person) -> None:
    clinic, patient = practice.clinic, practice.patient
    practice.write(NOTE)
    clinic.tidy_up()
    refused = ("DELETE", practice.path, 409, "patient_has_bookings")
    clinic.refused(*refused, token=patient.token)
    clinic.ok("DELETE", f"/api/bookings/{practice.booking['id']}", token=patient.token)
    clinic.tidy_up()
    money = "select jsonb_agg(m order by m.instant) from core.money_move as m where clinic_id = %s"
    clinic_id = practice.booking["clinic_id"]
    before = clinic.database.value(money, [clinic_id])
    # Other tests have moved slots and clocks.
    wrong = wrong_states(clinic.database)
    assert clinic.call("DELETE", practice.path, token=patient.token).status == 204
    assert clinic.database.value(money, [clinic_id]) == before
    clinic.refused("GET", practice.path, 401, "unauthenticated", token=patient.token)
    clinic.refused("DELETE", practice.path, 404, "patient_not_found", token=admin.token)
    clinic.refused("GET", f"{practice.path}/export", 404, "patient_not_found", token=admin.token)
    booking = f"/api/bookings/{practice.booking['id']}"
    found = clinic.ok("GET", booking, token=practice.clerk.token)
    assert (found["patient_name"], found["payment_status"]) == ("Erased", "REFUND_DUE")
    clinic.tidy_up()
    everywhere = """
        select c.relname
        from pg_class as c
        where c.relnamespace = 'data'::regnamespace and c.relkind = 'r'
            and query_to_xml(
                format('select from data.%%I as t where t::text ~ %%L', c.relname, %s::text),
                false, false, ''
            )::text ~ '<row'
    """
    assert clinic.database.rows(everywhere, [patient.email]) == []
    assert clinic.database.rows("select v.why from core.verify_audit() as v") == []
    assert wrong_states(clinic.database) == wrong


def test_who_is_erased_while_booking_has_booked_or_has_not(clinic: Clinic) -> None:
    doctor = clinic.doctor(fee=0)
    for _ in range(8):
        patient, slot = clinic.person(), clinic.slot(doctor)
        with ThreadPoolExecutor(2) as both:
            body = application(slot, patient_email=patient.email)
            booked = both.submit(
                clinic.call, "POST", "/api/bookings", json=body, token=patient.token
            )
            erased = both.submit(
                clinic.call, "DELETE", f"/api/patients/{patient.id}", token=patient.token
            )
        assert (booked.result().status, erased.result().status) in {
            (201, 409),
            (401, 204),
            (404, 204),
        }
