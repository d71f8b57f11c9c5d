"""What the PostgreSQL catalog says, as immutable values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

PAGE_SIZE = "limit"
PAGE_START = "after"
JSON = "application/json"
Kind = Literal["base", "domain", "enum", "composite", "array"]


class CatalogError(Exception):
    """A function that cannot become a route: `function` is its name, `reason` a sentence."""

    def __init__(self, function: str, reason: str) -> None:
        super().__init__(f"{function}: {reason}")
        self.function = function
        self.reason = reason


class Unfit(Exception):  # noqa: N818 - a fault in the database, told to its author
    """A type, an argument or a comment that no route can have; the text says why."""


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
    element's type. From a domain's comment: `example`, a value as text, and `offers`, the labels of
    an enum that are shown, and `media_type`, that of an answer which is the text itself.
    """

    schema: str
    name: str
    kind: Kind
    description: str = ""
    example: str | None = None
    offers: tuple[str, ...] = ()
    media_type: str | None = None
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

    def domains(self) -> Iterator[SqlType]:
        """The domains on the way to the root, from this one on."""
        found: SqlType | None = self
        while found is not None and found.kind == "domain":
            yield found
            found = found.base

    def root(self) -> SqlType:
        """The type below all domains."""
        below = [domain.base for domain in self.domains()]
        return (below[-1] if below else None) or self

    def refuses_null(self) -> bool:
        """Whether a domain on the way to the root is NOT NULL."""
        return any(domain.not_null for domain in self.domains())

    def given_example(self) -> str | None:
        """The example in the comment of this domain, or of one below."""
        return next((d.example for d in self.domains() if d.example is not None), None)

    def offered(self) -> tuple[str, ...]:
        """The labels of an enum that are shown: all, or those that a domain's comment offers."""
        return next((d.offers for d in self.domains() if d.offers), self.root().labels)


@dataclass(frozen=True)
class Argument:
    """An input argument; `default` is a constant as text, None for NULL.

    `aliases` are further names under which a caller may give it.
    """

    name: str
    type: SqlType
    required: bool = True
    default: str | None = None
    aliases: tuple[str, ...] = ()

    @property
    def nullable(self) -> bool:
        """Whether an explicit null may be given: it has a default, and its type takes NULL."""
        return not self.required and not self.type.refuses_null()


@dataclass(frozen=True)
class Signature:
    """What it takes to call a function. `result` is None for void; `oid` is that of this version.

    A list is `paged` if it takes `limit` and `after`, and its rows have ids.
    """

    schema: str
    name: str
    oid: int
    arguments: tuple[Argument, ...]
    result: SqlType | None
    returns_set: bool
    read_only: bool

    @property
    def full_name(self) -> str:
        """The name with its schema."""
        return f"{self.schema}.{self.name}"

    @cached_property
    def media_type(self) -> str:
        """That of the answer: JSON, or what a domain over text says that it is."""
        domains = () if self.result is None or self.returns_set else self.result.domains()
        return next((d.media_type for d in domains if d.media_type), JSON)

    @property
    def paged(self) -> bool:
        """Whether the result comes in pages."""
        columns = () if self.result is None else self.result.columns
        return (
            self.returns_set
            and {PAGE_SIZE, PAGE_START} <= {argument.name for argument in self.arguments}
            and "id" in {column.name for column in columns}
        )
