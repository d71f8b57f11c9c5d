"""Reads the answer of CATALOG_QUERY, and refuses what cannot become a route."""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from server.catalog.comments import (
    Documentation,
    Overview,
    parse_comment,
    parse_domain_comment,
    parse_overview,
)
from server.catalog.inputs import input_of
from server.catalog.model import Argument, CatalogError, Column, SqlType, Unfit
from server.catalog.routes import Function, Route, RouteTable, routes_of
from server.catalog.schemas import Schemas
from server.catalog.types import RECEIVED, Codec
from server.names import ROLE_PREFIX, SERVER

# What a function may receive of a request as it came, as arguments of which types.
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


def read_catalog(text: str | bytes) -> Catalog:
    """The catalog in CATALOG_QUERY's answer; CatalogError names the first wrong function."""
    answer = json.loads(text)
    web_roles = {name.removeprefix(ROLE_PREFIX): name for name in answer["web_roles"]}
    type_of = _types(answer["types"])
    callers = {"api": frozenset(web_roles.values()), "auth": frozenset({SERVER})}
    functions: dict[str, list[Function]] = {"api": [], "auth": []}
    for entry in answer["functions"]:
        schema = entry["schema"]
        # What else there is in auth, the server may not call.
        if schema == "api" or SERVER in entry["roles"]:
            try:
                functions[schema].append(_function(entry, type_of, callers[schema]))
            except Unfit as unfit:
                raise CatalogError(f"{schema}.{entry['name']}", str(unfit)) from None
    private = functions["auth"]
    return Catalog(
        RouteTable(route for function in functions["api"] for route in routes_of(function)),
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


def _function(entry: Mapping[str, Any], type_of: _Types, callers: frozenset[str]) -> Function:
    """`callers` are those roles that matter; Unfit if the function cannot become a route."""
    if entry["overloaded"]:
        raise Unfit("there are two functions of this name; overloads have no route")
    if entry["kind"] != "f":
        raise Unfit("is not a plain function")
    # A function for the server alone needs no route, and may have types that JSON has not.
    public = entry["schema"] == "api"
    documentation = parse_comment(entry["comment"], needs_route=public)
    if entry["public"]:
        raise Unfit("PUBLIC may execute it; grant it role by role")
    roles = callers.intersection(entry["roles"])
    if not roles:
        raise Unfit("no web role may execute it; grant it to those that shall call it")
    if public and "t" in {argument["mode"] for argument in entry["arguments"]}:
        raise Unfit("returns a table; its rows need a view or a type of schema api")
    arguments = tuple(
        _argument(argument, type_of, documentation.aliases)
        for argument in entry["arguments"]
        if argument["mode"] != "t"
    )
    _check_words(documentation, arguments)
    codecs = {a.name: _codec(a, documentation, needed=public) for a in arguments}
    returned = type_of(entry["returns"])
    result = None if returned.name == "void" else returned
    if result is None and entry["returns_set"]:
        raise Unfit("returns a set of void")
    if result is not None and public:
        _check_result(result)
    return Function(
        entry["schema"],
        entry["name"],
        entry["oid"],
        arguments,
        result,
        returns_set=entry["returns_set"],
        read_only=entry["volatility"] != "v",
        roles=roles,
        documentation=documentation,
        codecs=codecs,
    )


def _argument(entry: Mapping[str, Any], type_of: _Types, aliases: Mapping[str, str]) -> Argument:
    name = entry["name"]
    if not name:
        raise Unfit("has an argument without a name")
    if entry["mode"] != "i":
        raise Unfit(f"argument {name}: only plain IN arguments work")
    own = tuple(alias for alias, meant in aliases.items() if meant == name)
    if entry["default"] is None:
        return Argument(name, type_of(entry["type"]), aliases=own)
    match = _CONSTANT.fullmatch(entry["default"])
    if match is None:
        raise Unfit(f"argument {name}: its default must be a constant")
    default = match["bare"] if match["quoted"] is None else match["quoted"].replace("''", "'")
    return Argument(name, type_of(entry["type"]), False, default, own)


def _codec(argument: Argument, documentation: Documentation, *, needed: bool) -> Codec | None:
    """None: an argument that only the server can give, such as a bytea."""
    if argument.name in documentation.receives:
        return RECEIVED
    try:
        return input_of(argument.type, aliases=documentation.aliases).codec
    except Unfit as unfit:
        if needed:
            raise Unfit(f"argument {argument.name}: {unfit}") from None
        return None


def _check_words(documentation: Documentation, arguments: Iterable[Argument]) -> None:
    """Refuse words of a comment that do not fit the arguments they name."""
    types = {argument.name: argument.type for argument in arguments}
    for name in documentation.receives:
        if (wanted := _RECEIVED_AS.get(name)) is None:
            raise Unfit(f"receives {name}; only {' or '.join(_RECEIVED_AS)} can be received")
        if name not in types or types[name].full_name != wanted:
            raise Unfit(f"receives {name}, which must be an argument of {wanted}")
    for name in (*documentation.checks, *documentation.hashes):
        if name not in types or types[name].root().full_name != "pg_catalog.text":
            raise Unfit(f"{name} holds a password, so it must be a text argument")
    known = {*types, *(label for type_ in types.values() for label in _element(type_).labels)}
    for alias, name in documentation.aliases.items():
        if name not in known or alias in known:
            raise Unfit(f"alias {alias}: {name} must be known, {alias} must not")


def _element(type_: SqlType) -> SqlType:
    """What a list is made of, else the type itself, below all domains."""
    root = type_.root()
    return root.base.root() if root.kind == "array" and root.base is not None else root


def _check_result(result: SqlType) -> None:
    Schemas().result(result)
    for domain in result.domains():
        if domain.media_type and result.root().full_name != "pg_catalog.text":
            raise Unfit(f"{domain.full_name}: only text has a media type")
