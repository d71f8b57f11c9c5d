"""Accounts that live as long as people: passwords, addresses, logins, who is shut out."""

import uuid
from dataclasses import dataclass
from typing import Any

import pytest

from server.http.passwords import MINIMUM_LENGTH, hash_password

from .clinic import PASSWORD, Clinic, Person

NEW = "a new password"


@dataclass(frozen=True, slots=True)
class Login:
    """What a login gives."""

    token: str
    refresh_token: str


@dataclass(frozen=True, slots=True)
class Registered:
    """Somebody who has registered."""

    clinic: Clinic
    id: int
    email: str

    def log_in(self, password: str = PASSWORD) -> Login:
        """Log in."""
        body = {"email": self.email, "password": password}
        answer = self.clinic.ok("POST", "/api/auth/login", json=body)
        return Login(answer["token"], answer["refresh_token"])

    def refused(self, password: str, status: int = 401, code: str = "invalid_credentials") -> None:
        """Fail to log in."""
        body = {"email": self.email, "password": password}
        self.clinic.refused("POST", "/api/auth/login", status, code, json=body)

    def move(self, email: str, token: str, password: str = PASSWORD) -> Any:
        """Ask for another address, and return the account."""
        body = {"email": email, "current_password": password}
        return self.clinic.ok("PATCH", "/api/auth/me", json=body, token=token)

    def forget(self) -> str:
        """Say that the password was forgotten, and return the token of the mail."""
        self.clinic.ok("POST", "/api/auth/forgot-password", json={"email": self.email})
        self.clinic.tidy_up()
        return self.clinic.mailed_token(self.email)


@pytest.fixture
def ann(clinic: Clinic) -> Registered:
    """Somebody who has registered as a patient."""
    email = f"{uuid.uuid4().hex}@example.com"
    body = {"email": email, "password": PASSWORD}
    user = clinic.ok("POST", "/api/auth/register", json=body)["user"]
    return Registered(clinic, user["id"], email)


def alive(clinic: Clinic, login: Login) -> tuple[bool, bool]:
    """Tell whether the tokens of a login are good: the access token, the refresh token."""
    me = clinic.call("GET", "/api/auth/me", token=login.token)
    body = {"refresh_token": login.refresh_token}
    refreshed = clinic.call("POST", "/api/auth/refresh", json=body)
    assert me.status in (200, 401)
    assert refreshed.status in (200, 401)
    return me.status == 200, refreshed.status == 200


def reset(clinic: Clinic, token: str, password: str = NEW, **options: Any) -> int:
    """Set a password with a token; return the status."""
    body = {"reset_token": token, "new_password": password}
    return clinic.call("POST", "/api/auth/reset-password", json=body, **options).status


# -- passwords


def test_a_changed_password_ends_all_other_logins_at_once(clinic: Clinic, ann: Registered) -> None:
    here, there = ann.log_in(), ann.log_in()
    body = {"current_password": PASSWORD, "new_password": NEW}
    clinic.ok("POST", "/api/auth/change-password", json=body, token=here.token)
    assert alive(clinic, there) == (False, False)
    assert alive(clinic, here) == (True, True)
    ann.refused(PASSWORD)
    assert alive(clinic, ann.log_in(NEW)) == (True, True)


def test_only_who_knows_the_password_changes_it(clinic: Clinic, ann: Registered) -> None:
    login = ann.log_in()
    stored = clinic.database.value("select password_hash from data.account where id = %s", [ann.id])
    body = {"current_password": PASSWORD, "new_password": NEW}
    for wrong in ("", "another", f"{PASSWORD} ", stored, "x" * 1024):
        body["current_password"] = wrong
        clinic.refused(
            "POST", "/api/auth/change-password", 403, "wrong_password", json=body, token=login.token
        )
    clinic.refused("POST", "/api/auth/change-password", 401, "unauthenticated", json=body)
    assert alive(clinic, ann.log_in()) == (True, True)


