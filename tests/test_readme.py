"""The README is run: its commands, its queries, and what it says there is."""

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from server import config
from slotkeeper.cli import main

from .support.http import Client
from .support.runs import SOURCE, Run
from .support.wait import eventually

README = (SOURCE / "README.md").read_text(encoding="utf-8")
ITS_URL = "http://127.0.0.1:8080"
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ADDRESS_LINE = re.compile(r"^Database +(.+)$", re.MULTILINE)
ENVIRONMENT = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "PSQL_PAGER": "cat"}

# What `make run` starts is the embedded PostgreSQL, once for all of these.
pytestmark = [pytest.mark.embedded18, pytest.mark.xdist_group("readme")]


def blocks(language: str) -> list[str]:
    """Return what stands in the fences of a language."""
    return [text for found, text in BLOCK.findall(README) if found == language]


def section(title: str) -> str:
    """Return the text below a heading."""
    _, _, rest = README.partition(f"\n## {title}\n")
    assert rest, title
    return rest.partition("\n## ")[0]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """What `make run` starts, with a directory and a port of its own."""
    directory = tmp_path_factory.mktemp("readme")
    own = Run(directory, directory / "data")
    try:
        own.start()
        yield own
    finally:
        own.clean_up()


@pytest.fixture
def url(run: Run) -> str:
    """Where it serves."""
    return f"http://127.0.0.1:{run.port}"


def shell(script: str, text: str = "") -> str:
    """Run a script as somebody would who pastes it, but stop at the first failure."""
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        env=ENVIRONMENT,
        input=text,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, (script, done.stdout, done.stderr)
    return done.stdout


def pasted(script: str, run: Run, url: str) -> str:
    """Return a script of the README as it has to be for this run."""
    program = f"DATA_DIR={shlex.quote(str(run.data_dir))} {Path(sys.executable).parent}/slotkeeper"
    (command,) = ADDRESS_LINE.findall(run.log)
    there = f"psql={shlex.quote(command)}"
    script = re.sub("^psql=.*", lambda _: there, script, flags=re.MULTILINE)
    return script.replace(".venv/bin/slotkeeper", program).replace(ITS_URL, url)


def values(text: str) -> list[Any]:
    """Read JSON values that stand one after the other, as jq prints them."""
    decoder = json.JSONDecoder()
    found = []
    rest = text.strip()
    while rest:
        value, end = decoder.raw_decode(rest)
        found.append(value)
        rest = rest[end:].lstrip()
    return found


def test_trying_it_books_pays_moves_and_cancels(url: str) -> None:
    script, *_ = blocks("sh")
    assert ITS_URL in script
    printed = values(shell(script.replace(ITS_URL, url)))
    doctor, booking, paid, moved, cancelled, refund = printed
    assert doctor["specialization"] == "Cardiology"
    assert (booking["status"], booking["payment_status"]) == ("PENDING", "DUE")
    held = datetime.fromisoformat(booking["expires_at"]) - datetime.fromisoformat(
        booking["created_at"]
    )
    assert held.total_seconds() == 120
    assert paid == "CONFIRMED"
    assert datetime.fromisoformat(moved) > datetime.fromisoformat(booking["start_time"])
    assert (cancelled, refund) == ("CANCELLED", "REFUND_DUE")


def test_what_the_run_prints_about_the_demo_works(run: Run) -> None:
    def commands() -> list[str]:
        found: list[str] = re.findall(r"^  (curl (?:.*\\\n)*.*)$", run.log, re.MULTILINE)
        return found if len(found) == 3 else []

    doctors, slots, booking = (
        values(shell(f"{command} -sS"))[0] for command in eventually(commands)
    )
    assert len(doctors) == 3
    assert len(slots) == 5
    assert booking["status"] in ("PENDING", "CONFIRMED")


def test_its_queries_run_in_the_psql_that_the_run_names(run: Run, url: str) -> None:
    client = Client(url)
    _, registering, *_ = blocks("sh")
    (token,) = values(shell(registering.replace(ITS_URL, url)))
    (command,) = ADDRESS_LINE.findall(run.log)
    psql = f"{command} -X -At -v ON_ERROR_STOP=1"
    queries, report = blocks("psql")
    (slot,) = re.findall(r"slot_id => (\d+)", queries)
    printed = shell(psql, queries)
    assert "Bob Ray" in printed
    assert "You are Ann Lee (patient)" in printed
    assert client.request("GET", f"/api/slots/{slot}").body["seats_available"] == 0
    mine = client.request("GET", "/api/bookings/my-bookings", token=token)
    assert mine.body == []
    counted = shell(psql, report)
    assert any("|PENDING|" in line for line in counted.splitlines())
    described = shell(psql, "\\df+ api.*")
    assert "Holds seats of a slot for a patient" in described


def test_a_clinics_day_goes_as_it_says(run: Run, url: str) -> None:
    (script,) = re.findall(BLOCK, section("A clinic's day"))
    printed = shell(pasted(script[1], run, url))
    told = [json.loads(line) for line in printed.splitlines() if line[:1] in '"0123456789']
    assert told == [
        *("ACTIVE", 600, 2, "FAILED", "CONFIRMED", "SUCCEEDED"),
        *("SUCCEEDED", "SUCCEEDED", "CHECKED_IN", 2, "COMPLETED", "REFUND_DUE", "SENT", "DONE"),
    ]


