"""Whatever is sent to any route: no 5xx, and no answer that the route's document does not allow.

Schemathesis makes the requests from the OpenAPI document, valid and invalid ones; always the same
on a version of PostgreSQL, others on another.
"""

import re
from collections.abc import Callable
from typing import Any

import hypothesis
import pytest
import requests
import schemathesis
from hypothesis import strategies
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi import checks

from .clinic import Clinic

Case = schemathesis.Case[Any]
Operation = schemathesis.APIOperation[Any, Any, Any, Any]

EXAMPLES = 8
ANSWER_IS_DOCUMENTED = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
# What no schema of a single argument can say: these are refused as invalid_parameter by SQL.
JOINTLY_INVALID = {
    *(
        "book_slot",
        "create_account",
        "create_clinic",
        "create_patient",
        "create_record",
        "create_slot",
    ),
    *("create_slots_in_bulk", "create_time_off", "create_webhook", "get_analytics"),
    *("join_waitlist", "register"),
    *(
        "set_availability",
        "set_day_hours",
        "update_clinic",
        "update_doctor",
        "update_me",
        "update_patient",
        "update_slot",
        "update_webhook",
    ),
}
WIDTH = re.compile(r"int(16|32|64)")
FURTHER_ROUTE = re.compile(r"_[0-9]+$")
TAKES_ARGUMENTS = {"parameters", "requestBody"}
NEED_ACCESS = {"booking_id", "payment_id"}
IN_HEADERS = {
    "X-Manage-Token": "manage_token",
    "X-Calendar-Token": "calendar_token",
    "Idempotency-Key": "idempotency_key",
}


def bounded(schema: Any) -> Any:
    """Return a document that says to programs, too, what it says to people.

    Integers have bounds in numbers, a query string's optional arguments may be empty, one value of
    a list may stand alone there, and nobody uses an older name beside the name that it stands for.
    """
    if isinstance(schema, list):
        return [bounded(member) for member in schema if not is_deprecated(member)]
    if not isinstance(schema, dict):
        return schema
    schema = {key: bounded(value) for key, value in schema.items() if not is_deprecated(value)}
    if schema.get("in") == "query" and not schema.get("required") and "schema" in schema:
        inner = schema["schema"]
        ways = [inner.get("items", inner), {"const": ""}]
        if "items" in inner:
            # In a query string, a list of one value and that value alone are the same.
            ways.append(inner | {"items": {"anyOf": ways[:]}})
        schema["schema"] = {"anyOf": ways}
    width = WIDTH.fullmatch(str(schema.get("format")))
    if width is not None:
        beyond = 2 ** (int(width[1]) - 1)
        schema = {"minimum": -beyond, "maximum": beyond - 1} | schema
    return schema


def is_deprecated(part: Any) -> bool:
    """Tell whether a part of a document is an older name."""
    return isinstance(part, dict) and bool(part.get("deprecated"))


class Prober:
    """Sends generated requests to a server as one caller."""

    def __init__(self, clinic: Clinic, token: str | None, session: requests.Session) -> None:
        self._url = clinic.server.url
        self._seed = clinic.database.cluster.version
        self._headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        self._session = session
        # No text in PostgreSQL holds a NUL, which JSON Schema has no word for.
        config = schemathesis.Config.from_dict({"generation": {"allow-x00": False}})
        document = bounded(clinic.ok("GET", "/openapi.json"))
        self._schema = schemathesis.openapi.from_dict(document, config=config)

    def operations(self, wanted: Callable[[list[str]], bool]) -> list[Operation]:
        """Return the routes whose roles are `wanted`; the hand-written ones are for everybody."""
        found = []
        for result in self._schema.get_all_operations():
            assert isinstance(result, Ok), result.err()
            operation = result.ok()
            if wanted(operation.definition.raw.get("x-roles", ["anon"])):
                found.append(operation)
        return found

    def probe(self, cases: strategies.SearchStrategy[Case], wanted: list[Any]) -> None:
        """Send some cases and apply checks to the answers."""

        def check(case: Case) -> None:
            case.call_and_validate(
                self._url, session=self._session, headers=self._headers, checks=wanted
            )

        settings = hypothesis.settings(
            max_examples=EXAMPLES,
            database=None,
            deadline=None,
            phases=[hypothesis.Phase.generate],
            suppress_health_check=list(hypothesis.HealthCheck),
        )
        hypothesis.seed(self._seed)(settings(hypothesis.given(cases)(check)))()


