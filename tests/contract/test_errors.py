"""The table of errors that the contract promises, line by line, over the routes there are."""

import base64
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import jwt
import pytest

from ..support.http import Answer
from .clinic import Clinic, Person, application
from .routes import Operation, operations

Check = Callable[..., Answer]
MEMBERS = {"type", "title", "status", "code", "detail", "request_id"}
OWN_ERRORS = {"errors"}


def is_problem(answer: Answer, status: int, code: str) -> Answer:
    """Check the whole shape of an error (RFC 9457)."""
    assert (answer.status, answer.code) == (status, code), answer.body
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.body.keys() - OWN_ERRORS == MEMBERS
    assert answer.body["status"] == status
    assert answer.body["request_id"] == answer.headers["X-Request-Id"]
    assert answer.body["detail"].endswith(".")
    assert ("errors" in answer.body) <= (status == 400)
    return answer


def fields(answer: Answer) -> dict[str, str]:
    """Return what is wrong with which argument."""
    return {e["field"]: e["message"] for e in answer.body["errors"]}


@pytest.fixture
def routes(clinic: Clinic) -> list[Operation]:
    """All routes."""
    return operations(clinic)


@pytest.fixture
def with_body(routes: list[Operation]) -> list[Operation]:
    """The routes that take a body."""
    return [route for route in routes if route.takes_body]


@pytest.fixture
def tokens(clinic: Clinic) -> dict[str, str]:
    """A token for each role that there is."""
    return {role: clinic.person(role).token for role in ("patient", "doctor", "admin")}


def permitted(route: Operation, tokens: dict[str, str]) -> str | None:
    """Return the token of somebody who may call a route."""
    return None if "anon" in route.roles else tokens[min(route.roles)]


def send(clinic: Clinic, route: Operation, token: str | None, **options: Any) -> Answer:
    """Call a route with what it requires in its URL."""
    return clinic.call(route.method, route.concrete + route.query(), token=token, **options)


# -- the body


@pytest.mark.parametrize(
    "data",
    [
        b"{",
        b"name=Ann",
        b"\xef\xbb\xbf{}",
        b"[]",
        b"null",
        b'"text"',
        b"1",
        b'{"a": "\xff"}',
        b'{"a": "\\u0000"}',
        b'{"\\u0000": 1}',
        b'{"a": "\x00"}',
        b'{"a": 1, "a": 1}',
        b'{"a": {"b": 1, "b": 2}}',
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": -Infinity}',
        b'{"a": 1e999}',
        b'{"a": 01}',
        b'{"a": "\\ud800"}',
        b'{"a": ' + b"[" * 32 + b"]" * 32 + b"}",
        b"[" * 60_000,
        b'{"a": 1} {}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b"{'a': 1}",
        b'{"a": 1,}',
    ],
    ids=lambda data: repr(data[:24]),
)
def test_a_body_that_is_no_strict_json_object_is_invalid_body(
    clinic: Clinic, with_body: list[Operation], tokens: dict[str, str], data: bytes
) -> None:
    assert len(with_body) > 15
    for route in with_body:
        answer = send(clinic, route, permitted(route, tokens), data=data)
        is_problem(answer, 400, "invalid_body")


def test_a_body_nests_to_thirty_two_levels(clinic: Clinic) -> None:
    deep = b'{"a": ' + b"[" * 31 + b"]" * 31 + b"}"
    is_problem(clinic.call("POST", "/api/bookings", data=deep), 400, "unknown_parameter")


def test_a_body_too_large_is_413(
    clinic: Clinic, with_body: list[Operation], tokens: dict[str, str]
) -> None:
    data = b'{"a": "' + b"x" * 65536 + b'"}'
    for route in with_body:
        answer = send(clinic, route, permitted(route, tokens), data=data)
        is_problem(answer, 413, "payload_too_large")


@pytest.mark.parametrize(
    "media_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/xml"],
)
def test_a_body_that_is_no_json_by_its_type_is_415(
    clinic: Clinic, with_body: list[Operation], tokens: dict[str, str], media_type: str
) -> None:
    for route in with_body:
        answer = send(
            clinic,
            route,
            permitted(route, tokens),
            data=b"{}",
            headers={"Content-Type": media_type},
        )
        is_problem(answer, 415, "unsupported_media_type")


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "application/json;q=0"])
def test_an_answer_that_is_not_acceptable_is_406(
    clinic: Clinic, routes: list[Operation], tokens: dict[str, str], accept: str
) -> None:
    for route in routes:
        if route.path == "/health":
            continue  # Read by machines of all kinds; it is never refused.
        answer = send(clinic, route, permitted(route, tokens), headers={"Accept": accept})
        is_problem(answer, 406, "not_acceptable")


