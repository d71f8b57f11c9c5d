"""Sends messages by SMTP."""

import asyncio
import contextlib
import re
from datetime import UTC, datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr
from urllib.parse import unquote, urlsplit

import aiosmtplib

from server.outbox.courier import Job, Outcome

_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_METHOD = re.compile(r"^METHOD:([A-Z]+)\s*$", re.MULTILINE)
_QUIT_SECONDS = 1.0
# As a server says of a message that cannot be sent at all.
_IMPOSSIBLE = 554


class Mailer:
    """Sends jobs with to, subject, text, html, calendar (or null), made_at and key.

    `url` is smtp:// or smtps://, with a user and password where the server wants them, which go
    over TLS or not at all. `sender` is an address, with or without a name.
    """

    seconds = 30.0

    def __init__(self, url: str, sender: str) -> None:
        parts = urlsplit(url)
        encrypted = parts.scheme == "smtps"
        user = unquote(parts.username or "")
        # None: where the server offers it. Within one machine nobody listens in.
        upgrade = True if user else False if parts.hostname in _LOOPBACK else None
        self._host = parts.hostname or ""
        self._port = parts.port or (465 if encrypted else 587 if user else 25)
        self._user = user or None
        self._password = unquote(parts.password or "") or None
        self._encrypted = encrypted
        self._upgrade = False if encrypted else upgrade
        self._sender = sender

    async def send(self, job: Job) -> Outcome:
        """Send a message over a connection of its own."""
        try:
            message = write(job, self._sender)
        except ValueError as error:
            return Outcome(_IMPOSSIBLE, f"cannot be written: {error}")
        client = aiosmtplib.SMTP(
            hostname=self._host,
            port=self._port,
            username=self._user,
            password=self._password,
            use_tls=self._encrypted,
            start_tls=self._upgrade,
            timeout=self.seconds,
        )
        try:
            await client.connect()
            await client.send_message(message)
        except (aiosmtplib.SMTPException, OSError) as error:
            return _failed(error)
        else:
            # It is in the server's hands; nothing that comes now makes it unsent.
            with contextlib.suppress(aiosmtplib.SMTPException, OSError):
                async with asyncio.timeout(_QUIT_SECONDS):
                    await client.quit()
            return Outcome(250)
        finally:
            client.close()


def write(job: Job, sender: str) -> EmailMessage:
    """The message of a job, the same each time; raises ValueError where it cannot be one."""
    _, address = parseaddr(sender)
    message = EmailMessage(policy.SMTP)
    message["From"] = sender
    message["To"] = Address(addr_spec=job["to"])
    message["Subject"] = job["subject"]
    message["Date"] = datetime.fromtimestamp(job["made_at"], UTC)
    message["Message-ID"] = f"<{job['key']}@{address.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(job["text"] or "")
    if job["html"]:
        message.add_alternative(job["html"], subtype="html")
    if job["calendar"]:
        method = _METHOD.search(job["calendar"])
        message.add_attachment(
            job["calendar"],
            subtype="calendar",
            filename="invite.ics",
            params={"method": method[1]} if method else {},
        )
    return message


def _failed(error: Exception) -> Outcome:
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        error = error.recipients[0]
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        # Not what it says: that may be what it was told.
        return Outcome(error=f"the login was refused ({error.code})")
    if isinstance(error, aiosmtplib.SMTPResponseException):
        of_message = isinstance(error, aiosmtplib.SMTPRecipientRefused | aiosmtplib.SMTPDataError)
        # Else it is about us: whoever repairs that wants the message to be sent then.
        return Outcome(error.code if of_message else None, f"{error.code} {error.message}")
    return Outcome(error=str(error) or type(error).__name__)
