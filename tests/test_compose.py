"""docker-compose.yml: valid, without secrets, and its very commands work."""

import json
import os
import re
import shlex
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml

from .support.cluster import KINDS, Cluster, guarded_cluster
from .support.ports import free_port
from .support.wait import eventually

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "docker-compose.yml"
VARIABLE = re.compile(r"\$\{([A-Z_]+)(:[?-])([^}]*)\}")
SECRET_NAME = re.compile(r"PASSWORD|SECRET")
SECRETS = {
    "POSTGRES_PASSWORD": "an administrator's p@ss/word",
    "JWT_SECRET": "jwt-secret-of-the-compose-test-0123456789",
    "ROLE_SECRET": "role-secret-of-the-compose-test-0123456789",
}


def compose() -> dict[str, Any]:
    """The file as YAML."""
    document: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return document


def interpolate(value: str, environment: Mapping[str, str]) -> str:
    """Replace variables as Compose does; a required one that is missing is an error."""

    def replace(found: re.Match[str]) -> str:
        name, kind, rest = found.groups()
        if environment.get(name):
            return environment[name]
        if kind == ":?":
            raise KeyError(f"{name}: {rest}")
        return rest

    return VARIABLE.sub(replace, value)


def service_environment(name: str) -> dict[str, str]:
    """What the containers of a service find in their environment."""
    declared: dict[str, str] = compose()["services"][name]["environment"]
    return {key: interpolate(value, SECRETS) for key, value in declared.items()}


def entrypoint(dockerfile: str) -> list[str]:
    """The ENTRYPOINT of an image."""
    text = (ROOT / dockerfile).read_text(encoding="utf-8")
    found = re.search(r"^ENTRYPOINT (\[.*\])$", text, re.MULTILINE)
    assert found, f"{dockerfile} has no ENTRYPOINT in its JSON form"
    command: list[str] = json.loads(found[1])
    return command


def test_it_is_valid_by_the_compose_specification() -> None:
    checked = subprocess.run(
        [
            *(sys.executable, "-m", "check_jsonschema"),
            *("--builtin-schema", "vendor.compose-spec", FILE),
        ],
        check=False,
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_every_secret_comes_from_the_environment_and_is_required() -> None:
    for name, service in compose()["services"].items():
        for key, value in service["environment"].items():
            if SECRET_NAME.search(key):
                found = VARIABLE.fullmatch(value)
                assert found, f"{name}: {key} is written in the file"
                assert found[2] == ":?", f"{name}: {key} has a default"
    for line in (ROOT / ".env.example").read_text(encoding="utf-8").splitlines():
        if line and SECRET_NAME.search(line) and not line.startswith("#"):
            assert line.endswith("="), f".env.example: {line}"


def test_a_missing_secret_is_an_error() -> None:
    with pytest.raises(KeyError, match="JWT_SECRET"):
        interpolate(compose()["services"]["serve"]["environment"]["JWT_SECRET"], {})


def test_serve_has_no_administrator_and_waits_for_deploy() -> None:
    serve = compose()["services"]["serve"]
    assert not {"PGPASSWORD", "PGUSER", "POSTGRES_PASSWORD"} & set(serve["environment"])
    assert "@" not in serve["environment"]["DATABASE_URL"]
    assert serve["depends_on"]["deploy"]["condition"] == "service_completed_successfully"
    assert compose()["services"]["deploy"]["depends_on"]["postgres"]["condition"] == (
        "service_healthy"
    )


def test_every_service_that_runs_on_has_a_health_check() -> None:
    for name, service in compose()["services"].items():
        assert ("healthcheck" in service) == (service["restart"] != "no"), name


@pytest.fixture
def postgres() -> Iterator[tuple[Cluster, int]]:
    """PostgreSQL started by the file's own command, with the password that the file asks for."""
    service = compose()["services"]["postgres"]
    environment = service_environment("postgres")
    with guarded_cluster(KINDS["debian15"]) as cluster:
        password = cluster.home / "password"
        password.write_text(environment["POSTGRES_PASSWORD"], encoding="utf-8")
        os.chown(password, cluster.user.uid, cluster.user.gid)
        # As the image does it: nobody is trusted over TCP.
        cluster.user.run(
            *(cluster.bin / "initdb", "--pgdata", cluster.data, "--username", "postgres"),
            *("--pwfile", password, "--auth-local", "trust", "--auth-host", "scram-sha-256"),
            *("--no-sync", "--encoding", "UTF8", "--locale", "C.UTF-8"),
        )
        program, *options = service["command"]
        assert program == "postgres"
        port = free_port()
        here = ["-c", f"port={port}", "-c", f"unix_socket_directories={cluster.home}"]
        here += ["-c", "listen_addresses=127.0.0.1"]
        cluster.user.run(
            *(cluster.bin / "pg_ctl", "start", "-w", "-s", "-D", cluster.data),
            *("-l", cluster.home / "log", "-o", shlex.join([*options, *here])),
        )
        with psycopg.connect(
            host=str(cluster.home), port=port, user="postgres", dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(f"create database {environment['POSTGRES_DB']}")
        yield cluster, port


def here(environment: dict[str, str], port: int) -> dict[str, str]:
    """The environment of a service, with the address of this test's PostgreSQL."""
    moved = environment["DATABASE_URL"].replace("postgres:5432/", f"127.0.0.1:{port}/")
    assert moved != environment["DATABASE_URL"]
    return {
        "PATH": f"{Path(sys.executable).parent}:{os.defpath}",
        "PYTHONPATH": str(ROOT),
        **environment,
        "DATABASE_URL": moved,
    }


@pytest.mark.debian15
def test_its_commands_make_a_healthy_service(postgres: tuple[Cluster, int], tmp_path: Path) -> None:
    cluster, port = postgres
    services = compose()["services"]

    kind, program, *words = services["postgres"]["healthcheck"]["test"]
    assert kind == "CMD"
    subprocess.run(
        [cluster.bin / program, *words], env={"PGPORT": str(port)}, check=True, timeout=30
    )

    slotkeeper = [sys.executable, "-m", "slotkeeper"]
    assert entrypoint(services["deploy"]["build"]["dockerfile"]) == ["slotkeeper"]
    assert entrypoint(services["serve"]["build"]["dockerfile"]) == ["slotkeeper"]
    deployed = subprocess.run(
        [*slotkeeper, *services["deploy"]["command"]],
        env=here(service_environment("deploy"), port),
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert deployed.returncode == 0, deployed.stderr

    web_port = free_port()
    environment = here(service_environment("serve"), port)
    environment |= {"HOST": "127.0.0.1", "PORT": str(web_port)}
    log = tmp_path / "serve.log"
    with (
        log.open("wb") as output,
        subprocess.Popen(
            [*slotkeeper, *services["serve"]["command"]],
            env=environment,
            cwd=tmp_path,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as server,
    ):
        try:
            kind, program, *words = services["serve"]["healthcheck"]["test"]
            assert (kind, program) == ("CMD", "python")

            def is_healthy() -> bool:
                assert server.poll() is None, log.read_text()
                check = [sys.executable, *words]
                done = subprocess.run(check, env=environment, check=False, capture_output=True)
                return done.returncode == 0

            eventually(is_healthy, 60.0, "a healthy server")
            with urllib.request.urlopen(f"http://127.0.0.1:{web_port}/openapi.json") as answer:
                assert json.load(answer)["openapi"].startswith("3.1")
            eventually(lambda: "pg_cron" in log.read_text(), what="who does due work")
        finally:
            server.terminate()
        assert server.wait(40) == 0, log.read_text()
