"""Mail as a server gets it, and what the sender makes of what the server says."""

import asyncio
import logging
import socket
import ssl
from pathlib import Path
from typing import Any

import pytest

from server.outbox import Mailer, Outcome

from ..support.peers import MailServer

SENDER = "The Service <no-reply@example.org>"
CALENDAR = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"
USER = "ann%40example.org:s3cret%20word@"


def job(**more: Any) -> dict[str, Any]:
    """Return a job as the database gives it."""
    return {
        "id": 7,
        "attempt": 1,
        "key": "7.1700000000000000",
        "made_at": 1_700_000_000,
        "to": "ann@example.com",
        "subject": "Grüße",
        "text": "Good day,\n.\nand good bye.\n",
        "html": "<p>Good day</p>",
        "calendar": CALENDAR,
        **more,
    }


def send(url: str, **more: Any) -> Outcome:
    """Send a job as a server would, whose loop goes on until the connection is closed."""

    async def sent() -> Outcome:
        outcome = await Mailer(url, SENDER).send(job(**more))
        sockets = asyncio.get_running_loop()._selector.get_map()  # type: ignore[attr-defined]  # noqa: SLF001
        async with asyncio.timeout(10):
            while len(sockets) > 1:  # noqa: ASYNC110 - nobody tells; the one is its own
                await asyncio.sleep(0.01)
        return outcome

    return asyncio.run(sent())


def test_a_message_has_all_of_its_forms(mail_server: MailServer) -> None:
    assert send(mail_server.url) == Outcome(250)
    (message,) = mail_server.received
    assert message["X-Envelope"] == "no-reply@example.org ann@example.com"
    assert (message["From"], message["To"]) == (SENDER, "ann@example.com")
    assert message["Subject"] == "Grüße"
    assert message["Auto-Submitted"] == "auto-generated"
    text, html, calendar = [part for part in message.walk() if not part.is_multipart()]
    assert text.get_content_type() == "text/plain"
    assert text.get_content().replace("\r\n", "\n") == "Good day,\n.\nand good bye.\n"
    assert (html.get_content_type(), html.get_content().strip()) == ("text/html", "<p>Good day</p>")
    assert calendar.get_content_type() == "text/calendar"
    assert calendar["Content-Type"].params["method"] == "REQUEST"
    assert calendar.get_filename() == "invite.ics"
    assert calendar.get_content().replace("\r\n", "\n") == CALENDAR.replace("\r\n", "\n")


def test_what_comes_twice_can_be_told_by_its_id(mail_server: MailServer) -> None:
    for attempt in (1, 2):
        assert send(mail_server.url, attempt=attempt) == Outcome(250)
    assert send(mail_server.url, key="8.1700000000000000", html=None, calendar=None).error is None
    first, again, other = (message["Message-ID"] for message in mail_server.received)
    assert first == again == "<7.1700000000000000@example.org>"
    assert other != first
    assert mail_server.received[0]["Date"] == mail_server.received[1]["Date"]


def test_the_recipient_is_one_whatever_stands_there(mail_server: MailServer) -> None:
    injected = ("a@example.com, b@example.com", "a@example.com\r\nBcc: b@example.com")
    comments = ("a(c)@example.com", "a@(c)example.com", '"a"@example.com')
    # The last ones are no addresses either, at which the library fails in ways of its own.
    for to in (*injected, *comments, "a", "a@b..example", "a@[b.example"):
        outcome = send(mail_server.url, to=to)
        assert outcome.status == 554
    assert send(mail_server.url, subject="A\r\nBcc: b@example.com").status == 554
    assert mail_server.received == []


@pytest.mark.parametrize(
    "answer", ["451 4.7.1 later", "550 5.1.1 nobody of that name", "552 5.3.4 too large"]
)
def test_a_refusal_is_told_with_its_code(mail_server: MailServer, answer: str) -> None:
    mail_server.rcpt = answer
    assert send(mail_server.url) == Outcome(int(answer[:3]), answer)
    mail_server.rcpt, mail_server.data = "250 OK", answer
    assert send(mail_server.url) == Outcome(int(answer[:3]), answer)


