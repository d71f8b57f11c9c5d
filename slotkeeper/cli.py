"""The command line `slotkeeper`."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import LiteralString

import psycopg

from server import config
from server.config import OperatorError

_Command = Callable[[argparse.Namespace], None]

_DESCRIPTION = """\
An HTTP API generated from the functions of a PostgreSQL database.

`slotkeeper run` needs nothing: it brings its own PostgreSQL, kept in DATA_DIR. The other
commands work on the database that DATABASE_URL names, or else on the one that `run` has running
for DATA_DIR.
"""

_EPILOG = """\
environment:
  DATABASE_URL    postgresql://user:password@host:5432/database; an administrator's for run,
                  deploy, demo, create-admin, set-password and routes; serve uses its
                  address alone
  DATA_DIR        where the embedded database is kept                    [.data]
  REPORT_PORT     where the embedded database listens, on 127.0.0.1, for reporting
                  tools                                                  [0: nowhere]
  HOST, PORT      where to listen                                        [127.0.0.1, 8080]
  JWT_SECRET      signs access tokens, at least 32 bytes; made and kept in DATA_DIR
                  where the database is embedded
  ROLE_SECRET     the passwords of the database's roles derive from it, at least 32 bytes;
                  made and kept likewise
  WORKERS         server processes                                       [processors, at most 8]
  POOL_SIZE       connections for each web role in each worker           [12]
  MAX_CONNECTIONS      clients' connections in each worker               [10000]
  MAX_CONNECTIONS_PER_ADDRESS  of one address in each worker; 0: any     [1000]
  CORS_ORIGINS    origins that may call from a browser, with commas      [none]
  SMTP_URL        smtp://user:password@host:587 or smtps://host: who takes mail; without
                  it, mail waits in the database
  MAIL_FROM       who mail comes from                                    [slotkeeper@localhost]
  PUBLIC_URL      where users reach it; links in mails begin with it     [none: no links]
  LOG_REQUESTS    1: one line for each request, without query strings    [0]
  JWT_ISSUER, JWT_AUDIENCE                                               [slotkeeper]
  ACCESS_TOKEN_SECONDS, REFRESH_TOKEN_SECONDS                            [900, 2592000]

