"""Whatever is sent to any route: no 5xx, and no answer that the route's document does not allow.

Schemathesis makes the requests from the OpenAPI document, valid and invalid ones, always the same.
"""

from collections.abc import Callable
from typing import Any

import hypothesis
import pytest
import requests
import schemathesis
from hypothesis import strategies
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from .clinic import PASSWORD, Clinic, application

EXAMPLES = 15
ANSWER_IS_DOCUMENTED = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
# What SQL refuses as invalid_parameter beyond what a schema can say of each argument by itself.
JOINTLY_INVALID = {
    *("create_slot", "create_slot_2", "create_slot_3", "create_slots_in_bulk"),
    *("register", "update_doctor"),
}

Check = Callable[[schemathesis.Case], None]


def operations(clinic: Clinic, role: str) -> list[schemathesis.APIOperation[Any, Any, Any, Any]]:
    """Return the routes that a role may call; for guests the hand-written ones, too."""
    schema = schemathesis.openapi.from_dict(clinic.ok("GET", "/openapi.json"))
    found = [result.ok() for result in schema.get_all_operations()]
    return [o for o in found if role in o.definition.raw.get("x-roles", ["anon"])]


class Prober:
    """Sends generated requests to a server as one caller."""

    def __init__(self, clinic: Clinic, token: str | None, session: requests.Session) -> None:
        self._url = clinic.server.url
        self._headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        self._session = session

    def probe(self, cases: strategies.SearchStrategy[Any], wanted: list[Any]) -> None:
        """Send some cases, the same ones in each run, and apply checks to the answers."""

        def check(case: schemathesis.Case) -> None:
            case.call_and_validate(
                self._url, session=self._session, headers=self._headers, checks=wanted
            )

        settings = hypothesis.settings(
            max_examples=EXAMPLES,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[hypothesis.Phase.generate],
            suppress_health_check=list(hypothesis.HealthCheck),
        )
        settings(hypothesis.given(cases)(check))()


def real_ids(clinic: Clinic, role: str, account: int) -> dict[str, list[int]]:
    """Make a bit of everything that the caller may touch, and return the ids."""
    acts = {"account": account} if role == "doctor" else {}
    doctor = clinic.doctor(**acts)
    token = None if role == "anon" else clinic.server.token(role, account)
    slots = [clinic.slot(doctor, capacity=5) for _ in range(6)]
    ids: dict[str, list[int]] = {"doctor_id": [doctor], "slot_id": slots, "account_id": [account]}
    for slot in slots[:3]:
        booking = clinic.book(slot, token)
        payment = clinic.ok(
            "POST",
            "/api/payments",
            json={"booking_id": booking["id"]},
            token=token,
            manage_token=booking.get("manage_token"),
        )
        ids.setdefault("booking_id", []).append(booking["id"])
        ids.setdefault("payment_id", []).append(payment["id"])
        ids.setdefault("manage_token", []).append(booking.get("manage_token"))
    ids["new_slot_id"] = slots
    return ids


@pytest.mark.parametrize("role", ["anon", "patient", "doctor", "admin"])
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_every_answer_is_one_that_the_document_allows(
    clinic: Clinic, role: str, mode: GenerationMode, subtests: pytest.Subtests
) -> None:
    token = None if role == "anon" else clinic.person(role).token
    with requests.Session() as session:
        prober = Prober(clinic, token, session)
        for operation in operations(clinic, role):
            wanted = list(ANSWER_IS_DOCUMENTED)
            if mode is GenerationMode.NEGATIVE:
                wanted.append(checks.negative_data_rejection)
            elif operation.definition.raw["operationId"] not in JOINTLY_INVALID:
                wanted.append(checks.positive_data_acceptance)
            with subtests.test(operation.label):
                prober.probe(operation.as_strategy(mode), wanted)
    assert "PostgreSQL says" not in clinic.server.log
