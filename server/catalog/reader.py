"""Reads the answer of CATALOG_QUERY, and refuses what cannot become a route."""

import itertools
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from server.catalog.arguments import Call
from server.catalog.comments import (
    CommentError,
    Overview,
    parse_comment,
    parse_domain_comment,
    parse_overview,
)
from server.catalog.inputs import Unusable, input_of
from server.catalog.model import Argument, CatalogError, Column, Signature, SqlType
from server.catalog.openapi import document
from server.catalog.operations import OwnOperation
from server.catalog.routes import Function, Route, RouteTable, routes_of
from server.catalog.schemas import Schemas, UnsupportedResult
from server.catalog.statement import statement_of
from server.catalog.types import RECEIVED, Codec
from server.names import ROLE_PREFIX, SERVER

# What a function may receive of a request as it came, and as which type.
_RECEIVED_AS = {"body": "pg_catalog.bytea", "headers": "pg_catalog.jsonb"}
_NEVER_NULL = "! "
_CONSTANT = re.compile(
    r"'(?P<quoted>(?:[^']|'')*)'(?:::[\w .\"\[\]]+(?:\([0-9, ]+\))?)?"
    r"|(?P<bare>-?[0-9]+(?:\.[0-9]+)?|true|false)"
    r"|NULL(?:::[\w .\"\[\]]+(?:\([0-9, ]+\))?)?"
)

_Types = Callable[[str], SqlType]


@dataclass(frozen=True)
class Catalog:
    """Everything the server knows about the database.

    `web_roles` maps a short name, as tokens have it, to a database role. `auth` holds the
    functions of the schema auth that the server may call, by name, and `own_routes` the routes
    that their comments name, which the server answers. `overview` is what the schema
    `api` says of the whole.
    """

    routes: RouteTable
    web_roles: Mapping[str, str]
    auth: Mapping[str, Function]
    own_routes: Mapping[str, Sequence[Route]]
    overview: Overview

    def openapi(
        self,
        own: Iterable[OwnOperation] = (),
        hand_written: Mapping[str, Any] = MappingProxyType({}),
    ) -> dict[str, Any]:
        """The OpenAPI 3.1 document, with what the server itself answers.

        `hand_written` are path items of routes that have no function.
        """
        return document(self.routes, self.web_roles, self.overview, own, hand_written)


def read_catalog(text: str | bytes) -> Catalog:
    """The catalog in CATALOG_QUERY's answer; CatalogError names the first wrong function."""
    answer = json.loads(text)
    web_roles = {name.removeprefix(ROLE_PREFIX): name for name in answer["web_roles"]}
    type_of = _types(answer["types"])
    entries: Sequence[Mapping[str, Any]] = answer["functions"]
    _refuse_overloads(entries)
    known = frozenset(web_roles.values())
    public = [
        _function(e, type_of, known, server_only=False) for e in entries if e["schema"] == "api"
    ]
    private = [
        _function(e, type_of, frozenset({SERVER}), server_only=True)
        for e in entries
        if e["schema"] == "auth" and SERVER in e["roles"]
    ]
    return Catalog(
        RouteTable(route for function in public for route in routes_of(function)),
        MappingProxyType(web_roles),
        MappingProxyType({function.name: function for function in private}),
        MappingProxyType({f.name: tuple(routes_of(f)) for f in private}),
        parse_overview(answer["comment"]),
    )


def _types(entries: Mapping[str, Mapping[str, Any]]) -> _Types:
    """What gives a type by its oid."""

    @cache
    def type_of(oid: str) -> SqlType:
        entry = entries[oid]
        comment = entry["comment"] or ""
        is_domain = entry["kind"] == "domain"
        return SqlType(
            entry["schema"],
            entry["name"],
            entry["kind"],
            **parse_domain_comment(comment) if is_domain else {"description": comment},
            base=type_of(entry["base"]) if entry["base"] else None,
            typmod=entry["typmod"],
            not_null=entry["not_null"],
            checks=tuple(entry["checks"]),
            labels=tuple(entry["labels"]),
            columns=tuple(map(column_of, entry["columns"])),
        )

    def column_of(entry: Mapping[str, Any]) -> Column:
        comment = entry["comment"] or ""
        type_ = type_of(entry["type"])
        never_null = entry["not_null"] or comment.startswith(_NEVER_NULL) or type_.refuses_null()
        description = comment.removeprefix(_NEVER_NULL)
        return Column(entry["name"], type_, entry["typmod"], description, never_null)

    return type_of


def _refuse_overloads(entries: Sequence[Mapping[str, Any]]) -> None:
    for entry, next_entry in itertools.pairwise(entries):
        if (name := _full_name(entry)) == _full_name(next_entry):
            raise CatalogError(
                name, "there are two functions of this name; overloads have no route"
            )


