"""From the arguments of a request to the parameters of a prepared statement.

Everything that can be decided when the catalog is read is decided then: a request costs a
dictionary look-up and a codec for each argument it brings.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from types import MappingProxyType
from typing import TypeVar

from server.catalog.limits import Limits
from server.catalog.model import Argument
from server.catalog.types import Codec, Refused, Schema
from server.catalog.types.texts import TEXT, text_codec
from server.problems import Problem

ServerValue = str | int | bytes | None
_Given = TypeVar("_Given")

_MUST_AGREE = "is given twice, with different values"
_ONLY_ONCE = "must be given only once"
_UNKNOWN = "is not known here"
_NOT_NULL = "must not be null"

# A body can have thousands, and an answer should not be larger than what it answers.
_MOST_ERRORS = 20


@dataclass(frozen=True)
class _BoundArgument:
    """An argument as a request meets it; `place` is that of its parameter, None: it goes nowhere.

    `name` is its own, under whatever alias it is given. An empty value in a query string means
    nothing where `skips_empty`.
    """

    name: str
    codec: Codec
    nullable: bool
    place: int | None
    skips_empty: bool = False


class _Binding:
    """The arguments of one request: parameters so far, and what is wrong with the others."""

    __slots__ = ("_arguments", "_given", "_invalid", "_unknown", "values")

    def __init__(
        self, arguments: Mapping[str, _BoundArgument], claims: bytes, blank: list[bytes | None]
    ) -> None:
        self.values = blank.copy()
        self.values[0] = claims
        self._arguments = arguments
        self._given: dict[str, bytes | None] = {}
        self._unknown: dict[str, str] = {}
        self._invalid: dict[str, str] = {}

    def take_text(self, name: str, text: str) -> None:
        """An argument from the path, a header, or once in the query string."""
        if (known := self._known(name)) is not None:
            self._read(name, known, known.codec.from_text, text)

    def take_query(self, query: Sequence[tuple[str, str]]) -> None:
        """The query string; only a list's key may be repeated."""
        texts: dict[str, list[str]] = {}
        for name, text in query:
            texts.setdefault(name, []).append(text)
        for name, given in texts.items():
            if (known := self._known(name)) is None:
                continue
            said = list(filter(None, given)) if known.skips_empty else given
            if known.codec.from_texts is not None and said:
                self._read(name, known, known.codec.from_texts, said)
            elif len(said) == 1:
                self._read(name, known, known.codec.from_text, said[0])
            elif said:
                self._invalid.setdefault(name, _ONLY_ONCE)

    def take_json(self, name: str, value: object) -> None:
        """An argument from the body."""
        if (known := self._known(name)) is None:
            return
        if value is not None:
            self._read(name, known, known.codec.from_json, value)
        elif known.nullable:
            self._take(name, known, None)
        else:
            self._invalid.setdefault(name, _NOT_NULL)

    def finish(self, required: frozenset[str]) -> list[bytes | None]:
        """The parameters, or Problem 400."""
        missing: Iterable[str] = ()
        if not required <= self._given.keys():
            wrong = {self._arguments[name].name for name in self._invalid}
            missing = sorted(required - self._given.keys() - wrong)
        if missing or self._unknown or self._invalid:
            raise _problem(self._unknown, dict.fromkeys(missing, "is required"), self._invalid)
        return self.values

    def _known(self, name: str) -> _BoundArgument | None:
        known = self._arguments.get(name)
        if known is None:
            self._unknown[name] = _UNKNOWN
        return known

    def _read(
        self, name: str, known: _BoundArgument, read: Callable[[_Given], bytes], given: _Given
    ) -> None:
        try:
            encoded = read(given)
        except Refused as refused:
            self._invalid.setdefault(name, refused.message)
        else:
            self._take(name, known, encoded)

    def _take(self, name: str, known: _BoundArgument, encoded: bytes | None) -> None:
        if self._given.setdefault(known.name, encoded) != encoded:
            self._invalid.setdefault(name, _MUST_AGREE)
        elif known.place is not None:
            self.values[known.place] = encoded


class KeptText:
    """A required argument of so many characters that no function in SQL ever sees."""

    def __init__(self, example: str, shortest: int = 0, longest: int | None = None) -> None:
        limits = Limits(min_length=shortest, max_length=longest)
        self.example = example
        self.codec: Codec = text_codec(limits, "")
        self.schema: Schema = TEXT.schema(limits)


