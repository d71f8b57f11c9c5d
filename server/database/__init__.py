"""Connections to PostgreSQL: one prepared statement a request, by libpq's asynchronous calls."""

from server.database.connection import Row
from server.database.database import Database
from server.database.errors import (
    ConnectFailed,
    ConnectionLost,
    DatabaseError,
    problem_for,
)
from server.database.watch import Watch

__all__ = [
    "ConnectFailed",
    "ConnectionLost",
    "Database",
    "DatabaseError",
    "Row",
    "Watch",
    "problem_for",
]
