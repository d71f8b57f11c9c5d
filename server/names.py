"""Names that the server, `deploy` and PostgreSQL have in common."""

OWNER = "slotkeeper_owner"
SERVER = "slotkeeper_server"
REPORT = "slotkeeper_report"
ANONYMOUS = "slotkeeper_anon"

# Those of the web and the server, as whom each worker has a pool of connections.
POOLS = 6

# What stands before a role of the web's short name, as tokens have it.
ROLE_PREFIX = "slotkeeper_"

# Notified by each deploy that changes what a running server has read.
CHANNEL = "slotkeeper_deployed"
