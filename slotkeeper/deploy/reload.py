"""Loading the files of functions and views: all of them in one transaction, or none."""

import hashlib
import random
import time
from collections import Counter
from collections.abc import Callable

import psycopg

from slotkeeper.deploy import objects
from slotkeeper.deploy.administrator import Connection
from slotkeeper.deploy.errors import DeployError, describe, is_passing
from slotkeeper.deploy.objects import Found, key_of
from slotkeeper.deploy.roles import OWNER
from slotkeeper.deploy.script import ScriptError, run_script
from slotkeeper.deploy.sources import Source, TriggerName
from slotkeeper.deploy.state import State, as_owner, write_reload

# Callers must never wait for a deploy as long as their own lock_timeout, nor lose a deadlock to it:
# it gives way before deadlock_timeout (one second) is over, lets everybody pass, and starts again.
LOCK_TIMEOUT = "400ms"
PATIENCE_SECONDS = 300.0

# What `create or replace` says where it cannot: another result, other parameter names, fewer
# defaults or columns; what a file without `or replace` meets; and what a comment or grant says
# that does not tell the function with the former arguments from the new one.
_CANNOT_REPLACE = {"42P13", "42P16", "42723", "42P07", "2BP01", "42809", "42725"}
# What a file says that needs another one first.
_NOT_THERE_YET = {"42883", "42P01", "42704", "42703", "3F000"}

# Re-loading can make new objects that others must be bound to; twice is what it takes.
_MOST_ROUNDS = 5


