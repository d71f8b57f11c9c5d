"""The service that is measured: an embedded PostgreSQL of its own and `slotkeeper serve`."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from server.config import DATABASE_FOLDER, REPOSITORY, role_password
from slotkeeper.deploy import deploy
from slotkeeper.embedded import EmbeddedServer

# As every commit has it.
_PROGRAM = (sys.executable, "-c", "import sys; from slotkeeper import cli; sys.exit(cli.main())")


@dataclass(frozen=True)
class Service:
    """`admin_url` and `anonymous_url` are PostgreSQL's, `base_url` is the HTTP server's.

    `small_url` is another database of the same PostgreSQL, which nobody serves.
    """

    admin_url: str
    anonymous_url: str
    small_url: str
    base_url: str
    programs: Path
    process_id: int
    role_secret: str

    def memory_per_worker(self) -> list[float]:
        """Proportional set size of each worker process, in MB."""
        children = Path(f"/proc/{self.process_id}/task/{self.process_id}/children").read_text()
        sizes = []
        for child in children.split():
            rollup = Path(f"/proc/{child}/smaps_rollup").read_text()
            found = re.search(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)
            if found is not None:
                sizes.append(round(int(found[1]) / 1024, 1))
        return sizes


@contextmanager
def running_service(folder: Path) -> Iterator[Service]:
    """Start PostgreSQL with its data in `folder` and the server on a free port; stop both."""
    postgres = EmbeddedServer(folder)
    try:
        postgres.start(_say)
        role_secret = secrets.token_hex(32)
        deploy(postgres.url, DATABASE_FOLDER, role_secret, _say)
        small_url = make_conninfo("", **{**conninfo_to_dict(postgres.url), "dbname": "small"})
        with psycopg.connect(postgres.url, autocommit=True) as connection:
            connection.execute("create database small")
        deploy(small_url, DATABASE_FOLDER, role_secret, _say)
        with psycopg.connect(postgres.url) as connection:
            # Whoever measures waits for no hold to run out, and nothing else may run meanwhile.
            connection.execute("update data.clinic set hold_seconds = 86400")
        with _serving(postgres.url, role_secret, REPOSITORY) as (process, base_url):
            yield Service(
                admin_url=postgres.url,
                small_url=small_url,
                anonymous_url=_anonymous(postgres.url, role_secret),
                base_url=base_url,
                programs=postgres.programs,
                process_id=process.pid,
                role_secret=role_secret,
            )
    finally:
        postgres.stop()
        # As root the data are not in `folder`, but in a place of the system's.
        shutil.rmtree(postgres.place.home, ignore_errors=True)


@contextmanager
def service_without_history(service: Service) -> Iterator[Service]:
    """Serve a database beside the service's that writes down no changes, and chains none."""
    url = make_conninfo("", **{**conninfo_to_dict(service.admin_url), "dbname": "unkept"})
    with psycopg.connect(service.admin_url, autocommit=True) as connection:
        connection.execute("create database unkept")
    deploy(url, DATABASE_FOLDER, service.role_secret, _say)
    with psycopg.connect(url) as connection:
        connection.execute("update data.clinic set hold_seconds = 86400")
        connection.execute(
            "do $$ declare kept text; begin"
            " for kept in select tgrelid::regclass from pg_trigger"
            " where tgname = 'keep_change' loop"
            " execute format('alter table %s disable trigger keep_change', kept);"
            " end loop; end $$"
        )
    with _serving(url, service.role_secret, REPOSITORY) as (process, base_url):
        yield replace(
            service,
            admin_url=url,
            anonymous_url=_anonymous(url, service.role_secret),
            base_url=base_url,
            process_id=process.pid,
        )


@contextmanager
def service_of_commit(service: Service, commit: str, folder: Path) -> Iterator[Service]:
    """Deploy and serve a commit, laid out in `folder`, with a database beside the service's."""
    archive = subprocess.run(
        ["git", "-C", str(REPOSITORY), "archive", commit], check=True, capture_output=True
    )
    folder.mkdir()
    subprocess.run(["tar", "-x", "-C", str(folder)], check=True, input=archive.stdout)
    url = make_conninfo("", **{**conninfo_to_dict(service.admin_url), "dbname": "before"})
    with psycopg.connect(service.admin_url, autocommit=True) as connection:
        connection.execute("create database before")
    subprocess.run(
        [*_PROGRAM, "deploy"],
        check=True,
        stdout=sys.stderr,
        cwd=folder,
        env=_environment(url, service.role_secret, folder),
    )
    with _serving(url, service.role_secret, folder) as (process, base_url):
        yield replace(
            service,
            admin_url=url,
            anonymous_url=_anonymous(url, service.role_secret),
            base_url=base_url,
            process_id=process.pid,
        )


def _anonymous(url: str, role_secret: str) -> str:
    password = role_password(role_secret, "slotkeeper_anon")
    login = {"user": "slotkeeper_anon", "password": password}
    return make_conninfo("", **{**conninfo_to_dict(url), **login})


def _environment(url: str, role_secret: str, source: Path) -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": str(source),
        "DATABASE_URL": url,
        "ROLE_SECRET": role_secret,
        "JWT_SECRET": secrets.token_hex(32),
        "PORT": "0",
    }


@contextmanager
def _serving(
    url: str, role_secret: str, source: Path
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    process = subprocess.Popen(
        [*_PROGRAM, "serve"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=source,
        env=_environment(url, role_secret, source),
    )
    try:
        assert process.stdout is not None
        for line in process.stdout:
            found = re.search(r"Serving on (http://\S+)", line)
            if found is not None:
                yield process, found[1]
                break
        else:
            raise RuntimeError("the server did not start")
    finally:
        process.terminate()
        process.wait()


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
