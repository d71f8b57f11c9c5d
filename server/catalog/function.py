"""What may be called over HTTP."""

from dataclasses import dataclass

from server.catalog.arguments import Call
from server.catalog.comments import Documentation
from server.catalog.model import Argument, SqlType


@dataclass(frozen=True)
class Function:
    """A function of PostgreSQL that the server calls.

    `result` is None for void. `roles` are the database roles that may execute it. `call` holds the
    prepared statement and turns a request's arguments into its parameters.
    """

    schema: str
    name: str
    arguments: tuple[Argument, ...]
    result: SqlType | None
    returns_set: bool
    read_only: bool
    roles: frozenset[str]
    documentation: Documentation
    call: Call

    @property
    def full_name(self) -> str:
        """The name with its schema."""
        return f"{self.schema}.{self.name}"
