"""The OpenAPI document: valid, complete, and kept by every answer."""

import json as jsonlib
import re
import tomllib
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import jsonschema
from openapi_spec_validator import OpenAPIV31SpecValidator

from ..support.databases import DB
from ..support.provider import Provider
from ..support.runs import SOURCE
from ..support.wait import eventually
from .clinic import PASSWORD, Clinic, Person, application
from .routes import next_month, operations


class Walk:
    """Sends requests that succeed and holds each answer against the document."""

    def __init__(self, clinic: Clinic) -> None:
        self._clinic = clinic
        self._document = clinic.ok("GET", "/openapi.json")
        self.seen: set[str] = set()

    def step(
        self,
        method: str,
        path: str,
        *ids: int | str,
        by: Person | None = None,
        query: str = "",
        json: Any = None,
        manage_token: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> Any:
        """Call a route, `ids` in its path, and return the body of the answer."""
        operation = self._document["paths"][path][method.lower()]
        parts = iter(ids)
        target = re.sub(r"\{[a-z_]+\}", lambda _: str(next(parts)), path)
        answer = self._clinic.call(
            method,
            target + query,
            json=json,
            token=None if by is None else by.token,
            manage_token=manage_token,
            headers=headers or {},
        )
        (documented,) = (status for status in operation["responses"] if status < "400")
        assert str(answer.status) == documented, (method, path, answer.body)
        content = operation["responses"][documented].get("content")
        if content is None:
            assert answer.raw == b""
        else:
            ((media_type, shape),) = content.items()
            is_json = media_type == "application/json"
            body = answer.body if is_json else answer.raw.decode()
            kind = media_type if is_json else f"{media_type}; charset=utf-8"
            assert answer.headers["Content-Type"] == kind
            self._check(body, shape["schema"])
        self.seen.add(f"{method} {path}")
        return answer.body

    def _check(self, value: Any, schema: dict[str, Any]) -> None:
        whole = schema | {"components": self._closed()}
        jsonschema.Draft202012Validator(whole).validate(value)

    def _closed(self) -> dict[str, Any]:
        """The schemas, strict: a member that the document does not name is a fault."""
        schemas = self._document["components"]["schemas"].items()
        return {
            "schemas": {
                name: {**schema, "additionalProperties": False}
                if schema.get("type") == "object"
                else schema
                for name, schema in schemas
            }
        }


def test_the_document_is_valid(clinic: Clinic) -> None:
    document = clinic.ok("GET", "/openapi.json")
    assert document["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(document).validate()


def test_every_route_says_what_it_does_and_who_may_call_it(clinic: Clinic) -> None:
    names = set()
    for route in operations(clinic):
        assert route.document["summary"]
        names.add(route.document["operationId"])
        if "x-roles" in route.document:
            anyone = "anon" in route.roles
            assert route.document["security"] == ([{}] if anyone else []) + [{"bearer": []}]
        assert "500" in route.document["responses"] or route.path == "/health"
    assert len(names) == len(operations(clinic))


def test_every_topic_is_a_folder_and_has_a_text(clinic: Clinic) -> None:
    document = clinic.ok("GET", "/openapi.json")
    used = {tag for route in operations(clinic) for tag in route.document["tags"]}
    folders = {path.name for path in (DB / "functions" / "api").iterdir()}
    assert used == folders == {tag["name"] for tag in document["tags"] if tag["description"]}
    assert document["info"]["description"]
    assert all(server["description"] for server in document["servers"])


def test_the_canonical_route_bears_the_name_of_its_function(clinic: Clinic) -> None:
    names = {route.document["operationId"]: route for route in operations(clinic)}
    assert names["book_slot"].name == "POST /api/bookings"
    assert names["create_doctor"].name == "POST /api/doctors"
    assert names["delete_doctor"].name == "DELETE /api/doctors/{doctor_id}"
    for name, route in names.items():
        first, further, _ = name.rpartition("_") if name[-1].isdigit() else (name, "", "")
        text = route.document.get("description", "")
        assert text.startswith(f"Another path of `{names[first].name}`.") == bool(further)


def test_it_bears_the_version_of_the_project(clinic: Clinic) -> None:
    project = tomllib.loads((SOURCE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    # In a clone below a home of mode 0700, too, where root's workers can no longer read it.
    assert clinic.ok("GET", "/openapi.json")["info"]["version"] == project["version"]


def test_the_texts_are_of_one_form(clinic: Clinic) -> None:
    for route in operations(clinic):
        assert not route.document["summary"].endswith("."), route.name
        for answer in route.document["responses"].values():
            assert not re.search(r"^- `\w+`: [A-Z]", answer.get("description", ""), re.MULTILINE)


def test_no_error_is_listed_twice(clinic: Clinic) -> None:
    shared = clinic.ok("GET", "/openapi.json")["components"]["responses"]
    for route in operations(clinic):
        for status, answer in route.document["responses"].items():
            found = shared[answer["$ref"].rpartition("/")[2]] if "$ref" in answer else answer
            codes = re.findall(r"^- `(\w+)`", found["description"], re.MULTILINE)
            assert len(codes) == len(set(codes)), (route.name, status)


def test_every_route_answers_as_it_is_documented(
    clinic: Clinic, admin: Person, patient: Person
) -> None:
    walk = Walk(clinic)
    step = walk.step
    # Accounts.
    email = f"walk-{patient.email}"
    login = {"email": email, "password": PASSWORD}
    step("POST", "/api/auth/register", json=login | {"name": "Walker"})
    pending = {"name": "Dr. Walker", "role": "doctor", "specialization": "Walking"}
    waiting = step(
        "POST", "/api/auth/register", json=pending | login | {"email": f"doctor-{email}"}
    )
    session = step("POST", "/api/auth/login", json=login)
    refreshed = step("POST", "/api/auth/refresh", json={"refresh_token": session["refresh_token"]})
    step("POST", "/api/auth/logout", json={"refresh_token": refreshed["refresh_token"]})
    step("GET", "/api/auth/me", by=patient)
    step("PATCH", "/api/auth/me", by=patient, json={"name": "Ann", "clear": ["phone"]})
    step("POST", "/api/auth/send-verification", by=patient)
    proof = {"verification_token": clinic.mailed_token(patient.email)}
    step("POST", "/api/auth/verify-email", by=patient, json=proof)
    step("POST", "/api/auth/forgot-password", json={"email": patient.email})
    clinic.tidy_up()
    proof = {"reset_token": clinic.mailed_token(patient.email)}
    step("POST", "/api/auth/reset-password", json=proof | {"new_password": PASSWORD})
    again = {"current_password": PASSWORD, "new_password": f"{PASSWORD} 2"}
    step("POST", "/api/auth/change-password", by=patient, json=again)
    changed = {"email": patient.email, "password": again["new_password"]}
    clinic.ok("POST", "/api/auth/login", json=changed)
    (here,) = step("GET", "/api/auth/sessions", by=patient)
    step("DELETE", "/api/auth/sessions/{session_id}", here["id"], by=patient)
    step("DELETE", "/api/auth/sessions", by=patient)
    listed = step("GET", "/api/accounts", by=admin, query="?status=PENDING_APPROVAL&limit=500")
    assert waiting["user"]["id"] in {a["id"] for a in listed}
    for way in ("reject", "approve", "suspend", "reactivate"):
        step("POST", f"/api/accounts/{{account_id}}/{way}", waiting["user"]["id"], by=admin)
    clerk = {"name": "Joe", "email": "joe@example.com", "role": "clerk", "clinic_id": 1}
    step("POST", "/api/accounts", by=admin, json=clerk)
    # Clinics.
    house = step("GET", "/api/clinics")[0]
    assert step("GET", "/api/clinics/{clinic_id}", house["id"]) == house
    branch = step("POST", "/api/clinics", by=admin, json={"name": "Branch", "currency": "EUR"})
    step("PATCH", "/api/clinics/{clinic_id}", branch["id"], by=admin, json={"name": "Second"})
    # Doctors: one with everything there is to say, one with as little as possible.
    little = {"name": "Dr. Little", "specialization": "Walking"}
    everything = {
        "city": "London",
        "consultation_type": "BOTH",
        "consultation_fee": 12.34,
        "rating": 4.5,
        "email": "dr@example.com",
        "phone": "+44 1",
        "experience_years": 3,
    }
    doctor = step("POST", "/api/doctors", by=admin, json=little | everything)["id"]
    other = step("POST", "/api/admin/doctors", by=admin, json=little)["id"]
    step("PATCH", "/api/doctors/{doctor_id}", doctor, by=admin, json={"clear": ["city"]})
    step("GET", "/api/doctors/{doctor_id}", other)
    assert len(step("GET", "/api/doctors", query="?specialization=walking")) == 3
    assert "Walking" in step("GET", "/api/specializations")
    # Slots.
    day = next_month()[:10]

    def times(hour: int) -> dict[str, Any]:
        return {"start_time": f"{day}T{hour:02}:00:00Z", "duration_minutes": 60}

    slots = [
        step("POST", "/api/slots", by=admin, json=times(1) | {"doctor_id": doctor, "capacity": 3}),
        step("POST", "/api/doctors/{doctor_id}/slots", doctor, by=admin, json=times(2)),
        step("POST", "/api/admin/doctors/{doctor_id}/slots", doctor, by=admin, json=times(3)),
    ]
    first, second, third = (slot["id"] for slot in slots)
    days = {"doctor_id": doctor, "start_date": day, "end_date": day, "exclude_weekends": False}
    step(
        "POST",
        "/api/slots/bulk",
        by=admin,
        json=days | {"start_time": "08:00", "end_time": "10:00"},
    )
    step("GET", "/api/slots", query=f"?doctor_id={doctor}&limit=2")
    step("GET", "/api/slots/{slot_id}", first)
    changed = step("PATCH", "/api/slots/{slot_id}", first, by=admin, json={"capacity": 4})
    assert changed["seats_available"] == 4
    # Hours.
    hours = {"start_time": "18:00", "end_time": "19:00", "slot_minutes": 30, "capacity": 1}
    weekly = {"weekly": [hours | {"weekday": n} for n in range(1, 8)], "valid_from": day}
    path = "/api/doctors/{doctor_id}/availability"
    step("PUT", path, doctor, by=admin, json=weekly)
    for route in ("/api/doctors/availability", "/doctors/availability"):
        step("POST", route, by=admin, json=weekly | {"doctor_id": doctor})
    step("GET", path, doctor)
    step("PUT", f"{path}/{{date}}", doctor, day, by=admin, json={"hours": [hours]})
    step("GET", f"{path}/{{date}}", doctor, day)
    step("DELETE", f"{path}/{{date}}", doctor, day, by=admin)
    path = "/api/doctors/{doctor_id}/time-off"
    evening = {"start_time": f"{day}T18:00:00Z", "end_time": f"{day}T19:00:00Z", "reason": "Rest"}
    rest = step("POST", path, doctor, by=admin, json=evening)
    assert step("GET", path, doctor, by=admin) == [rest]
    step("DELETE", f"{path}/{{time_off_id}}", doctor, rest["id"], by=admin)
    # Bookings, each way of making, showing and ending one.
    guest = step("POST", "/api/bookings", json=application(first, reason="Cough"))
    mine = step("POST", "/api/appointments", by=patient, json=application(first))
    theirs = step("POST", "/api/booking", json=application(third))
    path = "/api/doctors/{doctor_id}/slots/{slot_id}/bookings"
    for_me = {"patient_name": "Ann", "patient_email": patient.email}
    fourth = step("POST", path, doctor, first, by=patient, json=for_me)
    step("GET", "/slots/{doctor_id}", doctor)
    assert {s["status"] for s in step("GET", "/api/doctors/{doctor_id}/slots", doctor)} == {
        "AVAILABLE",
        "HELD",
    }
    for route in ("bookings", "appointments", "booking"):
        step("GET", f"/api/{route}/{{booking_id}}", mine["id"], by=patient)
    step("GET", "/api/bookings/{booking_id}/calendar.ics", mine["id"], by=patient)
    link = step("POST", "/api/doctors/{doctor_id}/calendar-link", doctor, by=admin)
    secret = f"?calendar_token={link['calendar_token']}"
    step("GET", "/api/doctors/{doctor_id}/calendar.ics", doctor, query=secret)
    token = guest["manage_token"]
    payment = step("POST", "/api/payments", json={"booking_id": guest["id"]}, manage_token=token)
    for booking, success in ((guest, True), (theirs, False)):
        body = {"booking_id": booking["id"], "success": success}
        step("POST", "/api/payments/fake", json=body, manage_token=booking["manage_token"])
    step("GET", "/api/payments/{payment_id}", payment["id"], manage_token=token)
    step(
        "PATCH",
        "/api/bookings/{booking_id}/reschedule",
        guest["id"],
        json={"new_slot_id": second},
        manage_token=token,
    )
    seats = {"seats": 1}
    step("PATCH", "/api/bookings/{booking_id}/seats", mine["id"], by=patient, json=seats)
    step("PUT", "/api/appointments/{booking_id}/cancel", mine["id"], by=patient)
    step("PATCH", "/api/bookings/{booking_id}/cancel", guest["id"], manage_token=token)
    step("DELETE", "/api/bookings/{booking_id}", fourth["id"], by=admin)
    proof = {"manage_token": theirs["manage_token"]}
    step("POST", "/api/bookings/{booking_id}/claim", theirs["id"], by=patient, json=proof)
    found = step("GET", "/api/bookings", by=admin, query=f"?doctor_id={doctor}")
    assert {b["payment_status"] for b in found} == {"NONE", "FAILED", "REFUND_DUE"}
    step("GET", "/api/bookings/my-bookings", by=patient)
    step("GET", "/api/bookings/slot/{slot_id}", first, by=admin)
    step("GET", "/api/patients/bookings", by=patient, query=f"?email={patient.email}")
    # A visit on its day, after its start.
    today = clinic.slot(doctor=clinic.doctor(fee=0))
    visit = step("POST", "/api/bookings", by=patient, json=application(today))["id"]
    clinic.database.rows("select tests.move_slot(%s, now() - interval '1 minute')", [today])
    for way in ("no-show", "check-in", "undo-check-in", "check-in", "complete"):
        step("PATCH", f"/api/bookings/{{booking_id}}/{way}", visit, by=admin)
    step("GET", "/api/doctors/{doctor_id}/queue", doctor, by=admin)
    # What is written down about the patient, and everything else.
    writer = clinic.acting_doctor(fee=0)
    clinic.book(clinic.slot(writer.doctor_id), patient.token)
    medicine = {"name": "Aspirin", "dosage": "100 mg", "duration": "a week"}
    prescription = {"kind": "PRESCRIPTION", "body": {"medicines": [medicine]}}
    path = "/api/patients/{patient_id}"
    written = step("POST", f"{path}/records", patient.id, by=writer, json=prescription)
    assert step("GET", f"{path}/records", patient.id, by=patient) == [written]
    profile = {"date_of_birth": "1984-02-29", "gender": "female", "address": "1 Main Street"}
    profile = step("PATCH", path, patient.id, by=patient, json=profile)
    assert step("GET", path, patient.id, by=writer) == profile | {"records": [written]}
    assert profile in step("GET", "/api/patients", by=writer)
    assert step("GET", f"{path}/export", patient.id, by=patient)["patient"] == profile
    made = {"name": "Eva", "email": f"eva-{patient.email}"}
    step("DELETE", path, step("POST", "/api/patients", by=admin, json=made)["id"], by=admin)
    # Waiting for what is full: one leaves, one is served.
    free = step("POST", "/api/doctors", by=admin, json=little)["id"]
    full = step("POST", "/api/slots", by=admin, json=times(5) | {"doctor_id": free})["id"]
    only = step("POST", "/api/bookings", json=application(full))
    there = "/api/slots/{slot_id}/waitlist"
    gone = step("POST", there, full, json={"patient_name": "Ann", "patient_email": "a@example.com"})
    served = step("POST", there, full, by=patient, json={})
    token = gone["manage_token"]
    step("DELETE", "/api/waitlist/{waitlist_id}", gone["id"], manage_token=token)
    step("DELETE", "/api/bookings/{booking_id}", only["id"], by=admin)
    served = step("GET", "/api/waitlist/{waitlist_id}", served["id"], by=patient)
    step("POST", "/api/bookings/{booking_id}/accept", served["booking_id"], by=patient)
    step("GET", "/api/waitlist", by=patient)
    # Who else is told; this machine is not, so nothing goes anywhere.
    hook = {"url": "https://localhost/hook", "events": ["booking.held", "booking.confirmed"]}
    hook = step("POST", "/api/webhooks", by=admin, json=hook)
    path = "/api/webhooks/{webhook_id}"
    assert step("GET", path, hook["id"], by=admin) in step("GET", "/api/webhooks", by=admin)
    # Money: a provider that reports, the desk, and what is given back.
    name = f"walk-{patient.id}"
    made = step("POST", "/api/payment-providers", by=admin, json={"name": name})
    rotate = "/api/payment-providers/{provider}/rotate"
    made = step("POST", rotate, made["name"], by=admin)
    assert made in [
        one | {"secret": made["secret"]}
        for one in step("GET", "/api/payment-providers", by=admin, query="?limit=500")
    ]
    provider = Provider(clinic.server, name, made["secret"])
    online = step("POST", "/api/bookings", json=application(second))
    begun = {"booking_id": online["id"], "provider": name}
    token = online["manage_token"]
    payment = step("POST", "/api/payments", json=begun, manage_token=token)
    event = jsonlib.loads(provider.event(payment, provider_reference=name))
    signed = provider.headers(jsonlib.dumps(event).encode())
    step("POST", "/api/payments/webhook/{provider}", name, json=event, headers=signed)
    (paid,) = step("GET", "/api/payments", by=admin, query=f"?provider={name}")
    assert (paid["id"], paid["status"]) == (payment["id"], "SUCCEEDED")
    step("GET", "/api/bookings/{booking_id}/payments", online["id"], manage_token=token)
    some = {"amount": 1, "reason": "Goodwill"}
    path = "/api/payments/{payment_id}/refunds"
    refund = step("POST", path, payment["id"], by=admin, json=some)
    sent = {"status": "SENT", "reference": "transfer"}
    step("PATCH", "/api/refunds/{refund_id}", refund["id"], by=admin, json=sent)
    step("GET", "/api/refunds", by=admin)
    step("GET", "/api/refunds/{refund_id}", refund["id"], by=admin)
    step("DELETE", "/api/payment-providers/{provider}", name, by=admin)
    at_desk = {"booking_id": step("POST", "/api/bookings", json=application(first))["id"]}
    step("POST", "/api/payments/desk", by=admin, json=at_desk | {"method": "CASH"})
    step("DELETE", "/api/bookings/{booking_id}", at_desk["booking_id"], by=admin)
    step("DELETE", "/api/bookings/{booking_id}", online["id"], by=admin)

    def told() -> Any:
        clinic.tidy_up()
        return step("GET", "/api/webhooks/{webhook_id}/deliveries", hook["id"], by=admin)

    told_of = eventually(told, 30, "deliveries")[0]
    path = "/api/webhooks/{webhook_id}/deliveries/{delivery_id}/retry"
    step("POST", path, hook["id"], told_of["id"], by=admin)
    path = "/api/webhooks/{webhook_id}"
    step("PATCH", path, hook["id"], by=admin, json={"active": False, "clear": ["events"]})
    step("DELETE", path, hook["id"], by=admin)
    # What management sees, and who did what.
    step("GET", "/api/admin/analytics", by=admin)

    def accounted() -> Any:
        clinic.tidy_up()
        return step("GET", "/api/admin/audit", by=admin)

    assert eventually(accounted, 30, "a chain of changes")
    # The end, and the house itself.
    step("DELETE", "/api/slots/{slot_id}", first, by=admin)
    step("DELETE", "/api/admin/doctors/{doctor_id}/slots/{slot_id}", doctor, third, by=admin)
    step("DELETE", "/api/doctors/{doctor_id}", doctor, by=admin)
    step("DELETE", "/api/admin/doctors/{doctor_id}", other, by=admin)
    step("GET", "/debug/tables", by=admin)
    step("GET", "/health")
    # Paths outside of /api are older ones of the same functions: test_seeds walks them.
    older = {name.replace(" /api/", " /") for name in walk.seen}
    assert walk.seen <= {route.name for route in operations(clinic)} <= walk.seen | older


def test_every_body_has_an_example_that_keeps_to_its_schema(clinic: Clinic) -> None:
    components = {"components": clinic.ok("GET", "/openapi.json")["components"]}
    with_body = [route for route in operations(clinic) if route.takes_body]
    assert len(with_body) > 15
    for route in with_body:
        content = route.document["requestBody"]["content"]["application/json"]
        assert set(content["example"]) == set(route.schema.get("required", ())), route.name
        jsonschema.Draft202012Validator(route.schema | components).validate(content["example"])


def test_the_examples_of_the_session_routes_work_one_after_the_other(clinic: Clinic) -> None:
    def example(name: str) -> Any:
        path = clinic.ok("GET", "/openapi.json")["paths"][f"/api/auth/{name}"]
        return path["post"]["requestBody"]["content"]["application/json"]["example"]

    clinic.ok("POST", "/api/auth/register", json=example("register"))
    assert clinic.ok("POST", "/api/auth/login", json=example("login"))["token"]
    assert example("refresh").keys() == example("logout").keys() == {"refresh_token"}


def test_the_session_routes_document_no_401_that_they_never_send(clinic: Clinic) -> None:
    paths = clinic.ok("GET", "/openapi.json")["paths"]
    documented = {}
    for name in ("register", "login", "refresh", "logout"):
        answer = paths[f"/api/auth/{name}"]["post"]["responses"].get("401", {})
        documented[name] = re.findall(r"^- `(\w+)`", answer.get("description", ""), re.MULTILINE)
    assert documented == {
        "register": [],
        "login": ["invalid_credentials"],
        "refresh": ["refresh_token_reused", "refresh_token_invalid"],
        "logout": [],
    }
    # What a caller whose access token has expired would send.
    body = {"refresh_token": "x"}
    clinic.refused(
        "POST", "/api/auth/refresh", 401, "refresh_token_invalid", json=body, token="expired"
    )
    clinic.ok("POST", "/api/auth/logout", json=body, token="expired")


def test_nobody_is_offered_to_register_as_an_admin(clinic: Clinic) -> None:
    schemas = clinic.ok("GET", "/openapi.json")["components"]["schemas"]
    assert schemas["OpenRole"]["enum"] == ["patient", "doctor"]
    body = {"name": "Ann", "email": "open@example.com", "password": PASSWORD}
    path = "/api/auth/register"
    answer = clinic.refused("POST", path, 400, "invalid_parameter", json=body | {"role": "boss"})
    message = {"field": "role", "message": "must be one of patient, doctor"}
    assert answer.body["errors"] == [message]
    clinic.refused("POST", path, 403, "forbidden", json=body | {"role": "admin"})


class References(HTMLParser):
    """What a page loads."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what the browser would fetch."""
        wanted = {"script": "src", "link": "href", "img": "src", "iframe": "src"}.get(tag)
        self.found += [value for name, value in attrs if name == wanted and value]


def test_the_documentation_loads_from_this_host_alone(clinic: Clinic) -> None:
    page = clinic.call("GET", "/api-docs", headers={"Accept": "text/html,*/*;q=0.8"})
    assert page.status == 200
    assert page.headers["Content-Type"].startswith("text/html")
    references = References()
    references.feed(page.raw.decode())
    assert len(references.found) >= 3
    sources = []
    for reference in references.found:
        assert not urlsplit(reference).netloc
        file = clinic.call("GET", reference)
        assert file.status == 200
        assert file.raw
        sources.append(file.raw.decode("utf-8", "replace"))
    assert any('url: "/openapi.json"' in source for source in sources)
    assert any(
        "deepLinking: true" in source and 'addEventListener("hashchange"' in source
        for source in sources
    )
    # No browser that keeps to this fetches anything from elsewhere.
    policy = {
        directive.split()[0]: directive.split()[1:]
        for directive in page.headers["Content-Security-Policy"].split(";")
    }
    assert policy["default-src"] == ["'none'"]
    for directive in ("script-src", "connect-src", "font-src"):
        assert policy[directive] == ["'self'"]