def _function(
    entry: Mapping[str, Any], type_of: _Types, callers: frozenset[str], *, server_only: bool
) -> Function:
    """`callers` are those roles that matter; a function for the server alone needs no route."""
    name = _full_name(entry)
    if entry["kind"] != "f":
        raise CatalogError(name, "is not a plain function")
    try:
        documentation = parse_comment(entry["comment"], needs_route=not server_only)
    except CommentError as error:
        raise CatalogError(name, f"comment: {error}") from None
    if entry["public"]:
        raise CatalogError(name, "PUBLIC may execute it; grant it role by role")
    roles = callers.intersection(entry["roles"])
    if not roles:
        raise CatalogError(name, "no web role may execute it; grant it to those that shall call it")
    if not server_only and "t" in {argument["mode"] for argument in entry["arguments"]}:
        raise CatalogError(name, "returns a table; its rows need a view or a type of schema api")
    arguments = tuple(_arguments(name, entry["arguments"], type_of, documentation.aliases))
    _check_received(name, documentation.receives, arguments)
    _check_passwords(name, (*documentation.checks, *documentation.hashes), arguments)
    codecs = {
        a.name: RECEIVED
        if a.name in documentation.receives
        else _codec(name, a, documentation.aliases, server_only=server_only)
        for a in arguments
    }
    returned = type_of(entry["returns"])
    result = None if returned.name == "void" else returned
    if result is None and entry["returns_set"]:
        raise CatalogError(name, "returns a set of void")
    if result is not None and not server_only:
        _check_result(name, result)
    signature = Signature(
        entry["schema"],
        entry["name"],
        entry["oid"],
        arguments,
        result,
        returns_set=entry["returns_set"],
        read_only=entry["volatility"] != "v",
    )
    call = Call(statement_of(signature), arguments, codecs)
    return Function(**vars(signature), roles=roles, documentation=documentation, call=call)


def _arguments(
    function: str,
    entries: Sequence[Mapping[str, Any]],
    type_of: _Types,
    aliases: Mapping[str, str],
) -> list[Argument]:
    found = []
    for entry in entries:
        if entry["mode"] == "t":
            continue
        if not entry["name"]:
            raise CatalogError(function, "has an argument without a name")
        if entry["mode"] != "i":
            raise CatalogError(function, f"argument {entry['name']}: only plain IN arguments work")
        own = tuple(alias for alias, name in aliases.items() if name == entry["name"])
        required = entry["default"] is None
        default = None if required else _constant(function, entry)
        found.append(Argument(entry["name"], type_of(entry["type"]), required, default, own))
    known = {a.name for a in found}
    known.update(label for a in found for label in _element(a.type).labels)
    for alias, name in aliases.items():
        if name not in known or alias in known:
            raise CatalogError(function, f"alias {alias}: {name} must be known, {alias} must not")
    return found


def _constant(function: str, entry: Mapping[str, Any]) -> str | None:
    """The default of an argument as text, None for NULL."""
    match = _CONSTANT.fullmatch(entry["default"])
    if match is None:
        raise CatalogError(function, f"argument {entry['name']}: its default must be a constant")
    quoted: str | None = match["quoted"]
    return match["bare"] if quoted is None else quoted.replace("''", "'")


def _element(type_: SqlType) -> SqlType:
    """What a list is made of, else the type itself, below all domains."""
    root = type_.root()
    return root.base.root() if root.kind == "array" and root.base is not None else root


def _check_received(function: str, receives: Iterable[str], arguments: Iterable[Argument]) -> None:
    types = {argument.name: argument.type.full_name for argument in arguments}
    for name in receives:
        if (wanted := _RECEIVED_AS.get(name)) is None:
            known = " or ".join(_RECEIVED_AS)
            raise CatalogError(function, f"receives {name}; only {known} can be received")
        if types.get(name) != wanted:
            raise CatalogError(function, f"receives {name}, which must be an argument of {wanted}")


def _check_passwords(function: str, names: Iterable[str], arguments: Iterable[Argument]) -> None:
    types = {argument.name: argument.type.root().full_name for argument in arguments}
    for name in names:
        if types.get(name) != "pg_catalog.text":
            raise CatalogError(function, f"{name} holds a password, so it must be a text argument")


def _codec(
    function: str, argument: Argument, aliases: Mapping[str, str], *, server_only: bool
) -> Codec | None:
    """None: an argument that only the server can give, such as a bytea."""
    try:
        return input_of(argument.type, aliases=aliases).codec
    except Unusable as unusable:
        if server_only:
            return None
        raise CatalogError(function, f"argument {argument.name}: {unusable}") from None


def _check_result(function: str, result: SqlType) -> None:
    try:
        Schemas().result(result)
    except UnsupportedResult as unsupported:
        raise CatalogError(function, f"cannot return {unsupported}: no JSON form") from None
    for domain in result.domains():
        if domain.media_type and result.root().full_name != "pg_catalog.text":
            raise CatalogError(function, f"{domain.full_name}: only text has a media type")


def _full_name(entry: Mapping[str, Any]) -> str:
    return f"{entry['schema']}.{entry['name']}"
