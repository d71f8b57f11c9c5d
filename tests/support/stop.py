"""Stops who writes a row in front of it, until the test lets go of an advisory lock."""

from typing import LiteralString

import psycopg
from psycopg import sql

LOCK = "select pg_advisory_lock(42)"
UNLOCK = "select pg_advisory_unlock(42)"

_FUNCTION = """
create function public.stop() returns trigger
language plpgsql
as $$
begin
    perform pg_advisory_xact_lock(42);
    return new;
end;
$$
"""
_TRIGGER = "create trigger stop before {} for each row {} execute function public.stop()"


def stop_at(
    connection: psycopg.Connection[tuple[object, ...]],
    action: LiteralString,
    when: LiteralString = "",
) -> None:
    """Let what does `action` ("update on data.delivery") wait; where not always, `when (...)`."""
    connection.execute(_FUNCTION)
    connection.execute(sql.SQL(_TRIGGER).format(sql.SQL(action), sql.SQL(when)))
