"""Every request that the documents of the superseded systems show, sent as they show it.

Method, path and body are theirs, word for word; ids are put in, and dates moved into the future.
Each test is named for its document, in the order of their files, and the request.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from ..support.http import Answer
from .clinic import PASSWORD, Clinic, Person

# All of their dates lie in December 2024. Whole weeks keep the days of the week.
THEIR_DAYS = date(2024, 12, 1)


def later(text: str) -> str:
    """Shift a date or an instant into the future; return any other text as it is."""
    shift = timedelta(weeks=-(-(datetime.now(UTC).date() - THEIR_DAYS).days // 7) + 5)
    try:
        if len(text) == len("2024-12-15"):
            return (date.fromisoformat(text) + shift).isoformat()
        if len(text) == len("2024-12-15T10:00:00Z"):
            return (datetime.fromisoformat(text) + shift).isoformat()
    except ValueError:
        pass
    return text


def _pair(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name, value


class Seeds:
    """Sends what a document shows, as somebody."""

    def __init__(self, clinic: Clinic) -> None:
        self.clinic = clinic

    def send(
        self,
        documented: str,
        body: dict[str, Any] | None = None,
        *,
        by: Person | None = None,
        manage_token: str | None = None,
        **values: object,
    ) -> Answer:
        """Send `METHOD /path/:name`; every other argument stands for a name in the path."""
        method, _, path = documented.partition(" ")
        for name, value in values.items():
            path = path.replace(f":{name}", str(value))
        assert ":" not in path, f"nothing was given for {path}"
        path, _, query = path.partition("?")
        if query:
            path += "?" + "&".join(
                f"{name}={later(value)}" for name, value in map(_pair, query.split("&"))
            )
        return self.clinic.call(
            method,
            path,
            json=body and {n: later(v) if isinstance(v, str) else v for n, v in body.items()},
            token=None if by is None else by.token,
            manage_token=manage_token,
        )

    def registered(self) -> str:
        """Register somebody with the usual password and return the address."""
        person = self.clinic.person()
        email = f"new-{person.email}"
        body = {"name": "Jane Smith", "email": email, "password": PASSWORD}
        self.clinic.ok("POST", "/api/auth/register", json=body)
        return email


@pytest.fixture
def seeds(clinic: Clinic) -> Seeds:
    """Sends what a document shows."""
    return Seeds(clinic)


@pytest.mark.parametrize(
    ("documented", "status"),
    [
        ("PATCH /api/bookings/:id/cancel", 404),
        ("GET /api/bookings/:id", 404),
        ("DELETE /api/bookings/:id", 404),
        ("GET /appointments/:id", 404),
        ("PUT /appointments/:id/cancel", 404),
        ("GET /booking/:id", 404),
        ("GET /api/bookings", 401),
        ("GET /api/bookings?status=CONFIRMED&patient_email=jane@example.com", 401),
        ("GET /api/bookings/slot/:id", 401),
        ("GET /api/patients/bookings?email=jane@example.com", 401),
        ("GET /debug/tables", 401),
    ],
)
def test_what_was_unsafe_is_refused_to_strangers(
    seeds: Seeds, clinic: Clinic, slot: int, documented: str, status: int
) -> None:
    booking = clinic.book(slot)
    answer = seeds.send(documented, id=booking["id"])
    code = {401: "unauthenticated", 404: "booking_not_found"}[status]
    assert (answer.status, answer.code) == (status, code)
    assert clinic.status_of(booking) == "PENDING"


def minutes(slot: Any) -> float:
    """Return how long a slot is."""
    span = datetime.fromisoformat(slot["end_time"]) - datetime.fromisoformat(slot["start_time"])
    return span / timedelta(minutes=1)


# -- 0: the clinic with an admin's and a patient's side


def test_seed_0_get_health(seeds: Seeds) -> None:
    answer = seeds.send("GET /health")
    assert (answer.status, answer.body) == (200, {"status": "ok", "db": "connected"})


def test_seed_0_get_debug_tables(seeds: Seeds, admin: Person, patient: Person) -> None:
    answer = seeds.send("GET /debug/tables", by=admin)
    assert answer.status == 200
    assert {"booking", "slot", "doctor"} <= {table["table_name"] for table in answer.body}
    assert seeds.send("GET /debug/tables", by=patient).status == 403


def test_seed_0_post_auth_login(seeds: Seeds) -> None:
    email = seeds.registered()
    answer = seeds.send("POST /api/auth/login", {"email": email, "password": PASSWORD})
    assert answer.status == 200
    assert answer.body["user"]["email"] == email
    assert answer.body["user"]["role"] == "patient"
    assert answer.body["token"].count(".") == 2


def test_seed_0_post_admin_doctors(seeds: Seeds, admin: Person, patient: Person) -> None:
    body = {
        "name": "Dr. Ada Byron",
        "specialization": "Cardiology",
        "city": "London",
        "consultation_type": "ONLINE",
        "consultation_fee": 500,
        "rating": 4.5,
    }
    answer = seeds.send("POST /api/admin/doctors", body, by=admin)
    assert answer.status == 201
    assert answer.body.items() >= body.items()
    assert seeds.send("POST /api/admin/doctors", body, by=patient).status == 403
    assert seeds.send("POST /api/admin/doctors", body).status == 401


def test_seed_0_get_doctors(seeds: Seeds, clinic: Clinic, admin: Person) -> None:
    clinic.doctor()
    for by in (None, admin):
        answer = seeds.send("GET /api/doctors", by=by)
        assert answer.status == 200
        assert {"id", "name", "specialization", "consultation_fee"} <= answer.body[0].keys()


def test_seed_0_post_admin_doctors_slots(seeds: Seeds, clinic: Clinic, admin: Person) -> None:
    doctor = clinic.doctor()
    body = {"start_time": "2024-12-25T10:00:00Z", "end_time": "2024-12-25T10:20:00Z"}
    answer = seeds.send("POST /api/admin/doctors/:doctorId/slots", body, by=admin, doctorId=doctor)
    assert answer.status == 201
    assert (answer.body["doctor_id"], minutes(answer.body)) == (doctor, 20)
    assert answer.body["status"] == "AVAILABLE"


def test_seed_0_delete_admin_doctors(seeds: Seeds, clinic: Clinic, admin: Person) -> None:
    doctor = clinic.doctor()
    slot = clinic.slot(doctor)
    answer = seeds.send("DELETE /api/admin/doctors/:doctorId", by=admin, doctorId=doctor)
    assert (answer.status, answer.raw) == (204, b"")
    clinic.refused("GET", f"/api/doctors/{doctor}", 404, "doctor_not_found")
    clinic.refused("GET", f"/api/slots/{slot}", 404, "slot_not_found")


def test_seed_0_delete_admin_doctors_slots(seeds: Seeds, clinic: Clinic, admin: Person) -> None:
    doctor = clinic.doctor()
    slot = clinic.slot(doctor)
    documented = "DELETE /api/admin/doctors/:doctorId/slots/:slotId"
    other = seeds.send(documented, by=admin, doctorId=clinic.doctor(), slotId=slot)
    assert (other.status, other.code) == (404, "slot_not_found")
    assert seeds.send(documented, by=admin, doctorId=doctor, slotId=slot).status == 204
    clinic.refused("GET", f"/api/slots/{slot}", 404, "slot_not_found")


def test_seed_0_get_doctors_slots(seeds: Seeds, clinic: Clinic) -> None:
    doctor = clinic.doctor()
    free, taken = clinic.slot(doctor), clinic.slot(doctor)
    clinic.book(taken)
    answer = seeds.send("GET /api/doctors/:doctorId/slots", doctorId=doctor)
    assert answer.status == 200
    assert [(s["id"], s["status"]) for s in answer.body] == [(free, "AVAILABLE"), (taken, "HELD")]


def test_seed_0_post_doctors_slots_bookings(seeds: Seeds, clinic: Clinic) -> None:
    doctor = clinic.doctor()
    slot = clinic.slot(doctor)
    body = {"patient_name": "Jane", "patient_email": "jane@example.com", "reason": "Cough"}
    documented = "POST /api/doctors/:doctorId/slots/:slotId/bookings"
    answer = seeds.send(documented, body, doctorId=doctor, slotId=slot)
    assert answer.status == 201
    assert (answer.body["status"], answer.body["slot_id"]) == ("PENDING", slot)
    assert answer.body.items() >= body.items()
    again = seeds.send(documented, body, doctorId=doctor, slotId=slot)
    assert (again.status, again.code) == (409, "slot_taken")
    wrong = seeds.send(documented, body, doctorId=clinic.doctor(), slotId=slot)
    assert (wrong.status, wrong.code) == (404, "slot_not_found")


@pytest.mark.parametrize(("success", "status"), [(True, "CONFIRMED"), (False, "FAILED")])
def test_seed_0_post_payments_fake(
    seeds: Seeds, clinic: Clinic, slot: int, success: bool, status: str
) -> None:
    booking = clinic.book(slot)
    answer = seeds.send(
        "POST /api/payments/fake",
        {"booking_id": booking["id"], "success": success},
        manage_token=booking["manage_token"],
    )
    assert answer.status == 200
    assert answer.body["booking"]["status"] == status


def test_seed_0_patch_bookings_cancel(seeds: Seeds, clinic: Clinic, slot: int) -> None:
    booking = clinic.paid(slot)
    answer = seeds.send(
        "PATCH /api/bookings/:id/cancel", id=booking["id"], manage_token=booking["manage_token"]
    )
    assert (answer.status, answer.body["status"]) == (200, "CANCELLED")
    assert clinic.free_seats(slot) == 1


def test_seed_0_patch_bookings_reschedule(seeds: Seeds, clinic: Clinic) -> None:
    doctor = clinic.doctor()
    old, new = clinic.slot(doctor), clinic.slot(doctor)
    booking = clinic.paid(old)
    answer = seeds.send(
        "PATCH /api/bookings/:id/reschedule",
        {"new_slot_id": new},
        id=booking["id"],
        manage_token=booking["manage_token"],
    )
    assert (answer.status, answer.body["id"]) == (200, booking["id"])
    assert (answer.body["slot_id"], answer.body["status"]) == (new, "CONFIRMED")


def test_seed_0_get_patients_bookings(seeds: Seeds, clinic: Clinic, patient: Person) -> None:
    booking = clinic.book(clinic.slot(), patient.token)
    documented = f"GET /api/patients/bookings?email={patient.email}"
    answer = seeds.send(documented, by=patient)
    assert answer.status == 200
    assert [b["id"] for b in answer.body] == [booking["id"]]
    assert {"doctor_name", "specialization", "start_time", "end_time"} <= answer.body[0].keys()


# -- 1: the backend with seats


def test_seed_1_get_api_docs(seeds: Seeds) -> None:
    answer = seeds.send("GET /api-docs")
    assert answer.status == 200
    assert b"swagger" in answer.raw


def test_seed_1_post_doctors(seeds: Seeds, admin: Person) -> None:
    body = {"name": "Dr. Jane Doe", "specialization": "Cardiology"}
    answer = seeds.send("POST /api/doctors", body, by=admin)
    assert answer.status == 201
    assert answer.body.items() >= body.items()
    assert answer.body["consultation_type"] == "OFFLINE"
    assert answer.body["consultation_fee"] == 0


def test_seed_1_get_doctors(seeds: Seeds, clinic: Clinic) -> None:
    doctor = clinic.doctor()
    answer = seeds.send("GET /api/doctors")
    assert (answer.status, answer.body[0].keys() >= {"id", "name", "specialization"}) == (200, True)
    assert doctor


def test_seed_1_get_doctors_by_id(seeds: Seeds, clinic: Clinic) -> None:
    doctor = clinic.doctor(name="Dr. One")
    answer = seeds.send("GET /api/doctors/:id", id=doctor)
    assert (answer.status, answer.body["name"]) == (200, "Dr. One")


def test_seed_1_post_slots(seeds: Seeds, clinic: Clinic, admin: Person) -> None:
    body = {"doctorId": clinic.doctor(), "startTime": "2024-12-25T10:00:00Z", "totalSeats": 5}
    answer = seeds.send("POST /api/slots", body, by=admin)
    assert answer.status == 201
    assert (answer.body["capacity"], answer.body["seats_available"]) == (5, 5)
    assert minutes(answer.body) == 30


def test_seed_1_get_slots(seeds: Seeds, clinic: Clinic, slot: int) -> None:
    past = clinic.slot(start=datetime.fromisoformat("2024-12-25T10:00:00Z"))
    answer = seeds.send("GET /api/slots")
    assert answer.status == 200
    assert all(s["status"] == "AVAILABLE" and s["seats_available"] > 0 for s in answer.body)
    assert past not in {s["id"] for s in answer.body}


def test_seed_1_get_slots_by_id(seeds: Seeds, slot: int) -> None:
    answer = seeds.send("GET /api/slots/:id", id=slot)
    assert (answer.status, answer.body["id"]) == (200, slot)


def test_seed_1_post_bookings(seeds: Seeds, clinic: Clinic, slot: int) -> None:
    body = {
        "slotId": slot,
        "userName": "John Doe",
        "userEmail": "john@example.com",
        "seatsBooked": 1,
    }
    answer = seeds.send("POST /api/bookings", body)
    assert answer.status == 201
    assert (answer.body["patient_name"], answer.body["seats"]) == ("John Doe", 1)
    assert answer.body["expires_at"] > answer.body["created_at"]
    assert len(answer.body["manage_token"]) == 64


def test_seed_1_get_bookings_by_id(seeds: Seeds, clinic: Clinic, slot: int) -> None:
    booking = clinic.book(slot)
    answer = seeds.send(
        "GET /api/bookings/:id", id=booking["id"], manage_token=booking["manage_token"]
    )
    assert (answer.status, answer.body["id"]) == (200, booking["id"])
    assert "manage_token" not in answer.body


def test_seed_1_get_bookings_of_a_slot(
    seeds: Seeds, clinic: Clinic, slot: int, admin: Person
) -> None:
    booking = clinic.book(slot)
    answer = seeds.send("GET /api/bookings/slot/:slotId", by=admin, slotId=slot)
    assert (answer.status, [b["id"] for b in answer.body]) == (200, [booking["id"]])


def test_seed_1_get_my_bookings(seeds: Seeds, clinic: Clinic, slot: int, patient: Person) -> None:
    booking = clinic.book(slot, patient.token)
    assert "manage_token" not in booking or booking["manage_token"] is None
    answer = seeds.send("GET /api/bookings/my-bookings", by=patient)
    assert (answer.status, [b["id"] for b in answer.body]) == (200, [booking["id"]])


def test_seed_1_get_bookings(seeds: Seeds, clinic: Clinic, slot: int, admin: Person) -> None:
    booking = clinic.book(slot)
    answer = seeds.send("GET /api/bookings", by=admin)
    assert (answer.status, answer.body[0]["id"]) == (200, booking["id"])


def test_seed_1_delete_bookings(seeds: Seeds, clinic: Clinic, slot: int, patient: Person) -> None:
    booking = clinic.book(slot, patient.token)
    answer = seeds.send("DELETE /api/bookings/:id", by=patient, id=booking["id"])
    assert (answer.status, answer.body["status"]) == (200, "CANCELLED")
    other = seeds.send("DELETE /api/bookings/:id", by=clinic.person(), id=booking["id"])
    assert (other.status, other.code) == (404, "booking_not_found")


def test_seed_1_post_auth_login(seeds: Seeds) -> None:
    email = seeds.registered()
    wrong = seeds.send("POST /api/auth/login", {"email": email, "password": "password124"})
    assert (wrong.status, wrong.code) == (401, "invalid_credentials")
    answer = seeds.send("POST /api/auth/login", {"email": email, "password": PASSWORD})
    assert answer.status == 200


def test_seed_1_get_auth_me(seeds: Seeds, patient: Person) -> None:
    answer = seeds.send("GET /api/auth/me", by=patient)
    assert (answer.status, answer.body["email"]) == (200, patient.email)
    assert seeds.send("GET /api/auth/me").status == 401


# -- 2: the platform with slots in bulk


def test_seed_2_post_auth_register_and_login(seeds: Seeds, patient: Person) -> None:
    body = {"email": f"user-{patient.email}", "password": "password123", "role": "user"}
    answer = seeds.send("POST /api/auth/register", body)
    assert (answer.status, answer.body["user"]["role"]) == (201, "patient")
    # Its accounts had no name; here it is the part before the @ of the address.
    assert answer.body["user"]["name"] == body["email"].partition("@")[0]
    again = seeds.send("POST /api/auth/register", body)
    assert (again.status, again.code) == (409, "email_taken")
    login = seeds.send("POST /api/auth/login", {"email": body["email"], "password": "password123"})
    assert (login.status, login.body["token_type"]) == (200, "Bearer")


def test_seed_2_get_doctors(seeds: Seeds, clinic: Clinic) -> None:
    clinic.doctor(specialization="Cardiologist")
    answer = seeds.send("GET /api/doctors?specialization=cardiologist")
    assert answer.status == 200
    assert {d["specialization"] for d in answer.body} == {"Cardiologist"}


def test_seed_2_post_doctors(seeds: Seeds, admin: Person) -> None:
    body = {
        "name": "Dr. John Doe",
        "specialization": "Cardiologist",
        "email": "john@example.com",
        "phone": "+1234567890",
        "experience_years": 15,
    }
    answer = seeds.send("POST /api/doctors", body, by=admin)
    assert answer.status == 201
    assert answer.body.items() >= body.items()


def test_seed_2_get_slots_of_a_day(seeds: Seeds, clinic: Clinic) -> None:
    doctor = clinic.doctor()
    there = clinic.slot(doctor, start=datetime.fromisoformat(later("2024-12-15T09:00:00Z")))
    clinic.slot(doctor, start=datetime.fromisoformat(later("2024-12-16T09:00:00Z")))
    answer = seeds.send("GET /api/slots?doctor_id=:doctor&date=2024-12-15", doctor=doctor)
    assert (answer.status, [s["id"] for s in answer.body]) == (200, [there])


def test_seed_2_post_slots(seeds: Seeds, clinic: Clinic, admin: Person) -> None:
    body = {
        "doctor_id": clinic.doctor(),
        "slot_time": "2024-12-15T10:00:00Z",
        "duration_minutes": 30,
    }
    answer = seeds.send("POST /api/slots", body, by=admin)
    assert (answer.status, answer.body["duration_minutes"]) == (201, 30)
    wanted = datetime.fromisoformat(later("2024-12-15T10:00:00Z"))
    assert datetime.fromisoformat(answer.body["start_time"]) == wanted


def test_seed_2_post_slots_bulk(seeds: Seeds, clinic: Clinic, admin: Person) -> None:
    body = {
        "doctor_id": clinic.doctor(),
        "start_date": "2024-12-15",
        "end_date": "2024-12-20",
        "start_time": "09:00",
        "end_time": "17:00",
        "duration_minutes": 30,
        "exclude_weekends": True,
    }
    answer = seeds.send("POST /api/slots/bulk", body, by=admin)
    # From a Sunday to a Friday: five days of eight hours.
    assert (answer.status, answer.body) == (201, {"created": 80, "skipped": 0})
    again = seeds.send("POST /api/slots/bulk", body, by=admin)
    assert (again.status, again.body) == (201, {"created": 0, "skipped": 80})


def test_seed_2_post_bookings(seeds: Seeds, slot: int) -> None:
    body = {
        "slot_id": slot,
        "patient_name": "Jane Smith",
        "patient_email": "jane@example.com",
        "patient_phone": "+1234567890",
    }
    answer = seeds.send("POST /api/bookings", body)
    assert answer.status == 201
    assert answer.body.items() >= body.items()


def test_seed_2_get_bookings_by_status_and_address(
    seeds: Seeds, clinic: Clinic, admin: Person
) -> None:
    paid = clinic.paid(clinic.slot(), patient_email="jane@example.com")
    open_ = clinic.book(clinic.slot(), patient_email="jane@example.com")
    answer = seeds.send(
        "GET /api/bookings?status=CONFIRMED&patient_email=jane@example.com", by=admin
    )
    assert answer.status == 200
    ids = {b["id"] for b in answer.body}
    assert paid["id"] in ids
    assert open_["id"] not in ids
    assert {(b["status"], b["patient_email"]) for b in answer.body} == {
        ("CONFIRMED", "jane@example.com")
    }


def test_seed_2_patch_bookings_cancel(
    seeds: Seeds, clinic: Clinic, slot: int, patient: Person
) -> None:
    booking = clinic.paid(slot, patient.token)
    answer = seeds.send("PATCH /api/bookings/:id/cancel", by=patient, id=booking["id"])
    assert (answer.status, answer.body["status"]) == (200, "CANCELLED")
    assert answer.body["payment_status"] == "REFUND_DUE"


# -- 3: the healthcare system with payments and refresh tokens


@pytest.mark.parametrize("role", ["patient", "doctor"])
def test_seed_3_post_auth_register(seeds: Seeds, clinic: Clinic, role: str) -> None:
    body = {
        "name": "Jane Smith",
        "email": f"new-{clinic.person().email}",
        "password": PASSWORD,
        "role": role,
    }
    if role == "doctor":
        body["specialization"] = "Dermatology"
    answer = seeds.send("POST /auth/register", body)
    assert (answer.status, answer.body["user"]["role"]) == (201, role)
    assert ("token" in answer.body) == (role == "patient")


def test_seed_3_post_auth_login_and_refresh(seeds: Seeds, clinic: Clinic) -> None:
    email = seeds.registered()
    first = seeds.send("POST /auth/login", {"email": email, "password": PASSWORD}).body
    answer = seeds.send("POST /auth/refresh", {"refresh_token": first["refresh_token"]})
    assert answer.status == 200
    assert clinic.ok("GET", "/api/auth/me", token=answer.body["token"])["email"] == email
    # Two tabs may spend it at once; later it is stolen.
    again = seeds.send("POST /auth/refresh", {"refresh_token": first["refresh_token"]})
    assert again.body["refresh_token"] == answer.body["refresh_token"]
    clinic.database.rows("update data.refresh_token set spent_at = spent_at - interval '10 s'")
    for token in (first["refresh_token"], first["refresh_token"]):
        reused = seeds.send("POST /auth/refresh", {"refresh_token": token})
        assert (reused.status, reused.code) == (401, "refresh_token_reused")
    ended = seeds.send("POST /auth/refresh", {"refresh_token": answer.body["refresh_token"]})
    assert ended.status == 401


def test_seed_3_get_doctors_by_specialization(seeds: Seeds, clinic: Clinic) -> None:
    doctor = clinic.doctor(specialization="Neurology")
    answer = seeds.send("GET /doctors?specialization=Neurology")
    assert (answer.status, doctor in {d["id"] for d in answer.body}) == (200, True)


def test_seed_3_post_doctors_availability(
    seeds: Seeds, clinic: Clinic, doctor: Person, patient: Person
) -> None:
    # It shows no body.
    hours = {"weekday": 1, "start_time": "09:00", "end_time": "12:00", "slot_minutes": 30}
    body = {"weekly": [hours | {"capacity": 1}]}
    assert seeds.send("POST /doctors/availability", body, by=doctor).status == 200
    assert clinic.ok("GET", f"/api/doctors/{doctor.doctor_id}/slots")
    assert seeds.send("POST /doctors/availability", body, by=patient).status == 403


def test_seed_3_post_appointments(seeds: Seeds, slot: int, patient: Person) -> None:
    # It shows no body.
    body = {"slot_id": slot, "patient_name": "Jane", "patient_email": patient.email}
    answer = seeds.send("POST /appointments", body, by=patient)
    assert (answer.status, answer.body["status"]) == (201, "PENDING")
    again = seeds.send("POST /appointments", body, by=patient)
    assert (again.status, again.code) == (409, "slot_taken")


def test_seed_3_get_appointments(seeds: Seeds, clinic: Clinic, slot: int, patient: Person) -> None:
    booking = clinic.book(slot, patient.token)
    answer = seeds.send("GET /appointments/:id", by=patient, id=booking["id"])
    assert (answer.status, answer.body["id"]) == (200, booking["id"])


def test_seed_3_put_appointments_cancel(
    seeds: Seeds, clinic: Clinic, slot: int, patient: Person
) -> None:
    booking = clinic.book(slot, patient.token)
    answer = seeds.send("PUT /appointments/:id/cancel", by=patient, id=booking["id"])
    assert (answer.status, answer.body["status"]) == (200, "CANCELLED")


def test_seed_3_get_patients(seeds: Seeds, patient: Person) -> None:
    answer = seeds.send("GET /patients/:id", by=patient, id=patient.id)
    assert (answer.status, answer.body["email"]) == (200, patient.email)
    assert answer.body["records"] == []


def test_seed_3_post_payments(seeds: Seeds, clinic: Clinic, slot: int, patient: Person) -> None:
    booking = clinic.book(slot, patient.token)
    answer = seeds.send("POST /payments", {"booking_id": booking["id"]}, by=patient)
    assert (answer.status, answer.body["status"]) == (201, "PENDING")
    assert answer.body["amount"] == booking["amount"]


def test_seed_3_get_payments(seeds: Seeds, clinic: Clinic, slot: int, patient: Person) -> None:
    booking = clinic.paid(slot, patient.token)
    payment = "select p.id from data.payment as p where p.booking_id = %s"
    number = clinic.database.value(payment, [booking["id"]])
    answer = seeds.send("GET /payments/:id", by=patient, id=number)
    assert (answer.status, answer.body["status"]) == (200, "SUCCEEDED")


# -- 4: the slot booking system


def test_seed_4_get_doctors(seeds: Seeds, clinic: Clinic) -> None:
    clinic.doctor()
    answer = seeds.send("GET /doctors")
    assert answer.status == 200
    assert answer.body


def test_seed_4_post_doctors(seeds: Seeds, admin: Person) -> None:
    answer = seeds.send(
        "POST /doctors", {"name": "Dr. New", "specialization": "Oncology"}, by=admin
    )
    assert (answer.status, answer.body["name"]) == (201, "Dr. New")


def test_seed_4_get_slots_of_a_doctor(seeds: Seeds, clinic: Clinic) -> None:
    doctor = clinic.doctor()
    free, taken = clinic.slot(doctor), clinic.slot(doctor)
    clinic.book(taken)
    answer = seeds.send("GET /slots/:doctorId", doctorId=doctor)
    assert answer.status == 200
    assert [(s["id"], s["status"]) for s in answer.body] == [(free, "AVAILABLE"), (taken, "HELD")]
    # Below /api it is, as for the others, the slot of this number.
    assert clinic.ok("GET", f"/api/slots/{taken}")["id"] == taken
    clinic.refused("GET", "/slots/0", 404, "doctor_not_found")


def test_seed_4_post_booking_and_get_booking(seeds: Seeds, slot: int) -> None:
    # It shows no body.
    body = {"slot_id": slot, "patient_name": "Jane", "patient_email": "jane@example.com"}
    made = seeds.send("POST /booking", body)
    assert (made.status, made.body["status"]) == (201, "PENDING")
    answer = seeds.send(
        "GET /booking/:id", id=made.body["id"], manage_token=made.body["manage_token"]
    )
    assert (answer.status, answer.body["status"]) == (200, "PENDING")
