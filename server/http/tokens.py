"""Access tokens: made at login, verified once, their end with every request.

That the account still exists, is active and has the role is PostgreSQL's to say, each time
(core.caller_account).
"""

import json
import secrets
import time
from dataclasses import dataclass
from functools import lru_cache

import jwt

from server.problems import Problem, unauthenticated

_ALGORITHM = "HS256"
_REQUIRED = ["exp", "iat", "iss", "aud", "sub", "role"]
_CACHED_TOKENS = 4096


@dataclass(frozen=True)
class Identity:
    """Who calls: a short role name, the claims as JSON for PostgreSQL, the end as Unix time."""

    role: str
    claims: bytes
    expires: float


NOBODY = Identity("anon", b'{"role":"anon"}', float("inf"))


class Tokens:
    """Issues and verifies JSON Web Tokens with one secret; nothing about them is negotiable."""

    def __init__(self, secret: str, issuer: str, audience: str, lifetime_seconds: int) -> None:
        self._secret = secret
        self._issuer = issuer
        self._audience = audience
        self.lifetime_seconds = lifetime_seconds
        self._verified = lru_cache(_CACHED_TOKENS)(self._verify)

    def issue(self, account_id: int, role: str, email: str, session_id: int) -> str:
        """A token for an account that has just shown who it is, worth as long as its session."""
        now = int(time.time())
        claims = {
            "sub": str(account_id),
            "role": role,
            "email": email,
            "session_id": session_id,
            "iat": now,
            "exp": now + self.lifetime_seconds,
            "iss": self._issuer,
            "aud": self._audience,
            "jti": secrets.token_urlsafe(12),
        }
        return jwt.encode(claims, self._secret, algorithm=_ALGORITHM)

    def identify(self, authorization: str) -> Identity:
        """Who an `Authorization` header speaks for; raises Problem 401.

        Verified tokens are remembered: checking a signature costs more than routing a request.
        """
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer":
            raise _refusal("The Authorization header must be: Bearer <access token>.")
        identity = self._verified(token.strip())
        if identity.expires <= time.time():
            raise _refusal("The access token has expired.")
        return identity

    def _verify(self, token: str) -> Identity:
        try:
            claims = jwt.decode(
                token,
                self._secret,
                algorithms=[_ALGORITHM],
                issuer=self._issuer,
                audience=self._audience,
                options={"require": _REQUIRED},
            )
            role, expires = claims["role"], float(claims["exp"])
            text = json.dumps(claims, separators=(",", ":"), allow_nan=False, ensure_ascii=False)
            document = text.encode()  # not with a lone surrogate
        except jwt.ExpiredSignatureError:
            raise _refusal("The access token has expired.") from None
        # LookupError: what looks like UTF-16 needs a module that the worker's user may not read.
        except (jwt.PyJWTError, LookupError, ValueError, TypeError, OverflowError, RecursionError):
            raise _refusal("The access token is not valid.") from None
        # PostgreSQL's text cannot hold a NUL.
        if not isinstance(role, str) or "\\u0000" in text:
            raise _refusal("The access token is not valid.")
        return Identity(role, document, expires)


def _refusal(detail: str) -> Problem:
    problem = unauthenticated(detail)
    problem.headers = {
        "WWW-Authenticate": 'Bearer realm="slotkeeper", error="invalid_token"',
    }
    return problem