def test_a_new_password_is_long_enough_wherever_it_is_set(clinic: Clinic, ann: Registered) -> None:
    login = ann.log_in()
    schemas = clinic.ok("GET", "/openapi.json")["components"]["schemas"]
    assert schemas["NewPassword"]["minLength"] == MINIMUM_LENGTH
    for name, body, field in (
        ("change-password", {"current_password": PASSWORD}, "new_password"),
        ("reset-password", {"reset_token": "x"}, "new_password"),
        ("register", {"email": "short@example.com"}, "password"),
    ):
        path = f"/api/auth/{name}"
        given = body | {field: "x" * (MINIMUM_LENGTH - 1)}
        refused = clinic.refused("POST", path, 400, "weak_password", json=given, token=login.token)
        assert [error["field"] for error in refused.body["errors"]] == [field]
        for wrong, code in (
            (body | {field: 12345678}, "invalid_parameter"),
            (body | {field: None}, "invalid_parameter"),
            (body | {field: "x" * 1025}, "invalid_parameter"),
            (body, "missing_parameter"),
            (given | {"boss": True}, "unknown_parameter"),
        ):
            clinic.refused("POST", path, 400, code, json=wrong, token=login.token)
    ann.log_in()


def test_a_hash_that_is_given_as_a_password_is_a_password(clinic: Clinic, ann: Registered) -> None:
    disguised = hash_password("known to an attacker")
    body = {"current_password": PASSWORD, "new_password": disguised}
    clinic.ok("POST", "/api/auth/change-password", json=body, token=ann.log_in().token)
    ann.refused("known to an attacker")
    ann.log_in(disguised)


def test_a_forgotten_password_is_set_anew_by_a_mail(clinic: Clinic, ann: Registered) -> None:
    thief = ann.log_in()
    token = ann.forget()
    assert reset(clinic, token) == 204
    assert alive(clinic, thief) == (False, False)
    ann.refused(PASSWORD)
    ann.log_in(NEW)
    assert reset(clinic, token, "once more then") == 404
    ann.log_in(NEW)
    log = clinic.server.log
    assert "POST /api/auth/reset-password 204" in log
    assert not [secret for secret in (token, PASSWORD, NEW, ann.email) if secret in log]


def test_nobody_is_told_whether_an_address_is_known(clinic: Clinic, ann: Registered) -> None:
    path = "/api/auth/forgot-password"
    known, unknown = (
        clinic.call("POST", path, json={"email": email})
        for email in (ann.email, f"not-{ann.email}")
    )
    assert (known.status, known.body) == (unknown.status, unknown.body) == (202, known.body)
    # What takes a time that would tell is done later, by nobody whom anybody waits for.
    assert (
        clinic.database.value(
            "select count(*) from data.message where to_address = %s", [ann.email]
        )
        == 0
    )
    clinic.tidy_up()
    sent = "select to_address from data.message where to_address like %s"
    assert clinic.database.rows(sent, [f"%{ann.email}"]) == [(ann.email,)]


def test_a_token_of_a_mail_may_come_as_a_header(clinic: Clinic, ann: Registered) -> None:
    headers = {"X-Reset-Token": ann.forget()}
    path = "/api/auth/reset-password"
    clinic.ok("POST", path, json={"new_password": NEW}, headers=headers)
    ann.log_in(NEW)


def test_a_mailed_token_is_over_once_the_password_was_changed(
    clinic: Clinic, ann: Registered
) -> None:
    token = ann.forget()
    body = {"current_password": PASSWORD, "new_password": NEW}
    clinic.ok("POST", "/api/auth/change-password", json=body, token=ann.log_in().token)
    assert reset(clinic, token, "by whoever reads the mail") == 404
    ann.log_in(NEW)


