"""Register, log in, refresh, log out: the four routes that PostgreSQL cannot serve alone.

They handle what the database must never see, the tokens themselves and the password of a login; all
else is decided by functions in the schema `auth`.

They ignore an Authorization header on purpose: an access token that has expired must not keep its
owner from refreshing it.
"""

import hashlib
import hmac
import json
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from aiohttp import web

from server.catalog import JSON, Catalog, KeptText, OwnOperation, ServerValue
from server.catalog.comments import ErrorLine
from server.catalog.model import Column, SqlType
from server.http.answers import Answer
from server.http.handler import OwnRoute
from server.http.passwords import MAXIMUM_LENGTH
from server.http.requests import check_accept, read_arguments
from server.http.service import Service
from server.http.tokens import NOBODY
from server.problems import unauthenticated

_TOKEN_BYTES = 32
_SUPPLIED = frozenset({"refresh_token_hash", "lifetime_seconds"})
_REFRESH_ERRORS = {
    "refresh_token_reused": "This refresh token was used before, so the whole login has ended.",
    "refresh_token_invalid": "This refresh token is unknown, has ended or was revoked.",
}
# Arguments that no function in SQL ever sees.
_PASSWORD = MappingProxyType({"password": KeptText("correct horse battery", 0, MAXIMUM_LENGTH)})
_REFRESH_TOKEN = MappingProxyType(
    {"refresh_token": KeptText("the refresh_token of the last answer")}
)
# What an answer tells of an account.
_USER = ("id", "name", "email", "role")
_TEXT, _SECONDS = (SqlType("pg_catalog", name, "base") for name in ("text", "int4"))


class Sessions:
    """The four routes. An answer with tokens is never stored by anyone but its receiver."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._lifetime = service.config.refresh_token_seconds

    def by_function(self) -> Mapping[str, OwnRoute]:
        """What answers the routes in the comments of functions, by their names."""
        return {
            "register": self.register,
            "open_session": self.login,
            "refresh": self.refresh,
            "logout": self.logout,
        }

    async def register(self, request: web.BaseRequest, request_id: str) -> Answer:
        """201 with tokens, or with the user alone where the account must first be approved."""
        arguments = await _arguments(request)
        refresh_token, token_hash = _new_refresh_token()
        supplied: dict[str, ServerValue] = {
            "refresh_token_hash": token_hash,
            "lifetime_seconds": self._lifetime,
        }
        session = await self._call("register", request_id, arguments, supplied)
        return self._answer(201, session, refresh_token, request_id)

    async def login(self, request: web.BaseRequest, request_id: str) -> Answer:
        """200 with tokens; 401 in the same words and time whether or not the account exists."""
        arguments = await _arguments(request)
        # Everything that is wrong with them is told at once.
        credentials = self._service.catalog.auth["credentials"].call
        credentials.bind_with(NOBODY.claims, arguments, {}, _PASSWORD)
        password = str(arguments.pop("password"))
        found = await self._call("credentials", request_id, arguments, {})
        account = found[0] if found else {}
        if not await self._service.passwords.verify(account.get("password_hash"), password):
            detail = "The email address or the password is wrong."
            raise unauthenticated(detail, "invalid_credentials")
        refresh_token, token_hash = _new_refresh_token()
        session = await self._call(
            "open_session",
            request_id,
            {},
            {
                "account_id": account["account_id"],
                "password_hash": account["password_hash"],
                "refresh_token_hash": token_hash,
                "lifetime_seconds": self._lifetime,
            },
        )
        return self._answer(200, session, refresh_token, request_id)

    async def refresh(self, request: web.BaseRequest, request_id: str) -> Answer:
        """200 with a new pair of tokens; the old refresh token is spent."""
        spent = self._refresh_token("refresh", await _arguments(request))
        refresh_token = self._successor(spent)
        session = await self._call(
            "refresh",
            request_id,
            {},
            {
                "refresh_token_hash": _hash(spent),
                "new_refresh_token_hash": _hash(refresh_token),
                "lifetime_seconds": self._lifetime,
            },
        )
        # No exception in SQL: the revocation that goes with it has to be committed.
        code = session.get("error")
        if code is not None:
            detail = _REFRESH_ERRORS.get(code, "This refresh token cannot be used.")
            raise unauthenticated(detail, code)
        return self._answer(200, session, refresh_token, request_id)

    async def logout(self, request: web.BaseRequest, request_id: str) -> Answer:
        """204; the login that the refresh token belongs to has ended."""
        token = self._refresh_token("logout", await _arguments(request))
        await self._call("logout", request_id, {}, {"refresh_token_hash": _hash(token)})
        return Answer(204, b"", request_id)

    # -- inside

    def _successor(self, spent: str) -> str:
        """What a refresh token is followed by: the same each time, and known to nobody else."""
        message = b"refresh_token " + spent.encode()
        digest = hmac.digest(self._service.config.role_secret.encode(), message, "sha256")
        return urlsafe_b64encode(digest).rstrip(b"=").decode()

    def _refresh_token(self, name: str, arguments: Mapping[str, object]) -> str:
        """The refresh token, which is all that a caller may give to an auth function."""
        function = self._service.catalog.auth[name]
        supplied = dict.fromkeys(argument.name for argument in function.arguments)
        function.call.bind_with(NOBODY.claims, arguments, supplied, _REFRESH_TOKEN)
        return str(arguments["refresh_token"])

    async def _call(
        self,
        name: str,
        request_id: str,
        arguments: Mapping[str, object],
        supplied: Mapping[str, ServerValue],
    ) -> Any:
        """The result of an auth function, decoded."""
        row = await self._service.call_auth(name, request_id, arguments, supplied)
        return json.loads(row[0]) if row[0] else None

    def _answer(
        self, status: int, session: Mapping[str, Any], refresh_token: str, request_id: str
    ) -> Answer:
        user = {key: session[key] for key in _USER}
        document: dict[str, object]
        if session["active"]:
            tokens = self._service.tokens
            document = {
                "token": tokens.issue(
                    user["id"], user["role"], user["email"], session["session_id"]
                ),
                "refresh_token": refresh_token,
                "token_type": "Bearer",
                "expires_in": tokens.lifetime_seconds,
                "user": user,
            }
        else:
            document = {"user": {**user, "status": session["status"]}}
        return Answer(
            status, json.dumps(document, ensure_ascii=False).encode("utf-8", "replace"), request_id
        )


def _new_refresh_token() -> tuple[str, bytes]:
    """256 random bits as text, and what the database keeps of them."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    return token, _hash(token)


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


