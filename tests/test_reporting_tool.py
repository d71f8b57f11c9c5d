"""A reporting tool: what it finds by its own ways, over TCP, and what it must not see."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas
import psycopg
import pytest
import sqlalchemy
from sqlalchemy import Engine, text

from slotkeeper.demo import grow_demo
from slotkeeper.embedded.server import connection_url

from .support.databases import DB
from .support.ports import free_port
from .support.runs import SOURCE, Run
from .support.wait import eventually

README = (SOURCE / "README.md").read_text(encoding="utf-8")
CHAPTER = README.partition("\n## For reporting tools\n")[2].partition("\n## ")[0]
BOOKINGS = 300
COUNTED = """
select s.as_of is not null and not exists (select from data.stale_day)
    and not exists (select from data.stale_money)
from data.report_state as s
"""
# What an attacker with such a login would like to have.
SECRETS = """
select a.email::text from data.account as a union select b.patient_email from data.booking as b
union select b.patient_name from data.booking as b
union select encode(s.pseudonym_secret, 'hex') from data.setting as s
"""
REFUSED = (
    *("select * from data.booking", "select * from api.booking", "select * from core.booking"),
    *("select * from data.account", "select * from data.setting", "select * from data.change"),
    *("select api.get_analytics()", "call core.run_due_work()", "set role slotkeeper_owner"),
    *("set role slotkeeper_admin", "delete from data.booking", "create table report.x ()"),
    *("create table public.x ()", "copy report.booking to program 'true'"),
    "select pg_read_file('/etc/passwd')",
)

# What `make run` starts is the embedded PostgreSQL.
pytestmark = [pytest.mark.embedded18, pytest.mark.xdist_group("reporting")]


def block(language: str) -> str:
    """Return what stands in the one fence of a language."""
    (found,) = re.findall(rf"^```{language}\n(.*?)^```$", CHAPTER, re.MULTILINE | re.DOTALL)
    return str(found)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """What `make run` starts, listening for reporting tools, with a past and the README's login."""
    directory = tmp_path_factory.mktemp("reporting")
    port = str(free_port())
    own = Run(directory, directory / "data", settings={"REPORT_PORT": port})
    try:
        own.start()
        url = connection_url(own.data_dir)
        grow_demo(url, DB, BOOKINGS, lambda _done, _of: None)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(block("sql").encode())

            def counted() -> bool:
                connection.execute("select core.keep_reports(500, interval '0')")
                row = connection.execute(COUNTED).fetchone()
                return row is not None and row[0]

            eventually(counted, timeout=60)
        yield own
    finally:
        own.clean_up()


def url_of(run: Run) -> str:
    """Return the address that the run printed, with the README's login."""
    (found,) = re.findall(r"^Reports +postgresql://(\S+), ", run.log, re.MULTILINE)
    (login,) = re.findall(r'"(postgresql\+psycopg://[^@]+@)', block("python"))
    return f"{login}{found}"


@pytest.fixture(scope="module")
def engine(run: Run) -> Iterator[Engine]:
    """The tool's connection."""
    made = sqlalchemy.create_engine(url_of(run))
    yield made
    made.dispose()


def views(engine: Engine) -> list[str]:
    """Return the views that the tool finds."""
    return sqlalchemy.inspect(engine).get_view_names(schema="report")


def test_it_finds_every_view_and_what_its_columns_mean(engine: Engine) -> None:
    inspector = sqlalchemy.inspect(engine)
    assert {"booking", "outcome", "utilisation", "revenue"} <= set(views(engine))
    assert set(views(engine)) == {path.stem for path in (DB / "views" / "report").iterdir()}
    for view in views(engine):
        assert inspector.get_table_comment(view, schema="report")["text"]
        columns = inspector.get_columns(view, schema="report")
        assert len(columns) > 3
        for column in columns:
            assert column["comment"], (view, column["name"])
    metadata = sqlalchemy.MetaData()
    metadata.reflect(engine, schema="report", views=True)
    booking = metadata.tables["report.booking"]
    with engine.connect() as connection:
        query = sqlalchemy.select(sqlalchemy.func.count()).select_from(booking)
        assert connection.execute(query).scalar() == BOOKINGS


def test_it_reads_every_view_into_a_frame_that_adds_up(engine: Engine) -> None:
    frames = {
        view: pandas.read_sql(f"select * from report.{view}", engine) for view in views(engine)
    }
    assert all(len(frame) for name, frame in frames.items() if name != "waitlist")
    booking, outcome = frames["booking"], frames["outcome"]
    assert len(booking) == BOOKINGS == outcome.bookings.sum()
    assert (booking.status == "NO_SHOW").sum() == outcome.no_show.sum()
    assert (booking.status == "CANCELLED").sum() == frames["cancellation"].bookings.sum()
    completed = booking[booking.status == "COMPLETED"]
    again = frames["returning_patient"]
    assert len(completed) == again.visits.sum()
    # A clinic's patient has one first visit there.
    firsts = completed.groupby(["clinic_id", "patient"]).ngroups
    assert again.first_visits.sum() == firsts
    money = frames["revenue"].set_index("currency").revenue.groupby("currency").sum()
    earned = frames["balance"].query("account == 'EARNED'").groupby("currency").balance.sum()
    assert (money + earned == 0).all()
    used = frames["utilisation"]
    assert (used.minutes_booked <= used.minutes_offered).all()
    for frame in frames.values():
        if "as_of" in frame:
            assert frame.as_of.nunique() == 1


def test_it_reads_nothing_else(run: Run, engine: Engine) -> None:
    for statement in REFUSED:
        with engine.connect() as connection, pytest.raises(sqlalchemy.exc.DBAPIError) as caught:
            connection.execute(text(statement))
        assert isinstance(caught.value.orig, psycopg.errors.InsufficientPrivilege), statement
    with psycopg.connect(connection_url(run.data_dir)) as connection:
        secrets = {str(row[0]).lower() for row in connection.execute(SECRETS)}
        staff = {str(row[0]).lower() for row in connection.execute("select name from data.doctor")}
    assert len(secrets) > 100
    for view in views(engine):
        frame = pandas.read_sql(f"select * from report.{view}", engine)
        shown = {str(value).lower() for column in frame for value in frame[column]}
        # A doctor may be called as a patient is.
        assert not shown & (secrets - staff), view
        assert not any("@" in value for value in shown), view


def test_only_such_logins_come_in_by_it(run: Run) -> None:
    address = url_of(run).partition("@")[2]
    for login in ("postgres", "slotkeeper_admin:x", "management:wrong", "slotkeeper_report:x"):
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(f"postgresql://{login}@{address}", connect_timeout=10)
    port = address.partition(":")[2].partition("/")[0]
    with psycopg.connect(connection_url(run.data_dir)) as connection:
        row = connection.execute("select current_setting('listen_addresses')").fetchone()
    assert row == ("127.0.0.1",)
    assert port == run.settings["REPORT_PORT"]


@pytest.mark.parametrize("today", ["date.today()", "date(1999, 1, 1)"])
def test_a_months_report_as_the_readme_has_it(run: Run, today: str) -> None:
    """Also of a month in which there was nothing."""
    script = block("python").replace("date.today()", today)
    (given,) = re.findall(r'"(postgresql\+psycopg://[^"]+)"', script)
    script = script.replace(given, url_of(run))
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        env={"PATH": os.defpath},
        cwd=Path(run.directory),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, shlex.quote(done.stderr)
    assert "no-show rate" in done.stdout
    assert ("Dr. " in done.stdout) == (today == "date.today()")
