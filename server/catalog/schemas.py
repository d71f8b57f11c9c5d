"""JSON Schema (2020-12, as OpenAPI 3.1 has it) of arguments and results.

What is said of an argument is what `server.catalog.types` checks; what is said of a result is what
PostgreSQL's to_json writes.
"""

from collections.abc import Callable, Iterable
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from server.catalog.examples import given_example
from server.catalog.limits import Limits, limits_of
from server.catalog.model import Argument, Column, SqlType
from server.catalog.statement import constant_default
from server.catalog.types import INTEGER_BITS, TIME_PATTERN, integer_limits, json_number

Schema = dict[str, Any]

_STRINGS: MappingProxyType[str, Schema] = MappingProxyType(
    {
        "name": {},
        "date": {"format": "date"},
        "timestamptz": {"format": "date-time"},
        "uuid": {"format": "uuid"},
    }
)
_RESULT_TIME = r"^[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?$"
# A domain over one of these is not written alike as an argument and as a result.
_TWO_FACED = frozenset({"numeric", "time", "json", "jsonb"})


class UnsupportedResult(Exception):  # noqa: N818 - read as a sentence with its type
    """There is no promise to make about how this type looks in JSON."""


class Schemas:
    """Makes schemas; named types become `components`, by name, unless `inline`."""

    def __init__(self, *, inline: bool = False) -> None:
        self.components: dict[str, Schema] = {}
        self._owners: dict[str, SqlType] = {}
        self._inline = inline

    def argument(self, argument: Argument, *, in_url: bool) -> Schema:
        """The schema of an argument. Only a JSON body can say null; a URL cannot."""
        schema = self._argument(argument.type)
        if argument.nullable and not in_url:
            schema = nullable(schema)
        found, default = default_value(argument)
        return {**schema, "default": default} if found else schema

    def request(self, arguments: Iterable[Argument]) -> Schema:
        """The schema of a request body that holds these arguments."""
        known = tuple(arguments)
        schema: Schema = {
            "type": "object",
            "properties": {a.name: self.argument(a, in_url=False) for a in known},
            "additionalProperties": False,
        }
        required = [a.name for a in known if a.required]
        return {**schema, "required": required} if required else schema

    def result(self, type_: SqlType) -> Schema:
        """The schema of a value that is not null; UnsupportedResult if there is none."""
        if type_.kind == "array" and type_.base is not None:
            return {"type": "array", "items": self._cell(type_.base, never_null=False)}
        if type_.kind == "composite":
            return self._named(type_, "", lambda: self._row(type_))
        if type_.kind == "enum":
            return self._named(type_, "", lambda: _enum(type_))
        root = type_.root()
        if type_.kind == "domain":
            if root.kind != "base":
                return self.result(root)
            if root.name not in _TWO_FACED:
                return self._named(type_, "", lambda: _checked(type_))
        return _result_base(root)

    def value(self, type_: SqlType) -> Schema:
        """The schema of what a function returns; a row is never null, a scalar may be."""
        return self._cell(type_, never_null=type_.kind == "composite")

    def _argument(self, type_: SqlType, typmod: int = -1) -> Schema:
        root = type_.root()
        if root.kind == "array" and root.base is not None:
            return {"type": "array", "items": self._argument(root.base)}
        if root.kind == "composite":
            return self._named(root, "Input", lambda: self._row_argument(root))
        if root.kind == "enum":
            return self._named(root, "", lambda: _enum(root))
        if type_.kind == "domain":
            suffix = "Input" if root.name in _TWO_FACED else ""
            return self._named(type_, suffix, lambda: _checked(type_))
        return _checked(type_, typmod)

    def _cell(self, type_: SqlType, *, never_null: bool) -> Schema:
        schema = self.result(type_)
        if never_null and type_.kind == "array" and type_.base is not None:
            # A column that promises a value promises it of its elements, too.
            schema = {"type": "array", "items": self._cell(type_.base, never_null=True)}
        return schema if never_null or type_.refuses_null() else nullable(schema)

    def _row(self, type_: SqlType) -> Schema:
        return _described(
            {
                "type": "object",
                "properties": {
                    c.name: _described(self._cell(c.type, never_null=c.never_null), c.description)
                    for c in type_.columns
                },
                "required": [c.name for c in type_.columns],
            },
            type_.description,
        )

    def _row_argument(self, type_: SqlType) -> Schema:
        def member(column: Column) -> Schema:
            schema = self._argument(column.type, column.typmod)
            schema = schema if column.never_null else nullable(schema)
            return _described(schema, column.description)

        return _described(
            {
                "type": "object",
                "properties": {c.name: member(c) for c in type_.columns},
                "required": [c.name for c in type_.columns if c.never_null],
                "additionalProperties": False,
            },
            type_.description,
        )

    def _named(self, type_: SqlType, suffix: str, make: Callable[[], Schema]) -> Schema:
        if self._inline:
            return make()
        name = pascal_case(type_.name) + suffix
        if self._owners.setdefault(name, type_) is not type_:
            name = pascal_case(type_.schema) + name
            self._owners.setdefault(name, type_)
        if name not in self.components:
            self.components[name] = {}
            self.components[name] = make()
        return {"$ref": f"#/components/schemas/{name}"}