def reload(
    connection: Connection,
    sources: list[Source],
    *,
    reload_hash: str,
    state: State,
    check: Callable[[], None],
    report: Callable[[str], None],
) -> None:
    """Make functions, views and triggers what `sources` say, in one transaction.

    `check` is called before it commits, and undoes all by raising. Where a lock is not to be had
    the whole is repeated, for five minutes. DeployError names the file and its line.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            with connection.transaction():
                _Reload(connection, sources, state).run(reload_hash, check)
        except psycopg.Error as error:
            if not is_passing(error) or time.monotonic() > deadline:
                raise DeployError(f"functions and views not loaded: {describe(error)}") from error
            report("functions and views are in use: trying again")
            time.sleep(random.uniform(0.1, 1.0))  # noqa: S311
        else:
            views = sum(source.is_view for source in sources)
            report(f"loaded {len(sources) - views} functions and {views} views")
            return


class _Reload:
    """One attempt, inside a transaction."""

    def __init__(self, connection: Connection, sources: list[Source], state: State) -> None:
        self.connection = connection
        self.sources = {key_of(source): source for source in sources}
        self.pending: dict[tuple[str, str, bool], Source] = {}
        self.state = state
        self.dropped_any = False

    def run(self, reload_hash: str, check: Callable[[], None]) -> None:
        """Load everything, drop what no file makes, and remember it."""
        self._settle()
        self._clear()
        self._prune()
        for _ in range(_MOST_ROUNDS):
            # Again where something was dropped: a body that was checked while the old one was
            # still there has not been checked against what is there now.
            self.dropped_any = False
            self.pending = dict(self.sources)
            self._load()
            if not self.dropped_any:
                break
        else:
            raise DeployError("functions and views replace each other endlessly")
        triggers = self._load_triggers()
        self._check_made()
        check()
        write_reload(
            self.connection,
            State(reload_hash, objects.fingerprint(self.connection), triggers),
        )

    def _settle(self) -> None:
        for statement in objects.adoptions(self.connection, OWNER):
            self.connection.execute(statement.encode())
        as_owner(self.connection)
        self.connection.execute(
            "select set_config('lock_timeout', %s, true), set_config('search_path', '', true),"
            " set_config('check_function_bodies', 'on', true)",
            (LOCK_TIMEOUT,),
        )

    def _clear(self) -> None:
        statements = objects.clearances(self.connection)
        if statements:
            self.connection.execute(";\n".join(statements).encode())

    def _prune(self) -> None:
        """Drop what no file makes, and all forms of a function that has more than one."""
        wanted = {trigger for source in self.sources.values() for trigger in source.triggers}
        for trigger in objects.trigger_definitions(self.connection):
            if trigger not in wanted:
                self._drop_trigger(trigger)
        found = objects.find(self.connection)
        forms = Counter(one.key for one in found)
        for one in found:
            if one.key not in self.sources or forms[one.key] > 1:
                self._drop(one, "no file makes it")

    def _load(self) -> None:
        """Load what is pending, in whatever order works."""
        while self.pending:
            failures: dict[tuple[str, str, bool], ScriptError] = {}
            attempts = 0
            for key in list(self.pending):
                if (source := self.pending.pop(key, None)) is None:
                    continue
                attempts += 1
                try:
                    self._load_one(source)
                except ScriptError as error:
                    failures[key] = error
            if failures and len(failures) == attempts:
                raise _worst(failures)
            self.pending.update({key: self.sources[key] for key in failures})

    def _load_one(self, source: Source) -> None:
        old = self._named(source)
        signatures = {one: self._signature(one) for one in old}
        try:
            self._run(source)
        except ScriptError as error:
            if error.sqlstate not in _CANNOT_REPLACE or not old:
                raise
            for one in old:
                self._drop(one, error.reason)
            self._run(source)
            return
        if not source.is_view:
            # Another argument list makes another function: the former goes.
            now = self._named(source)
            if len(now) > 1:
                for one in now:
                    if one in old:
                        self._drop(one, "its arguments have changed")
            elif now == old and self._signature(now[0]) != signatures[now[0]]:
                # Servers send the defaults that they know, to the function that they know: one
                # with other defaults must be another function, which they notice.
                self._drop(now[0], "its defaults have changed")
                self._run(source)

    def _run(self, source: Source) -> None:
        run_script(self.connection, source.path, source.content, source.statements)

    def _named(self, source: Source) -> list[Found]:
        kind = "pg_class" if source.is_view else "pg_proc"
        prefix = "rel" if source.is_view else "pro"
        only = " and relkind = 'v'" if source.is_view else ""
        rows = self.connection.execute(
            f"select oid from pg_catalog.{kind} where {prefix}name = %s"  # noqa: S608
            f" and {prefix}namespace = to_regnamespace(%s){only}".encode(),
            (source.name, source.schema),
        )
        return [Found(oid, source.schema, source.name, source.is_view) for (oid,) in rows]

    def _signature(self, found: Found) -> str | None:
        """Return the arguments of a function with their defaults; of a view, None."""
        row = self.connection.execute(
            "select pg_catalog.pg_get_function_arguments(%s)", (found.oid,)
        ).fetchone()
        return row[0] if row else None

    def _drop(self, found: Found, reason: str) -> None:
        """Drop an object and what hangs on it, and queue the files that make it anew."""
        kind, cast = ("view", "regclass") if found.is_view else ("routine", "regprocedure")
        catalog, only = ("pg_class", "") if found.is_view else ("pg_proc", "")
        row = self.connection.execute(
            f"select format('drop {kind} %%s cascade', oid::{cast})"  # noqa: S608
            f" from pg_catalog.{catalog} where oid = %s{only}".encode(),
            (found.oid,),
        ).fetchone()
        if row is None:  # Went along with another one.
            return
        gone = objects.dependents(self.connection, found)
        if gone.others:
            dropped = "view" if found.is_view else "function"
            shown = ", ".join(gone.others[:3]) + (" and more" if len(gone.others) > 3 else "")
            source = self.sources.get(found.key)
            place = f"{source.path}: " if source else ""
            raise DeployError(
                f"{place}{dropped} {found.schema}.{found.name} has to be dropped ({reason}), but"
                f" {shown} depends on it, which no file would make again"
            )
        self.connection.execute(str(row[0]).encode())
        self.dropped_any = True
        for key in gone.ours:
            if key in self.sources:
                self.pending[key] = self.sources[key]

    def _drop_trigger(self, trigger: TriggerName) -> None:
        row = self.connection.execute(
            "select format('drop trigger if exists %%I on %%I.%%I', %s::text, %s::text, %s::text)",
            (trigger.name, *trigger.table),
        ).fetchone()
        assert row is not None
        self.connection.execute(str(row[0]).encode())

    def _load_triggers(self) -> dict[str, list[str]]:
        """Make the triggers whose statements or selves have changed; leave the tables of the
        others unlocked. Return what state.triggers is to be."""
        definitions = objects.trigger_definitions(self.connection)
        changed = False
        for source in self.sources.values():
            if source.trigger_statements and self.state.triggers.get(source.path) != [
                source.trigger_hash,
                _hash_of(source, definitions),
            ]:
                try:
                    run_script(
                        self.connection, source.path, source.content, source.trigger_statements
                    )
                except ScriptError as error:
                    raise DeployError(str(error)) from error
                changed = True
        if changed:
            definitions = objects.trigger_definitions(self.connection)
        return {
            source.path: [source.trigger_hash, _hash_of(source, definitions)]
            for source in self.sources.values()
            if source.trigger_statements
        }

    def _check_made(self) -> None:
        """Make sure that the catalog holds what the files say, each once, and nothing else."""
        found = Counter(one.key for one in objects.find(self.connection))
        for key, source in self.sources.items():
            if found[key] != 1:
                raise DeployError(
                    f"{source.path}: there are {found[key]} of {source.schema}.{source.name}"
                )
        if extra := set(found) - set(self.sources):
            schema, name, _ = min(extra)
            raise DeployError(f"{schema}.{name} is made by no file")
        missing = {
            trigger: source.path for source in self.sources.values() for trigger in source.triggers
        }
        for trigger in objects.trigger_definitions(self.connection):
            missing.pop(trigger, None)
        for trigger, path in missing.items():
            raise DeployError(f"{path}: trigger {trigger.name} does not call this function")


def _hash_of(source: Source, definitions: dict[TriggerName, str]) -> str:
    texts = sorted(definitions.get(trigger, "") for trigger in source.triggers)
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


def _worst(failures: dict[tuple[str, str, bool], ScriptError]) -> DeployError:
    """Return the error that the others most likely follow from."""
    names = [f"{schema}.{name}" for schema, name, _ in failures]
    for error in failures.values():
        if error.sqlstate not in _NOT_THERE_YET:
            return DeployError(str(error))
    for error in failures.values():
        if not any(name in error.reason for name in names):
            return DeployError(str(error))
    return DeployError(str(next(iter(failures.values()))))