# -- arguments


def test_an_unknown_argument_in_the_body_is_named(
    clinic: Clinic, with_body: list[Operation], tokens: dict[str, str]
) -> None:
    for route in with_body:
        body = route.body() | {"no_such_thing": None}
        answer = send(clinic, route, permitted(route, tokens), json=body)
        is_problem(answer, 400, "unknown_parameter")
        assert "no_such_thing" in fields(answer)


def test_an_unknown_argument_in_the_query_is_named(
    clinic: Clinic, routes: list[Operation], tokens: dict[str, str]
) -> None:
    for route in routes:
        if "x-roles" not in route.document:
            continue  # Hand-written routes have no argument in the query.
        answer = clinic.call(
            route.method, f"{route.concrete}?no_such_thing=1", token=permitted(route, tokens)
        )
        is_problem(answer, 400, "unknown_parameter")
        assert "no_such_thing" in fields(answer)


def test_each_required_argument_is_missed_by_name(
    clinic: Clinic, with_body: list[Operation], tokens: dict[str, str]
) -> None:
    seen = 0
    for route in with_body:
        for name in route.schema.get("required", []):
            body = {key: value for key, value in route.body().items() if key != name}
            answer = send(clinic, route, permitted(route, tokens), json=body)
            is_problem(answer, 400, "missing_parameter")
            assert name in fields(answer)
            seen += 1
    assert seen > 25


def test_null_is_no_value_for_an_argument_without_default(
    clinic: Clinic, with_body: list[Operation], tokens: dict[str, str]
) -> None:
    for route in with_body:
        if "x-roles" not in route.document:
            continue
        for name in route.schema.get("required", []):
            body = route.body() | {name: None}
            answer = send(clinic, route, permitted(route, tokens), json=body)
            is_problem(answer, 400, "invalid_parameter")
            assert fields(answer) == {name: "must not be null"}


WRONG: dict[str, list[Any]] = {
    "object": [[], [{}], "{}", 1, True],
    "boolean": ["false", "true", 0, 1, []],
    "integer": ["1", 1.5, True, [], {}, 2**63, -(2**70)],
    "number": ["1", True, [], {}, -0.01, 1e300],
    "string": [1, True, [], {}, 1.5],
    "array": ["a", 1, {}, True],
}


def test_a_value_of_another_type_is_never_taken_for_it(
    clinic: Clinic, with_body: list[Operation], tokens: dict[str, str]
) -> None:
    components = clinic.ok("GET", "/openapi.json")["components"]["schemas"]

    def type_of(schema: dict[str, Any]) -> str:
        if "$ref" in schema:
            return type_of(components[schema["$ref"].rpartition("/")[2]])
        if "anyOf" in schema:
            return type_of(schema["anyOf"][0])
        kind = schema.get("type", "string")
        return str(kind[0] if isinstance(kind, list) else kind)

    seen = 0
    for route in with_body:
        for name, schema in route.schema["properties"].items():
            for wrong in WRONG[type_of(schema)]:
                body = route.body() | {name: wrong}
                answer = send(clinic, route, permitted(route, tokens), json=body)
                is_problem(answer, 400, "invalid_parameter")
                assert fields(answer).keys() == {name}
                seen += 1
    assert seen > 300


