"""What the tests stand on: private PostgreSQL clusters, databases, servers and clients."""
