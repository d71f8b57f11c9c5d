"""The routes as the OpenAPI document lists them, with a request for each that is understood."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from .clinic import Clinic

METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True, slots=True)
class Operation:
    """One route. `document` is its part of the OpenAPI document."""

    method: str
    path: str
    document: dict[str, Any]

    @property
    def name(self) -> str:
        """Method and path."""
        return f"{self.method} {self.path}"

    @property
    def concrete(self) -> str:
        """The path with every id 1, on a day in 2031."""
        return re.sub(r"\{[a-z_]+\}", "1", self.path.replace("{date}", "2031-06-02"))

    @property
    def roles(self) -> list[str]:
        """Who may call it, by short role names; hand-written routes are for everybody."""
        return list(self.document.get("x-roles", ["anon"]))

    @property
    def schema(self) -> dict[str, Any]:
        """The schema of the body, empty where there is none."""
        content = self.document.get("requestBody", {}).get("content", {})
        return dict(content.get("application/json", {}).get("schema", {}))

    @property
    def takes_body(self) -> bool:
        """Whether a body means something to it."""
        return bool(self.schema)

    def in_url(self, place: str) -> dict[str, dict[str, Any]]:
        """Its parameters in the path, the query or the header, by name."""
        found = self.document.get("parameters", [])
        return {p["name"]: p for p in found if p["in"] == place}

    def body(self) -> dict[str, Any]:
        """The example in the document: a body with what is required."""
        content = self.document["requestBody"]["content"]["application/json"]
        return dict(content["example"])

    def query(self) -> str:
        """A query string with what is required, led by a question mark or empty."""
        needed = [n for n, p in self.in_url("query").items() if p.get("required")]
        # Of these, there is an address and nothing else.
        return "?" + "&".join(f"{name}=ann@example.com" for name in needed) if needed else ""


def operations(clinic: Clinic) -> list[Operation]:
    """Return all routes but those of the documents themselves."""
    paths = clinic.ok("GET", "/openapi.json")["paths"]
    return [
        Operation(method.upper(), path, item[method])
        for path, item in paths.items()
        for method in METHODS
        if method in item
    ]


def next_month() -> str:
    """Return an instant in a month, on a full second."""
    return (datetime.now(UTC).replace(microsecond=0) + timedelta(days=30)).isoformat()
