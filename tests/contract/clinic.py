"""A running server over a database of its own, and short ways to what tests need in it."""

import uuid
from dataclasses import dataclass
from typing import Any

from ..support.databases import Database
from ..support.http import Answer
from ..support.server import Server
from ..support.wait import eventually

_LEFT_TO_MAIL = """
select exists (
    select from data.change as c
    where c.event is not null and (c.xid, c.id) > (
        select r.last_xid, r.last_id from data.event_reader as r where r.name = 'messages'
    )
) or exists (select from data.reminder as r where r.reminded_at is null and r.due_at <= now())
"""
PASSWORD = "correct horse battery"


@dataclass(frozen=True, slots=True)
class Person:
    """An account and an access token for it; `doctor_id` where it acts for a doctor."""

    id: int
    email: str
    token: str
    doctor_id: int | None = None


class Clinic:
    """The server as its callers see it, and builders that write into the tables behind it."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.database: Database = server.database

    # -- calls

    def call(self, method: str, path: str, **options: Any) -> Answer:
        """Send a request; `manage_token` goes into its header."""
        manage_token = options.pop("manage_token", None)
        if manage_token is not None:
            options["headers"] = {"X-Manage-Token": manage_token} | options.get("headers", {})
        return self.server.request(method, path, **options)

    def ok(self, method: str, path: str, **options: Any) -> Any:
        """Send a request that must succeed, and return the body of the answer."""
        answer = self.call(method, path, **options)
        assert answer.status in (200, 201, 202, 204), (method, path, answer.status, answer.body)
        return answer.body

    def refused(self, method: str, path: str, status: int, code: str, **options: Any) -> Answer:
        """Send a request that must be refused in just this way."""
        answer = self.call(method, path, **options)
        assert (answer.status, answer.code) == (status, code), (method, path, answer.body)
        return answer

    def book(self, slot_id: int, token: str | None = None, **more: Any) -> Any:
        """Book over HTTP and return the booking."""
        return self.ok("POST", "/api/bookings", json=application(slot_id, **more), token=token)

    def pay(self, booking: Any, token: str | None = None, *, success: bool = True) -> Answer:
        """Settle the payment of a booking over HTTP."""
        return self.call(
            "POST",
            "/api/payments/fake",
            json={"booking_id": booking["id"], "success": success},
            token=token,
            manage_token=booking.get("manage_token"),
        )

    def paid(self, slot_id: int, token: str | None = None, **more: Any) -> Any:
        """Book and pay; return the booking with its manage_token."""
        booking = self.book(slot_id, token, **more)
        assert self.pay(booking, token).status == 200
        return booking

    def status_of(self, booking: Any, token: str | None = None) -> str:
        """Return the status of a booking, asked by its owner."""
        found = self.ok(
            "GET",
            f"/api/bookings/{booking['id']}",
            token=token,
            manage_token=booking.get("manage_token"),
        )
        return str(found["status"])

    def free_seats(self, slot_id: int) -> int:
        """Return how many seats of a slot are free, asked over HTTP."""
        return int(self.ok("GET", f"/api/slots/{slot_id}")["seats_available"])

    # -- builders

    def person(self, role: str = "patient", **more: Any) -> Person:
        """Make an active account; a clerk works in the first clinic, unless another is given."""
        email = f"{uuid.uuid4().hex}@example.com"
        account_id = self._build("account", role=role, email=email, **more)
        return Person(account_id, email, self.server.token(role, account_id, email=email))

    def acting_doctor(self, **more: Any) -> Person:
        """Make a doctor with an account that acts for the doctor."""
        account = self.person("doctor")
        doctor_id = self.doctor(account=account.id, **more)
        return Person(account.id, account.email, account.token, doctor_id)

    def clinic(self, **more: Any) -> int:
        """Make a clinic and return its id."""
        return self._build("clinic", **more)

    def doctor(self, **more: Any) -> int:
        """Make a doctor (fee 50 unless given) and return the id."""
        return self._build("doctor", **more)

    def slot(self, doctor: int | None = None, **more: Any) -> int:
        """Make a slot of a doctor, a new one unless named, and return its id."""
        return self._build("slot", doctor=self.doctor() if doctor is None else doctor, **more)

    def run_out(self, booking: Any) -> None:
        """Let the hold of a booking have ended a second ago."""
        self.database.rows("select tests.run_out(%s)", [booking["id"]])

    def tidy_up(self) -> None:
        """Do all due work now."""
        while self.database.value("select tests.do_due_work()") > 0:
            pass

    def mailed_token(self, address: str) -> str:
        """Return the token in the last mail to an address."""
        return str(self.database.value("select tests.mailed_token(%s)", [address]))

    def announce(self) -> None:
        """Do all due work until nothing is left to be mailed.

        What happened is not read while an older transaction is open, in any database.
        """

        def nothing_is_left() -> bool:
            self.tidy_up()
            return not self.database.value(_LEFT_TO_MAIL)

        eventually(nothing_is_left, 30, "that all is announced")

    def simulated_payments(self, *, on: bool) -> None:
        """Switch simulated payments on or off."""
        self.database.rows("update data.setting set simulated_payments = %s", [on])

    def _build(self, what: str, **values: Any) -> int:
        arguments = ", ".join(f"{name} => %({name})s" for name in values)
        return int(self.database.value(f"select tests.{what}({arguments})", values))


def application(slot_id: int, **more: Any) -> dict[str, Any]:
    """Return the body that books a slot."""
    return {
        "slot_id": slot_id,
        "patient_name": "Ann Lee",
        "patient_email": "ann@example.com",
        **more,
    }
