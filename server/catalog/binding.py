"""The arguments of one request on their way into a statement's parameters."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import TypeVar

from server.catalog.types import Codec, Refused
from server.problems import FieldError, Problem

_Given = TypeVar("_Given")

_MUST_AGREE = "is given twice, with different values"
_ONLY_ONCE = "must be given only once"
_UNKNOWN = "is not known here"
_NOT_NULL = "must not be null"

# A body can have thousands, and an answer should not be larger than what it answers.
_MOST_ERRORS = 20


@dataclass(frozen=True)
class BoundArgument:
    """An argument as a request meets it; `place` is that of its parameter, None: it goes nowhere.

    `name` is its own, under whatever alias it is given. An empty value in a query string means
    nothing where `skips_empty`.
    """

    name: str
    codec: Codec
    nullable: bool
    place: int | None
    skips_empty: bool = False


class Binding:
    """The arguments of one request: parameters so far, and what is wrong with the others."""

    __slots__ = ("_arguments", "_given", "_invalid", "_unknown", "values")

    def __init__(
        self, arguments: Mapping[str, BoundArgument], claims: bytes, blank: list[bytes | None]
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

    def _known(self, name: str) -> BoundArgument | None:
        known = self._arguments.get(name)
        if known is None:
            self._unknown[name] = _UNKNOWN
        return known

    def _read(
        self, name: str, known: BoundArgument, read: Callable[[_Given], bytes], given: _Given
    ) -> None:
        try:
            encoded = read(given)
        except Refused as refused:
            self._invalid.setdefault(name, refused.message)
        else:
            self._take(name, known, encoded)

    def _take(self, name: str, known: BoundArgument, encoded: bytes | None) -> None:
        if self._given.setdefault(known.name, encoded) != encoded:
            self._invalid.setdefault(name, _MUST_AGREE)
        elif known.place is not None:
            self.values[known.place] = encoded


def _problem(*kinds: Mapping[str, str]) -> Problem:
    """The answer to unknown, missing and invalid arguments; the first kind there is names it."""
    codes = ("unknown_parameter", "missing_parameter", "invalid_parameter")
    code = next(code for code, wrong in zip(codes, kinds, strict=True) if wrong)
    wrong = chain.from_iterable(wrong.items() for wrong in kinds)
    errors = [FieldError(name, message) for name, message in islice(wrong, _MOST_ERRORS)]
    first = errors[0]
    more = f" (errors lists {len(errors) - 1} more)" if len(errors) > 1 else ""
    return Problem(400, code, f"The argument {first.field} {first.message}{more}.", errors)