def test_who_is_invited_sets_the_first_password(clinic: Clinic, admin: Person) -> None:
    email = f"{uuid.uuid4().hex}@example.com"
    body = {"name": "Joe", "email": email, "role": "clerk", "clinic_id": 1}
    made = clinic.ok("POST", "/api/accounts", json=body, token=admin.token)
    joe = Registered(clinic, made["id"], email)
    joe.refused("")
    assert reset(clinic, clinic.mailed_token(email)) == 204
    me = clinic.ok("GET", "/api/auth/me", token=joe.log_in(NEW).token)
    assert (me["role"], me["clinic_id"]) == ("clerk", 1)


# -- addresses


def test_a_new_address_counts_once_it_is_verified(clinic: Clinic, ann: Registered) -> None:
    login, elsewhere, email = ann.log_in(), ann.log_in(), f"new-{ann.email}"
    me = ann.move(email, login.token)
    assert (me["email"], me["new_email"], me["email_verified"]) == (ann.email, email, False)
    moved = Registered(clinic, ann.id, email)
    moved.refused(PASSWORD)
    ann.log_in()
    proof = {"verification_token": clinic.mailed_token(email)}
    path = "/api/auth/verify-email"
    stranger = clinic.person("patient")
    code = "verification_token_not_found"
    clinic.refused("POST", path, 404, code, json=proof, token=stranger.token)
    clinic.refused("POST", path, 401, "unauthenticated", json=proof)
    reset_at_old = ann.forget()
    clinic.ok("POST", path, json=proof, token=login.token)
    me = clinic.ok("GET", "/api/auth/me", token=login.token)
    assert (me["email"], me["new_email"], me["email_verified"]) == (email, None, True)
    moved.log_in()
    ann.refused(PASSWORD)
    assert alive(clinic, elsewhere) == (False, False)
    # Whoever reads the old mailbox is nobody any more.
    assert reset(clinic, reset_at_old) == 404
    clinic.refused("POST", path, 404, code, json=proof, token=login.token)


def test_an_address_that_is_taken_meanwhile_stays_whose_it_is(
    clinic: Clinic, ann: Registered
) -> None:
    login, email = ann.log_in(), f"new-{ann.email}"
    ann.move(email, login.token)
    proof = {"verification_token": clinic.mailed_token(email)}
    clinic.ok("POST", "/api/auth/register", json={"email": email, "password": PASSWORD})
    path = "/api/auth/verify-email"
    clinic.refused("POST", path, 409, "email_taken", json=proof, token=login.token)
    taken = {"email": email.upper(), "current_password": PASSWORD}
    clinic.refused("PATCH", "/api/auth/me", 409, "email_taken", json=taken, token=login.token)
    assert clinic.ok("GET", "/api/auth/me", token=login.token)["email"] == ann.email


def test_whoever_has_stolen_a_token_takes_no_account_over(clinic: Clinic, ann: Registered) -> None:
    thief, email = ann.log_in(), f"thief-{ann.email}"
    for guess in ({}, {"current_password": None}, {"current_password": "a guess"}):
        clinic.refused(
            *("PATCH", "/api/auth/me", 403, "wrong_password"),
            json={"email": email, **guess},
            token=thief.token,
        )
    sent = "select kind from data.message where to_address = any(%s)"
    assert clinic.database.rows(sent, [[email, ann.email]]) == []
    # Even with the password the owner is told, and a new password stops it.
    ann.move(email, thief.token)
    assert clinic.database.rows(sent, [[ann.email]]) == [("address_change",)]
    proof = {"verification_token": clinic.mailed_token(email)}
    assert reset(clinic, ann.forget()) == 204
    login = ann.log_in(NEW)
    assert clinic.ok("GET", "/api/auth/me", token=login.token)["new_email"] is None
    clinic.refused(
        *("POST", "/api/auth/verify-email", 404, "verification_token_not_found"),
        json=proof,
        token=login.token,
    )


def test_a_name_is_changed_without_a_password(clinic: Clinic, ann: Registered) -> None:
    me = clinic.ok("PATCH", "/api/auth/me", json={"name": "Ann"}, token=ann.log_in().token)
    assert me["name"] == "Ann"


