"""A route is a SQL file: dropped in and deployed, a running server offers it."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from slotkeeper.deploy import DeployError, deploy

from ..support.databases import DB, ROLE_SECRET
from ..support.server import Server
from ..support.wait import eventually

README = DB.parent / "README.md"
NEW_FILE = re.compile(r"Put this into `db/([^`]+)`:\n\n```sql\n(.*?)```", re.DOTALL)

Deploy = Callable[[], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of db/ that may be changed."""
    return Path(shutil.copytree(DB, tmp_path / "db"))


@pytest.fixture
def redeploy(fresh_server: Server, folder: Path) -> Deploy:
    """Deploy the copy to the database of the running server."""

    def run() -> None:
        deploy(fresh_server.database.admin_url, folder, ROLE_SECRET, lambda _: None)

    return run


def example() -> tuple[str, str]:
    """Return the path below db/ and the SQL of the README's new route."""
    (found,) = NEW_FILE.findall(README.read_text(encoding="utf-8"))
    path, statements = found
    return str(path), str(statements)


def route_of(statements: str) -> str:
    """Return the path of the only route in a function file."""
    (path,) = re.findall(r"^'GET (/\S+)$", statements, re.MULTILINE)
    return str(path)


def is_offered(server: Server, path: str) -> bool:
    """Tell whether all processes of a server know a route: many new connections meet them all."""
    answers = [server.request("GET", path).status for _ in range(8)]
    return set(answers) == {200}


def is_gone(server: Server, path: str) -> bool:
    """Tell whether no process of a server knows a route."""
    return {server.request("GET", path).code for _ in range(8)} == {"route_not_found"}


def test_a_new_function_file_is_a_route_of_the_running_server(
    fresh_server: Server, folder: Path, redeploy: Deploy
) -> None:
    server, database = fresh_server, fresh_server.database
    path, statements = example()
    route = route_of(statements)
    assert is_gone(server, route)
    database.value("select tests.doctor(city => 'Rome')")
    database.value("select tests.doctor(city => 'Bonn')")
    processes = server.pid

    (folder / path).write_text(statements, encoding="utf-8")
    redeploy()
    eventually(lambda: is_offered(server, route), what="the new route")
    assert server.request("GET", route).body == ["Bonn", "Rome"]
    document = server.request("GET", "/openapi.json").body
    operation = document["paths"][route]["get"]
    assert operation["operationId"] == Path(path).stem
    assert operation["summary"]
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    assert schema["type"] == ["array", "null"]
    # Its arguments are checked, its methods known, and those who were granted it may call.
    refused = server.request("GET", f"{route}?no_such_thing=1")
    assert (refused.status, refused.code) == (400, "unknown_parameter")
    assert server.request("POST", route).headers["Allow"] == "GET, HEAD"
    assert server.request("GET", route, token=server.account("admin")[1]).status == 200
    assert server.request("GET", route, token=server.account("patient")[1]).status == 200

    (folder / path).unlink()
    redeploy()
    eventually(lambda: is_gone(server, route), what="the end of the route")
    assert route not in server.request("GET", "/openapi.json").body["paths"]
    assert server.request("GET", "/api/doctors").status == 200
    assert server.pid == processes


def without_grants(statements: str) -> str:
    """Take the grants away."""
    return re.sub(r"^grant .*?;$", "", statements, flags=re.MULTILINE | re.DOTALL)


def overloaded(statements: str) -> str:
    """Add a second function of the same name."""
    function = statements.split("comment on", maxsplit=1)[0]
    return function.replace("list_cities()", "list_cities(a text)") + statements


FAULTS: dict[str, tuple[Callable[[str], str], str]] = {
    "a method that is none": (lambda sql: sql.replace("'GET /api", "'FETCH /api"), "FETCH"),
    "a parameter that is no argument": (
        lambda sql: sql.replace("/api/cities", "/api/{wrong}/x"),
        "wrong",
    ),
    "the route of another": (
        lambda sql: sql.replace("/api/cities", "/api/doctors"),
        "list_doctors",
    ),
    "a STABLE function for a POST": (
        lambda sql: sql.replace("'GET /api", "'POST /api"),
        "VOLATILE",
    ),
    "a status without a body": (
        lambda sql: sql.replace("/api/cities", "/api/cities 204"),
        "204",
    ),
    "no grant": (without_grants, "grant"),
    "an overload": (overloaded, ""),
}


def test_a_faulty_file_fails_the_deploy_by_name_and_the_routes_stay(
    fresh_server: Server, folder: Path, redeploy: Deploy, subtests: pytest.Subtests
) -> None:
    path, statements = example()
    before = fresh_server.request("GET", "/openapi.json").raw
    for name, (fault, reason) in FAULTS.items():
        with subtests.test(name):
            changed = fault(statements)
            assert changed != statements
            (folder / path).write_text(changed, encoding="utf-8")
            with pytest.raises(DeployError) as raised:
                redeploy()
            assert Path(path).stem in str(raised.value)
            assert reason in str(raised.value)
    assert fresh_server.request("GET", "/openapi.json").raw == before
    assert is_gone(fresh_server, route_of(statements))