def test_an_empty_value_in_the_query_means_none_was_given(clinic: Clinic, admin: Person) -> None:
    doctor = clinic.doctor(specialization="Emptiness")
    clinic.book(clinic.slot(doctor))
    for path, known in (
        ("/api/doctors?specialization=Emptiness&", "city&consultation_type&clinic_id&q&limit"),
        (f"/api/slots?doctor_id={doctor}&available=false&", "date&from&to&seats&specialization"),
        (f"/api/bookings?doctor_id={doctor}&", "status&patient_email&date&after"),
    ):
        (wanted,) = clinic.ok("GET", path.removesuffix("&"), token=admin.token)
        empty = known.replace("&", "=&") + "="
        assert clinic.ok("GET", path + empty, token=admin.token) == [wanted]
        assert clinic.ok("GET", f"{path}{empty}&{empty}", token=admin.token) == [wanted]
    # Where it is required, it is wrong; in JSON, it is a text like any other.
    clinic.refused(
        "GET", "/api/patients/bookings?email=", 400, "invalid_parameter", token=admin.token
    )
    body = {"name": "Dr. No", "specialization": "Emptiness", "city": ""}
    clinic.refused("POST", "/api/doctors", 400, "invalid_parameter", json=body, token=admin.token)


@pytest.mark.parametrize("name", ["limit", "after", "doctor_id", "seats", "clinic_id"])
@pytest.mark.parametrize("wrong", ["x", "1.0", "1e2", "+1", " 1", "99999999999999999999", "\u0661"])
def test_a_number_in_the_query_is_written_as_one(clinic: Clinic, name: str, wrong: str) -> None:
    path = "/api/doctors" if name == "clinic_id" else "/api/slots"
    answer = clinic.call("GET", f"{path}?{name}={quote(wrong)}")
    assert is_problem(answer, 400, "invalid_parameter").body["errors"][0]["field"] == name


@pytest.mark.parametrize(
    "wrong",
    [
        *("2035-1-1", "20350101", "01/02/2035", "2035-02-30", "2035-13-01", "today", "now"),
        *("infinity", "-infinity", "epoch", "2035-W01-1", "2035-01-01T00:00:00Z", "0000-01-01"),
    ],
)
def test_a_date_is_written_in_one_way(clinic: Clinic, doctor: Person, wrong: str) -> None:
    answer = clinic.call("GET", f"/api/slots?date={quote(wrong)}")
    assert fields(is_problem(answer, 400, "invalid_parameter")).keys() == {"date"}
    body = {
        "doctor_id": doctor.doctor_id,
        "start_date": wrong,
        "end_date": "2035-01-01",
        "start_time": "09:00",
        "end_time": "10:00",
    }
    answer = clinic.call("POST", "/api/slots/bulk", json=body, token=doctor.token)
    assert fields(is_problem(answer, 400, "invalid_parameter")).keys() == {"start_date"}


@pytest.mark.parametrize(
    "wrong",
    [
        *("2035-01-01T10:00:00", "2035-01-01 10:00:00Z", "2035-01-01T10:00Z", "today", "infinity"),
        *("now", "2035-01-01", "2035-01-01T24:00:00Z", "2035-01-01T10:00:60Z", "1893456000"),
        *("2035-01-01T10:00:00 Europe/Paris", "2035-01-01T10:00:00+25:00", "tomorrow 10:00"),
    ],
)
def test_an_instant_has_an_offset(clinic: Clinic, wrong: str) -> None:
    for name in ("from", "to"):
        answer = clinic.call("GET", f"/api/slots?{name}={quote(wrong)}")
        assert fields(is_problem(answer, 400, "invalid_parameter")).keys() == {name}


@pytest.mark.parametrize("wrong", ["9:00", "09", "24:00", "09:60", "09:00Z", "noon", "09:00:00.5"])
def test_a_time_of_day_is_written_in_one_way(clinic: Clinic, doctor: Person, wrong: str) -> None:
    body = {
        "doctor_id": doctor.doctor_id,
        "start_date": "2035-01-01",
        "end_date": "2035-01-01",
        "start_time": wrong,
        "end_time": "17:00",
    }
    answer = clinic.call("POST", "/api/slots/bulk", json=body, token=doctor.token)
    assert fields(is_problem(answer, 400, "invalid_parameter")).keys() == {"start_time"}


