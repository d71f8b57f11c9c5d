"""What all requests of one process share: the database, the catalog, the keys."""

import asyncio
import json
import os
import random
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from server.catalog import (
    CATALOG_QUERY,
    Catalog,
    CatalogError,
    Function,
    Match,
    ServerValue,
    read_catalog,
)
from server.config import OperatorError, ServeConfig, role_password, sender_of
from server.database import (
    ConnectFailed,
    ConnectionLost,
    Database,
    DatabaseError,
    Row,
    Watch,
)
from server.due_work import DueWork, read_scheduler
from server.http.passwords import Passwords, weak_password
from server.http.tokens import NOBODY, Identity, Tokens
from server.names import ANONYMOUS, CHANNEL, SERVER
from server.outbox import Courier, Mailer, Poster
from server.problems import Problem, database_unavailable, unauthenticated

_REPEATS = 5
_LOCK_NOT_AVAILABLE = "55P03"
_AUTH_FUNCTIONS = (
    "register",
    "credentials",
    "open_session",
    "refresh",
    "logout",
    "own_password",
    "keep_addresses",
)


class Request(NamedTuple):
    """What a caller asks of a generated route: `path` as it came, `query` and `body` decoded."""

    id: str
    method: str
    path: str
    identity: Identity
    query: Sequence[tuple[str, str]]
    headers: Mapping[str, str]
    body: Mapping[str, object]


