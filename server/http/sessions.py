"""Register, log in, refresh, log out: the four routes that PostgreSQL cannot serve alone.

They handle what the database must never see, passwords and the tokens themselves; all else is
decided by functions in the schema `auth`.

They ignore an Authorization header on purpose: an access token that has expired must not keep its
owner from refreshing it.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from aiohttp import web

from server.catalog import Catalog, Codec, ServerValue, text_codec
from server.http.answers import Answer
from server.http.passwords import MAXIMUM_LENGTH, MINIMUM_LENGTH
from server.http.requests import check_accept, read_arguments
from server.http.service import Service, Work
from server.http.tokens import NOBODY
from server.names import SERVER
from server.problems import Problem, unauthenticated

REGISTER, LOGIN, REFRESH, LOGOUT = (
    f"/api/auth/{name}" for name in ("register", "login", "refresh", "logout")
)

_TOKEN_BYTES = 32
_SUPPLIED = frozenset({"password_hash", "refresh_token_hash", "lifetime_seconds"})
_REFRESH_ERRORS = {
    "refresh_token_reused": "This refresh token was used before, so the whole login has ended.",
    "refresh_token_invalid": "This refresh token is unknown, has ended or was revoked.",
}
# Arguments that no function in SQL ever sees.
_NEW_PASSWORD = MappingProxyType({"password": text_codec(MINIMUM_LENGTH, MAXIMUM_LENGTH)})
_PASSWORD = MappingProxyType({"password": text_codec(0, MAXIMUM_LENGTH)})
_REFRESH_TOKEN = MappingProxyType({"refresh_token": text_codec(0)})


class Sessions:
    """The four routes. An answer with tokens is never stored by anyone but its receiver."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._lifetime = service.config.refresh_token_seconds

    async def register(self, request: web.BaseRequest, request_id: str) -> Answer:
        """201 with tokens, or with the user alone where the account must first be approved."""
        arguments = await _arguments(request)
        refresh_token, token_hash = _new_refresh_token()
        supplied: dict[str, ServerValue] = {
            "password_hash": "",
            "refresh_token_hash": token_hash,
            "lifetime_seconds": self._lifetime,
        }
        # Hashing is dear: whatever else is wrong is said before.
        try:
            self._check("register", arguments, supplied, _NEW_PASSWORD)
        except Problem as problem:
            raise _weak_password(problem, arguments) or problem from None
        password = str(arguments.pop("password"))
        supplied["password_hash"] = await self._service.passwords.hash(password)
        session = await self._session("register", arguments, supplied)
        return self._answer(201, session, refresh_token, request_id)

    async def login(self, request: web.BaseRequest, request_id: str) -> Answer:
        """200 with tokens; 401 in the same words and time whether or not the account exists."""
        arguments = await _arguments(request)
        self._check("credentials", arguments, {}, _PASSWORD)
        password = str(arguments.pop("password"))
        found = await self._call("credentials", arguments, {})
        account = found[0] if found else {}
        if not await self._service.passwords.verify(account.get("password_hash"), password):
            raise Problem(
                401,
                "invalid_credentials",
                "The email address or the password is wrong.",
                headers=unauthenticated("").headers,
            )
        refresh_token, token_hash = _new_refresh_token()
        session = await self._session(
            "open_session",
            {},
            {
                "account_id": account["account_id"],
                "refresh_token_hash": token_hash,
                "lifetime_seconds": self._lifetime,
            },
        )
        return self._answer(200, session, refresh_token, request_id)

    async def refresh(self, request: web.BaseRequest, request_id: str) -> Answer:
        """200 with a new pair of tokens; the old refresh token is spent."""
        spent = self._refresh_token("refresh", await _arguments(request))
        refresh_token, token_hash = _new_refresh_token()
        session = await self._session(
            "refresh",
            {},
            {
                "refresh_token_hash": _hash(spent),
                "new_refresh_token_hash": token_hash,
                "lifetime_seconds": self._lifetime,
            },
        )
        # No exception in SQL: the revocation that goes with it has to be committed.
        code = session.get("error")
        if code is not None:
            detail = _REFRESH_ERRORS.get(code, "This refresh token cannot be used.")
            raise Problem(401, code, detail, headers=unauthenticated("").headers)
        return self._answer(200, session, refresh_token, request_id)

    async def logout(self, request: web.BaseRequest, request_id: str) -> Answer:
        """204; the login that the refresh token belongs to has ended."""
        token = self._refresh_token("logout", await _arguments(request))
        await self._call("logout", {}, {"refresh_token_hash": _hash(token)})
        return Answer(204, b"", request_id)

    # -- inside

    def _check(
        self,
        name: str,
        arguments: Mapping[str, object],
        supplied: Mapping[str, ServerValue],
        kept: Mapping[str, Codec],
    ) -> None:
        """Raise Problem 400 with everything that is wrong with a caller's arguments."""
        function = self._service.catalog.auth[name]
        function.call.bind_with(NOBODY.claims, arguments, supplied, kept)

    def _refresh_token(self, name: str, arguments: Mapping[str, object]) -> str:
        """The refresh token, which is all that a caller may give to an auth function."""
        function = self._service.catalog.auth[name]
        supplied = dict.fromkeys(argument.name for argument in function.arguments)
        self._check(name, arguments, supplied, _REFRESH_TOKEN)
        return str(arguments["refresh_token"])

    async def _call(
        self, name: str, arguments: Mapping[str, object], supplied: Mapping[str, ServerValue]
    ) -> Any:
        """The result of an auth function, decoded."""

        def prepare(catalog: Catalog) -> Work:
            function = catalog.auth[name]
            parameters = function.call.bind_with(NOBODY.claims, arguments, supplied)
            return Work(SERVER, function.call, parameters, function.read_only)

        row = await self._service.run(prepare)
        return json.loads(row[0]) if row[0] else None

    async def _session(
        self, name: str, arguments: Mapping[str, object], supplied: Mapping[str, ServerValue]
    ) -> dict[str, Any]:
        session = await self._call(name, arguments, supplied)
        if not isinstance(session, dict):
            raise TypeError(f"auth.{name} did not return a session")
        return session

    def _answer(
        self, status: int, session: Mapping[str, Any], refresh_token: str, request_id: str
    ) -> Answer:
        user = {key: session[key] for key in ("id", "name", "email", "role")}
        document: dict[str, object]
        if session["active"]:
            tokens = self._service.tokens
            document = {
                "token": tokens.issue(user["id"], user["role"], user["email"]),
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
    check_accept(request)
    return await read_arguments(request)


def _weak_password(problem: Problem, arguments: Mapping[str, object]) -> Problem | None:
    """The refusal of a password that is too short, where that is all that is wrong."""
    password = arguments.get("password")
    if len(problem.errors) > 1 or not isinstance(password, str) or len(password) >= MINIMUM_LENGTH:
        return None
    detail = f"The password must have at least {MINIMUM_LENGTH} characters."
    return Problem(400, "weak_password", detail, problem.errors)


# -- what the OpenAPI document says


def path_items(catalog: Catalog) -> dict[str, Any]:
    """The path items of the four routes; what register takes comes from the catalog."""
    registration = catalog.auth_request_schema("register", _SUPPLIED)
    registration = {
        **registration,
        "properties": {
            **registration.get("properties", {}),
            "password": _string(minLength=MINIMUM_LENGTH, maxLength=MAXIMUM_LENGTH),
        },
        "required": sorted({*registration.get("required", ()), "password"}),
    }
    registering = {
        **catalog.auth_request_example("register", _SUPPLIED),
        "password": "correct horse battery",
    }
    logging_in = {key: registering.get(key, key) for key in ("email", "password")}
    credentials = _object(email=_string(), password=_string(maxLength=MAXIMUM_LENGTH))
    token = {
        "schema": _object(refresh_token=_string()),
        "example": {"refresh_token": "the refresh_token of the last answer"},
    }
    pair = _pair()
    pending = _object(user=_user(status=_string()))
    return {
        REGISTER: _operation(
            "register",
            "Makes an account and logs it in, or lets it wait for approval.",
            {"schema": registration, "example": registering},
            {
                "201": (
                    "The account with its tokens, or with its status where it waits for approval.",
                    {"anyOf": [pair, pending]},
                )
            },
            {
                "400": "`invalid_body`, `unknown_parameter`, `missing_parameter`,"
                " `invalid_parameter`, `weak_password`",
                "403": "`forbidden`: nobody may give themselves this role.",
                "409": "`email_taken`",
            },
        ),
        LOGIN: _operation(
            "login",
            "Logs in with email address and password.",
            {"schema": credentials, "example": logging_in},
            {"200": ("Tokens.", pair)},
            {
                "401": "`invalid_credentials`",
                "403": "`account_pending`: the account waits for approval.",
            },
        ),
        REFRESH: _operation(
            "refresh",
            "Gives a new pair of tokens for a refresh token, which is then spent;"
            " using it again ends the whole login.",
            token,
            {"200": ("Tokens.", pair)},
            {"401": ", ".join(f"`{code}`" for code in _REFRESH_ERRORS)},
        ),
        LOGOUT: _operation(
            "logout",
            "Ends the login that a refresh token belongs to.",
            token,
            {"204": ("Done.", None)},
            {},
        ),
    }


def _operation(
    name: str,
    summary: str,
    body: dict[str, Any],
    successes: Mapping[str, tuple[str, dict[str, Any] | None]],
    errors: Mapping[str, str],
) -> dict[str, Any]:
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    all_errors = {
        "400": "`invalid_body`, `unknown_parameter`, `missing_parameter`, `invalid_parameter`",
        "406": "`not_acceptable`",
        "413": "`payload_too_large`",
        "415": "`unsupported_media_type`",
        "500": "`internal_error`",
        "503": "`overloaded`, `database_unavailable`",
        "504": "`timeout`",
        **errors,
    }
    responses: dict[str, Any] = {
        status: {"description": text}
        if schema is None
        else {"description": text, "content": {"application/json": {"schema": schema}}}
        for status, (text, schema) in successes.items()
    }
    responses |= {
        status: {"description": text, "content": problem}
        for status, text in sorted(all_errors.items())
    }
    return {
        "post": {
            "operationId": name,
            "tags": ["accounts"],
            "summary": summary.removesuffix("."),
            "description": f"{summary}\n\nAn `Authorization` header is ignored here.",
            "security": [],
            "requestBody": {"required": True, "content": {"application/json": body}},
            "responses": responses,
        }
    }


def _string(**limits: object) -> dict[str, Any]:
    return {"type": "string", **limits}


def _object(**properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _user(**more: dict[str, Any]) -> dict[str, Any]:
    return _object(id={"type": "integer"}, name=_string(), email=_string(), role=_string(), **more)


def _pair() -> dict[str, Any]:
    return _object(
        token=_string(),
        refresh_token=_string(),
        token_type=_string(const="Bearer"),
        expires_in={"type": "integer"},
        user=_user(),
    )
