"""JSON Schema (2020-12, as OpenAPI 3.1 has it) of arguments and results.

What is said of an argument is what its codec checks; what is said of a result is what PostgreSQL's
to_json writes.
"""

from collections.abc import Callable, Iterable

from server.catalog.examples import given_example
from server.catalog.limits import limits_of
from server.catalog.model import Argument, Column, SqlType
from server.catalog.types import TYPES, Schema


class UnsupportedResult(Exception):  # noqa: N818 - read as a sentence with its type
    """There is no promise to make about how this type looks in JSON."""


class Schemas:
    """Makes schemas; named types become `components`, by name."""

    def __init__(self) -> None:
        self.components: dict[str, Schema] = {}
        self._owners: dict[str, SqlType] = {}

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
            "properties": {
                name: schema if name == a.name else deprecated(schema, a.name)
                for a in known
                for schema in (self.argument(a, in_url=False),)
                for name in (a.name, *a.aliases)
            },
            "additionalProperties": False,
        }
        required = [a.name for a in known if a.required]
        return {**schema, "required": required} if required else schema

    def result(self, type_: SqlType) -> Schema:
        """The schema of a value that is not null; UnsupportedResult if there is none."""
        if type_.kind == "array" and type_.base is not None:
            return {"type": "array", "items": self._cell(type_.base, never_null=False)}
        if type_.kind == "composite":
            return self._named(type_, "", lambda: self._row(type_, self._column, given=False))
        if type_.kind == "enum":
            return self._named(type_, "", lambda: _enum(type_))
        root = type_.root()
        return self.result(root) if root.kind != "base" else self._base_result(type_, root.name)

    def value(self, type_: SqlType) -> Schema:
        """The schema of what a function returns; a row is never null, a scalar may be."""
        return self._cell(type_, never_null=type_.kind == "composite")

    def _argument(self, type_: SqlType, typmod: int = -1) -> Schema:
        root = type_.root()
        if root.kind == "array" and root.base is not None:
            return {"type": "array", "items": self._argument(root.base)}
        if root.kind == "composite":
            return self._named(root, "Input", lambda: self._row(root, self._member, given=True))
        if root.kind == "enum":
            shown = type_ if type_.offered() != root.labels else root
            return self._named(shown, "", lambda: _enum(shown))
        if type_.kind == "domain":
            # Not every domain is written alike as an argument and as a result.
            suffix = "" if TYPES[root.name].result is None else "Input"
            return self._named(type_, suffix, lambda: _checked(type_))
        return _checked(type_, typmod)

    def _base_result(self, type_: SqlType, root: str) -> Schema:
        if root not in TYPES:
            raise UnsupportedResult(type_.root().full_name)
        own = TYPES[root].result
        if own is not None:
            return own
        if type_.kind == "domain":
            return self._named(type_, "", lambda: _checked(type_))
        return _checked(type_)

    def _cell(self, type_: SqlType, *, never_null: bool) -> Schema:
        schema = self.result(type_)
        if never_null and type_.kind == "array" and type_.base is not None:
            # A column that promises a value promises it of its elements, too.
            schema = {"type": "array", "items": self._cell(type_.base, never_null=True)}
        return schema if never_null or type_.refuses_null() else nullable(schema)

    def _column(self, column: Column) -> Schema:
        return self._cell(column.type, never_null=column.never_null)

    def _member(self, column: Column) -> Schema:
        schema = self._argument(column.type, column.typmod)
        return schema if column.never_null else nullable(schema)

    def _row(self, type_: SqlType, of: Callable[[Column], Schema], *, given: bool) -> Schema:
        """A result has all of its columns; an argument only has to have those that are not null."""
        schema: Schema = {
            "type": "object",
            "properties": {c.name: _described(of(c), c.description) for c in type_.columns},
            "required": [c.name for c in type_.columns if c.never_null or not given],
        }
        if given:
            schema["additionalProperties"] = False
        return _described(schema, type_.description)

    def _named(self, type_: SqlType, suffix: str, make: Callable[[], Schema]) -> Schema:
        name = pascal_case(type_.name) + suffix
        if self._owners.setdefault(name, type_) is not type_:
            name = pascal_case(type_.schema) + name
            self._owners.setdefault(name, type_)
        if name not in self.components:
            self.components[name] = {}
            self.components[name] = make()
        return {"$ref": f"#/components/schemas/{name}"}


def deprecated(schema: Schema, name: str) -> Schema:
    """The schema of an alias."""
    return {**schema, "deprecated": True, "description": f"An older name of `{name}`."}


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
    """Whether the default is one (not NULL) that JSON can show, and it."""
    text = argument.default
    if text is None:
        return False, None
    root = argument.type.root()
    shown: object = None
    if root.kind == "enum":
        shown = text
    elif root.kind == "array" and text == "{}":
        shown = []
    elif root.kind == "base" and (read := TYPES[root.name].constant) is not None:
        shown = read(text)
    return shown is not None, shown


def _described(schema: Schema, description: str) -> Schema:
    return {**schema, "description": description} if description else schema


def _enum(type_: SqlType) -> Schema:
    return _described({"type": "string", "enum": list(type_.offered())}, type_.description)


def _checked(type_: SqlType, typmod: int = -1) -> Schema:
    """An argument's type below arrays and composites, with everything that its domains allow."""
    schema = _described(
        TYPES[type_.root().name].schema(limits_of(type_, typmod)), type_.description
    )
    example = given_example(type_)
    return schema if example is None else {**schema, "examples": [example]}
