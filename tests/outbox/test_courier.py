"""Mail and requests sent by running servers: at least once, by one at a time, whoever dies."""

import asyncio
import contextlib
import http.server
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from server import database as pools
from server.config import database_address, role_password
from server.names import SERVER
from server.outbox import Courier, Mailer, Poster, Sender

from ..support import databases
from ..support.cluster import Cluster
from ..support.databases import ROLE_SECRET, Database
from ..support.peers import MailServer, Peer, answer_with
from ..support.server import Server, running
from ..support.wait import eventually, eventually_async

TOKEN = "a" * 40
WRITE = """
select core.write_message(
    'test', 'ann@example.com', n::text, 'Go to https://example.org/#reset_token=' || %s, '<p>', null
)
from generate_series(1, %s) as n
"""
# As if time had passed: what is in nobody's hands, and what a dead process had, is due.
LATER = """
update data.{0} set taken_until = case when %s then null else taken_until end,
    next_attempt_at = clock_timestamp()
where next_attempt_at is not null
"""


def write_messages(database: Database, count: int = 1) -> None:
    """Put messages with a token and the subjects 1, 2 ... into the outbox."""
    database.rows(WRITE, [TOKEN, count])


def write_deliveries(database: Database, url: str, count: int = 1) -> int:
    """Make a webhook of an address on this machine, and deliveries that are due; its id."""
    database.rows("update data.setting set local_webhooks = true")
    # Nor does it mail what happens to their bookings.
    database.rows("delete from data.event_reader where name = 'messages'")
    # Of what does not happen here: due work adds none.
    webhook: int = database.value("select tests.webhook(%s, '{booking.reminder}')", [url])
    database.rows("select tests.delivery(%s) from generate_series(1, %s)", [webhook, count])
    return webhook


def pass_time(database: Database, table: str, *, with_leases: bool = False) -> None:
    """Let the time pass until the next attempt, maybe also what a dead process is given."""
    database.rows(LATER.format(table), [with_leases])


def sent(database: Database) -> int:
    """Count the messages that were sent."""
    count: int = database.value("select count(*) from data.message where sent_at is not null")
    return count


def waiting(database: Database) -> list[tuple[object, ...]]:
    """Return attempts, last error and whether there is a body of what was not sent."""
    return database.rows(
        "select m.attempts, m.last_error, m.body_text is not null from data.message as m"
        " where m.sent_at is null order by m.id"
    )


@contextlib.contextmanager
def mailing(database: Database, mail_server: MailServer, workers: int = 1) -> Iterator[Server]:
    """Run a server that sends mail."""
    settings = {"SMTP_URL": mail_server.url, "MAIL_FROM": "Us <us@example.org>"}
    with running(Server(database, workers=workers, settings=settings)) as server:
        yield server


def test_two_servers_send_each_thing_once(
    database: Database, mail_server: MailServer, peer: Peer
) -> None:
    count = 40
    write_messages(database, count)
    write_deliveries(database, peer.url, count)
    with mailing(database, mail_server, 2), mailing(database, mail_server, 2):
        eventually(lambda: sent(database) == count, 60, "all mail")
        delivered = "select count(*) from data.delivery where status = 'DELIVERED'"
        eventually(lambda: database.value(delivered) == count, 60, "all deliveries")
    assert Counter(mail_server.subjects) == Counter(map(str, range(1, count + 1)))
    # In the order in which they are due.
    assert mail_server.subjects == [str(n) for n in range(1, count + 1)]
    assert len(peer.received) == count
    assert database.value("select max(attempts) from data.message") == 1
    assert TOKEN not in str(database.rows("select m::text from data.message as m"))
    assert all(request.is_signed_with("s" * 64) for request in peer.received)
    assert not peer.received[0].is_signed_with("t" * 64)


def test_without_a_mail_server_messages_wait(database: Database, peer: Peer) -> None:
    write_messages(database)
    write_deliveries(database, peer.url)
    with running(Server(database)):
        eventually(lambda: peer.received, what="what is sent all the same")
    assert waiting(database) == [(0, None, True)]


def test_what_is_refused_for_a_while_is_tried_again_and_for_good_is_over(
    database: Database, mail_server: MailServer
) -> None:
    mail_server.rcpt = f"451 4.7.1 later, ann@example.com, {TOKEN}"
    write_messages(database)
    with mailing(database, mail_server) as server:
        eventually(lambda: waiting(database)[0][1], what="a first refusal")
        assert waiting(database) == [(1, "451 4.7.1 later, … …", True)]
        mail_server.rcpt = "550 5.1.1 nobody of that name"
        pass_time(database, "message")
        eventually(lambda: waiting(database)[0][0] == 2, what="a second one")
        eventually(lambda: not waiting(database)[0][2], what="its end")
        assert waiting(database) == [(2, "550 5.1.1 nobody of that name", False)]
        assert "ann@example.com" not in server.log
    assert TOKEN not in server.log


