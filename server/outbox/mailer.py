"""Sends messages by SMTP."""

import asyncio
import contextlib
import logging
import re
from datetime import UTC, datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

import aiosmtplib

from server.config import sender_of
from server.outbox.courier import Job, Outcome

log = logging.getLogger("slotkeeper.outbox")

_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_METHOD = re.compile(r"^METHOD:([A-Z]+)\s*$", re.MULTILINE)
_QUIT_SECONDS = 1.0
# As a server says that a message cannot be sent at all, and that it takes none at the moment.
_IMPOSSIBLE, _UNAVAILABLE = 554, 421
_FOR_GOOD = 500
# Whatever is to be sent: it takes none, or none from whoever logs in as we do.
_OF_US = {_UNAVAILABLE, 530, 534, 535, 538}
# Refused by a policy, as from those who may not relay: it may take the same once that is mended.
_POLICY = re.compile(r"5\.7\.\d")


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
        except Exception as error:  # noqa: BLE001 - of what is no address it raises nearly anything
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
        connected = False
        try:
            async with asyncio.timeout(self.seconds / 2):
                await client.connect()
            connected = True
            await client.send_message(message)
        except (aiosmtplib.SMTPException, OSError) as error:
            return _failed(error, connected=connected)
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
    message = EmailMessage(policy.SMTP)
    message["From"] = sender
    to = Address(addr_spec=job["to"])
    if to.addr_spec != job["to"]:
        raise ValueError("there is more than the address")  # A comment: it would go to another.
    message["To"] = to
    message["Subject"] = job["subject"]
    message["Date"] = datetime.fromtimestamp(job["made_at"], UTC)
    message["Message-ID"] = f"<{job['key']}@{sender_of(sender).domain}>"
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


def _failed(error: Exception, *, connected: bool) -> Outcome:
    """What an error says of the message, where it says anything of it, or of us."""
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        error = error.recipients[0]
    if not isinstance(error, aiosmtplib.SMTPResponseException):
        # A line that is cut in the middle may have been cut by the message, and the message taken.
        status, lost = (None, isinstance(error, OSError)) if connected else (_UNAVAILABLE, True)
        return Outcome(status, str(error) or type(error).__name__, lost)
    if error.code in _OF_US:
        # Not what it says: that may be what it was told.
        return Outcome(_UNAVAILABLE, f"refused, whatever it may be ({error.code})", True)
    said = f"{error.code} {error.message}"
    if not connected or isinstance(error, aiosmtplib.SMTPHeloError):
        return Outcome(_UNAVAILABLE, said, True)
    policy_or_sender = _POLICY.match(error.message) or isinstance(
        error, aiosmtplib.SMTPSenderRefused
    )
    if error.code >= _FOR_GOOD and policy_or_sender:
        log.error("the mail server refuses what comes from us: %s", said[:9])
        return Outcome(None, said)
    return Outcome(error.code, said)
