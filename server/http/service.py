"""What all requests of one process share: the database, the catalog, the keys."""

import asyncio
import os
import random
from collections.abc import Callable
from typing import NamedTuple

from server.catalog import CATALOG_QUERY, Call, Catalog, CatalogError, read_catalog
from server.config import ServeConfig, role_password
from server.database import (
    ConnectFailed,
    ConnectionLost,
    Database,
    DatabaseError,
    DueWork,
    Row,
    StaleStatement,
    Watch,
    read_scheduler,
)
from server.http.passwords import Passwords
from server.http.tokens import Tokens
from server.names import CHANNEL, SERVER
from server.problems import Problem, database_unavailable

_REPEATS = 5
_AUTH_FUNCTIONS = ("register", "credentials", "open_session", "refresh", "logout")


class StartError(Exception):
    """The server cannot start; the text is one line for the operator."""


class Work(NamedTuple):
    """One statement with its parameters, and the role to run it as."""

    role: str
    call: Call
    parameters: list[bytes | None]
    read_only: bool


class Service:
    """The state of one server process."""

    def __init__(self, config: ServeConfig) -> None:
        self.config = config
        self.database = Database(
            config.database.parameters,
            lambda role: role_password(config.role_secret, role),
            config.pool_size,
        )
        self.watch = Watch(self.database, SERVER, CHANNEL, CATALOG_QUERY, self._apply)
        self.due_work = DueWork(self.database, SERVER)
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
        self.catalog_version = 0
        self._catalog: Catalog | None = None

    @property
    def catalog(self) -> Catalog:
        """The catalog in force. Swapped as a whole: a request takes it once."""
        assert self._catalog is not None, "the service was not started"
        return self._catalog

    async def start(self) -> None:
        """Connect and read the catalog; raises StartError."""
        try:
            await self.watch.start()
            self.scheduler = await read_scheduler(self.database, SERVER)
        except ConnectFailed as error:
            reason = f"cannot connect to the database: {_one_line(error)}"
            # A server that answers has refused the role, which `deploy` makes, or its password.
            if not error.full and await self.database.answers():
                reason += "; has `slotkeeper deploy` been run, with this ROLE_SECRET?"
            raise StartError(reason) from error
        except CatalogError as error:
            raise StartError(f"the deployed API is not usable: {_one_line(error)}") from error
        except (DatabaseError, StaleStatement) as error:
            raise StartError(
                f"the database is not deployed; run `slotkeeper deploy` ({_one_line(error)})"
            ) from error
        except (ConnectionLost, Problem, TimeoutError) as error:
            raise StartError(f"the database went away: {_one_line(error)}") from error
        missing = [name for name in _AUTH_FUNCTIONS if name not in self.catalog.auth]
        if missing:
            raise StartError(
                f"the database is not deployed; run `slotkeeper deploy` (no auth.{missing[0]})"
            )
        self.due_work.start()

    async def stop(self) -> None:
        """Stop what goes on in the background and close all connections."""
        await self.due_work.stop()
        await self.watch.stop()
        await self.database.close()
        self.passwords.close()

    async def run(self, prepare: Callable[[Catalog], Work]) -> Row:
        """Run the statement that `prepare` finds in the catalog.

        A deploy may have changed it in between: then the catalog is read again, and all is repeated
        a few times. Raises DatabaseError, Problem.
        """
        repeats = 0
        while True:
            role, call, parameters, read_only = prepare(self.catalog)
            try:
                row = await self.database.call(
                    role, call, parameters, read_only=read_only, fresh=repeats > 0
                )
            except StaleStatement as stale:
                error = stale.error
            else:
                if row:
                    return row
                # Every statement gives one row, unless it found that it was made for another
                # version of its function and did not call it.
                error = DatabaseError("XX000", "the statement gave no row")
            if repeats == _REPEATS:
                raise error
            repeats += 1
            await self._catch_up(repeats)

    async def _catch_up(self, repeats: int) -> None:
        if repeats > 1:
            await asyncio.sleep(random.uniform(0.002, 0.01) * repeats)  # noqa: S311 - jitter
        try:
            await self.watch.refresh()
        except (ConnectionLost, DatabaseError, TimeoutError):
            raise database_unavailable() from None

    def _apply(self, document: bytes) -> None:
        self._catalog = read_catalog(document)
        self.catalog_version += 1


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
