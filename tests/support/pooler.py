"""PgBouncer in transaction mode, as Debian packages it, in front of a test cluster."""

import contextlib
import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from .databases import Database
from .wait import eventually

PROGRAM = Path("/usr/sbin/pgbouncer")
PORT = 6432  # No TCP: it only names the socket.

SETTINGS = """
[databases]
* = host={home} port=5432

[pgbouncer]
pool_mode = transaction
default_pool_size = {sessions}
max_client_conn = 500
auth_type = scram-sha-256
auth_file = {folder}/users
listen_addr =
listen_port = {port}
unix_socket_dir = {folder}
logfile = {folder}/log
"""


@contextlib.contextmanager
def pooler(database: Database, sessions: int = 2) -> Iterator[str]:
    """Give the address of `database` behind a pooler with so many sessions for each role.

    Every role logs in as itself: the pooler knows the roles' verifiers, and with these and what it
    sees of a login it logs in to PostgreSQL.
    """
    cluster = database.cluster
    folder = Path(tempfile.mkdtemp(prefix="p", dir=cluster.home))
    users = database.rows("select rolname, rolpassword from pg_authid where rolpassword <> ''")
    (folder / "users").write_text("".join(f'"{name}" "{secret}"\n' for name, secret in users))
    (folder / "ini").write_text(
        SETTINGS.format(home=cluster.home, folder=folder, sessions=sessions, port=PORT)
    )
    user = cluster.user
    folder.chmod(0o711)  # the server is yet another user
    for path in (folder, *folder.iterdir()):
        os.chown(path, user.uid, user.gid)
    process = subprocess.Popen(
        ["setpriv", "--pdeathsig", "INT", PROGRAM, "-q", folder / "ini"],
        cwd="/",
        stdin=subprocess.DEVNULL,
        user=user.uid if user.name else None,
        group=user.gid if user.name else None,
        extra_groups=[] if user.name else None,
    )
    try:
        eventually((folder / f".s.PGSQL.{PORT}").exists, what="start of the pooler")
        yield f"postgresql:///{database.name}?host={quote(str(folder), safe='')}&port={PORT}"
    finally:
        process.terminate()
        process.wait()