class Service:
    """The state of one server process."""

    def __init__(self, config: ServeConfig) -> None:
        self.config = config
        self.database = Database(
            config.database,
            lambda role: role_password(config.role_secret, role),
            config.pool_size,
        )
        self.watch = Watch(self.database, SERVER, CHANNEL, CATALOG_QUERY, self._apply)
        self.due_work = DueWork(self.database, SERVER)
        self.couriers = [Courier(self.database, SERVER, "delivery", Poster())]
        if config.smtp_url:
            mailer = Mailer(config.smtp_url, config.mail_from)
            self.couriers.append(Courier(self.database, SERVER, "message", mailer))
        self.tokens = Tokens(
            config.jwt_secret,
            config.jwt_issuer,
            config.jwt_audience,
            config.access_token_seconds,
        )
        # argon2 lets go of the interpreter's lock: as many threads over all workers as processors.
        processors = len(os.sched_getaffinity(0))
        self.passwords = Passwords(max(1, processors // config.workers))
        self.scheduler = ""
        self._catalog: Catalog | None = None

    @property
    def catalog(self) -> Catalog:
        """The catalog in force. Swapped as a whole: a request takes it once."""
        assert self._catalog is not None, "the service was not started"
        return self._catalog

    async def start(self) -> None:
        """Connect and read the catalog; raises OperatorError."""
        try:
            await self.watch.start()
            self.scheduler = await read_scheduler(self.database, SERVER)
        except ConnectFailed as error:
            reason = f"cannot connect to the database: {_one_line(error)}"
            # A server that answers has refused the role, which `deploy` makes, or its password.
            if not error.full and await self.database.answers():
                reason += "; has `slotkeeper deploy` been run, with this ROLE_SECRET?"
            raise OperatorError(reason) from error
        except CatalogError as error:
            raise OperatorError(f"the deployed API is not usable: {_one_line(error)}") from error
        except DatabaseError as error:
            raise OperatorError(
                f"the database is not deployed; run `slotkeeper deploy` ({_one_line(error)})"
            ) from error
        except (ConnectionLost, Problem) as error:
            raise OperatorError(f"the database went away: {_one_line(error)}") from error
        missing = [name for name in _AUTH_FUNCTIONS if name not in self.catalog.auth]
        if missing:
            raise OperatorError(
                f"the database is not deployed; run `slotkeeper deploy` (no auth.{missing[0]})"
            )

    def work(self) -> None:
        """Begin what goes on in the background, beside requests."""
        self.due_work.start()
        for courier in self.couriers:
            courier.start()

    async def tell_addresses(self) -> None:
        """Let the database know where the service is, and who sends the mails that it writes."""
        sender = sender_of(self.config.mail_from)
        addresses = {
            "public_url": self.config.public_url or None,
            "mail_address": sender.addr_spec,
            "mail_name": sender.display_name or sender.addr_spec,
        }
        try:
            await self.call_auth("keep_addresses", "start", {}, addresses)
        except (ConnectionLost, DatabaseError, Problem) as error:
            raise OperatorError(f"the database went away: {_one_line(error)}") from error

    async def stop(self) -> None:
        """Stop what goes on in the background and close all connections."""
        await self.due_work.stop()
        await asyncio.gather(*(courier.stop() for courier in self.couriers))
        await self.watch.stop()
        await self.database.close()
        self.passwords.close()

    async def call(self, request: Request, match: Match, role: str) -> tuple[int, Row]:
        """Run the function that a request matches as a database role; the status and the row.

        A deploy may change it in between: then the catalog is read again, and all but reading the
        request is repeated, a few times at most. Raises DatabaseError, Problem.
        """
        repeats = 0
        while True:
            function = match.route.function
            claims = claims_of(request.identity, request.id)
            try:
                parameters = function.call.bind(
                    claims, match.path_arguments, request.query, request.headers, request.body
                )
            except Problem as problem:
                raise weak_password(problem, function, request.body) or problem from None
            if function.documentation.checks or function.documentation.hashes:
                await self._replace_passwords(function, parameters, request)
            row = await self._try(role, function, parameters, repeats)
            if row:
                return match.route.status, row
            repeats += 1
            match = self.catalog.routes.match(request.method, request.path)
            role = role_of(request.identity, self.catalog, match)

    async def call_auth(
        self,
        name: str,
        request_id: str,
        body: Mapping[str, object],
        supplied: Mapping[str, ServerValue],
        identity: Identity = NOBODY,
    ) -> Row:
        """Run a function of the schema auth likewise, with what the caller and the server give."""
        repeats = 0
        while True:
            function = self.catalog.auth[name]
            claims = claims_of(identity, request_id)
            try:
                parameters = function.call.bind_with(claims, body, supplied)
            except Problem as problem:
                raise weak_password(problem, function, body) or problem from None
            if function.documentation.hashes:
                await self.passwords.replace(function, parameters, None)
            row = await self._try(SERVER, function, parameters, repeats)
            if row:
                return row
            repeats += 1

    async def _replace_passwords(
        self, function: Function, parameters: list[bytes | None], request: Request
    ) -> None:
        stored = None
        if function.documentation.checks:
            (found,) = await self.call_auth("own_password", request.id, {}, {}, request.identity)
            stored = json.loads(found) if found else None
        await self.passwords.replace(function, parameters, stored)

    async def _try(
        self, role: str, function: Function, parameters: list[bytes | None], repeats: int
    ) -> Row:
        """The row; none where the function was deployed anew: the catalog has been read again."""
        try:
            row = await self.database.call(
                role,
                function.call,
                parameters,
                read_only=function.read_only,
                unprepared=repeats > 0,
            )
            if row:
                return row
            # Every statement gives one row, unless it found that it was made for another
            # version of its function and did not call it.
            error = DatabaseError("XX000", "the statement gave no row")
        except DatabaseError as failed:
            # Who only reads waits for no row: a deploy is at work, and soon done.
            held_up = failed.sqlstate == _LOCK_NOT_AVAILABLE and function.read_only
            if not (failed.stale or held_up):
                raise
            error = failed
        if repeats == _REPEATS:
            raise error
        if repeats:
            await asyncio.sleep(random.uniform(0.002, 0.01) * repeats)  # noqa: S311 - jitter
        try:
            await self.watch.refresh()
        except (ConnectionLost, DatabaseError):
            raise database_unavailable() from None
        return ()

    def _apply(self, document: bytes) -> None:
        self._catalog = read_catalog(document)


def claims_of(identity: Identity, request_id: str) -> bytes:
    """The claims as PostgreSQL gets them: with the request's id, which needs no quoting."""
    return identity.claims[:-1] + b',"request_id":"' + request_id.encode() + b'"}'


def role_of(identity: Identity, catalog: Catalog, match: Match) -> str:
    """The database role that a caller acts as; raises Problem 401 or 403."""
    role = catalog.web_roles.get(identity.role)
    # A token that names the role of those who have none was never issued.
    if role is None or (role == ANONYMOUS and identity is not NOBODY):
        raise unauthenticated("The access token is not valid.")
    if role not in match.route.function.roles:
        if identity is NOBODY:
            raise unauthenticated("This route needs an access token.")
        raise Problem(403, "forbidden", "This account may not use this route.")
    return role


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
