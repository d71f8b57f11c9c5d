"""The command line: what it says, and how it fails."""

import os
import pty
import re
import select
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import psycopg
import pytest

from server import config
from server.http.passwords import verify_password
from slotkeeper.kept_secrets import kept_secret

from .support.databases import ROLE_SECRET, Database
from .support.ports import free_port
from .support.runs import SOURCE

SECRETS = {"JWT_SECRET": "j" * 32, "ROLE_SECRET": ROLE_SECRET}
PASSWORD = "correct horse battery staple"


def slotkeeper(
    *words: str, text: str = "", directory: str | Path = ".", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run a command with these variables and no others of the project."""
    return subprocess.run(
        [sys.executable, "-m", "slotkeeper", *words],
        env={"PATH": os.defpath, "PYTHONPATH": str(SOURCE), **environment},
        input=text,
        cwd=directory,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def assert_one_line(done: subprocess.CompletedProcess[str], pattern: str) -> None:
    """The command failed, and one line on standard error says why."""
    assert done.returncode == 1, done
    (line,) = done.stderr.splitlines()
    assert line.startswith("slotkeeper: ")
    assert re.search(pattern, line), line


def test_help_names_every_command_and_variable() -> None:
    done = slotkeeper("--help")
    assert done.returncode == 0
    for word in (
        "run",
        "serve",
        "deploy",
        "demo",
        "create-admin",
        "set-password",
        "routes",
        "examples:",
    ):
        assert word in done.stdout
    for name in config.ServeConfig.model_fields:
        assert name.upper() in done.stdout, name


def test_no_command_is_a_usage_error() -> None:
    assert slotkeeper().returncode == 2


def test_version_is_the_project_s() -> None:
    project = tomllib.loads((SOURCE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    done = slotkeeper("--version")
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"slotkeeper {project['version']}\n"


def test_create_admin_reads_the_first_line_of_standard_input(database: Database) -> None:
    done = slotkeeper(
        *("create-admin", "chief@example.org", "--name", "Chief"),
        text=f"{PASSWORD}\nnot this line\n",
        DATABASE_URL=database.admin_url,
    )
    assert done.returncode == 0, done.stderr
    with database.connect() as connection:
        row = connection.execute(
            "select a.name, a.role, a.password_hash from data.account as a where a.email = %s",
            ("chief@example.org",),
        ).fetchone()
    assert row is not None
    assert row[:2] == ("Chief", "admin")
    assert row[2].startswith("$argon2id$")
    assert verify_password(row[2], PASSWORD)


def test_create_admin_twice_gives_a_reason(database: Database) -> None:
    words = ("create-admin", "chief@example.org")
    url = database.admin_url
    assert slotkeeper(*words, text=PASSWORD, DATABASE_URL=url).returncode == 0
    again = slotkeeper(*words, text=PASSWORD, DATABASE_URL=url)
    assert_one_line(again, "email_taken: .*chief@example.org")


@pytest.mark.parametrize("password", ["", "\n", "short\n"])
def test_create_admin_refuses_a_weak_password(database: Database, password: str) -> None:
    done = slotkeeper("create-admin", "a@b.example", text=password, DATABASE_URL=database.admin_url)
    assert_one_line(done, "8 to")


@pytest.mark.parametrize(("again", "status"), [(PASSWORD, 0), ("another password", 1)])
def test_create_admin_asks_twice_at_a_terminal(database: Database, again: str, status: int) -> None:
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(  # noqa: S606 - there is no shell to miss
            sys.executable,
            [sys.executable, "-m", "slotkeeper", "create-admin", "chief@example.org"],
            {"PATH": os.defpath, "PYTHONPATH": str(SOURCE), "DATABASE_URL": database.admin_url},
        )
    screen = ""
    for prompt, answer in (("Password: ", PASSWORD), ("Once more: ", again)):
        screen = read_until(terminal, screen, prompt)
        os.write(terminal, f"{answer}\n".encode())
    _, ending = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(ending) == status
    os.close(terminal)
    assert PASSWORD not in screen


def test_set_password_gives_an_account_its_first_one(database: Database) -> None:
    database.rows(
        "select api.create_account('Joe', 'joe@example.org', 'clerk', core.default_clinic())"
    )
    words, url = ("set-password", "Joe@example.org"), database.admin_url
    done = slotkeeper(*words, text=PASSWORD, DATABASE_URL=url)
    assert done.returncode == 0, done.stderr
    kept = database.value("select password_hash from auth.credentials('joe@example.org')")
    assert verify_password(kept, PASSWORD)
    assert_one_line(slotkeeper(*words, text="short", DATABASE_URL=url), "8 to")
    nobody = slotkeeper("set-password", "ann@example.org", text=PASSWORD, DATABASE_URL=url)
    assert_one_line(nobody, "account_not_found: .*ann@example.org")


def read_until(terminal: int, screen: str, text: str) -> str:
    """Read the terminal until it shows a text."""
    deadline = time.monotonic() + 30
    while text not in screen:
        ready, _, _ = select.select([terminal], [], [], max(0.0, deadline - time.monotonic()))
        assert ready, screen
        screen += os.read(terminal, 4096).decode()
    return screen


def test_routes_prints_method_path_function_and_roles(database: Database) -> None:
    done = slotkeeper("routes", DATABASE_URL=database.admin_url)
    assert done.returncode == 0, done.stderr
    head, *lines = done.stdout.splitlines()
    assert head.split() == ["METHOD", "PATH", "FUNCTION", "ROLES"]
    (booking,) = [line for line in lines if line.startswith("POST ") and "/api/bookings " in line]
    assert "book_slot" in booking
    assert "slotkeeper_anon" in booking


def test_deploy_and_demo_twice_change_nothing(admin_url: str) -> None:
    environment = {"DATABASE_URL": admin_url, "ROLE_SECRET": ROLE_SECRET}
    counts = []
    for told in ("The demo is loaded.", "The demo changed nothing: "):
        deployed = slotkeeper("deploy", **environment)
        assert deployed.returncode == 0, deployed.stderr
        loaded = slotkeeper("demo", **environment)
        assert loaded.returncode == 0, loaded.stderr
        assert loaded.stdout.splitlines()[-1].startswith(told)
        with psycopg.connect(admin_url) as connection:
            row = connection.execute(
                "select (select count(*) from data.doctor), (select count(*) from data.slot)"
            ).fetchone()
        assert row is not None
        assert row[0] > 0
        counts.append(row)
    assert counts[0] == counts[1]


def test_the_demo_grows_to_as_many_bookings_as_are_wanted(database: Database) -> None:
    for told in ("40 bookings were added.", "It has that many bookings already."):
        done = slotkeeper("demo", "--bookings", "40", DATABASE_URL=database.admin_url)
        assert done.returncode == 0, done.stderr
        assert done.stdout.splitlines()[-1] == told
        assert done.stderr == "", "the bar is for terminals"
    database.rows("select tests.booking(tests.slot(tests.doctor()))")
    assert_one_line(
        slotkeeper("demo", "--bookings", "50", DATABASE_URL=database.admin_url), "other"
    )


@pytest.mark.parametrize("command", ["demo", "routes"])
def test_a_database_without_a_deploy_is_one_line(admin_url: str, command: str) -> None:
    done = slotkeeper(command, DATABASE_URL=admin_url)
    assert_one_line(done, "deploy")


def test_what_the_database_says_is_told_without_its_hints(database: Database) -> None:
    database.rows("alter function core.create_admin rename to create_admins")
    done = slotkeeper(
        "create-admin", "a@example.com", text=PASSWORD + "\n", DATABASE_URL=database.admin_url
    )
    assert_one_line(done, r"function core\.create_admin\(.*\) does not exist$")


def test_a_bad_function_file_fails_deploy_with_its_name(admin_url: str, tmp_path: Path) -> None:
    done = slotkeeper(
        *("deploy", "--db", str(tmp_path)), DATABASE_URL=admin_url, ROLE_SECRET=ROLE_SECRET
    )
    assert_one_line(done, "migrations")


@pytest.mark.parametrize("command", ["deploy", "demo", "routes", "run", "serve"])
def test_postgres_that_is_down_is_one_line(command: str, tmp_path: Path) -> None:
    url = f"postgresql://postgres@127.0.0.1:{free_port()}/slotkeeper?connect_timeout=5"
    port = str(free_port())
    done = slotkeeper(command, DATABASE_URL=url, PORT=port, WORKERS="1", **SECRETS)
    assert done.returncode == 1, done
    assert "Traceback" not in done.stderr
    assert "refused" in done.stderr.splitlines()[-1], done.stderr


@pytest.mark.parametrize("command", ["deploy", "routes", "demo"])
def test_a_missing_database_is_one_line(admin_url: str, command: str) -> None:
    url = re.sub(r"/[^/?]+\?", "/nowhere?", admin_url)
    done = slotkeeper(command, DATABASE_URL=url, ROLE_SECRET=ROLE_SECRET)
    assert_one_line(done, 'database "nowhere" does not exist')


def test_a_wrong_password_is_one_line_without_it(database: Database) -> None:
    url = database.server_url
    url = f"{url}&user=slotkeeper_anon&password=not-the-password"
    done = slotkeeper("routes", DATABASE_URL=url)
    assert_one_line(done, "password authentication failed")
    assert "not-the-password" not in done.stderr


def test_without_an_embedded_server_the_reason_names_data_dir(tmp_path: Path) -> None:
    for command in ("deploy", "demo", "routes"):
        done = slotkeeper(command, DATA_DIR=str(tmp_path / "none"), **SECRETS)
        assert_one_line(done, f"no PostgreSQL runs for DATA_DIR {tmp_path / 'none'}")
    assert not (tmp_path / "none").exists()
    done = slotkeeper("routes", directory=tmp_path)
    assert_one_line(done, f"DATA_DIR {tmp_path}/.data: .*set DATA_DIR to")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("PORT", "x"), ("PORT", "65536"), ("PORT", "-1"), ("WORKERS", "0"), ("POOL_SIZE", "1e3")),
        *(("LOG_REQUESTS", "yes"), ("CORS_ORIGINS", "example.org"), ("JWT_SECRET", "short")),
        *(("PUBLIC_URL", "example.org"), ("PUBLIC_URL", "https://a.example/?x=1")),
        *(("ROLE_SECRET", ""), ("DATABASE_URL", "mysql://u:s3cret@h/d"), ("DATABASE_URL", "")),
        *(("ACCESS_TOKEN_SECONDS", "0"), ("REFRESH_TOKEN_SECONDS", "1.5")),
        *(("SMTP_URL", "http://u:s3cret@h"), ("SMTP_URL", "smtp://u:s3cret@h:0")),
        *(("SMTP_URL", "smtp://u:s3cret@"), ("SMTP_URL", "smtps://h/s3cret?a=b")),
        *(("SMTP_URL", "smtp://:s3cret@h"), ("SMTP_URL", "smtp://h:s3cret")),
        *(("MAIL_FROM", "nobody"), ("MAIL_FROM", "A\nB: c <a@example.org>"), ("MAIL_FROM", "@")),
        *(("MAIL_FROM", "a@"), ("MAIL_FROM", "=?utf-8?q?a=0D=0Ab?= <a@example.org>")),
        *(("MAX_CONNECTIONS", "0"), ("LOG_REQUESTS", "2"), ("JWT_SECRET", "s3cret")),
        *(("JWT_SECRET", "\udcff" * 32), ("DATA_DIR", "\udcff"), ("DATA_DIR", "~nobody's/data")),
    ],
)
def test_a_bad_setting_is_named(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = {"DATABASE_URL": "postgresql:///slotkeeper", **SECRETS, name: value}
    for variable, text in environment.items():
        monkeypatch.setenv(variable, text)
    with pytest.raises(config.OperatorError, match=rf"^{name}: must be [^\n]+$") as raised:
        config.read(config.ServeConfig)
    assert "s3cret" not in str(raised.value)


def test_a_kept_secret_that_is_too_short_is_named_with_its_file(tmp_path: Path) -> None:
    (tmp_path / "role_secret").write_text("s3cret\n")
    with pytest.raises(config.OperatorError, match=r"^ROLE_SECRET in .*/role_secret: must be at"):
        kept_secret(tmp_path, "role_secret")


def test_a_bad_setting_ends_serve_with_one_line() -> None:
    url = "mysql://u:s3cret@h/d"
    done = slotkeeper("serve", DATABASE_URL=url, **SECRETS)
    assert_one_line(done, "^slotkeeper: DATABASE_URL: ")
    assert "s3cret" not in done.stderr


def test_serve_takes_nobody_s_credentials_from_the_address() -> None:
    address = config.database_address(
        "postgresql://chief:s3cret@db.example:6000/keeper?sslmode=require&passfile=/x"
    )
    assert address == {
        "host": "db.example",
        "port": "6000",
        "dbname": "keeper",
        "sslmode": "require",
    }
    given = {name.lower(): value for name, value in SECRETS.items()}
    given["smtp_url"] = "smtp://user:s3cret@mail.example"
    settings = config.read(config.ServeConfig, database_url="postgresql:///keeper", **given)
    assert "s3cret" not in repr(settings)
    for secret in SECRETS.values():
        assert secret not in repr(settings)
