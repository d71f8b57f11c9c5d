"""What the PostgreSQL catalog says, as immutable values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from server.catalog.arguments import Call
    from server.catalog.comments import Documentation

Kind = Literal["base", "domain", "enum", "composite", "array"]


class CatalogError(Exception):
    """A function that cannot become a route: `function` is its name, `reason` a sentence."""

    def __init__(self, function: str, reason: str) -> None:
        super().__init__(f"{function}: {reason}")
        self.function = function
        self.reason = reason


@dataclass(frozen=True)
class Column:
    """A column of a view or composite type; `never_null` if it promises always to hold a value."""

    name: str
    type: SqlType
    typmod: int
    description: str
    never_null: bool


@dataclass(frozen=True)
class SqlType:
    """A type of PostgreSQL. Which fields mean something depends on `kind`.

    domain: `base`, `typmod` (-1: none), `not_null`, `checks` (as pg_get_constraintdef writes them).
    enum: `labels` in order. composite (a view's row too): `columns` in order. array: `base` is the
    element's type. `example` is a value of a domain as text, from its comment.
    """

    schema: str
    name: str
    kind: Kind
    description: str = ""
    example: str | None = None
    base: SqlType | None = None
    typmod: int = -1
    not_null: bool = False
    checks: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()

    @property
    def full_name(self) -> str:
        """The name with its schema, for messages to developers."""
        return f"{self.schema}.{self.name}"

    def root(self) -> SqlType:
        """The type below all domains."""
        found = self
        while found.kind == "domain" and found.base is not None:
            found = found.base
        return found

    def refuses_null(self) -> bool:
        """Whether a domain on the way to the root is NOT NULL."""
        found: SqlType | None = self
        while found is not None and found.kind == "domain":
            if found.not_null:
                return True
            found = found.base
        return False


@dataclass(frozen=True)
class Argument:
    """An input argument; `default` is the SQL expression of its default, None if it is required."""

    name: str
    type: SqlType
    default: str | None

    @property
    def required(self) -> bool:
        """Whether a caller must give it."""
        return self.default is None

    @property
    def nullable(self) -> bool:
        """Whether an explicit null may be given: it has a default, and its type takes NULL."""
        return self.default is not None and not self.type.refuses_null()


@dataclass(frozen=True)
class Function:
    """A function that may be called over HTTP.

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
