"""What two do to accounts at once."""

import asyncio
import uuid
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from ..support.booking_office import Office, at_once, outcomes
from ..support.http import Answer, AsyncClient
from ..support.wait import eventually

PASSWORD = "correct horse"
ROUNDS = 5


async def registered(client: AsyncClient) -> tuple[int, str, Answer]:
    """Register; the id, the address and what the login gave."""
    email = f"{uuid.uuid4().hex}@example.com"
    body = {"email": email, "password": PASSWORD}
    answer = await client.request("POST", "/api/auth/register", json=body)
    assert answer.status == 201
    return answer.body["user"]["id"], email, answer


def reset_token(office: Office, account_id: int, email: str) -> str:
    """Make a token as the due work does for who forgot a password."""
    return str(
        office.database.value(
            "select core.make_account_token(%s, 'RESET', %s)", [account_id, email]
        )
    )


async def refreshes(client: AsyncClient, refresh_token: str) -> bool:
    """Tell whether a refresh token is good."""
    body = {"refresh_token": refresh_token}
    answer = await client.request("POST", "/api/auth/refresh", json=body)
    return answer.status == 200


def test_of_many_resets_with_one_token_one_wins(office: Office) -> None:
    async def race() -> None:
        async with office.server.clients(8) as client:
            account_id, email, _ = await registered(client)
            token = reset_token(office, account_id, email)
            answers = await at_once(
                *(
                    client.request(
                        "POST",
                        "/api/auth/reset-password",
                        json={"reset_token": token, "new_password": f"password {n}"},
                    )
                    for n in range(8)
                )
            )
            assert outcomes(answers) == {"204": 1, "404 reset_token_not_found": 7}
            (winner,) = (n for n, answer in enumerate(answers) if answer.status == 204)
            body = {"email": email, "password": f"password {winner}"}
            assert (await client.request("POST", "/api/auth/login", json=body)).status == 200

    asyncio.run(race())


def test_no_login_with_the_old_password_outlives_a_reset(office: Office) -> None:
    async def race() -> None:
        async with office.server.clients(8) as client:
            account_id, email, first = await registered(client)
            token = reset_token(office, account_id, email)
            body = {"email": email, "password": PASSWORD}
            new = {"reset_token": token, "new_password": "another one"}
            *logins, reset = await at_once(
                *(client.request("POST", "/api/auth/login", json=body) for _ in range(6)),
                client.request("POST", "/api/auth/reset-password", json=new),
            )
            assert reset.status == 204
            assert set(outcomes(logins)) <= {"200", "401 invalid_credentials"}
            for login in (first, *(login for login in logins if login.status == 200)):
                assert not await refreshes(client, login.body["refresh_token"])

    for _ in range(ROUNDS):
        asyncio.run(race())


def test_who_refreshes_while_being_suspended_is_out(office: Office) -> None:
    admin = office.server.account("admin")[1]

    async def race() -> None:
        async with office.server.clients(8) as client:
            account_id, _, login = await registered(client)
            body = {"refresh_token": login.body["refresh_token"]}
            path = f"/api/accounts/{account_id}/suspend"
            *answers, suspended = await at_once(
                *(client.request("POST", "/api/auth/refresh", json=body) for _ in range(4)),
                client.request("POST", path, token=admin),
            )
            assert suspended.status == 200
            for answer in (login, *(answer for answer in answers if answer.status == 200)):
                assert not await refreshes(client, answer.body["refresh_token"])
                me = await client.request("GET", "/api/auth/me", token=answer.body["token"])
                assert me.status == 401
            # Nor does anything come back with the account.
            back = f"/api/accounts/{account_id}/reactivate"
            assert (await client.request("POST", back, token=admin)).status == 200
            for answer in (login, *(answer for answer in answers if answer.status == 200)):
                assert not await refreshes(client, answer.body["refresh_token"])

    for _ in range(ROUNDS):
        asyncio.run(race())


def test_of_two_admins_who_suspend_each_other_one_stays(office: Office) -> None:
    async def race(accounts: list[tuple[int, str]]) -> list[Answer]:
        (first, by_first), (second, by_second) = accounts
        async with office.server.clients(2) as client:
            return await at_once(
                client.request("POST", f"/api/accounts/{second}/suspend", token=by_first),
                client.request("POST", f"/api/accounts/{first}/suspend", token=by_second),
            )

    for _ in range(3 * ROUNDS):
        pair = [office.server.account("admin") for _ in range(2)]
        office.database.rows(
            "update data.account set status = 'SUSPENDED'"
            " where role = 'admin' and status = 'ACTIVE' and id <> all(%s)",
            [[account_id for account_id, _ in pair]],
        )
        found = outcomes(asyncio.run(race(pair)))
        assert found["200"] == 1, found
        assert set(found) <= {"200", "409 last_admin", "401 unauthenticated"}
        active = "select count(*) from data.account where role = 'admin' and status = 'ACTIVE'"
        assert office.database.value(active) == 1