examples:
  slotkeeper run
  PORT=9000 DATA_DIR=~/keeper slotkeeper run
  slotkeeper create-admin ann@example.org --name Ann
  echo 'a long password' | slotkeeper create-admin ann@example.org
  slotkeeper set-password joe@example.org
  DATABASE_URL=postgresql://postgres:...@db/keeper ROLE_SECRET=... slotkeeper deploy
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return 0, or 1 after one line on standard error that says why not."""
    parsed = _parser().parse_args(arguments)
    command: _Command = parsed.command
    try:
        command(parsed)
    except BrokenPipeError:
        # The reader of our output, such as `head`, has gone; so may we.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        reason = _reason(error)
        if reason is None:
            raise
        sys.stderr.write(f"slotkeeper: {reason}\n")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="slotkeeper",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {version('slotkeeper')}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    folder = argparse.ArgumentParser(add_help=False)
    folder.add_argument(
        "--db",
        type=Path,
        default=config.DATABASE_FOLDER,
        metavar="DIR",
        help="the folder that holds roles.sql, migrations, functions and views [%(default)s]",
    )

    def add(
        name: str, command: _Command, text: str, *parents: argparse.ArgumentParser
    ) -> argparse.ArgumentParser:
        description = f"{text[0].upper()}{text[1:]}."
        sub = commands.add_parser(name, help=text, description=description, parents=parents)
        sub.set_defaults(command=command)
        return sub

    text = "start PostgreSQL if DATABASE_URL names none, deploy, and serve until Ctrl-C"
    add("run", _run, text, folder)
    serve = add("serve", _serve, "serve the API of a database that `deploy` has prepared")
    serve.add_argument("--parent", type=int, default=0, help=argparse.SUPPRESS)
    add("deploy", _deploy, "make roles, apply migrations, reload functions and views", folder)
    demo = add("demo", _demo, "load the demo; a second time changes nothing", folder)
    demo.add_argument(
        "--bookings",
        type=int,
        default=0,
        metavar="N",
        help="then fill it with clinics until it has so many bookings; only in a database that has"
        " no bookings but the demo's",
    )
    admin = add("create-admin", _create_admin, "make an admin's account")
    password = add("set-password", _set_password, "give an account a password, ending its logins")
    for sub in (admin, password):
        sub.description = (
            f"{sub.description} The password is asked for, or is the first line of standard input"
            " where that is no terminal."
        )
        sub.add_argument("email", metavar="EMAIL")
    admin.add_argument("--name", help="the admin's name [what stands before the @]")
    add("routes", _routes, "print the generated routes: method, path, function, roles")
    return parser


def _run(parsed: argparse.Namespace) -> None:
    from slotkeeper.run import run

    run(_folder(parsed), _say)


def _serve(parsed: argparse.Namespace) -> None:
    from server.http.serve import serve
    from slotkeeper.embedded.account import server_account

    serve(config.read(config.ServeConfig), server_account(), parsed.parent)


def _deploy(parsed: argparse.Namespace) -> None:
    from slotkeeper.deploy import deploy

    folder = _folder(parsed)
    settings = config.read(config.Settings)
    deploy(_admin_url(settings), folder, _role_secret(settings), _say)


def _demo(parsed: argparse.Namespace) -> None:
    from slotkeeper.demo import demo_files, grow_demo, load_demo

    folder = _folder(parsed)
    if not demo_files(folder):
        raise OperatorError(f"there is no demo in {folder / 'demo'}")
    url = _admin_url(config.read(config.Settings))
    if load_demo(url, folder, _say):
        _say("The demo is loaded.")
    elif not parsed.bookings:
        _say("The demo changed nothing: it is loaded already, or the database has its own data.")
    if parsed.bookings:
        added = grow_demo(url, folder, parsed.bookings, _show_progress)
        _say(f"{added:,} bookings were added." if added else "It has that many bookings already.")


def _create_admin(parsed: argparse.Namespace) -> None:
    name: str = parsed.name or parsed.email.partition("@")[0]
    _with_password("select core.create_admin(%(email)s, %(name)s, %(hash)s)", parsed.email, name)
    _say(f"{parsed.email} is an admin now.")


def _set_password(parsed: argparse.Namespace) -> None:
    _with_password("select core.set_password(%(email)s, %(hash)s)", parsed.email)
    _say(f"{parsed.email} logs in with that password now.")


def _with_password(statement: LiteralString, email: str, name: str | None = None) -> None:
    """Ask for a password and run a statement with its hash."""
    from server.http.passwords import MAXIMUM_LENGTH, MINIMUM_LENGTH, hash_password
    from slotkeeper.deployed import connect

    with connect(_admin_url(config.read(config.Settings))) as connection:
        password = _password()
        if not MINIMUM_LENGTH <= len(password) <= MAXIMUM_LENGTH:
            raise OperatorError(
                f"the password must have {MINIMUM_LENGTH} to {MAXIMUM_LENGTH} characters"
            )
        values = {"email": email, "name": name, "hash": hash_password(password)}
        connection.execute(statement, values)


def _routes(_parsed: argparse.Namespace) -> None:
    from server.catalog import CATALOG_QUERY, read_catalog
    from slotkeeper.deployed import connect

    with connect(_admin_url(config.read(config.Settings))) as connection:
        row = connection.execute(CATALOG_QUERY.encode()).fetchone()
    assert row is not None
    table = [("METHOD", "PATH", "FUNCTION", "ROLES")]
    table += [
        (route.method, route.path, route.function.name, " ".join(sorted(route.function.roles)))
        for route in read_catalog(row[0]).routes
    ]
    widths = [max(len(line[column]) for line in table) for column in range(3)]
    for line in table:
        cells = [cell.ljust(width) for cell, width in zip(line[:3], widths, strict=True)]
        _say("  ".join((*cells, line[3])))


def _folder(parsed: argparse.Namespace) -> Path:
    folder: Path = parsed.db.absolute()
    if not (folder / "migrations").is_dir():
        raise OperatorError(f"--db {folder}: there is no folder migrations in it")
    return folder


def _admin_url(settings: config.Settings) -> str:
    if settings.database_url:
        return settings.database_url
    from slotkeeper.embedded import connection_url

    return connection_url(settings.data_dir)


def _role_secret(settings: config.Settings) -> str:
    if settings.role_secret:
        return settings.role_secret
    if settings.database_url:
        raise OperatorError("ROLE_SECRET: must be set")
    from slotkeeper.kept_secrets import kept_secret

    # The running embedded server's own; another one would lock its `serve` out.
    return kept_secret(settings.data_dir, "role_secret")


def _password() -> str:
    if not sys.stdin.isatty():
        try:
            return sys.stdin.readline().rstrip("\r\n")
        except UnicodeDecodeError:
            raise OperatorError("the password must be UTF-8") from None
    try:
        password = getpass.getpass("Password: ")
        again = getpass.getpass("Once more: ")
    except EOFError:
        raise OperatorError("no password was given") from None
    if password != again:
        raise OperatorError("the two passwords differ")
    return password


def _reason(error: Exception) -> str | None:
    """Return the one line that says what is wrong, or None for what nobody foresaw."""
    from server.catalog import CatalogError

    if isinstance(error, psycopg.Error):
        return _database_reason(error)
    if isinstance(error, OperatorError | CatalogError):
        return " ".join(str(error).split())
    if isinstance(error, OSError) and error.strerror:
        place = f"{error.filename}: " if error.filename else ""
        return f"{place}{error.strerror}"
    return None


def _database_reason(error: psycopg.Error) -> str:
    """Return what PostgreSQL or libpq says, without the hints and places that follow it."""
    said = error.diag.message_primary or str(error)
    if (error.sqlstate or "").startswith("PT") and error.diag.message_detail:
        said += f": {error.diag.message_detail}"
    return " ".join(said.split()) or type(error).__name__


def _show_progress(done: int, of: int) -> None:
    if sys.stderr.isatty():
        filled = 40 * done // of
        bar = "#" * filled + "." * (40 - filled)
        sys.stderr.write(f"\r[{bar}] {done:,} of {of:,}" + ("\n" if done == of else ""))
        sys.stderr.flush()


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