@pytest.mark.parametrize(
    ("argument", "allowed"),
    [
        ("/api/doctors?consultation_type", ["ONLINE", "OFFLINE", "BOTH"]),
        ("/api/bookings?status", ["PENDING", "CONFIRMED", "FAILED", "CANCELLED", "NO_SHOW"]),
        ("/api/accounts?status", ["ACTIVE", "PENDING_APPROVAL"]),
    ],
)
@pytest.mark.parametrize("wrong", ["online", "CONFIRMED,FAILED", "pending", "null"])
def test_a_value_that_is_not_listed_is_told_what_is(
    clinic: Clinic, admin: Person, argument: str, allowed: list[str], wrong: str
) -> None:
    answer = clinic.call("GET", f"{argument}={wrong}", token=admin.token)
    told = fields(is_problem(answer, 400, "invalid_parameter"))
    message = told[argument.partition("?")[2]]
    assert all(label in message for label in allowed)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("patient_name", ""),
        ("patient_name", "   "),
        ("patient_name", "x" * 201),
        ("patient_email", "no address"),
        ("patient_email", "a@b"),
        ("patient_email", f"{'a' * 250}@b.cd"),
        ("patient_phone", "call me"),
        ("patient_phone", "1"),
        ("reason", "x" * 2001),
        ("seats", 0),
        ("seats", -1),
        ("seats", 1001),
        ("idempotency_key", "not a uuid"),
    ],
)
def test_ranges_and_forms_are_those_of_the_domains(
    clinic: Clinic, slot: int, name: str, wrong: Any
) -> None:
    answer = clinic.call("POST", "/api/bookings", json=application(slot, **{name: wrong}))
    assert fields(is_problem(answer, 400, "invalid_parameter")).keys() == {name}


def test_every_wrong_argument_is_reported_at_once(clinic: Clinic, slot: int) -> None:
    body = application(slot, seats=0, patient_email="x", patient_phone="x")
    answer = clinic.call("POST", "/api/bookings", json=body)
    assert fields(is_problem(answer, 400, "invalid_parameter")).keys() == {
        "seats",
        "patient_email",
        "patient_phone",
    }


def test_one_name_in_two_places_must_agree(clinic: Clinic) -> None:
    doctor = clinic.doctor()
    slot = clinic.slot(doctor, capacity=3)
    path = f"/api/doctors/{doctor}/slots/{slot}/bookings"
    clinic.ok("POST", path, json=application(slot, doctor_id=doctor))
    clinic.ok("POST", f"{path}?seats=1&slot_id={slot}", json=application(slot, seats=1))
    for at, more in ((path, {"slot_id": slot + 1}), (f"{path}?seats=2", {"seats": 1})):
        answer = clinic.call("POST", at, json=application(slot) | more)
        is_problem(answer, 400, "invalid_parameter")
        assert fields(answer).keys() == more.keys()
    twice = clinic.call("GET", "/api/slots?limit=1&limit=2")
    is_problem(twice, 400, "invalid_parameter")


def test_a_manage_token_in_two_places_must_agree(clinic: Clinic, slot: int) -> None:
    booking = clinic.book(slot)
    token = booking["manage_token"]
    path = f"/api/bookings/{booking['id']}"
    by_header = clinic.ok("GET", path, manage_token=token)
    assert clinic.ok("GET", f"{path}?manage_token={token}") == by_header
    assert clinic.ok("GET", f"{path}?manage_token={token}", manage_token=token) == by_header
    answer = clinic.call("GET", f"{path}?manage_token=other", manage_token=token)
    is_problem(answer, 400, "invalid_parameter")
    assert token not in answer.raw.decode()
    cancelled = clinic.call("PATCH", f"{path}/cancel", json={"manage_token": token})
    assert (cancelled.status, cancelled.headers["Cache-Control"]) == (200, "no-store")


# -- who calls


def minted(clinic: Clinic, role: Any = "patient", **claims: Any) -> str:
    """Return a token of a real account with other claims."""
    return clinic.server.token(role, clinic.person().id, **claims)


def unsigned(clinic: Clinic) -> str:
    """Return a token that says itself that nobody signed it."""
    head = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').decode().rstrip("=")
    return f"{head}.{minted(clinic).split('.')[1]}."


def in_disguise(clinic: Clinic) -> str:
    """Return a token whose payload was changed after it was signed."""
    head, payload, signature = minted(clinic).split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    changed = base64.urlsafe_b64encode(json.dumps(claims | {"role": "admin"}).encode())
    return ".".join((head, changed.decode().rstrip("="), signature))