def test_an_outage_of_the_mail_server_is_no_attempt_of_any_message(database: Database) -> None:
    mail_server = MailServer()
    write_messages(database, 5)
    with mailing(database, mail_server) as server:
        outage = "nothing can be sent"
        eventually(lambda: outage in server.log, what="an attempt")
        with mail_server.serving():
            eventually(lambda: sent(database) == 5, what="all messages, soon after")
        assert server.log.count(outage) == 1
    assert database.value("select max(attempts) from data.message") == 1


class Choosy(MailServer):
    """A mail server that ends the session, one way or the other, or answers no text to names."""

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's names
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if address.startswith("cut"):
            server.transport.abort()
        if address.startswith("421"):
            return "421 4.3.2 I am closing"
        if address.startswith("latin"):
            server.transport.write(b"550 5.1.1 Empf\xe4nger\0 unbekannt\r\n")
        return await super().handle_RCPT(server, session, envelope, address, options)


def test_a_poisonous_message_does_not_stop_the_others(database: Database) -> None:
    impossible = ("a@b..example", "a@[b.example", "latin@example.com")
    poison = ("cut@example.com", "421@example.com")
    for address in (*impossible, *poison, "ann@example.com"):
        database.rows("select core.write_message('test', %s, 'A', 'text', '<p>')", [address])
    with Choosy().serving() as mail_server, mailing(database, mail_server):
        eventually(lambda: sent(database) == 1, what="what is no poison")
        assert mail_server.received[0]["To"] == "ann@example.com"
    status = "select array_agg(m.status::text order by m.id) from data.message as m"
    assert database.value(status) == ["FAILED"] * 3 + ["PENDING"] * 2 + ["SENT"]


def test_a_server_that_is_told_to_stop_ends_what_it_is_at(
    database: Database, mail_server: MailServer
) -> None:
    mail_server.going.clear()
    write_messages(database)
    with mailing(database, mail_server) as server, ThreadPoolExecutor(1) as thread:
        eventually(lambda: mail_server.received, what="a message that is under way")
        stopping = thread.submit(server.stop)
        mail_server.going.set()
        assert stopping.result() == 0
    assert sent(database) == 1


def test_a_message_of_a_killed_server_is_sent_by_the_next(
    database: Database, mail_server: MailServer
) -> None:
    """It was killed between sending and telling: so it is sent again, and can be recognised."""
    mail_server.going.clear()
    write_messages(database)
    with mailing(database, mail_server) as server:
        eventually(lambda: mail_server.received, what="a message that is under way")
        server.kill9()
        mail_server.going.set()
        assert waiting(database) == [(1, None, True)]
        server.start()
        pass_time(database, "message")
        # It may still be in somebody's hands, for a minute.
        taken = "select count(*) from data.message where taken_until > clock_timestamp()"
        assert database.value(taken) == 1
        assert sent(database) == 0
        pass_time(database, "message", with_leases=True)
        eventually(lambda: sent(database) == 1, what="the repeat")
    first, again = mail_server.received
    assert first["Message-ID"] == again["Message-ID"]
    assert TOKEN not in str(database.rows("select m::text from data.message as m"))


def test_a_delivery_of_a_killed_server_is_sent_by_the_next(database: Database, peer: Peer) -> None:
    def hang(request: object) -> None:
        time.sleep(60)  # Longer than the test: it is the peer that hangs.

    peer.answer = hang
    write_deliveries(database, peer.url)
    with running(Server(database)) as server:
        eventually(lambda: peer.received, what="a request that is under way")
        server.kill9()
        peer.answer = answer_with(200)
        server.start()
        pass_time(database, "delivery", with_leases=True)
        delivered = "select status = 'DELIVERED' from data.delivery"
        eventually(lambda: database.value(delivered), what="the repeat")
    first, again = peer.received
    assert first.body == again.body
    assert first.is_signed_with("s" * 64)
    assert again.is_signed_with("s" * 64)