async def _arguments(request: web.BaseRequest) -> dict[str, object]:
    check_accept(request, JSON)
    return await read_arguments(request)


# -- what the OpenAPI document says


def own_operations(catalog: Catalog) -> Iterator[OwnOperation]:
    """The four routes, as far as the comments of their functions do not describe them."""
    auth, routes = catalog.auth, catalog.own_routes
    session = auth["register"].result
    columns = () if session is None else session.columns
    user = tuple(replace(c, never_null=True) for c in columns if c.name in _USER)
    tokens = _row(
        "tokens",
        "A login.",
        Column("token", _TEXT, -1, "The access token, for the header `Authorization`.", True),
        Column("refresh_token", _TEXT, -1, "Gives the next pair of tokens, once.", True),
        Column("token_type", _TEXT, -1, "Always `Bearer`.", True),
        Column("expires_in", _SECONDS, -1, "How many seconds the access token is valid.", True),
        Column("user", _row("user", "Who is logged in.", *user), -1, "", True),
    )
    status = tuple(replace(c, never_null=True) for c in columns if c.name == "status")
    waiting = _row("waiting_user", "Whose account waits for approval.", *user, *status)
    registered = _row("waiting", "No login yet.", Column("user", waiting, -1, "", True))
    given = tuple(a for a in auth["register"].arguments if a.name not in _SUPPLIED)
    credentials = auth["credentials"].arguments
    wrong = ErrorLine(401, "invalid_credentials", "the email address or the password is wrong.")
    refused = tuple(
        ErrorLine(401, code, text[0].lower() + text[1:]) for code, text in _REFRESH_ERRORS.items()
    )
    for route in routes["register"]:
        yield OwnOperation(route, given, {}, (tokens, registered))
    for route in routes["open_session"]:
        yield OwnOperation(route, credentials, _PASSWORD, (tokens,), (wrong,))
    for route in routes["refresh"]:
        yield OwnOperation(route, (), _REFRESH_TOKEN, (tokens,), refused)
    for route in routes["logout"]:
        yield OwnOperation(route, (), _REFRESH_TOKEN, ())


def _row(name: str, description: str, *columns: Column) -> SqlType:
    return SqlType("auth", name, "composite", description, columns=columns)