def nullable(schema: Schema) -> Schema:
    """The same schema, or null."""
    if "$ref" in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    if "type" not in schema:
        return schema
    widened = {**schema, "type": [schema["type"], "null"]}
    if "enum" in schema:
        widened["enum"] = [*schema["enum"], None]
    return widened


def pascal_case(name: str) -> str:
    """`payment_status` as `PaymentStatus`."""
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def default_value(argument: Argument) -> tuple[bool, object]:
    """Whether the default is a constant (not NULL) that JSON can show, and it."""
    text = None if argument.default is None else constant_default(argument.default)
    if text is None:
        return False, None
    root = argument.type.root()
    shown: object = None
    if root.kind == "enum" or root.name in {"text", "varchar", "date", "uuid", "time"}:
        shown = text
    elif root.name in INTEGER_BITS or root.name == "numeric":
        shown = json_number(Decimal(text))
    elif root.name == "bool":
        shown = text.startswith("t")
    elif root.kind == "array" and text == "{}":
        shown = []
    return shown is not None, shown


def _described(schema: Schema, description: str) -> Schema:
    return {**schema, "description": description} if description else schema


def _enum(type_: SqlType) -> Schema:
    return _described({"type": "string", "enum": list(type_.labels)}, type_.description)


def _checked(type_: SqlType, typmod: int = -1) -> Schema:
    """An argument's type below arrays and composites, with everything that its domains allow."""
    root = type_.root().name
    limits = limits_of(type_, typmod)
    if root in INTEGER_BITS:
        schema = _limited_integer(root, limits)
    elif root == "numeric":
        schema = _number(limits)
    elif root == "bool":
        schema = {"type": "boolean"}
    elif root == "time":
        schema = {"type": "string", "pattern": TIME_PATTERN}
    elif root in {"json", "jsonb"}:
        schema = {"type": "object"}
    elif root in _STRINGS:
        schema = {"type": "string", **_STRINGS[root]}
    else:
        schema = _text(limits)
    schema = _described(schema, type_.description)
    example = given_example(type_)
    return schema if example is None else {**schema, "examples": [example]}


def _result_base(root: SqlType) -> Schema:
    name = root.name
    if name in INTEGER_BITS:
        return _integer(name)
    if name == "numeric":
        return {"type": "number"}
    if name == "bool":
        return {"type": "boolean"}
    if name == "time":
        return {"type": "string", "pattern": _RESULT_TIME}
    if name in {"json", "jsonb"}:
        return {}
    if name in _STRINGS or name in {"text", "varchar", "bpchar"}:
        return {"type": "string", **_STRINGS.get(name, {})}
    raise UnsupportedResult(root.full_name)


def _integer(name: str) -> Schema:
    return {"type": "integer", "format": f"int{INTEGER_BITS[name]}"}


def _limited_integer(name: str, limits: Limits) -> Schema:
    """With the bounds that a domain sets; those of the type itself are in its format."""
    schema = _integer(name)
    low, high = integer_limits(limits, INTEGER_BITS[name])
    if limits.low is not None:
        schema["minimum"] = low
    if limits.high is not None:
        schema["maximum"] = high
    return schema


def _number(limits: Limits) -> Schema:
    schema: Schema = {"type": "number"}
    if limits.low is not None:
        schema["exclusiveMinimum" if limits.low_open else "minimum"] = json_number(limits.low)
    if limits.high is not None:
        schema["exclusiveMaximum" if limits.high_open else "maximum"] = json_number(limits.high)
    if limits.scale is not None:
        schema["multipleOf"] = json_number(Decimal(10) ** -limits.scale)
    return schema


def _text(limits: Limits) -> Schema:
    schema: Schema = {"type": "string"}
    if limits.min_length:
        schema["minLength"] = limits.min_length
    if limits.max_length is not None:
        schema["maxLength"] = limits.max_length
    if limits.patterns:
        schema["pattern"] = limits.patterns[0]
    if limits.patterns[1:]:
        schema["allOf"] = [{"pattern": pattern} for pattern in limits.patterns[1:]]
    return schema
