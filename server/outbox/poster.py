"""Sends requests to other people's servers, which may be anywhere but inside our networks."""

import ipaddress
import socket
from collections.abc import Callable
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver

from server.outbox.courier import Job, Outcome

_UNICAST = ipaddress.ip_network("2000::/3")


class Poster:
    """Sends jobs with url, headers and body as POST; only the status of the answer is looked at.

    Redirects and the environment's proxies are not followed. Connects to public addresses over TLS;
    where a job says `local`, to this machine and without TLS, too.
    """

    seconds = 10.0

    def __init__(self, resolver: AbstractResolver | None = None, seconds: float = seconds) -> None:
        self._resolver = resolver
        self.seconds = seconds

    async def send(self, job: Job) -> Outcome:
        """Send a request over a connection of its own."""
        if not (job["local"] or job["url"].startswith("https://")):
            return Outcome(error="the address does not begin with https://")
        refused: list[str] = []
        connector = aiohttp.TCPConnector(
            resolver=self._resolver,
            use_dns_cache=False,
            force_close=True,
            socket_factory=_socket_factory(job["local"], refused),
        )
        try:
            async with aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=self.seconds),
                trust_env=False,
                auto_decompress=False,
            ) as session:
                answer = await session.post(
                    job["url"],
                    data=job["body"].encode(),
                    headers={"User-Agent": "slotkeeper", **job["headers"]},
                    allow_redirects=False,
                )
                # The body stays unread, however long it is.
                answer.close()
        except (aiohttp.ClientError, ValueError) as error:
            return Outcome(error="the address is not a public one" if refused else _reason(error))
        if 200 <= answer.status <= 299:
            return Outcome(answer.status)
        note = ", and redirects are not followed" if 300 <= answer.status <= 399 else ""
        return Outcome(answer.status, f"answered {answer.status}{note}")


def _reason(error: Exception) -> str:
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "the name cannot be resolved"
    if isinstance(error, aiohttp.ClientSSLError | aiohttp.ClientConnectorCertificateError):
        return "no TLS with a certificate to trust"
    return f"no answer ({type(error).__name__})"


def may_connect(host: str, local: bool = False) -> bool:
    """Whether an address is one of the internet's; or of this machine, where that is allowed."""
    address = ipaddress.ip_address(host)
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return may_connect(str(address.ipv4_mapped), local)
        # Others, and those behind which there is an IPv4 address, lead nobody knows where.
        public = address in _UNICAST and not (address.sixtofour or address.teredo)
    else:
        public = not address.is_multicast
    return (public and address.is_global) or (local and address.is_loopback)


def _socket_factory(local: bool, refused: list[str]) -> Callable[[Any], socket.socket]:
    """Make sockets for addresses that may be connected to; note the others in `refused`.

    What is given here is what is connected to: no name is looked up in between.
    """

    def make(found: Any) -> socket.socket:
        family, kind, protocol, _, address = found
        if not may_connect(address[0], local):
            refused.append(address[0])
            raise PermissionError("not a public address")
        made = socket.socket(family, kind, protocol)
        made.setblocking(False)
        return made

    return make
