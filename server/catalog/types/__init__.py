"""The types of PostgreSQL that arguments and results may have: one table, one row each.

A row says how a value is read and refused, how it is documented, and gives an example. What stands
above them (domains, enums, arrays, composites) is put together from rows in
`server.catalog.inputs` and `schemas`.
"""

from collections.abc import Mapping
from types import MappingProxyType

from server.catalog.types.base import RECEIVED, BaseType, Codec, Refused, Schema
from server.catalog.types.documents import OBJECT, TRUTH
from server.catalog.types.numbers import DECIMAL, whole_number
from server.catalog.types.texts import TEXT, UUID
from server.catalog.types.times import DAY, INSTANT, TIME

__all__ = ["RECEIVED", "TYPES", "BaseType", "Codec", "Refused", "Schema"]

TYPES: Mapping[str, BaseType] = MappingProxyType(
    {
        "int2": whole_number(16),
        "int4": whole_number(32),
        "int8": whole_number(64),
        "numeric": DECIMAL,
        "bool": TRUTH,
        "text": TEXT,
        "varchar": TEXT,
        "uuid": UUID,
        "date": DAY,
        "timestamptz": INSTANT,
        "time": TIME,
        "json": OBJECT,
        "jsonb": OBJECT,
    }
)