class Call:
    """A function's statement, as PostgreSQL prepares it, and the binding of its parameters."""

    __slots__ = ("_arguments", "_blank", "_headers", "_places", "_required", "name", "sql")

    def __init__(
        self, sql: str, arguments: Iterable[Argument], codecs: Mapping[str, Codec | None]
    ) -> None:
        self.sql = sql.encode()
        # The same text has the same name everywhere.
        self.name = b"s" + hashlib.sha256(self.sql).hexdigest()[:24].encode()
        self._blank: list[bytes | None] = [None]
        self._places: dict[str, int] = {}
        self._arguments: dict[str, _BoundArgument] = {}
        for place, argument in enumerate(arguments, start=1):
            self._places[argument.name] = place
            self._blank.append(None if argument.default is None else argument.default.encode())
            if (codec := codecs[argument.name]) is not None:
                skips_empty = not argument.required and not _takes_empty(codec)
                bound = _BoundArgument(argument.name, codec, argument.nullable, place, skips_empty)
                self._arguments |= dict.fromkeys((argument.name, *argument.aliases), bound)
        self._required = frozenset(a.name for a in arguments if a.required)
        self._headers = tuple(
            (header, name) for name in self._arguments if (header := header_of(name)) is not None
        )

    def bind(
        self,
        claims: bytes,
        path: Mapping[str, str],
        query: Sequence[tuple[str, str]],
        headers: Mapping[str, str],
        body: Mapping[str, object],
    ) -> list[bytes | None]:
        """The statement's parameters in text format, `claims` (JSON text) first.

        `path` and `query` are percent-decoded, `body` comes from parse_body. Raises Problem 400
        with the code unknown_parameter, missing_parameter or invalid_parameter (the first that
        applies, in this order), and every wrong argument in `errors`.
        """
        found = _Binding(self._arguments, claims, self._blank)
        for name, text in path.items():
            found.take_text(name, text)
        if query:
            found.take_query(query)
        for header, name in self._headers:
            given = headers.get(header)
            if given is not None:
                found.take_text(name, given)
        for name, value in body.items():
            found.take_json(name, value)
        return found.finish(self._required)

    def place_of(self, name: str) -> int:
        """Where the value of an argument stands among the parameters."""
        return self._places[name]

    def bind_with(
        self,
        claims: bytes,
        body: Mapping[str, object],
        supplied: Mapping[str, ServerValue],
        kept: Mapping[str, KeptText] = MappingProxyType({}),
    ) -> list[bytes | None]:
        """As `bind`, for a route that the server itself serves.

        `supplied` are values that the server gives (bytes as bytea); to the caller, who gives the
        rest in `body`, their names are unknown arguments. `kept` are further required arguments
        that the server keeps to itself: checked along with the others, not bound.
        """
        arguments = {n: a for n, a in self._arguments.items() if a.name not in supplied}
        arguments |= {n: _BoundArgument(n, text.codec, False, None) for n, text in kept.items()}
        found = _Binding(arguments, claims, self._blank)
        for name, value in supplied.items():
            found.values[self._places[name]] = _server_text(value)
        for name, given in body.items():
            found.take_json(name, given)
        return found.finish((self._required - supplied.keys()) | kept.keys())


def header_of(argument: str) -> str | None:
    """The request header that may carry an argument: X-…-Token, Idempotency-Key, or none."""
    if argument == "idempotency_key":
        return "Idempotency-Key"
    if argument.endswith("_token"):
        return "-".join(("X", *(part.capitalize() for part in argument.split("_"))))
    return None


def _takes_empty(codec: Codec) -> bool:
    try:
        codec.from_text("")
    except Refused:
        return False
    return True


def _server_text(value: ServerValue) -> bytes | None:
    if value is None:
        return None
    if isinstance(value, bytes):
        return b"\\x" + value.hex().encode()
    return str(value).encode()


def _problem(*kinds: Mapping[str, str]) -> Problem:
    """The answer to unknown, missing and invalid arguments; the first kind there is names it."""
    codes = ("unknown_parameter", "missing_parameter", "invalid_parameter")
    code = next(code for code, wrong in zip(codes, kinds, strict=True) if wrong)
    wrong = chain.from_iterable(wrong.items() for wrong in kinds)
    errors = dict(islice(wrong, _MOST_ERRORS))
    first, message = next(iter(errors.items()))
    more = f" (errors lists {len(errors) - 1} more)" if len(errors) > 1 else ""
    return Problem(400, code, f"The argument {first} {message}{more}.", errors)