BAD_TOKENS: dict[str, Callable[[Clinic], str]] = {
    "nonsense": lambda _: "nonsense",
    "expired": lambda c: minted(c, exp=1),
    "of the future": lambda c: minted(c, nbf=2**40),
    "of another issuer": lambda c: minted(c, iss="somebody"),
    "for another audience": lambda c: minted(c, aud="somebody"),
    "of no role": lambda c: minted(c, role=None),
    "of an unknown role": lambda c: minted(c, role="root"),
    "of a role that is not for the web": lambda c: minted(c, role="server"),
    "of the owner": lambda c: minted(c, role="owner"),
    "of anon": lambda c: minted(c, role="anon"),
    "with a NUL": lambda c: minted(c, email="\x00"),
    "with an algorithm of its own": lambda c: jwt.encode(
        jwt.decode(minted(c), options={"verify_signature": False}), c.server.jwt_secret, "HS512"
    ),
    "signed with another secret": lambda c: jwt.encode(
        jwt.decode(minted(c), options={"verify_signature": False}), "x" * 64, "HS256"
    ),
    "unsigned": unsigned,
    "in disguise": in_disguise,
}


@pytest.mark.parametrize("kind", BAD_TOKENS)
def test_a_bad_token_is_401_on_every_route_also_a_public_one(
    clinic: Clinic, routes: list[Operation], kind: str
) -> None:
    token = BAD_TOKENS[kind](clinic)
    for route in routes:
        if "x-roles" not in route.document:
            continue
        answer = send(clinic, route, token, json=route.body() if route.takes_body else None)
        is_problem(answer, 401, "unauthenticated")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer ")


@pytest.mark.parametrize("scheme", ["Basic YTpi", "Bearer", "Bearer ", "", "Token abc"])
def test_another_scheme_is_401(clinic: Clinic, scheme: str) -> None:
    answer = clinic.call("GET", "/api/doctors", headers={"Authorization": scheme})
    is_problem(answer, 401, "unauthenticated")


@pytest.mark.parametrize("sub", ["0", "-1", "x", "", "9" * 30, "1; drop table data.booking"])
def test_a_token_of_no_account_is_401_where_an_account_matters(clinic: Clinic, sub: str) -> None:
    for role in ("patient", "doctor", "admin"):
        token = clinic.server.token(role, 0, sub=sub)
        answer = clinic.call("GET", "/api/auth/me", token=token)
        assert is_problem(answer, 401, "unauthenticated").headers["WWW-Authenticate"]


def test_who_may_not_call_a_route_is_401_without_and_403_with_a_token(
    clinic: Clinic, routes: list[Operation], tokens: dict[str, str]
) -> None:
    seen = 0
    for route in routes:
        for role in ("anon", "patient", "doctor", "admin"):
            if role in route.roles or "x-roles" not in route.document:
                continue
            answer = send(clinic, route, tokens.get(role))
            if role == "anon":
                is_problem(answer, 401, "unauthenticated")
                assert answer.headers["WWW-Authenticate"]
            else:
                is_problem(answer, 403, "forbidden")
            seen += 1
    assert seen > 40


def test_a_session_route_tells_all_that_is_wrong_at_once(clinic: Clinic) -> None:
    def wrong(route: str, code: str, /, **body: Any) -> dict[str, str]:
        answer = clinic.call("POST", f"/api/auth/{route}", json=body)
        is_problem(answer, 400, code)
        return dict(fields(answer))

    weak = {"password": "must be text of 8 to 1024 characters"}
    missing = dict.fromkeys(("email", "password"), "is required")
    assert wrong("register", "missing_parameter") == missing
    assert wrong("register", "missing_parameter", password="short") == missing | weak
    assert wrong("register", "unknown_parameter", x=1, password=1) == missing | weak | {
        "x": "is not known here"
    }
    ann = {"name": "Ann", "email": "nobody"}
    refused = wrong("register", "invalid_parameter", **ann, password="short")
    assert refused == weak | {"email": "must be an email address"}
    ann["email"] = "weak@example.com"
    assert wrong("register", "weak_password", **ann, password="short") == weak
    assert wrong("register", "invalid_parameter", **ann, password="x" * 1025) == weak
    assert wrong("register", "invalid_parameter", **ann, password=None) == {
        "password": "must not be null"
    }
    assert wrong("login", "missing_parameter") == missing
    for name in ("refresh", "logout"):
        assert wrong(name, "unknown_parameter", token="x") == {
            "token": "is not known here",
            "refresh_token": "is required",
        }


