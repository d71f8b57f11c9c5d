"""TCP ports for servers that a test starts."""

import secrets
import socket

# Below what systems give to outgoing connections: between this answer and the server's start
# nobody takes one of these by chance.
_RANGE = range(20_000, 32_000)


def free_port() -> int:
    """Return a TCP port of this machine that nobody listens on."""
    while True:
        port = secrets.choice(_RANGE)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
