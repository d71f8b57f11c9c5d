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
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from server.config import DATABASE_FOLDER, role_password
from slotkeeper.deploy import deploy
from slotkeeper.embedded import EmbeddedServer


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
        with _serving(postgres.url, role_secret) as (process, base_url):
            password = role_password(role_secret, "slotkeeper_anon")
            login = {"user": "slotkeeper_anon", "password": password}
            target = {**conninfo_to_dict(postgres.url), **login}
            yield Service(
                admin_url=postgres.url,
                small_url=small_url,
                anonymous_url=make_conninfo("", **target),
                base_url=base_url,
                programs=postgres.programs,
                process_id=process.pid,
            )
    finally:
        postgres.stop()
        # As root the data are not in `folder`, but in a place of the system's.
        shutil.rmtree(postgres.place.home, ignore_errors=True)


@contextmanager
def _serving(url: str, role_secret: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "slotkeeper.cli", "serve"],
        stdout=subprocess.PIPE,
        text=True,
        env={
            **os.environ,
            "DATABASE_URL": url,
            "ROLE_SECRET": role_secret,
            "JWT_SECRET": secrets.token_hex(32),
            "PORT": "0",
        },
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
