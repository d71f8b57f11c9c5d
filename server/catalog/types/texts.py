"""Texts, and what is written like one."""

import re

from server.catalog.limits import Limits
from server.catalog.patterns import matcher
from server.catalog.types.base import BaseType, Codec, Refused, Schema, strings, without_limits

_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_NO_UUID = "must be a UUID"
_EXAMPLE = "text"


def text_codec(limits: Limits, description: str) -> Codec:
    """The codec of a text."""
    shortest, longest = limits.min_length, limits.max_length
    patterns = [matcher(pattern) for pattern in limits.patterns]
    message = f"must be text{_size_in_words(shortest, longest)}"
    unmatched = (
        f"must be {_within_sentence(description)}"
        if description
        else f"must match {' and '.join(limits.patterns)}"
    )

    def from_text(text: str) -> bytes:
        if len(text) < shortest or (longest is not None and len(text) > longest):
            raise Refused(message)
        try:
            encoded = text.encode()
        except UnicodeEncodeError:
            raise Refused("must be valid UTF-8") from None
        for matches in patterns:
            if not matches(text):
                raise Refused(unmatched)
        if b"\x00" in encoded:
            raise Refused("must not hold the character U+0000")
        return encoded

    return strings(from_text, message)


def _text_schema(limits: Limits) -> Schema:
    schema: Schema = {"type": "string"}
    if limits.min_length:
        schema["minLength"] = limits.min_length
    if limits.max_length is not None:
        schema["maxLength"] = limits.max_length
    if limits.patterns:
        schema["pattern"] = limits.patterns[0]
    if limits.patterns[1:]:
        schema["allOf"] = [{"pattern": pattern} for pattern in limits.patterns[1:]]
    return schema


def _text_example(limits: Limits) -> str:
    times = -(-limits.min_length // len(_EXAMPLE)) or 1
    return (_EXAMPLE * times)[: limits.max_length]


def _size_in_words(shortest: int, longest: int | None) -> str:
    if longest is None:
        words = f" of at least {shortest}" if shortest else ""
    else:
        words = f" of {shortest} to {longest}" if shortest else f" of at most {longest}"
    return words and f"{words} character{'' if words.endswith(' 1') else 's'}"


def _within_sentence(description: str) -> str:
    """`An address.` as `an address`; a first word in capitals stays as it is."""
    words = description.strip().removesuffix(".")
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


def _uuid(text: str) -> bytes:
    if _UUID.fullmatch(text) is None:
        raise Refused(_NO_UUID)
    return text.lower().encode()


TEXT = BaseType(text_codec, _text_schema, _text_example)
UUID = without_limits(
    strings(_uuid, _NO_UUID),
    {"type": "string", "format": "uuid"},
    "3f2b8f6e-0c55-4d5e-9a53-5a3f6f0e2b11",
)