class Things:
    """A bit of everything that a caller may touch, and their ids in requests."""

    def __init__(self, clinic: Clinic, role: str, account: int, token: str | None) -> None:
        doctor = clinic.doctor(account=account) if role == "doctor" else clinic.doctor()
        slots = [clinic.slot(doctor, capacity=8) for _ in range(6)]
        bookings = [clinic.book(slot, token) for slot in slots]
        payments = [
            clinic.ok(
                "POST",
                "/api/payments",
                json={"booking_id": booking["id"]},
                token=token,
                manage_token=booking.get("manage_token"),
            )
            for booking in bookings[:3]
        ]
        self._ids: dict[str, list[Any]] = {
            "doctor_id": [doctor],
            "slot_id": slots,
            "new_slot_id": slots,
            "account_id": [account],
            "booking_id": [booking["id"] for booking in bookings],
            "payment_id": [payment["id"] for payment in payments],
        }
        self._manage_tokens = [booking.get("manage_token") for booking in bookings]

    def among(self, cases: strategies.SearchStrategy[Case]) -> strategies.SearchStrategy[Case]:
        """Let cases speak of them, but for some that keep what was made up."""
        chosen = strategies.sampled_from([None, *range(len(self._manage_tokens))])
        return strategies.builds(self._speak_of, cases, chosen)

    def _speak_of(self, case: Case, chosen: int | None) -> Case:
        places = [p for p in (case.path_parameters, case.query, case.body) if isinstance(p, dict)]
        for place in places:
            # Behind which rows there are pages, no schema can say.
            place.pop("after", None)
        for header, name in IN_HEADERS.items():
            # The same argument in two places would have to agree.
            if any(name in place for place in places):
                case.headers.pop(header, None)
        if chosen is None:
            return case
        for place in places:
            for name in place.keys() & self._ids.keys():
                place[name] = self._ids[name][chosen % len(self._ids[name])]
        token = self._manage_tokens[chosen]
        if token is not None and any(place.keys() & NEED_ACCESS for place in places):
            parameters = case.operation.definition.raw.get("parameters", ())
            if any(parameter["name"] == "X-Manage-Token" for parameter in parameters):
                for place in places:
                    place.pop("manage_token", None)
                case.headers["X-Manage-Token"] = token
            else:
                for place in places:
                    if "manage_token" in place:
                        place["manage_token"] = token
        return case


@pytest.mark.parametrize("role", ["anon", "patient", "doctor", "clerk", "admin"])
def test_every_answer_to_a_valid_request_is_documented(
    clinic: Clinic, role: str, subtests: pytest.Subtests
) -> None:
    person = clinic.person("patient" if role == "anon" else role)
    token = None if role == "anon" else person.token
    things = Things(clinic, role, person.id, token)
    with requests.Session() as session:
        prober = Prober(clinic, token, session)
        for operation in prober.operations(lambda roles: role in roles):
            wanted = list(ANSWER_IS_DOCUMENTED)
            function = FURTHER_ROUTE.sub("", operation.definition.raw["operationId"])
            if function not in JOINTLY_INVALID:
                wanted.append(checks.positive_data_acceptance)
            with subtests.test(operation.label):
                prober.probe(things.among(operation.as_strategy()), wanted)
    assert "PostgreSQL says" not in clinic.server.log


@pytest.mark.parametrize("role", ["anon", "admin"])
def test_every_invalid_request_is_refused_as_documented(
    clinic: Clinic, role: str, subtests: pytest.Subtests
) -> None:
    token = None if role == "anon" else clinic.person(role).token
    with requests.Session() as session:
        prober = Prober(clinic, token, session)
        for operation in prober.operations(
            lambda roles: role == ("anon" if "anon" in roles else "admin")
        ):
            raw = operation.definition.raw
            # Arguments are checked alike for all roles and all routes of a function.
            if FURTHER_ROUTE.search(raw["operationId"]) or not raw.keys() & TAKES_ARGUMENTS:
                continue
            with subtests.test(operation.label):
                prober.probe(
                    operation.as_strategy(GenerationMode.NEGATIVE),
                    [*ANSWER_IS_DOCUMENTED, checks.negative_data_rejection],
                )
    assert "PostgreSQL says" not in clinic.server.log
