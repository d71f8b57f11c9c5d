"""Processes: start and its failures, shutdown, workers that die, the parent that is killed."""

import asyncio
import os
import re
import resource
import signal
import socket
import subprocess
import sys
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from aiohttp import web

from server.http.worker import drain
from tests.support import databases
from tests.support.cluster import Cluster
from tests.support.databases import Database
from tests.support.server import Server, running
from tests.support.wait import eventually

from . import probes
from .test_trouble import begin_sleep


def workers_of(server: Server) -> list[int]:
    """The process ids of the server's workers."""
    path = Path(f"/proc/{server.pid}/task/{server.pid}/children")
    return [int(pid) for pid in path.read_text().split()]


def start_failing(server: Server, **changes: str) -> subprocess.CompletedProcess[str]:
    """Run `serve` to its early end."""
    return subprocess.run(
        [sys.executable, "-m", "slotkeeper", "serve"],
        env=server.environment() | changes,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def test_requests_in_flight_finish_and_nothing_new_is_taken(probed: Database) -> None:
    server = Server(probed, workers=2)
    with running(server):
        peers = [begin_sleep(server, 1.0) for _ in range(6)]
        probes.wait_for_sleepers(probed, 6)
        status = server.stop()
        assert status == 0
        for peer in peers:
            with closing(peer):
                assert peer.recv(65536).startswith(b"HTTP/1.1 200 OK\r\n")
                assert peer.recv(65536) == b""
        with pytest.raises(ConnectionRefusedError):
            server.request("GET", "/health")
    eventually(
        lambda: (
            probed.value(
                "select count(*) from pg_stat_activity where application_name = 'slotkeeper'"
                " and datname = current_database()"
            )
            == 0
        ),
        what="end of all sessions",
    )


def test_ctrl_c_ends_the_server_like_sigterm(probed: Database) -> None:
    server = Server(probed, workers=2)
    with running(server):
        with closing(begin_sleep(server, 1.0)) as peer:
            probes.wait_for_sleepers(probed, 1)
            os.killpg(server.pid, signal.SIGINT)
            assert peer.recv(65536).startswith(b"HTTP/1.1 200 OK\r\n")
        assert server.wait() == 0
    assert "Traceback" not in server.log


def replaced(server: Server, dead: int) -> bool:
    """Whether there are two workers again, without one that died."""
    workers = workers_of(server)
    return len(workers) == 2 and dead not in workers


def test_a_worker_that_dies_is_replaced(probed: Database) -> None:
    with running(Server(probed, workers=2)) as server:
        for _ in range(2):
            before = workers_of(server)
            assert len(before) == 2
            os.kill(before[0], signal.SIGKILL)
            eventually(partial(replaced, server, before[0]), what="new worker")
            # What came to the dead worker's socket meanwhile is answered by its successor.
            assert {server.request("GET", "/api/probe/pid").status for _ in range(20)} == {200}
        assert "was sent SIGKILL" in server.log


def test_workers_end_when_their_parent_is_killed(probed: Database) -> None:
    with running(Server(probed, workers=2)) as server:
        workers = workers_of(server)
        os.kill(server.pid, signal.SIGKILL)
        eventually(lambda: not any(runs(pid) for pid in workers), what="their end")
        # The port is free for the next.
        server.kill9()
        server.start()
        assert server.request("GET", "/health").status == 200


def runs(pid: int) -> bool:
    """Whether a process exists and is more than a name for its parent to read."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_taken_port_is_one_clear_line(database: Database) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = start_failing(Server(database), PORT=port)
    assert done.returncode != 0
    assert done.stderr.strip().count("\n") == 0
    assert f"PORT {port}: Address already in use" in done.stderr
    with running(Server(database)) as server:
        port = server.url.rpartition(":")[2]
        done = start_failing(Server(database), PORT=port)
        assert "in use" in done.stderr


def test_a_database_that_cannot_be_reached_is_one_clear_line(database: Database) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"postgresql://127.0.0.1:{nobody.getsockname()[1]}/nowhere"
        done = start_failing(Server(database, workers=2), DATABASE_URL=url)
    assert done.returncode != 0
    assert done.stderr.strip().count("\n") == 0
    assert "cannot connect to the database" in done.stderr
    assert "deploy" not in done.stderr


def test_a_database_without_a_deploy_is_one_clear_line(
    database: Database, empty_database: Database
) -> None:
    done = start_failing(Server(empty_database, workers=2))
    assert done.returncode != 0
    assert done.stderr.strip().count("\n") == 0
    assert "not deployed" in done.stderr


def test_a_wrong_role_secret_is_one_clear_line(database: Database) -> None:
    done = start_failing(Server(database), ROLE_SECRET="w" * 40)
    trusts_everybody = "cannot connect" not in done.stderr
    if not trusts_everybody:
        assert done.stderr.strip().count("\n") == 0
        assert done.stderr.strip().endswith("run, with this ROLE_SECRET?")


def test_a_cluster_without_our_roles_is_told_to_deploy(private_cluster: Cluster) -> None:
    done = start_failing(Server(databases.create(private_cluster), workers=2))
    assert done.returncode != 0
    assert done.stderr.strip().count("\n") == 0
    assert "; has `slotkeeper deploy` been run" in done.stderr


def status_of(pid: int) -> dict[str, str]:
    """What the kernel says of a process."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


@pytest.mark.skipif(os.geteuid() != 0, reason="whoever is not root has nothing to give up")
def test_workers_of_root_are_nobody_of_importance(probed: Database) -> None:
    with running(Server(probed, workers=2)) as server:
        # Of connections too that are opened only now.
        peers = [begin_sleep(server, 0.1) for _ in range(6)]
        for peer in peers:
            with closing(peer):
                assert peer.recv(65536).startswith(b"HTTP/1.1 200 OK\r\n")
        for worker in workers_of(server):
            status = status_of(worker)
            for ids in (status["Uid"], status["Gid"]):
                assert not {0, probed.cluster.user.uid} & set(map(int, ids.split()))
            assert status["Groups"] == ""
            assert {int(status[name], 16) for name in ("CapPrm", "CapEff", "CapInh")} == {0}


def test_as_many_files_may_be_open_as_the_administrator_allows(database: Database) -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    server = Server(database)
    with running(server):
        server.stop()
        resource.prlimit(os.getpid(), resource.RLIMIT_NOFILE, (most // 2, most))
        try:
            server.start()
        finally:
            resource.prlimit(os.getpid(), resource.RLIMIT_NOFILE, (most, most))
        (worker,) = workers_of(server)
        limits = Path(f"/proc/{worker}/limits").read_text()
        assert re.search(rf"^Max open files +{most} +{most} ", limits, re.MULTILINE)


def test_a_connection_that_is_made_during_a_stop_is_served_or_closed() -> None:
    """Its task has not begun when the server closes what is idle."""

    async def answer(_: web.BaseRequest) -> web.Response:
        return web.Response()

    async def stop_and_connect(accepted: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        server = web.Server(answer)
        runner = web.ServerRunner(server, shutdown_timeout=30.0)
        await runner.setup()
        connecting = asyncio.create_task(loop.connect_accepted_socket(server, accepted))
        async with asyncio.timeout(10):
            await asyncio.create_task(drain(runner))
        await connecting

    client, accepted = socket.socketpair()
    with client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n")
        asyncio.run(stop_and_connect(accepted))
        received = client.recv(65536)
        assert received.startswith(b"HTTP/1.1 200 OK\r\n") or received == b""


def test_the_database_is_told_where_we_are_and_who_sends_mail(database: Database) -> None:
    told = "select public_url, mail_address, mail_name from data.setting"
    address = "desk@example.org"
    for url, sender, kept in (
        ("https://example.org/x/", f"Us <{address}>", ("https://example.org/x", address, "Us")),
        ("", f"=?utf-8?q?Caf=C3=A9?= <{address}>", (None, address, "Café")),
        ("", "", (None, "slotkeeper@localhost", "slotkeeper@localhost")),
    ):
        with running(Server(database, settings={"PUBLIC_URL": url, "MAIL_FROM": sender})):
            assert database.rows(told) == [kept]
