"""The real server as a process of its own, on a port of its own."""

import contextlib
import os
import re
import secrets
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import jwt

from .databases import ROLE_SECRET, Database
from .http import AsyncClient, Client
from .wait import eventually

SOURCE = Path(__file__).resolve().parents[2]
SERVING = re.compile(r"^Serving on (http://[^ ]+:(\d+)) \((\d+) workers?\)", re.MULTILINE)

ISSUER = "slotkeeper"
START_SECONDS = 30.0
STOP_SECONDS = 20.0


class Server(Client):
    """`slotkeeper serve` on `database`; also a client of it.

    Start it from the thread that outlives it: when that thread ends, the server is told to stop.
    """

    def __init__(
        self, database: Database, *, workers: int = 1, settings: dict[str, str] | None = None
    ) -> None:
        super().__init__("http://127.0.0.1:0")
        self.database = database
        self.workers = workers
        self.jwt_secret = secrets.token_hex(32)
        self._settings = settings or {}
        self._port = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._log = database.cluster.home / f"server-{uuid.uuid4().hex}.log"

    @property
    def log(self) -> str:
        """What the server printed since it was last started."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    @property
    def pid(self) -> int:
        """The process id of the server's first process, which is also its process group."""
        assert self._process is not None, "the server was not started"
        return self._process.pid

    def environment(self) -> dict[str, str]:
        """Return the variables that the server is started with: nothing of an administrator."""
        kept = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}
        return kept | {
            "PYTHONPATH": str(SOURCE),
            "PYTHONUNBUFFERED": "1",
            "DATABASE_URL": self.database.server_url,
            "HOST": "127.0.0.1",
            "PORT": str(self._port),
            "WORKERS": str(self.workers),
            "JWT_SECRET": self.jwt_secret,
            "ROLE_SECRET": ROLE_SECRET,
            **self._settings,
        }

    def start(self) -> None:
        """Start the server and wait until it serves; a second start takes the same port."""
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                # Whatever happens to the test run, the server does not outlive it.
                ["setpriv", "--pdeathsig", "TERM", sys.executable, "-m", "slotkeeper", "serve"],
                env=self.environment(),
                cwd=self.database.cluster.home,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        serving = eventually(self._serving, START_SECONDS, "start of the server")
        self.url = serving[1]
        self._port = int(serving[2])

    def _serving(self) -> re.Match[str] | None:
        assert self._process is not None
        if self._process.poll() is not None:
            raise RuntimeError(f"the server ended with {self._process.returncode}:\n{self.log}")
        return SERVING.search(self.log)

    def stop(self) -> int:
        """Stop the server in order and return its exit status; raises if anything is left."""
        assert self._process is not None
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        return self.wait()

    def wait(self) -> int:
        """Wait for a server that was told to end; its exit status; raises if anything is left."""
        assert self._process is not None
        try:
            status = self._process.wait(STOP_SECONDS)
            eventually(lambda: not self._processes(), what="end of the server's processes")
        except (subprocess.TimeoutExpired, TimeoutError):
            self.kill9()
            raise RuntimeError(f"the server did not stop:\n{self.log}") from None
        return status

    def kill9(self) -> None:
        """Kill all processes of the server with SIGKILL."""
        assert self._process is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()
        eventually(lambda: not self._processes(), what="death of the server's processes")

    def _processes(self) -> bool:
        try:
            os.killpg(self.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def clients(self, connections: int = 100) -> AsyncClient:
        """Return an asynchronous client of this server, to be entered with `async with`."""
        return AsyncClient(self.url, connections)

    def token(
        self, role: str, account_id: int, *, email: str | None = None, **claims: object
    ) -> str:
        """Sign an access token as the server itself does; `claims` replace what it would say."""
        now = int(time.time())
        payload = {
            "sub": str(account_id),
            "role": role,
            "email": email or f"account{account_id}@example.com",
            "iat": now,
            "exp": now + 900,
            "iss": ISSUER,
            "aud": ISSUER,
            "jti": uuid.uuid4().hex,
        }
        return jwt.encode(payload | claims, self.jwt_secret, algorithm="HS256")

    def account(self, role: str, name: str = "Test Person") -> tuple[int, str]:
        """Make an active account and return its id and an access token for it."""
        account_id = self.database.value(
            "select tests.account(name => %s, role => %s)", [name, role]
        )
        email = self.database.value("select tests.email_of(%s)", [account_id])
        return account_id, self.token(role, account_id, email=email)

    def clerk(self, clinic: int) -> str:
        """Make a clerk of a clinic and return an access token for the account."""
        account = self.database.value(
            "select tests.account(role => 'clerk', clinic => %s)", [clinic]
        )
        return self.token("clerk", account)


@contextlib.contextmanager
def running(server: Server) -> Iterator[Server]:
    """Start a server for the length of a `with` block."""
    try:
        server.start()
        yield server
    finally:
        if server._process is not None and server._process.poll() is None:  # noqa: SLF001
            server.stop()
