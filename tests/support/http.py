"""HTTP clients that send exactly what a test says and show exactly what came back."""

import http.client
import json as jsonlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from multidict import CIMultiDict

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP response: `headers` compare without case, `body` is the parsed JSON or None."""

    status: int
    headers: Mapping[str, str]
    raw: bytes
    body: Any

    @property
    def code(self) -> str | None:
        """The stable code of a problem."""
        return self.body.get("code") if isinstance(self.body, dict) else None


class Client:
    """A blocking client of one server; a connection for each request, so any thread may call."""

    def __init__(self, url: str, timeout: float = 30.0) -> None:
        self.url = url
        self._timeout = timeout

    def request(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        data: bytes | None = None,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a request. `data` is sent as it is, as JSON unless `headers` say otherwise."""
        address = urlsplit(self.url)
        content = data if json is None else jsonlib.dumps(json).encode()
        sent = {"Accept": f"{JSON}, application/problem+json, */*;q=0.1"}
        if content is not None:
            sent["Content-Type"] = JSON
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        sent |= headers or {}
        assert address.hostname is not None
        connection = http.client.HTTPConnection(
            address.hostname, address.port, timeout=self._timeout
        )
        try:
            connection.request(method, path, content, sent)
            response = connection.getresponse()
            raw = response.read()
            received = CIMultiDict(response.getheaders())
            return Answer(response.status, received, raw, _parse(received, raw))
        finally:
            connection.close()


class AsyncClient:
    """A client of one server with a pool of `connections`, for many requests at a time."""

    def __init__(self, url: str, connections: int = 100, timeout: float = 60.0) -> None:
        self._url = url
        self._connections = connections
        self._timeout = timeout
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> "AsyncClient":
        self._session = aiohttp.ClientSession(
            self._url,
            connector=aiohttp.TCPConnector(limit=self._connections),
            timeout=aiohttp.ClientTimeout(total=self._timeout),
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._session is not None
        await self._session.close()

    async def request(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a request; raises aiohttp.ClientError where no answer came."""
        assert self._session is not None
        sent = dict(headers or {})
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        async with self._session.request(method, path, json=json, headers=sent) as response:
            raw = await response.read()
            return Answer(response.status, response.headers, raw, _parse(response.headers, raw))


def _parse(headers: Mapping[str, str], raw: bytes) -> Any:
    media_type = headers.get("Content-Type", "").partition(";")[0].strip()
    if raw and (media_type == JSON or media_type.endswith("+json")):
        return jsonlib.loads(raw)
    return None
