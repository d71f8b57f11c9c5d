"""What surrounds the server: the command line, deploy, the embedded PostgreSQL, `run`."""
