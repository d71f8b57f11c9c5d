"""What it costs to refuse the worst that a stranger can send within the bounds of a request."""

from __future__ import annotations

import http.client
import time
from dataclasses import dataclass
from statistics import median
from urllib.parse import urlsplit

# Bodies of about 64 kB, the most that is read. Each is the worst case of some way to read it.
BODIES = {
    "an open string behind brackets": b"[" * 33 + b'"' + rb"\"" * 32_600,
    "open strings": b"[" * 33 + b'"a' * 32_600,
    "backslashes": b"[" * 33 + b'"' + b"\\" * 65_000,
    "brackets": b"[{" * 32_700,
    "lists": b'{"a":[' + b"[]," * 21_000 + b"[]]}",
    "objects": b'{"a":[' + b"{}," * 21_000 + b"{}]}",
    "large numbers": b'{"a":[' + b"1e308," * 10_000 + b"0]}",
    "a number too long": b'{"a":[' + b"9" * 4300 + b"," + b"9" * 60_000 + b"]}",
    "long numbers": b'{"a":[' + (b"9" * 4300 + b",") * 15 + b"0]}",
    "an escape and many strings": rb'{"a":["\u0041",' + b'"",' * 21_000 + b"1]}",
    "many keys": b"{" + b",".join(b'"%d":1' % key for key in range(6_500)) + b"}",
    "a fault on line 65,000": b"{" + b"\n" * 65_000 + b"x}",
}
# Lines of a head may have 8 kB.
_LINES = {
    "semicolons": ("Content-Type", "application/json" + ";" * 8_000),
    "accepted types": ("Accept", "a/b;q=1," * 1_000),
    "an access token": ("Authorization", "Bearer " + "e30." * 2_000),
}
_PATH = "/api/auth/login"
_REPEATS = 9


@dataclass(frozen=True)
class Refusal:
    """The request that takes longest to refuse, and how long it takes (median)."""

    name: str
    milliseconds: float


def dearest_refusal(url: str) -> Refusal:
    """Send each of them to an idle server a few times, one after the other."""
    address = urlsplit(url)
    connection = http.client.HTTPConnection(str(address.hostname), address.port)
    costs = [_refusal(connection, name, body, {}) for name, body in BODIES.items()]
    costs += [
        _refusal(connection, name, b"[]", {line: value}) for name, (line, value) in _LINES.items()
    ]
    connection.close()
    return max(costs, key=lambda refusal: refusal.milliseconds)


def _refusal(
    connection: http.client.HTTPConnection, name: str, body: bytes, lines: dict[str, str]
) -> Refusal:
    taken = []
    for _ in range(_REPEATS):
        begun = time.perf_counter()
        connection.request("POST", _PATH, body, {"Content-Type": "application/json", **lines})
        answer = connection.getresponse()
        answer.read()
        taken.append(time.perf_counter() - begun)
        if not 400 <= answer.status < 500:
            raise RuntimeError(f"{name}: answered {answer.status}")
    return Refusal(name, round(median(taken) * 1000, 2))