def test_an_account_lives_as_it_says(run: Run, url: str) -> None:
    (script,) = re.findall(BLOCK, section("An account's life"))
    printed = shell(pasted(script[1], run, url))
    told = [json.loads(line) for line in printed.splitlines() if line[:1] in '"0123456789tf']
    assert told == [
        *("Unless the address is verified already, a mail is on its way.", True),
        *("kim@example.com", "kim@example.org"),
        *("If an account has this address, a mail is on its way.", "unauthenticated"),
        *(2, 1, "unauthenticated", "admin", "SUSPENDED", "unauthenticated", "ACTIVE"),
    ]


def test_a_patient_comes_and_goes_as_it_says(run: Run, url: str) -> None:
    (script,) = blocks("bash")
    program = f"DATA_DIR={shlex.quote(str(run.data_dir))} {Path(sys.executable).parent}/slotkeeper"
    printed = shell(script.replace(".venv/bin/slotkeeper", program).replace(ITS_URL, url))
    told = [json.loads(line) for line in printed.splitlines() if line[:1] in '"0123456789']
    assert told == [
        *("ACTIVE", "1984-02-29", "PRESCRIPTION", "A rash on the right arm.", "5 days", 3),
        *("CANCELLED", "Erased"),
    ]


def test_the_documentation_is_where_it_says(run: Run, url: str) -> None:
    pages = [link for link in re.findall(rf"{ITS_URL}(/[\w-]*)", README) if link != "/api"]
    assert pages
    for page in pages:
        assert Client(url).request("GET", page).status == 200
    assert f"{url}/api-docs" in run.log


def variables() -> dict[str, str]:
    """Return the variables that the README documents, with the defaults that it tells."""
    found: dict[str, str] = {}
    for line in section("Operate it").splitlines():
        if line.startswith("| `"):
            names, _, defaults = (cell.strip() for cell in line.strip("|").split("|"))
            wanted = re.findall(r"`([A-Z_]+)`", names)
            told = defaults.replace("`", "").split(", ")
            if len(told) != len(wanted):
                # One default for several variables is that of each.
                told = [defaults] * len(wanted)
            found.update(zip(wanted, told, strict=True))
    return found


def test_every_variable_is_documented_with_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    defaults = variables()
    assert defaults.keys() == {name.upper() for name in config.ServeConfig.model_fields}
    for name in defaults:
        monkeypatch.delenv(name, raising=False)
    default = config.read(config.Settings)
    assert defaults["HOST"] == default.host
    assert defaults["PORT"] == str(default.port)
    assert defaults["POOL_SIZE"] == str(default.pool_size)
    assert defaults["MAX_CONNECTIONS"] == str(default.max_connections)
    assert defaults["MAX_CONNECTIONS_PER_ADDRESS"] == str(default.max_connections_per_address)
    assert defaults["LOG_REQUESTS"] == str(int(default.log_requests))
    assert defaults["ACCESS_TOKEN_SECONDS"] == str(default.access_token_seconds)
    assert defaults["REFRESH_TOKEN_SECONDS"] == str(default.refresh_token_seconds)
    assert defaults["JWT_ISSUER"] == default.jwt_issuer
    assert defaults["JWT_AUDIENCE"] == default.jwt_audience
    assert defaults["MAIL_FROM"] == default.mail_from
    assert defaults["DATA_DIR"] == default.data_dir.name
    assert defaults["REPORT_PORT"] == str(default.report_port)


def folders() -> list[str]:
    """Return the folders that the README's table names."""
    cells = re.findall(r"^\| `([a-z/{},_]+)` \|", section("How it works"), re.MULTILINE)
    found = []
    for cell in cells:
        before, _, choices = cell.partition("{")
        names = choices.rstrip("}").split(",") if choices else [""]
        found += [before + name for name in names]
    return found


def test_every_folder_it_names_is_there() -> None:
    assert len(folders()) >= 9
    for folder in folders():
        assert (SOURCE / folder).is_dir(), folder
    (new_file,) = re.findall(r"Put this into `(.+?)`", README)
    assert (SOURCE / new_file).parent.is_dir()
    targets = set(re.findall(r"^(?:.*`)?make ([a-z]+)\b", README, re.MULTILINE))
    assert {"run", "test", "bench"} <= targets
    makefile = (SOURCE / "Makefile").read_text(encoding="utf-8")
    for target in targets:
        assert f"\n{target}:" in makefile, target


def command_lines() -> set[str]:
    """Return what follows the name of the program wherever the README shows a command."""
    texts = [*re.findall(r"`([^`\n]+)`", README), *"\n".join(blocks("") + blocks("sh")).split("\n")]
    return {
        text.partition("slotkeeper ")[2]
        for text in texts
        if re.match(r"(\.venv/bin/)?slotkeeper ", text.strip())
    }


def test_every_command_line_parses(capsys: pytest.CaptureFixture[str]) -> None:
    assert len(command_lines()) >= 4
    for line in command_lines():
        # With --help behind it, it is parsed up to there and then not done.
        with pytest.raises(SystemExit) as ended:
            main([*shlex.split(line, comments=True), "--help"])
        assert ended.value.code == 0, line
    assert "usage: slotkeeper" in capsys.readouterr().out


def test_the_objects_it_names_are_in_the_database_folder() -> None:
    written = "\n".join(p.read_text(encoding="utf-8") for p in Path(SOURCE / "db").rglob("*.sql"))
    for name in re.findall(r"`((?:booking|slot|slotkeeper)_[a-z_]+)`", README):
        assert name in written, name
    for name in re.findall(r"\b(?:api|core|data)\.([a-z_]{4,})\b", README):
        if name != "list_cities":
            assert re.search(rf"\b{name}\b", written), name