# -- routes


def test_a_path_that_leads_nowhere_is_404(clinic: Clinic, admin: Person) -> None:
    for path in ("/api", "/api/", "/api/nowhere", "/api/doctors/", "/api/doctors/1/slots/"):
        for token in (None, admin.token):
            is_problem(clinic.call("GET", path, token=token), 404, "route_not_found")


def test_a_method_that_is_not_offered_is_405_with_those_that_are(
    clinic: Clinic, routes: list[Operation]
) -> None:
    offered: dict[str, set[str]] = {}
    for route in routes:
        offered.setdefault(route.concrete, set()).add(route.method)
    for path, methods in offered.items():
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE"} - methods:
            answer = clinic.call(method, path)
            # The literal path of a bulk or a list can be an id to another route.
            is_problem(answer, 405, "method_not_allowed")
            allowed = set(answer.headers["Allow"].split(", "))
            assert allowed - {"HEAD"} == methods
            assert ("HEAD" in allowed) == ("GET" in methods)


def test_literal_segments_win_over_parameters(clinic: Clinic) -> None:
    is_problem(clinic.call("GET", "/api/bookings/my-bookings"), 401, "unauthenticated")
    is_problem(clinic.call("GET", "/api/bookings/your-bookings"), 400, "invalid_parameter")


def test_the_checks_come_in_the_promised_order(clinic: Clinic, patient: Person) -> None:
    route = "/api/admin/doctors"
    text = {"Content-Type": "text/plain"}
    bad = {"Authorization": "Bearer bad"}
    large = b"[" * 70_000
    steps: list[tuple[str, str, dict[str, Any], int]] = [
        ("POST", "/api/nowhere", {"headers": bad | text, "data": large}, 404),
        ("GET", route, {"headers": bad | text, "data": large}, 405),
        ("POST", route, {"headers": bad | text, "data": large}, 401),
        ("POST", route, {"token": patient.token, "headers": text, "data": large}, 403),
        ("POST", "/api/bookings", {"headers": text, "data": large}, 415),
        ("POST", "/api/bookings?x=1", {"data": large}, 413),
        ("POST", "/api/bookings?x=1", {"data": b"{"}, 400),
    ]
    for method, path, options, status in steps:
        assert clinic.call(method, path, **options).status == status, (method, path)
    is_problem(clinic.call("POST", "/api/bookings?x=1", data=b"{"), 400, "invalid_body")
    # Arguments before rules: there is no such slot, but that is not said.
    body = application(-1, seats=0)
    is_problem(clinic.call("POST", "/api/bookings", json=body), 400, "invalid_parameter")
    is_problem(clinic.call("POST", "/api/bookings", json=application(-1)), 404, "slot_not_found")


# -- PATCH


def test_in_a_patch_absent_and_null_leave_a_field_and_clear_empties_it(
    clinic: Clinic, admin: Person
) -> None:
    new = {
        "name": "Dr. Ada",
        "specialization": "Cardiology",
        "city": "London",
        "phone": "+44 1",
        "rating": 4.5,
    }
    doctor = clinic.ok("POST", "/api/doctors", json=new, token=admin.token)
    path = f"/api/doctors/{doctor['id']}"

    def patch(body: dict[str, Any]) -> Any:
        return clinic.ok("PATCH", path, json=body, token=admin.token)

    assert patch({}) == doctor
    assert patch({"city": None, "phone": None, "name": None}) == doctor
    assert patch({"city": "Paris"}) == doctor | {"city": "Paris"}
    cleared = patch({"clear": ["city", "phone", "rating"]})
    assert cleared == doctor | {"city": None, "phone": None, "rating": None}
    assert patch({"clear": []}) == cleared
    for wrong in (["name"], ["id"], ["no_such_thing"], [None], [1], "city", [["city"]]):
        answer = clinic.call("PATCH", path, json={"clear": wrong}, token=admin.token)
        is_problem(answer, 400, "invalid_parameter")


# -- lists


def pages(clinic: Clinic, path: str, token: str | None = None) -> list[list[Any]]:
    """Follow the links from page to page."""
    found = []
    target: str | None = path
    while target is not None:
        answer = clinic.call("GET", target, token=token)
        assert answer.status == 200
        found.append(answer.body)
        link = answer.headers.get("Link")
        if link is None:
            return found
        before, _, after = link.partition('>; rel="next"')
        assert (before[0], after) == ("<", "")
        target = before[1:]
    raise AssertionError