# -- logins


def test_logins_are_listed_and_ended(clinic: Clinic, ann: Registered) -> None:
    here, there, elsewhere = ann.log_in(), ann.log_in(), ann.log_in()
    path = "/api/auth/sessions"
    listed = clinic.ok("GET", path, token=there.token)
    # The first one is that of the registration.
    assert [session["current"] for session in listed] == [False, False, True, False]
    clinic.ok("DELETE", f"{path}/{listed[1]['id']}", token=there.token)
    assert alive(clinic, here) == (False, False)
    assert alive(clinic, elsewhere) == (True, True)
    stranger = clinic.person("admin")
    unknown = f"{path}/{listed[2]['id']}"
    clinic.refused("DELETE", unknown, 404, "session_not_found", token=stranger.token)
    clinic.ok("DELETE", path, token=there.token)
    assert alive(clinic, elsewhere) == (False, False)
    (left,) = clinic.ok("GET", path, token=there.token)
    assert left["id"] == listed[2]["id"]


def test_a_logout_ends_the_access_token_too(clinic: Clinic, ann: Registered) -> None:
    login = ann.log_in()
    clinic.ok("POST", "/api/auth/logout", json={"refresh_token": login.refresh_token})
    assert alive(clinic, login) == (False, False)


def test_a_spent_refresh_token_has_one_successor_on_any_server(
    clinic: Clinic, ann: Registered
) -> None:
    login = ann.log_in()
    body = {"refresh_token": login.refresh_token}
    first, second = (clinic.ok("POST", "/api/auth/refresh", json=body) for _ in range(2))
    assert first["refresh_token"] == second["refresh_token"] != login.refresh_token
    # It is no more than that: nobody finds it in the database.
    stored = "select count(*) from data.refresh_token where token_hash = sha256(%s::bytea)"
    assert clinic.database.value(stored, [first["refresh_token"]]) == 1
    clinic.database.rows(
        "update data.refresh_token set spent_at = spent_at - interval '10 seconds'"
    )
    clinic.refused("POST", "/api/auth/refresh", 401, "refresh_token_reused", json=body)
    assert alive(clinic, Login(second["token"], second["refresh_token"])) == (False, False)


# -- who is shut out


def test_a_suspended_account_is_out_from_the_next_request_on(
    clinic: Clinic, ann: Registered, admin: Person
) -> None:
    login = ann.log_in()
    token = ann.forget()
    path = f"/api/accounts/{ann.id}"
    user = clinic.ok("POST", f"{path}/suspend", token=admin.token)
    assert user["status"] == "SUSPENDED"
    assert alive(clinic, login) == (False, False)
    assert reset(clinic, token) == 404
    ann.refused(PASSWORD, 403, "account_suspended")
    ann.refused("wrong")
    clinic.ok("POST", f"{path}/reactivate", token=admin.token)
    assert alive(clinic, login) == (False, False)
    assert alive(clinic, ann.log_in()) == (True, True)


def test_a_doctor_who_is_rejected_cannot_log_in(clinic: Clinic, admin: Person) -> None:
    email = f"{uuid.uuid4().hex}@example.com"
    body = {"email": email, "password": PASSWORD, "role": "doctor", "specialization": "Surgery"}
    made = clinic.ok("POST", "/api/auth/register", json=body)["user"]
    dan = Registered(clinic, made["id"], email)
    path = f"/api/accounts/{dan.id}"
    dan.refused(PASSWORD, 403, "account_pending")
    clinic.ok("POST", f"{path}/reject", token=admin.token)
    dan.refused(PASSWORD, 403, "account_rejected")
    found = clinic.ok("GET", f"/api/accounts?status=REJECTED&q={email}", token=admin.token)
    assert [account["id"] for account in found] == [dan.id]
    clinic.ok("POST", f"{path}/approve", token=admin.token)
    dan.log_in()
