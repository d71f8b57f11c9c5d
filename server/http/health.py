"""GET /health: whether this server can reach its database."""

import json
from typing import Any

from aiohttp import web

from server.http.answers import Answer
from server.http.service import Service

_SECONDS = 2.0
_WELL = {"status": "ok", "db": "connected"}
_ILL = {"status": "degraded", "db": "disconnected"}


class Health:
    """Asks PostgreSQL at most one thing at a time, however many ask."""

    def __init__(self, service: Service) -> None:
        self._watch = service.watch

    async def show(self, request: web.BaseRequest, request_id: str) -> Answer:  # noqa: ARG002
        """200 or 503."""
        if await self._watch.ping(_SECONDS):
            return Answer(200, json.dumps(_WELL).encode(), request_id)
        return Answer(503, json.dumps(_ILL).encode(), request_id, b"Retry-After: 2\r\n")


def path_items() -> dict[str, Any]:
    """What the OpenAPI document says about it."""

    def answer(description: str, example: dict[str, str]) -> dict[str, Any]:
        schema = {
            "type": "object",
            "properties": {k: {"type": "string", "const": v} for k, v in example.items()},
            "required": list(example),
        }
        return {"description": description, "content": {"application/json": {"schema": schema}}}

    return {
        "/health": {
            "get": {
                "operationId": "health",
                "tags": ["system"],
                "summary": "Whether the server can reach its database",
                "security": [],
                "responses": {
                    "200": answer("All is well.", _WELL),
                    "503": answer("The database cannot be reached.", _ILL),
                },
            }
        }
    }
