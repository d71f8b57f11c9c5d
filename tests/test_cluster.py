"""The private cluster: gone with the run whatever ends it, and back after a crash."""

import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from .support import guardian
from .support.cluster import Cluster
from .support.databases import DB
from .support.wait import eventually

# A test run that has started its cluster and then waits for ever.
RUN = """
import signal, time
from tests.support.cluster import KINDS, guarded_cluster

# Whoever runs the tests in the background has it ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
with guarded_cluster(KINDS["{kind}"]) as cluster:
    cluster.ensure_started()
    print(cluster.home, flush=True)
    while True:  # In steps: a signal just before one long pause would not end it.
        time.sleep(0.1)
"""


@pytest.mark.parametrize("ended_by", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_cluster_ends_with_the_run(cluster: Cluster, ended_by: signal.Signals) -> None:
    """However a run ends, no server and no directory of it stays."""
    with subprocess.Popen(
        [sys.executable, "-c", RUN.format(kind=cluster.kind.name)],
        cwd=DB.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as run:
        assert run.stdout is not None
        home = Path(run.stdout.readline().strip())
        postmaster = guardian.postmaster(home / "data")
        assert postmaster is not None
        run.send_signal(ended_by)
    eventually(lambda: not home.exists(), what="removal of the cluster")
    assert not Path(f"/proc/{postmaster}/cwd").exists()


def test_cluster_recovers_from_a_crash(private_cluster: Cluster) -> None:
    """What was committed is there after every process was killed, and after a restart."""
    url = private_cluster.admin_url()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("create table kept as select 42 as answer")
    private_cluster.kill9()
    private_cluster.restart("immediate")
    with psycopg.connect(url) as connection:
        assert connection.execute("select answer from kept").fetchone() == (42,)


def test_roles_prove_their_password(cluster: Cluster) -> None:
    """Nobody but the administrator is let in without a password."""
    with pytest.raises(
        psycopg.OperationalError, match=r"no password supplied|authentication failed"
    ):
        psycopg.connect(cluster.server_url("postgres"), user="slotkeeper_anon")
