"""JSON Schema (2020-12, as OpenAPI 3.1 has it) of arguments and results.

What is said of an argument is what its codec checks; what is said of a result is what PostgreSQL's
to_json writes.
"""

from collections.abc import Callable, Iterable

from server.catalog.inputs import input_of
from server.catalog.limits import limits_of
from server.catalog.model import Argument, Column, SqlType, Unfit
from server.catalog.types import TYPES, Schema


class Schemas:
    """Makes schemas; named types become `components`, by name."""

    def __init__(self) -> None:
        self.components: dict[str, Schema] = {}
        self._owners: dict[str, SqlType] = {}

    def argument(self, argument: Argument, *, in_url: bool) -> Schema:
        """The schema of an argument. Only a JSON body can say null; a URL cannot."""
        schema = self._of(argument.type, given=True)
        if argument.nullable and not in_url:
            schema = nullable(schema)
        if argument.default is None:
            return schema
        default = input_of(argument.type).shown(argument.default)
        return schema if default is None else {**schema, "default": default}

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
        """The schema of a value that is not null; Unfit if there is none."""
        return self._of(type_, given=False)

    def value(self, type_: SqlType, *, never_null: bool = False) -> Schema:
        """The schema of what a function returns or a column holds; a row is never null."""
        schema = self.result(type_)
        if never_null and type_.kind == "array" and type_.base is not None:
            # A column that promises a value promises it of its elements, too.
            schema = {"type": "array", "items": self.value(type_.base, never_null=True)}
        return schema if never_null or type_.refuses_null() else nullable(schema)

    def _of(self, type_: SqlType, *, given: bool, typmod: int = -1) -> Schema:
        """The schema of an argument if it is `given`, else that of a result."""
        root = type_.root()
        if root.kind == "array" and root.base is not None:
            items = self._of(root.base, given=True) if given else self.value(root.base)
            return {"type": "array", "items": items}
        if root.kind == "composite":
            return self._named(root, "Input" if given else "", lambda: self._row(root, given=given))
        if root.kind == "enum":
            shown = type_ if given and type_.offered() != root.labels else root
            return self._named(shown, "", lambda: _enum(shown))
        row = TYPES.get(root.name)
        if row is None:
            raise Unfit(f"cannot return {root.full_name}: no JSON form")
        if not given and row.result is not None:
            return row.result
        if type_.kind != "domain":
            return _checked(type_, typmod)
        # Not every domain is written alike as an argument and as a result.
        suffix = "" if row.result is None else "Input"
        return self._named(type_, suffix, lambda: _checked(type_))

    def _row(self, type_: SqlType, *, given: bool) -> Schema:
        """A result has all of its columns; an argument only has to have those that are not null."""
        schema: Schema = {
            "type": "object",
            "properties": {
                c.name: described(self._column(c, given=given), c.description)
                for c in type_.columns
            },
            "required": [c.name for c in type_.columns if c.never_null or not given],
        }
        if given:
            schema["additionalProperties"] = False
        return described(schema, type_.description)

    def _column(self, column: Column, *, given: bool) -> Schema:
        if not given:
            return self.value(column.type, never_null=column.never_null)
        schema = self._of(column.type, given=True, typmod=column.typmod)
        return schema if column.never_null else nullable(schema)

    def _named(self, type_: SqlType, suffix: str, make: Callable[[], Schema]) -> Schema:
        name = _pascal_case(type_.name) + suffix
        if self._owners.setdefault(name, type_) is not type_:
            name = _pascal_case(type_.schema) + name
            self._owners.setdefault(name, type_)
        if name not in self.components:
            self.components[name] = {}
            self.components[name] = make()
        return {"$ref": f"#/components/schemas/{name}"}


def deprecated(schema: Schema, name: str) -> Schema:
    """The schema of an alias."""
    return {**schema, "deprecated": True, "description": f"An older name of `{name}`."}


def described(schema: Schema, description: str) -> Schema:
    """The same schema or parameter with a description, if there is one."""
    return {**schema, "description": description} if description else schema


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


def _pascal_case(name: str) -> str:
    """`payment_status` as `PaymentStatus`."""
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def _enum(type_: SqlType) -> Schema:
    return described({"type": "string", "enum": list(type_.offered())}, type_.description)


def _checked(type_: SqlType, typmod: int = -1) -> Schema:
    """A type below arrays and composites, with everything that its domains allow."""
    schema = TYPES[type_.root().name].schema(limits_of(type_, typmod))
    if type_.given_example() is not None:
        schema = {**schema, "examples": [input_of(type_).example]}
    return described(schema, type_.description)
