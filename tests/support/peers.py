"""Other people's servers: they take what is sent to them, or do what a test says instead."""

import asyncio
import contextlib
import hashlib
import hmac
import http.server
import ssl
import subprocess
import threading
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    from aiosmtpd.controller import Controller
    from aiosmtpd.smtp import AuthResult, LoginPassword

from .ports import free_port

HOST = "127.0.0.1"


@dataclass
class MailServer:
    """An SMTP server. `rcpt` and `data` are what it answers; `die` cuts the line instead.

    While `going` is not set it keeps whoever has sent a message waiting for the answer.
    """

    port: int = field(default_factory=free_port)
    rcpt: str = "250 OK"
    data: str = "250 OK"
    die: bool = False
    going: threading.Event = field(default_factory=threading.Event)
    received: list[EmailMessage] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where it takes mail."""
        return f"smtp://{HOST}:{self.port}"

    @property
    def subjects(self) -> list[str]:
        """The subjects of what it has been sent, taken or not."""
        return [str(message["Subject"]) for message in self.received]

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's names
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if self.rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        message["X-Envelope"] = f"{envelope.mail_from} {' '.join(envelope.rcpt_tos)}"
        self.received.append(message)
        await asyncio.to_thread(self.going.wait)
        if self.die:
            server.transport.abort()
        return self.data

    def authenticate(
        self, server: Any, session: Any, envelope: Any, mechanism: str, login: Any
    ) -> AuthResult:
        assert isinstance(login, LoginPassword)
        self.logins.append(f"{login.login.decode()}:{login.password.decode()}")
        return AuthResult(success=login.password == b"s3cret word", handled=False)

    @contextlib.contextmanager
    def serving(self, **options: Any) -> Iterator["MailServer"]:
        """Take mail for the length of a `with` block; `options` are aiosmtpd's."""
        self.going.set()
        controller = Controller(self, hostname=HOST, port=self.port, **options)
        controller.start()
        try:
            yield self
        finally:
            self.going.set()
            controller.stop()


@dataclass(frozen=True)
class Received:
    """A request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    def is_signed_with(self, secret: str) -> bool:
        """Check the signature as a receiver does."""
        seconds, _, digest = self.headers["X-Signature"].partition(",")
        signed = seconds.removeprefix("t=").encode() + b"." + self.body
        made = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
        return hmac.compare_digest(digest, f"v1={made}")


Answer = Callable[[http.server.BaseHTTPRequestHandler], None]


def answer_with(status: int, **headers: str) -> Answer:
    """Answer with a status and headers, and no body."""

    def answer(request: http.server.BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name, value)
        request.send_header("Content-Length", "0")
        request.end_headers()

    return answer


class Peer:
    """An HTTP server that answers as `answer` does; with `certificate`, over TLS."""

    def __init__(self, certificate: Path | None = None) -> None:
        self.answer = answer_with(200)
        self.received: list[Received] = []
        peer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                peer.received.append(Received(self.path, dict(self.headers), body))
                with contextlib.suppress(OSError):
                    peer.answer(self)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            block_on_close = False

            def handle_error(self, *_: object) -> None:
                """Say nothing of clients that go away."""

        self._server = Server((HOST, 0), Handler)
        self.port = self._server.server_port
        scheme = "http"
        if certificate is not None:
            scheme = "https"
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self._server.socket = context.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self.url = f"{scheme}://localhost:{self.port}"

    @contextlib.contextmanager
    def serving(self) -> Iterator["Peer"]:
        """Answer for the length of a `with` block."""
        thread = threading.Thread(target=self._server.serve_forever, args=[0.01], daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            thread.join()
            self._server.server_close()


def make_certificate(path: Path) -> Path:
    """Make a certificate for localhost that is its own authority; one file with its key."""
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "2", "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=DNS:localhost,DNS:rebound.example,IP:127.0.0.1"),
            *("-keyout", path, "-out", path.with_suffix(".crt")),
        ],
        check=True,
        capture_output=True,
    )
    with path.open("ab") as both:
        both.write(path.with_suffix(".crt").read_bytes())
    return path
