"""The types in CATALOG_QUERY's answer."""

from collections.abc import Mapping
from typing import Any

from server.catalog.comments import DomainComment, parse_domain_comment
from server.catalog.model import Column, Kind, SqlType

_NEVER_NULL = "! "


class KnownTypes:
    """Types by the number that the catalog has for them."""

    def __init__(self, entries: Mapping[str, Mapping[str, Any]]) -> None:
        self._entries = entries
        self._made: dict[str, SqlType] = {}

    def is_void(self, number: int) -> bool:
        return bool(self._entries[str(number)]["name"] == "void")

    def __getitem__(self, number: int) -> SqlType:
        key = str(number)
        if key not in self._made:
            self._made[key] = self._make(self._entries[key])
        return self._made[key]

    def _make(self, entry: Mapping[str, Any]) -> SqlType:
        kind: Kind = entry["kind"]
        comment = DomainComment(entry["comment"] or "")
        if entry["schema"] == "pg_catalog":
            comment = DomainComment()
        elif kind == "domain":
            comment = parse_domain_comment(comment.description)
        return SqlType(
            schema=entry["schema"],
            name=entry["name"],
            kind=kind,
            description=comment.description,
            example=comment.example,
            offers=comment.offers,
            media_type=comment.media_type,
            base=self[entry["base"]] if kind in {"array", "domain"} else None,
            typmod=entry["typmod"],
            not_null=entry["not_null"],
            checks=tuple(entry["checks"]),
            labels=tuple(entry["labels"]),
            columns=tuple(self._column(column) for column in entry["columns"]),
        )

    def _column(self, entry: Mapping[str, Any]) -> Column:
        comment = entry["comment"] or ""
        type_ = self[entry["type"]]
        return Column(
            name=entry["name"],
            type=type_,
            typmod=entry["typmod"],
            description=comment.removeprefix(_NEVER_NULL),
            never_null=entry["not_null"] or comment.startswith(_NEVER_NULL) or type_.refuses_null(),
        )
