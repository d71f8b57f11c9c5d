"""A payment provider: an HTTP server that takes cards and reports by signed webhooks."""

import contextlib
import hashlib
import hmac
import http.server
import json
import threading
import time
import uuid
from collections.abc import Iterator
from typing import Any

from .http import Answer, Client


class Provider:
    """Reports to the webhook of `api` under `name`; `charge` is its page for payers."""

    def __init__(self, api: Client, name: str, secret: str) -> None:
        self.api = api
        self.name = name
        self.secret = secret
        self.url = ""

    def event(self, payment: dict[str, Any], outcome: str = "SUCCEEDED", **more: Any) -> bytes:
        """Return the body of a new event about a payment; `more` replaces what it would say."""
        said = {
            "event_id": uuid.uuid4().hex,
            "payment_id": payment["id"],
            "outcome": outcome,
            "amount": payment["amount"],
            "currency": payment["currency"],
        }
        return json.dumps(said | more).encode()

    def signature(self, body: bytes, *, age: int = 0, secret: str | None = None) -> str:
        """Return the header that signs a body, as if made `age` seconds ago."""
        seconds = str(int(time.time()) - age)
        key = (self.secret if secret is None else secret).encode()
        digest = hmac.new(key, seconds.encode() + b"." + body, hashlib.sha256).hexdigest()
        return f"t={seconds},v1={digest}"

    def headers(self, body: bytes) -> dict[str, str]:
        """Return what goes with a body."""
        return {"X-Signature": self.signature(body)}

    def report(self, body: bytes, signature: str | None = None) -> Answer:
        """Send an event, signed as it should be unless told otherwise."""
        return self.api.request(
            "POST",
            f"/api/payments/webhook/{self.name}",
            data=body,
            headers={"X-Signature": self.signature(body) if signature is None else signature},
        )

    def charge(self, payment: dict[str, Any], *, declined: bool = False, times: int = 1) -> Any:
        """Pay with a card at the provider, who reports it so many times; what it was answered."""
        answer = Client(self.url).request(
            "POST", "/charges", json={"payment": payment, "declined": declined, "times": times}
        )
        assert answer.status == 200, answer.body
        return answer.body

    @contextlib.contextmanager
    def serving(self) -> Iterator["Provider"]:
        """Take cards on a port of its own."""
        provider = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outcome = "FAILED" if asked["declined"] else "SUCCEEDED"
                body = provider.event(
                    asked["payment"], outcome, provider_reference=f"charge-{uuid.uuid4().hex}"
                )
                answers = [provider.report(body) for _ in range(asked["times"])]
                said = json.dumps([[one.status, one.body] for one in answers]).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            self.url = f"http://127.0.0.1:{server.server_port}"
            thread = threading.Thread(target=server.serve_forever, daemon=True)
            thread.start()
            try:
                yield self
            finally:
                server.shutdown()
                thread.join()
