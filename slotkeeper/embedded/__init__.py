"""The embedded PostgreSQL: made, started and stopped with its own programs.

It listens on a Unix socket in a directory that only its owner enters, and on nothing else; whoever
is not its owner needs a role's password there. What belongs to it is all below
`DATA_DIR/postgresql`; when the program runs as root that is a link to a place below
/var/lib/slotkeeper, because PostgreSQL refuses to run as root and then runs as the system user
`slotkeeper`, into whose group the server's workers go.
"""

from slotkeeper.embedded.server import EmbeddedServer, connection_url

__all__ = ["EmbeddedServer", "connection_url"]