@pytest.mark.parametrize("answer", ["550 5.7.1 relaying denied to Ann", "554 5.7.26 no DKIM"])
def test_a_refusal_by_policy_is_for_us_to_mend(
    mail_server: MailServer, answer: str, caplog: pytest.LogCaptureFixture
) -> None:
    mail_server.rcpt = answer
    with caplog.at_level(logging.ERROR, "slotkeeper"):
        assert send(mail_server.url) == Outcome(None, answer)
    assert [record.levelname for record in caplog.records if "5.7." in record.message] == ["ERROR"]
    assert "Ann" not in caplog.text


@pytest.mark.parametrize("code", [421, 530, 535])
def test_what_is_refused_whatever_it_is_says_nothing_of_the_message(
    mail_server: MailServer, code: int
) -> None:
    mail_server.rcpt = f"{code} 5.7.0 ann@example.com"
    refused = Outcome(421, f"refused, whatever it may be ({code})", unavailable=True)
    assert send(mail_server.url) == refused


def test_a_server_that_does_not_say_hello_is_not_available() -> None:
    """It listens, and that is all; so it has never heard of the message."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        mailer = Mailer(f"smtp://127.0.0.1:{listening.getsockname()[1]}", SENDER)
        mailer.seconds = 0.2
        outcome = asyncio.run(mailer.send(job()))
    assert (outcome.status, outcome.unavailable) == (421, True)


class Unwelcoming(MailServer):
    """A mail server that refuses whoever says hello."""

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's names
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        return ["502 5.5.1 no"]

    async def handle_HELO(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, hostname: str
    ) -> str:
        return "550 5.7.1 who are you"


def test_a_refusal_of_us_says_nothing_of_the_message() -> None:
    with Unwelcoming().serving() as server:
        assert send(server.url) == Outcome(421, "550 5.7.1 who are you", unavailable=True)


def test_who_cuts_the_line_has_not_taken_it(mail_server: MailServer) -> None:
    mail_server.die = True
    outcome = send(mail_server.url)
    # Maybe it has, or the message is to blame: that was an attempt.
    assert (outcome.status, outcome.unavailable) == (None, True)
    assert outcome.error


def test_where_nobody_listens_nothing_is_lost() -> None:
    outcome = send(MailServer().url)
    assert (outcome.status, outcome.unavailable) == (421, True)
    assert outcome.error


def server_context(certificate: Path) -> ssl.SSLContext:
    """Return what a server needs for TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def test_a_login_goes_over_tls(trusted: Path) -> None:
    server = MailServer()
    options = {"tls_context": server_context(trusted), "auth_required": True}
    with server.serving(authenticator=server.authenticate, **options):
        url = f"smtp://{USER}localhost:{server.port}"
        assert send(url) == Outcome(250)
        assert server.logins == ["ann@example.org:s3cret word"]
        refused = send(url.replace("s3cret%20word", "another-s3cret"))
        assert refused == Outcome(421, "refused, whatever it may be (535)", unavailable=True)


def test_tls_from_the_first_byte(trusted: Path) -> None:
    server = MailServer()
    with server.serving(ssl_context=server_context(trusted)):
        assert send(f"smtps://localhost:{server.port}") == Outcome(250)


def test_a_password_never_goes_in_the_clear() -> None:
    """Whoever is between could say that the server knows no STARTTLS, and wants the password."""
    server = MailServer()
    with server.serving(authenticator=server.authenticate, auth_require_tls=False):
        outcome = send(f"smtp://{USER}localhost:{server.port}")
        assert outcome.unavailable
        assert outcome.error
        assert "s3cret" not in outcome.error
        assert server.received == []
        assert server.logins == []


def test_a_server_that_cannot_prove_its_name_gets_nothing(certificate: Path) -> None:
    server = MailServer()
    options = {"tls_context": server_context(certificate), "auth_required": True}
    with server.serving(authenticator=server.authenticate, **options):
        outcome = send(f"smtp://{USER}localhost:{server.port}")
    assert outcome.unavailable
    assert outcome.error
    assert "s3cret" not in outcome.error
    assert server.logins == []
