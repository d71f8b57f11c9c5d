"""The generated API: from PostgreSQL's catalog to routes, checks, statements, documentation."""
