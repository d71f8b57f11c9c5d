"""Passwords and tokens by themselves."""

import asyncio
import time

import jwt
import pytest

from server.http.passwords import Passwords, hash_password, verify_password
from server.http.tokens import Tokens
from server.problems import Problem

pytestmark = pytest.mark.embedded18

SECRET = "s" * 40


def make_tokens(lifetime_seconds: int = 60) -> Tokens:
    """An issuer."""
    return Tokens(SECRET, "me", "you", lifetime_seconds)


def test_a_hash_is_argon2id_salted_and_fits_only_its_password() -> None:
    one, two = hash_password("correct horse"), hash_password("correct horse")
    assert one != two
    assert one.startswith("$argon2id$")
    assert verify_password(one, "correct horse")
    assert not verify_password(one, "Correct horse")
    assert not verify_password("not a hash", "correct horse")


def test_an_unknown_account_is_checked_like_a_known_one() -> None:
    async def work() -> None:
        passwords = Passwords(1)
        stored = await passwords.hash("correct horse")
        assert await passwords.verify(stored, "correct horse")
        assert not await passwords.verify(stored, "wrong")
        assert not await passwords.verify(None, "correct horse")
        passwords.close()

    asyncio.run(work())


def test_who_would_wait_too_long_is_refused_at_once_and_others_are_served() -> None:
    async def work(longest_wait_seconds: float, served: int) -> None:
        passwords = Passwords(1, longest_wait_seconds)
        outcomes = await asyncio.gather(
            *(passwords.hash("correct horse") for _ in range(10)), return_exceptions=True
        )
        refused = [o for o in outcomes if isinstance(o, Problem)]
        assert len(refused) == 10 - served
        assert {(p.status, p.code) for p in refused} <= {(503, "overloaded")}
        assert all(int(p.headers["Retry-After"]) >= 1 for p in refused)
        given_up = asyncio.create_task(passwords.hash("correct horse"))
        await asyncio.sleep(0)
        given_up.cancel()
        await asyncio.gather(given_up, return_exceptions=True)
        for _ in range(3):
            assert await passwords.hash("correct horse")
        passwords.close()

    # Who finds nobody waiting is served whatever the bound; a hash takes less than a minute.
    asyncio.run(work(0, served=1))
    asyncio.run(work(600, served=10))


def test_an_issued_token_identifies_its_account() -> None:
    tokens = make_tokens()
    token = tokens.issue(7, "admin", "a@example.com", 3)
    identity = tokens.identify(f"Bearer {token}")
    assert identity is tokens.identify(f"Bearer {token}")
    assert identity.role == "admin"
    claims = jwt.decode(token, SECRET, algorithms=["HS256"], audience="you", issuer="me")
    assert claims["sub"] == "7"
    assert claims["exp"] - claims["iat"] == 60
    assert {"email", "jti", "iss", "aud"} <= claims.keys()


def test_a_remembered_token_still_expires() -> None:
    tokens = make_tokens(1)
    token = f"Bearer {tokens.issue(7, 'admin', 'a@example.com', 3)}"
    end = tokens.identify(token).expires
    while time.time() < end:
        pass
    with pytest.raises(Problem) as caught:
        tokens.identify(token)
    assert caught.value.status == 401


def test_what_is_remembered_is_bounded() -> None:
    tokens = make_tokens()
    for number in range(5000):
        tokens.identify(f"Bearer {tokens.issue(number, 'admin', 'a@example.com', 3)}")
    assert tokens._verified.cache_info().currsize <= 4096  # noqa: SLF001


def test_a_token_is_remembered_once_however_its_header_is_written() -> None:
    tokens = make_tokens()
    token = tokens.issue(1, "patient", "ann@example.org", 3)
    known = tokens.identify(f"Bearer {token}")
    assert tokens.identify(f"bearer {' ' * 6000}{token} ") is known
