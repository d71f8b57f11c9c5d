"""How many connections a worker serves, in all and of one address."""

import logging
import time
from collections import Counter
from ipaddress import IPv6Address

log = logging.getLogger("slotkeeper.http")

_SAY_AGAIN_SECONDS = 60.0


class Bounds:
    """Counts connections: `most` may be served at a time, of one address `most_per_address`.

    0 for `most_per_address` is any number. `turned_away` are connections beyond that which have
    yet to hear so.
    """

    def __init__(self, most: int, most_per_address: int) -> None:
        self.turned_away = 0
        self._most = most
        self._most_per_address = most_per_address or most
        self._served = 0
        self._served_of: Counter[str] = Counter()
        self._quiet_until = 0.0

    def admit(self, address: str) -> bool:
        """Whether one more connection is served; then it counts until `release`."""
        if self._served >= self._most or self._served_of[address] >= self._most_per_address:
            self._say_so()
            return False
        self._served += 1
        self._served_of[address] += 1
        return True

    def release(self, address: str) -> None:
        """A connection that was admitted has ended."""
        self._served -= 1
        self._served_of[address] -= 1
        if not self._served_of[address]:
            del self._served_of[address]

    def _say_so(self) -> None:
        """One line for as long as it lasts."""
        now = time.monotonic()
        if now >= self._quiet_until:
            log.warning(
                "connections are turned away: %d are open; this worker serves %d, of one address %d"
                " (MAX_CONNECTIONS, MAX_CONNECTIONS_PER_ADDRESS, limit of open files)",
                self._served,
                self._most,
                self._most_per_address,
            )
        self._quiet_until = now + _SAY_AGAIN_SECONDS


def network_of(peer: tuple[str, int] | None) -> str:
    """The address of a client, or the network of 64 bits that an IPv6 address belongs to."""
    host = peer[0] if peer else ""
    if ":" not in host:
        return host
    address = IPv6Address(host)
    return str(address.ipv4_mapped or f"{int(address) >> 64:x}::")
