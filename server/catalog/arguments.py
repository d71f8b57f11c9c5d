"""From the arguments of a request to the parameters of a prepared statement.

Everything that can be decided when the catalog is read is decided then: a request costs a
dictionary look-up and a codec for each argument it brings.
"""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from server.catalog.limits import Limits
from server.catalog.statement import Parameter, Statement
from server.catalog.types import Codec, Refused, Schema
from server.catalog.types.texts import TEXT, text_codec
from server.problems import FieldError, Problem

ServerValue = str | int | bytes | None

_MUST_AGREE = "is given twice, with different values"
_UNKNOWN = "is not known here"
_NOT_NULL = "must not be null"


class KeptText:
    """A required argument of so many characters that no function in SQL ever sees."""

    def __init__(self, example: str, shortest: int = 0, longest: int | None = None) -> None:
        limits = Limits(min_length=shortest, max_length=longest)
        self.example = example
        self.codec: Codec = text_codec(limits, "")
        self.schema: Schema = TEXT.schema(limits)


class Call:
    """A function's prepared statement and the binding of its parameters.

    `name` and `sql` are what PostgreSQL prepares; `paged` says that the result has a second
    column, the id to go on after (NULL: no more).
    """

    __slots__ = ("_arguments", "_blank", "_headers", "_required", "name", "paged", "sql")

    def __init__(self, statement: Statement, codecs: Mapping[str, Codec | None]) -> None:
        """`codecs` has one for each argument; None: only the server may give it."""
        self.name = statement.name
        self.sql = statement.sql
        self.paged = statement.paged
        self._blank: list[bytes | None] = [None] * statement.count
        self._arguments: dict[str, _Bound] = {}
        for parameter in statement.parameters:
            argument = parameter.argument
            self._blank[parameter.value] = parameter.absent
            if parameter.present is not None:
                self._blank[parameter.present] = b"false"
            self._arguments[argument.name] = _Bound(parameter, codecs[argument.name])
        self._required = frozenset(n for n, bound in self._arguments.items() if bound.required)
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
        found = _Found(self._arguments, self._blank.copy())
        found.values[0] = claims
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
        arguments = {n: bound for n, bound in self._arguments.items() if n not in supplied}
        found = _Found(arguments, self._blank.copy())
        found.values[0] = claims
        for name, value in supplied.items():
            bound = self._arguments[name]
            bound.put(found.values, _server_text(value))
        for name, given in body.items():
            if name in kept:
                found.check_json(name, given, kept[name].codec)
            else:
                found.take_json(name, given)
        return found.finish((self._required - supplied.keys()) | kept.keys())


def header_of(argument: str) -> str | None:
    """The request header that may carry an argument: X-…-Token, Idempotency-Key, or none."""
    if argument == "idempotency_key":
        return "Idempotency-Key"
    if argument.endswith("_token"):
        return "-".join(("X", *(part.capitalize() for part in argument.split("_"))))
    return None


class _Bound:
    """An argument as a request meets it."""

    __slots__ = ("codec", "nullable", "present", "required", "value")

    def __init__(self, parameter: Parameter, codec: Codec | None) -> None:
        argument = parameter.argument
        self.value = parameter.value
        self.present = parameter.present
        self.required = argument.required
        self.nullable = argument.nullable
        self.codec = codec

    def put(self, values: list[bytes | None], encoded: bytes | None) -> None:
        values[self.value] = encoded
        if self.present is not None:
            values[self.present] = b"true"


class _Found:
    """The arguments of one request: parameters so far, and what is wrong with the others."""

    __slots__ = ("_arguments", "_given", "_invalid", "_unknown", "values")

    def __init__(self, arguments: Mapping[str, _Bound], values: list[bytes | None]) -> None:
        self.values = values
        self._arguments = arguments
        self._given: dict[str, bytes | None] = {}
        self._unknown: dict[str, str] = {}
        self._invalid: dict[str, str] = {}

    def take_text(self, name: str, text: str) -> None:
        """An argument from the path, a header, or once in the query string."""
        bound = self._arguments.get(name)
        if bound is None or bound.codec is None:
            self._unknown[name] = _UNKNOWN
            return
        try:
            self._take(bound, name, bound.codec.from_text(text))
        except Refused as refused:
            self._refuse(name, refused.message)

    def take_query(self, query: Sequence[tuple[str, str]]) -> None:
        """The query string; only a list's key may be repeated."""
        texts: dict[str, list[str]] = {}
        for name, text in query:
            texts.setdefault(name, []).append(text)
        for name, given in texts.items():
            bound = self._arguments.get(name)
            codec = None if bound is None else bound.codec
            if bound is not None and codec is not None and codec.from_texts is not None:
                try:
                    self._take(bound, name, codec.from_texts(given))
                except Refused as refused:
                    self._refuse(name, refused.message)
            elif len(given) == 1 or bound is None:
                self.take_text(name, given[0])
            else:
                self._refuse(name, "must be given only once")

    def take_json(self, name: str, value: object) -> None:
        """An argument from the body."""
        bound = self._arguments.get(name)
        if bound is None or bound.codec is None:
            self._unknown[name] = _UNKNOWN
        elif value is not None:
            try:
                self._take(bound, name, bound.codec.from_json(value))
            except Refused as refused:
                self._refuse(name, refused.message)
        elif bound.nullable:
            self._take(bound, name, None)
        else:
            self._refuse(name, _NOT_NULL)

    def check_json(self, name: str, value: object, codec: Codec) -> None:
        """A required argument from the body that is no parameter of the statement."""
        if value is None:
            self._refuse(name, _NOT_NULL)
            return
        try:
            self._given[name] = codec.from_json(value)
        except Refused as refused:
            self._refuse(name, refused.message)

    def finish(self, required: frozenset[str]) -> list[bytes | None]:
        """The parameters, or Problem 400."""
        missing: Iterable[str] = ()
        if not required <= self._given.keys():
            missing = sorted(required - self._given.keys() - self._invalid.keys())
        if missing or self._unknown or self._invalid:
            raise _problem(self._unknown, dict.fromkeys(missing, "is required"), self._invalid)
        return self.values

    def _take(self, bound: _Bound, name: str, encoded: bytes | None) -> None:
        if name in self._given and self._given[name] != encoded:
            self._refuse(name, _MUST_AGREE)
            return
        self._given[name] = encoded
        bound.put(self.values, encoded)

    def _refuse(self, name: str, message: str) -> None:
        self._invalid.setdefault(name, message)


def _problem(*kinds: Mapping[str, str]) -> Problem:
    """The answer to unknown, missing and invalid arguments; the first kind there is names it."""
    codes = ("unknown_parameter", "missing_parameter", "invalid_parameter")
    code = next(code for code, wrong in zip(codes, kinds, strict=True) if wrong)
    errors = [FieldError(name, message) for wrong in kinds for name, message in wrong.items()]
    first = errors[0]
    more = f" (errors lists {len(errors) - 1} more)" if len(errors) > 1 else ""
    return Problem(400, code, f"The argument {first.field} {first.message}{more}.", errors)


def _server_text(value: ServerValue) -> bytes | None:
    if value is None:
        return None
    if isinstance(value, bytes):
        return b"\\x" + value.hex().encode()
    return str(value).encode()