def test_of_two_who_verify_one_address_one_gets_it(office: Office) -> None:
    async def race() -> None:
        async with office.server.clients(2) as client:
            people = [await registered(client) for _ in range(2)]
            email = f"{uuid.uuid4().hex}@example.com"
            proofs = []
            for _, _, login in people:
                body = {"email": email, "current_password": PASSWORD}
                token = login.body["token"]
                await client.request("PATCH", "/api/auth/me", json=body, token=token)
                proofs.append(office.database.value("select tests.mailed_token(%s)", [email]))
            answers = await at_once(
                *(
                    client.request(
                        "POST",
                        "/api/auth/verify-email",
                        json={"verification_token": proof},
                        token=login.body["token"],
                    )
                    for proof, (_, _, login) in zip(proofs, people, strict=True)
                )
            )
            assert outcomes(answers) == {"204": 1, "409 email_taken": 1}

    for _ in range(ROUNDS):
        asyncio.run(race())


def test_whoever_logs_in_and_whoever_changes_the_password_wait_for_each_other(
    office: Office,
) -> None:
    database = office.database
    old, new = "$argon2id$ old", "$argon2id$ new"
    login = "select auth.open_session(%s, %s, sha256(%s::text::bytea), 60)"
    change = "select core.set_password(tests.email_of(%s), %s)"

    def account() -> int:
        found: int = database.value("select tests.account(password_hash => %s)", [old])
        return found

    def at_the_same_time(first: str, second: str, values: list[list[object]]) -> None:
        """Let the second statement begin before the first one is committed."""
        blocked = "select cardinality(pg_blocking_pids(%s)) > 0"
        with database.connect() as one, database.connect() as two, ThreadPoolExecutor(1) as pool:
            pid = two.info.backend_pid
            with one.transaction():
                one.execute(first, values[0])
                waiting = pool.submit(two.execute, second, values[1])
                eventually(lambda: database.value(blocked, [pid]), what="somebody who waits")
            waiting.result()

    live = "select count(*) from data.session where account_id = %s and revoked_at is null"
    # A login with the old password that is about to be committed is ended.
    ann = account()
    at_the_same_time(login, change, [[ann, old, uuid.uuid4()], [ann, new]])
    assert database.value(live, [ann]) == 0
    # One that had the old password checked comes too late.
    bob = account()
    with pytest.raises(psycopg.Error, match="invalid_credentials"):
        at_the_same_time(change, login, [[bob, new], [bob, old, uuid.uuid4()]])
    assert database.value(live, [bob]) == 0


def test_who_forgot_the_password_of_an_account_that_is_held_is_mailed_afterwards(
    office: Office,
) -> None:
    database = office.database
    account_id, _ = office.server.account("patient")
    forget = "insert into data.reset_request (email) select tests.email_of(%s)"
    mailed = "select count(*) from data.message where account_id = %s"
    with database.connect() as holder, holder.transaction():
        holder.execute("select from data.account where id = %s for update", [account_id])
        database.rows(forget, [account_id])
        database.rows("select core.mail_resets(1000)")
        assert database.value(mailed, [account_id]) == 0
    database.rows("select core.mail_resets(1000)")
    # Or the server's own due work was faster.
    eventually(lambda: database.value(mailed, [account_id]) == 1, what="the mail")


def test_who_is_erased_while_changing_the_account_stays_erased(office: Office) -> None:
    database = office.database
    account_id, token = office.server.account("patient", name="Ann")
    waits = (
        "select exists (select from pg_stat_activity as a"
        " where %s = any(pg_blocking_pids(a.pid)) and a.query ~ 'update_me')"
    )
    with ThreadPoolExecutor(1) as pool, database.connect() as admin:
        with admin.transaction():
            asked = "insert into data.privacy_request (patient_id, kind) values (%s, 'ERASURE')"
            admin.execute(asked, [account_id])
            admin.execute("select core.erase_person(%s)", [account_id])
            body = {"name": "Ann again"}
            answer = pool.submit(
                office.server.request, "PATCH", "/api/auth/me", json=body, token=token
            )
            pid = admin.info.backend_pid
            eventually(lambda: database.value(waits, [pid]), what="somebody who waits")
        assert answer.result().status == 401
    name = "select name from data.account where id = %s"
    assert database.value(name, [account_id]) == "Erased"


def test_what_is_written_about_a_refund_meanwhile_is_erased_with_the_person(office: Office) -> None:
    database = office.database
    account_id = database.value("select tests.account()")
    booking_id = database.value(
        "select tests.booking(tests.slot(tests.doctor()), %s, status => 'CANCELLED')", [account_id]
    )
    payment_id = database.value("select tests.payment(%s, 'SURPLUS')", [booking_id])
    refund_id = database.value(
        "insert into data.refund (payment_id, captured_amount, portion)"
        " values (%s, 50, '[0,50)') returning id",
        [payment_id],
    )

    def erase() -> None:
        database.rows(
            "with asked as (insert into data.privacy_request (patient_id, kind)"
            " values (%s, 'ERASURE') returning patient_id)"
            " select core.erase_person(q.patient_id) from asked as q",
            [account_id],
        )

    waits = "select exists (select from pg_locks where %s = any(pg_blocking_pids(pid)))"
    with ThreadPoolExecutor(1) as pool, database.connect() as clerk:
        with clerk.transaction():
            clerk.execute("select api.update_refund(%s, 'SENT', 'to Ann Lee')", [refund_id])
            erased = pool.submit(erase)
            pid = clerk.info.backend_pid
            eventually(lambda: erased.done() or database.value(waits, [pid]), what="the erasure")
        erased.result()
    said = "select f.reference from data.refund as f where f.id = %s"
    assert database.value(said, [refund_id]) is None
    kept = "select count(*) from data.change as c where c.after ->> 'reference' = 'to Ann Lee'"
    assert database.value(kept) == 0
