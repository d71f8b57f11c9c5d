"""What was written down of what happened, as those who read it in order see it."""

from .databases import Database
from .wait import eventually

READABLE = """
select not exists (
    select from data.change as c where c.xid >= pg_snapshot_xmin(pg_current_snapshot())
)
"""


def until_readable(database: Database) -> None:
    """Wait until all that is committed can be read: no older transaction is open in any database.

    What other tests do in the same cluster keeps readers back, too.
    """
    eventually(lambda: database.value(READABLE), 30, "end of the older transactions")
