"""Connections to PostgreSQL: one prepared statement a request, by libpq's asynchronous calls."""

from server.database.connection import Connection, Row, connect
from server.database.database import Database, Statement
from server.database.errors import (
    ConnectFailed,
    ConnectionLost,
    DatabaseError,
    StaleStatement,
    Unanswered,
    problem_for,
)
from server.database.pool import Pool
from server.database.turns import WaitingRoom
from server.database.watch import Watch

__all__ = [
    "ConnectFailed",
    "Connection",
    "ConnectionLost",
    "Database",
    "DatabaseError",
    "Pool",
    "Row",
    "StaleStatement",
    "Statement",
    "Unanswered",
    "WaitingRoom",
    "Watch",
    "connect",
    "problem_for",
]