def test_links_lead_through_every_list_exactly_while_there_is_more(
    clinic: Clinic, admin: Person, patient: Person, doctor: Person
) -> None:
    slot = clinic.slot(doctor.doctor_id, capacity=4)
    for _ in range(4):
        clinic.book(slot, patient.token, patient_email=patient.email)
        clinic.slot(doctor.doctor_id)
        clinic.doctor(name="Dr. Same", specialization="Paging & more/Ω", fee=0)
    lists: list[tuple[str, str | None, int, bool]] = [
        ("/api/doctors?specialization=Paging%20%26%20more%2F%CE%A9", None, 4, False),
        (f"/api/slots?doctor_id={doctor.doctor_id}&available=false", None, 5, False),
        (f"/api/doctors/{doctor.doctor_id}/slots?available=false", None, 5, False),
        (f"/api/bookings?doctor_id={doctor.doctor_id}", admin.token, 4, True),
        ("/api/bookings?status=PENDING", doctor.token, 4, True),
        ("/api/bookings/my-bookings?", patient.token, 4, True),
        (f"/api/bookings/slot/{slot}?", admin.token, 4, True),
        (f"/api/patients/bookings?email={patient.email}", patient.token, 4, True),
    ]
    for path, token, count, newest_first in lists:
        (everything,) = pages(clinic, path, token)
        ids = [row["id"] for row in everything]
        assert len(ids) == count, path
        assert ids == sorted(ids, reverse=newest_first)
        for limit, shape in ((1, [1] * count), (2, [2, 2, 1][: -(-count // 2)]), (count, [count])):
            walked = pages(clinic, f"{path}&limit={limit}", token)
            assert [row["id"] for page in walked for row in page] == ids
            assert [len(page) for page in walked] == shape


def test_doctors_by_id_and_slots_by_start(clinic: Clinic) -> None:
    doctors = [d["id"] for d in clinic.ok("GET", "/api/doctors?limit=500")]
    assert doctors == sorted(doctors)
    slots = [(s["start_time"], s["id"]) for s in clinic.ok("GET", "/api/slots?limit=500")]
    assert slots == sorted(slots)


# -- what must not be kept


def test_nothing_of_an_answer_is_stored_anywhere(
    clinic: Clinic, routes: list[Operation], tokens: dict[str, str]
) -> None:
    for route in routes:
        answer = send(clinic, route, permitted(route, tokens))
        assert answer.headers["Cache-Control"] == "no-store", route.name


def test_the_log_has_every_request_and_no_secret(clinic: Clinic, slot: int) -> None:
    password = "a password to look for"
    email = f"look-for-{clinic.person().email}"
    body = {"name": "Ann", "email": email, "password": password}
    session = clinic.ok("POST", "/api/auth/register", json=body)
    clinic.refused(
        "POST",
        "/api/auth/login",
        401,
        "invalid_credentials",
        json={"email": email, "password": f"{password}!"},
    )
    refreshed = clinic.ok(
        "POST", "/api/auth/refresh", json={"refresh_token": session["refresh_token"]}
    )
    booking = clinic.book(slot)
    path = f"/api/bookings/{booking['id']}"
    clinic.ok("GET", f"{path}?manage_token={booking['manage_token']}")
    clinic.ok("GET", path, manage_token=booking["manage_token"])
    clinic.refused("GET", f"{path}?manage_token=0123", 404, "booking_not_found")
    clinic.ok("GET", "/api/auth/me", token=refreshed["token"])
    clinic.refused("GET", "/api/doctors?q=look-for-this&limit=x", 400, "invalid_parameter")
    clinic.call("GET", "/api/doctors", headers={"Authorization": "Bearer look-for-this"})
    log = clinic.server.log
    assert f"GET {path} 200" in log
    assert "POST /api/auth/login 401" in log
    for secret in (
        password,
        email,
        session["token"],
        session["refresh_token"],
        refreshed["token"],
        refreshed["refresh_token"],
        booking["manage_token"],
        clinic.server.jwt_secret,
        "manage_token=",
        "look-for",
        "?",
    ):
        assert secret not in log
