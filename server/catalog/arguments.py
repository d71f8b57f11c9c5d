"""From the arguments of a request to the parameters of a prepared statement.

Everything that can be decided when the catalog is read is decided then: a request costs a
dictionary look-up and a codec for each argument it brings.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from server.catalog.binding import Binding, BoundArgument
from server.catalog.limits import Limits
from server.catalog.model import Argument
from server.catalog.types import Codec, Refused, Schema
from server.catalog.types.texts import TEXT, text_codec

ServerValue = str | int | bytes | None


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
        """`codecs` has one for each argument; None: only the server may give it."""
        self.sql = sql.encode()
        # The same text has the same name everywhere.
        self.name = b"s" + hashlib.sha256(self.sql).hexdigest()[:24].encode()
        self._blank: list[bytes | None] = [None]
        self._places: dict[str, int] = {}
        self._arguments: dict[str, BoundArgument] = {}
        for place, argument in enumerate(arguments, start=1):
            self._places[argument.name] = place
            self._blank.append(None if argument.default is None else argument.default.encode())
            if (codec := codecs[argument.name]) is not None:
                skips_empty = not argument.required and not _takes_empty(codec)
                bound = BoundArgument(argument.name, codec, argument.nullable, place, skips_empty)
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
        found = Binding(self._arguments, claims, self._blank)
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
        arguments |= {n: BoundArgument(n, text.codec, False, None) for n, text in kept.items()}
        found = Binding(arguments, claims, self._blank)
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
