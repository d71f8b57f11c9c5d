"""Loading the files of functions and views: all of them in one transaction, or none."""

from collections import defaultdict
from collections.abc import Callable

import psycopg

from server.names import OWNER
from slotkeeper.deploy import objects
from slotkeeper.deploy.administrator import Connection
from slotkeeper.deploy.errors import DeployError, describe
from slotkeeper.deploy.locks import patiently
from slotkeeper.deploy.script import ScriptError, run_script
from slotkeeper.deploy.sources import Source, hash_of
from slotkeeper.deploy.state import State, write_state

# Callers must never wait for a deploy as long as their own lock_timeout, nor lose a deadlock to it:
# it gives way before deadlock_timeout (one second) is over, lets everybody pass, and starts again.
LOCK_TIMEOUT = "400ms"

# What `create or replace` says where it cannot: another result, other parameter names, fewer
# defaults or columns, another kind; and what a comment or grant says that does not tell the
# function with the former arguments from the new one.
_CANNOT_REPLACE = {"42P13", "42P16", "42809", "42725"}
# What a file says that needs another one first.
_NOT_THERE_YET = {"42883", "42P01", "42704", "42703", "3F000"}

# Each makes what the one before has dropped.
_MOST_PASSES = 9


def reload(
    connection: Connection,
    sources: list[Source],
    *,
    state: State,
    loaded_hash: Callable[[], str],
    check: Callable[[], None],
    report: Callable[[str], None],
) -> None:
    """Make functions, views and triggers what `sources` say, in one transaction.

    Before it commits, `check` may undo all by raising, and `loaded_hash` says what the state is to
    remember. Where a lock is not to be had the whole is repeated, for ten minutes. DeployError
    names the file and its line.
    """

    def once() -> None:
        with connection.transaction():
            # What others make or drop meanwhile is not mistaken for what this has done.
            connection.execute("set transaction isolation level repeatable read")
            connection.execute(
                f"set local role {OWNER}; set local lock_timeout = '{LOCK_TIMEOUT}';"
                " set local check_function_bodies = on"
            )
            loader = _Loader(connection, sources)
            loader.load()
            objects.inherit_comments(connection)
            trigger_hash = loader.load_triggers(state.trigger_hash)
            loader.check_made()
            check()
            write_state(connection, State(loaded_hash(), trigger_hash, state.scheduler))

    try:
        patiently(once, lambda: report("functions and views are in use: trying again"))
    except psycopg.Error as error:
        raise DeployError(f"functions and views not loaded: {describe(error)}") from error
    views = sum(source.is_view for source in sources)
    report(f"loaded {len(sources) - views} functions and {views} views")


class _Loader:
    """One attempt, inside a transaction. From the first view that it touches, callers wait."""

    def __init__(self, connection: Connection, sources: list[Source]) -> None:
        self.connection = connection
        self.sources = {source.key: source for source in sources}
        self.theirs = objects.theirs(connection)

    def load(self) -> None:
        """Drop what no file makes, and load all files until nothing has to be dropped."""
        for key, found in self._found().items():
            # A function has one form, and is the owner's.
            if key not in self.sources or len(found) > 1 or found[0].owner != OWNER:
                self._drop(found, "no file makes it")
        objects.clear(self.connection)
        before = self._found()
        # Views that are there come last: from the first of them on, callers wait. Those that only
        # reports read come before the others.
        self._load_all(
            sorted(
                self.sources.values(),
                key=lambda s: (s.is_view and s.key in before, s.schema != "report"),
            )
        )
        after, changed = self._found(), False
        for key, found in before.items():
            # Servers send the defaults that they know to the function that they know: one with
            # other arguments or defaults must be another function, which they notice.
            now = after.get(key, [])
            if now and [one.arguments for one in now] != [one.arguments for one in found]:
                self._drop(now, "its arguments have changed")
                changed = True
        if changed:
            self._load_all(self._missing())

    def _load_all(self, pending: list[Source]) -> None:
        """Load files in whatever order works; again those that were dropped for another one."""
        for _ in range(_MOST_PASSES):
            failures: dict[Source, ScriptError] = {}
            progress = dropped = False
            for source in pending:
                try:
                    run_script(self.connection, source.path, source.text)
                    progress = True
                except ScriptError as error:
                    failures[source] = error
                    if error.sqlstate in _CANNOT_REPLACE and (
                        found := self._found().get(source.key)
                    ):
                        self._drop(found, error.reason)
                        progress = dropped = True
            if not failures:
                return
            if not progress:
                raise _worst(failures)
            missing = self._missing() if dropped else []
            pending = [*missing, *(source for source in failures if source not in missing)]
        raise DeployError("functions and views replace each other endlessly")

    def _missing(self) -> list[Source]:
        found = self._found()
        return [source for source in self.sources.values() if source.key not in found]

    def load_triggers(self, loaded: str | None) -> str:
        """Make all triggers anew if a statement or a trigger has changed since their hash was
        `loaded`; else leave their tables unlocked. Return the hash as it is now."""
        sources = [source for source in self.sources.values() if source.triggers.strip()]

        def current() -> str:
            made = objects.triggers(self.connection).values()
            return hash_of([*(source.triggers.strip() for source in sources), *made])

        if current() != loaded:
            for statement in objects.triggers(self.connection):
                self.connection.execute(statement.encode())
            for source in sources:
                run_script(self.connection, source.path, source.triggers)
        return current()

    def check_made(self) -> None:
        """Make sure that the catalog holds what the files say, each once, and nothing else."""
        found = self._found()
        for key, source in self.sources.items():
            if len(found.pop(key, [])) != 1:
                raise DeployError(f"{source.path}: does not make {source.schema}.{source.name}")
        for schema, name, _ in found:
            raise DeployError(f"{schema}.{name} is made by no file that is named after it")

    def _found(self) -> dict[tuple[str, str, bool], list[objects.Object]]:
        found = defaultdict(list)
        for one in objects.find(self.connection):
            found[one.key].append(one)
        return found

    def _drop(self, found: list[objects.Object], reason: str) -> None:
        """Drop all forms of an object and what hangs on them.

        Raises DeployError where that takes along what somebody else made.
        """
        for one in found:
            if lost := objects.drop(self.connection, one, self.theirs):
                source = self.sources.get(one.key)
                shown = ", ".join(lost[:3]) + (" and more" if len(lost) > 3 else "")
                raise DeployError(
                    f"{source.path + ': ' if source else ''}{one.type} {one.schema}.{one.name} has"
                    f" to be dropped ({reason}), but {shown} depends on it, which no file would"
                    " make again"
                )


def _worst(failures: dict[Source, ScriptError]) -> ScriptError:
    """Return the error that the others most likely follow from."""
    names = [f"{source.schema}.{source.name}" for source in failures]
    return min(
        failures.values(),
        key=lambda error: (
            error.sqlstate in _NOT_THERE_YET,
            any(name in error.reason for name in names),
        ),
    )
