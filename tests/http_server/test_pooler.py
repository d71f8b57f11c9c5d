"""Behind a pooler in transaction mode, where each statement may meet another session."""

import asyncio
from collections.abc import Iterator

import pytest

from tests.support.databases import Database
from tests.support.http import Answer, AsyncClient
from tests.support.pooler import pooler
from tests.support.server import Server, running
from tests.support.wait import eventually

from . import probes
from .test_trouble import begin_sleep


@pytest.fixture
def pooled(probed: Database) -> Iterator[Server]:
    """Two workers behind a pooler with two sessions for each role."""
    with (
        pooler(probed, sessions=2) as url,
        running(Server(probed, workers=2, settings={"DATABASE_URL": url})) as server,
    ):
        yield server


def test_every_answer_is_that_of_the_function_that_was_called(pooled: Server) -> None:
    token = pooled.token("patient", 7)

    async def one(client: AsyncClient, number: int) -> tuple[str, Answer]:
        """What the answer must contain, and the answer."""
        note = f"note {number}"
        match number % 5:
            case 0:
                return note, await client.request("GET", f"/api/probe/text?note={note}")
            case 1:
                return note, await client.request("POST", "/api/probe/text", json={"note": note})
            case 2:
                body = {"state": "PT418", "message": f"teapot_{number}"}
                return f"teapot_{number}", await client.request(
                    "POST", "/api/probe/raise", json=body
                )
            case 3:
                return "slotkeeper_anon", await client.request("GET", "/api/probe/claims")
        answer = await client.request("GET", "/api/probe/claims", token=token)
        return "slotkeeper_patient", answer

    async def work() -> list[tuple[str, Answer]]:
        async with pooled.clients(24) as client:
            return await asyncio.gather(*(one(client, number) for number in range(2000)))

    answers = asyncio.run(work())
    assert {answer.status for _, answer in answers} == {200, 201, 418}
    assert [(wanted, a.raw) for wanted, a in answers if wanted not in a.raw.decode()] == []
    assert "PostgreSQL says" not in pooled.log


def test_a_client_that_leaves_frees_its_session(pooled: Server) -> None:
    for _ in range(5):
        peers = [begin_sleep(pooled, 60) for _ in range(2)]
        probes.wait_for_sleepers(pooled.database, 2)
        for peer in peers:
            peer.close()
        probes.wait_for_sleepers(pooled.database, 0)
        assert {pooled.request("GET", "/api/probe/pid").status for _ in range(10)} == {200}


def test_a_deploy_is_noticed_though_notifications_get_lost(pooled: Server) -> None:
    with pooled.database.connect() as connection:
        connection.execute(
            "comment on function api.probe_text(text) is 'GET /api/probe/moved\n\nX.'"
        )
    eventually(
        lambda: {pooled.request("GET", "/api/probe/moved").status for _ in range(20)} == {200},
        20,
        "new route in both workers",
    )