@pytest.mark.parametrize("comes_back", [True, False])
def test_postgres_that_dies_between_taking_and_telling_loses_nothing(
    private_cluster: Cluster, mail_server: MailServer, comes_back: bool
) -> None:
    database = databases.create(private_cluster, databases.deployed_template(private_cluster))
    mail_server.going.clear()
    write_messages(database, 2)
    with mailing(database, mail_server) as server:
        eventually(lambda: mail_server.received, what="a message that is under way")
        if comes_back:
            private_cluster.kill9()
            mail_server.going.set()
        else:
            # Nobody tells: the process that could has gone, too.
            private_cluster.kill9()
            server.kill9()
            mail_server.going.set()
            server.start()
            pass_time(database, "message", with_leases=True)
        eventually(lambda: sent(database) == 2, 60, "both messages")
    # Where the server is there to tell, it does so when PostgreSQL is back.
    assert sorted(mail_server.subjects) == (["1", "2"] if comes_back else ["1", "1", "2"])


def test_https_to_a_peer_with_a_certificate_to_trust(database: Database, certificate: Path) -> None:
    with Peer(certificate).serving() as peer:
        webhook = write_deliveries(database, peer.url)
        trust = {"SSL_CERT_FILE": str(certificate.with_suffix(".crt"))}
        with running(Server(database, settings=trust)):
            eventually(lambda: peer.received, what="a request over TLS")
            # Where the setting is for others' machines alone, this one is not asked.
            database.rows("update data.setting set local_webhooks = false")
            database.rows("select tests.delivery(%s)", [webhook])
            refusal = "select max(last_error) from data.delivery"
            error = "the address is not a public one"
            eventually(lambda: database.value(refusal) == error, what="a refusal")
    assert len(peer.received) == 1


# -- with little patience, which a setting is not worth: a courier in the test's own process


@contextlib.asynccontextmanager
async def courier(database: Database, queue: str, sender: Sender) -> AsyncIterator[Courier]:
    """Run a courier for the length of an `async with` block."""
    own = pools.Database(
        database_address(database.server_url), lambda role: role_password(ROLE_SECRET, role), 2
    )
    worker = Courier(own, SERVER, queue, sender)
    worker.start()
    try:
        yield worker
    finally:
        await worker.stop()
        await own.close()


def test_a_mail_server_that_hangs_costs_a_timeout(
    database: Database, mail_server: MailServer
) -> None:
    mail_server.going.clear()
    write_messages(database, 2)
    mailer = Mailer(mail_server.url, "us@example.org")
    mailer.seconds = 0.5

    async def work() -> None:
        async with courier(database, "message", mailer):
            await eventually_async(lambda: all_tried(database, 2), what="attempts")
            assert {row[1] for row in waiting(database)} == {"no answer within 0.5 seconds"}
            mail_server.going.set()
            pass_time(database, "message")

            async def done() -> bool:
                return sent(database) == 2

            await eventually_async(done, what="both messages")

    asyncio.run(work())


async def all_tried(database: Database, count: int) -> bool:
    """Tell whether each message has failed."""
    return sum(row[1] is not None for row in waiting(database)) == count


def test_a_peer_that_hangs_does_not_hold_up_the_others(database: Database, peer: Peer) -> None:
    def hang(request: object) -> None:
        time.sleep(60)  # Longer than the test: it is the peer that hangs.

    with Peer().serving() as other:
        peer.answer = hang
        hanging = write_deliveries(database, peer.url, 20)
        write_deliveries(database, other.url, 20)

        async def work() -> None:
            async with courier(database, "delivery", Poster(seconds=0.5)):

                async def done() -> bool:
                    return len(other.received) == 20

                await eventually_async(done, 20, "those for the others")

        asyncio.run(work())
    # Each time it failed, it was left alone for twice as long.
    attempts, failures, errors = database.rows(
        "select sum(d.attempts)::integer, max(w.failures), array_agg(distinct d.last_error)"
        " from data.delivery as d join data.webhook as w on w.id = d.webhook_id where w.id = %s",
        [hanging],
    )[0]
    assert 1 <= failures <= attempts <= 5
    assert "no answer within 0.5 seconds" in errors


def test_a_peer_that_is_slow_to_take_does_not_hold_up_the_others(
    database: Database, peer: Peer
) -> None:
    def be_slow(request: http.server.BaseHTTPRequestHandler) -> None:
        time.sleep(1.1)  # More than what is slow; nothing fails.
        answer_with(200)(request)

    with Peer().serving() as other:
        peer.answer = be_slow
        write_deliveries(database, peer.url, 20)
        write_deliveries(database, other.url, 20)

        async def work() -> None:
            async with courier(database, "delivery", Poster()):

                async def done() -> bool:
                    return len(other.received) == 20

                await eventually_async(done, 30, "those for the others")

        asyncio.run(work())
        assert len(peer.received) <= 2
