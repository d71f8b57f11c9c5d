"""GET /openapi.json, and Swagger UI at /api-docs with its files served from here."""

import hashlib
import json
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from aiohttp import hdrs, web

from server.catalog import JSON, Catalog
from server.http.answers import Answer, header
from server.http.handler import OwnRoute
from server.http.service import Service

OPENAPI = "/openapi.json"
DOCS = "/api-docs"

_HOME = "/"
_FILES = {
    "swagger-ui.css": "text/css; charset=utf-8",
    "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
    "favicon-32x32.png": "image/png",
}
# Swagger UI itself follows a deep link only where the page is loaded with it.
_START = b"""const ui = SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis],
});
addEventListener("hashchange", () => {
  ui.getSystem().layoutActions.parseDeepLinkHash(decodeURIComponent(location.hash));
});
"""
_PAGE = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>API documentation</title>
<link rel="icon" type="image/png" href="{DOCS}/favicon-32x32.png">
<link rel="stylesheet" href="{DOCS}/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="{DOCS}/swagger-ui-bundle.js"></script>
<script src="{DOCS}/start.js"></script>
</body>
</html>
""".encode()
# Swagger UI writes style attributes; scripts come from files alone.
_POLICY = header(
    "Content-Security-Policy",
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
)
_REVALIDATE = "no-cache"


class Docs:
    """The API's description. `describe` makes the OpenAPI document of a catalog."""

    def __init__(self, service: Service, describe: Callable[[Catalog], Mapping[str, Any]]) -> None:
        self._service = service
        self._describe = describe
        self._document: tuple[Catalog, bytes, str] | None = None

    def routes(self) -> dict[str, dict[str, OwnRoute]]:
        """All paths with what answers them."""
        page = _static(_PAGE, "text/html; charset=utf-8")
        found: dict[str, dict[str, OwnRoute]] = {
            OPENAPI: {"GET": self.show_document},
            _HOME: {"GET": _lead_to_docs},
            DOCS: {"GET": page},
            f"{DOCS}/": {"GET": page},
            f"{DOCS}/start.js": {"GET": _static(_START, "text/javascript; charset=utf-8")},
        }
        folder = _swagger_ui()
        for name, media_type in _FILES.items():
            content = (folder / name).read_bytes()
            found[f"{DOCS}/{name}"] = {"GET": _static(content, media_type)}
        return found

    async def show_document(self, request: web.BaseRequest, request_id: str) -> Answer:
        """The OpenAPI document of the catalog in force, made once for each."""
        catalog = self._service.catalog
        if self._document is None or self._document[0] is not catalog:
            document = self._describe(catalog)
            content = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
            self._document = (catalog, content, _tag(content))
        _, content, tag = self._document
        return _tagged(request, request_id, content, tag, JSON)


async def _lead_to_docs(_request: web.BaseRequest, request_id: str) -> Answer:
    text = f"The documentation is at {DOCS}.\n".encode()
    return Answer(
        302, text, request_id, header("Location", DOCS), media_type="text/plain; charset=utf-8"
    )


def _static(content: bytes, media_type: str) -> OwnRoute:
    tag = _tag(content)

    async def show(request: web.BaseRequest, request_id: str) -> Answer:
        return _tagged(request, request_id, content, tag, media_type)

    return show


def _tagged(
    request: web.BaseRequest, request_id: str, content: bytes, tag: str, media_type: str
) -> Answer:
    lines = header("ETag", tag) + _POLICY
    given = request.headers.get(hdrs.IF_NONE_MATCH, "")
    known = [part.strip().removeprefix("W/") for part in given.split(",")]
    if tag in known or "*" in known:
        return Answer(304, b"", request_id, lines, caching=_REVALIDATE)
    return Answer(200, content, request_id, lines, media_type=media_type, caching=_REVALIDATE)


def _tag(content: bytes) -> str:
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def _swagger_ui() -> Path:
    """The folder with Swagger UI's files; its package is found but not imported."""
    spec = find_spec("swagger_ui")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("the package swagger-ui-py is not installed")
    return Path(next(iter(spec.submodule_search_locations))) / "static"
