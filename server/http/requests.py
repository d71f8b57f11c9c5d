"""What a request says: its target, what it accepts, its body."""

import asyncio
import itertools
import json
import os
import re
import secrets
from collections.abc import Iterable, Sequence
from urllib.parse import parse_qsl

from aiohttp import HttpVersion11, hdrs, web

from server.catalog import parse_body
from server.problems import Problem

MAXIMUM_BODY_BYTES = 65536

_BODY_SECONDS = 30.0
_MAXIMUM_QUERY_FIELDS = 200
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")

_CREDENTIALS = frozenset({"authorization", "proxy-authorization", "cookie"})

_start = secrets.token_hex(4)
_numbers = itertools.count(1)


def request_id_of(request: web.BaseRequest) -> str:
    """The request id that the caller sent, if it is a sane one, else a new one."""
    given = request.headers.get("X-Request-Id")
    if given is not None and _REQUEST_ID.fullmatch(given):
        return given
    return new_request_id()


def new_request_id() -> str:
    """A request id that no other request has."""
    return f"{_start}{os.getpid():x}-{next(_numbers):x}"


def target_of(request: web.BaseRequest) -> tuple[str, str]:
    """The path, percent-encoded as it came, and the query string of a request."""
    target = request.raw_path
    if not target.startswith("/"):
        # The absolute form that proxies use; nobody needs to know which host it names.
        _, slash, path = target.partition("://")[2].partition("/")
        target = slash + path
    path, _, query = target.partition("#")[0].partition("?")
    return path, query


def query_of(query: str) -> Sequence[tuple[str, str]]:
    """The pairs of a query string, decoded; raises Problem 400."""
    if not query:
        return ()
    try:
        return parse_qsl(
            query,
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MAXIMUM_QUERY_FIELDS,
        )
    except ValueError:
        raise Problem(
            400, "invalid_parameter", "The query string is too long or not UTF-8."
        ) from None


def check_accept(request: web.BaseRequest, media_type: str) -> None:
    """Raise Problem 406 unless the caller takes this media type."""
    accept = request.headers.get(hdrs.ACCEPT)
    if accept is None or accept == "*/*" or accept == media_type:  # noqa: PLR1714 - fastest
        return
    if accept.strip() and not takes(accept, media_type):
        raise Problem(406, "not_acceptable", f"This route answers {media_type} only.")


def takes(accept: str, media_type: str) -> bool:
    """Whether an Accept line allows a media type: the most specific range that fits decides."""
    weights: dict[str, float] = {}
    for element in accept.lower().split(","):
        media, *parameters = (part.strip() for part in element.split(";"))
        weight = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                try:
                    weight = float(parameter[2:])
                except ValueError:
                    weight = 0.0
        weights[media] = max(weight, weights.get(media, 0.0))
    family = media_type.partition("/")[0]
    fitting = (weights.get(media) for media in (media_type, f"{family}/*", "*/*"))
    return next((weight > 0 for weight in fitting if weight is not None), False)


async def received(request: web.BaseRequest, names: Iterable[str]) -> dict[str, bytes]:
    """The request as it came: its body, its headers, as PostgreSQL reads bytea and jsonb.

    Raises Problem 400, 408 or 413.
    """
    body = b"\\x" + (await _read(request)).hex().encode()
    found = {"body": body, "headers": headers_of(request)}
    return {name: found[name] for name in names}


def headers_of(request: web.BaseRequest) -> bytes:
    """The headers without credentials, as a JSON object of lower-case names."""
    lines: dict[str, list[str]] = {}
    for name, value in request.headers.items():
        if name.lower() not in _CREDENTIALS:
            lines.setdefault(name.lower(), []).append(value)
    headers = {name: ", ".join(values) for name, values in lines.items()}
    # Bytes that are no UTF-8 came through as lone surrogates, which jsonb refuses.
    return json.dumps(headers, ensure_ascii=False).encode("utf-8", "replace")


async def read_arguments(request: web.BaseRequest) -> dict[str, object]:
    """The members of the JSON object in the body; none without a body.

    Raises Problem 400, 408, 413 or 415.
    """
    if not request.body_exists:
        return {}
    _check_media_type(request)
    raw = await _read(request)
    return parse_body(raw) if raw else {}


def _check_media_type(request: web.BaseRequest) -> None:
    headers = request.headers
    content_type = headers.get(hdrs.CONTENT_TYPE, "")
    if content_type != "application/json" and not is_json(content_type):
        raise Problem(415, "unsupported_media_type", "The body must be application/json in UTF-8.")
    if headers.get(hdrs.CONTENT_ENCODING, "identity").lower() != "identity":
        raise Problem(415, "unsupported_media_type", "The body must not be compressed.")


def is_json(content_type: str) -> bool:
    """Whether a Content-Type is JSON in UTF-8.

    Read here, for aiohttp's parser takes half a second for a line full of semicolons.
    """
    media, *parameters = content_type.lower().split(";")
    charsets = [
        value.strip(' \t"')
        for name, _, value in (parameter.partition("=") for parameter in parameters)
        if name.strip() == "charset"
    ]
    return media.strip() == "application/json" and {"utf-8", "utf8"}.issuperset(charsets)


async def _read(request: web.BaseRequest) -> bytes:
    length = request.content_length
    if length is not None and length > MAXIMUM_BODY_BYTES:
        raise _too_large()
    try:
        if request.content.is_eof():
            # It came in one piece with the head, as nearly all do: a timer would cost 5 µs.
            return await request.read()
        expects = request.headers.get(hdrs.EXPECT, "").lower() == "100-continue"
        if expects and request.transport is not None and request.version >= HttpVersion11:
            request.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        async with asyncio.timeout(_BODY_SECONDS):
            return await request.read()
    except TimeoutError:
        raise Problem(408, "request_timeout", "The body did not arrive in time.") from None
    except web.HTTPRequestEntityTooLarge:
        raise _too_large() from None
    except (web.RequestPayloadError, web.HTTPException):
        raise Problem(400, "invalid_body", "The body could not be read.") from None


def _too_large() -> Problem:
    return Problem(
        413, "payload_too_large", f"The body may have {MAXIMUM_BODY_BYTES} bytes at most."
    )
