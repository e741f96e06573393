"""Objects become rows: every value a text, as it is written, and what stands inside an object a separate column."""

from collections.abc import Iterator, Mapping
from json.encoder import encode_basestring

DEEPEST = 50
"""How deep lists and objects may lie in one another; what dialling systems write is a tenth of that."""

LONGEST = 64 << 20
"""Characters of all columns of an object."""


class JsonNumber(str):
    """A number as it is written."""

    __slots__ = ()


class TooDeep(Exception):
    """Lists and objects lie in one another deeper than in any export."""


class TooLong(Exception):
    """What an object holds is more than a campaign's, once each object within it is a separate column besides."""


class Ambiguous(Exception):
    """Two values of an object would have the same column, whose name this carries."""


Plain = object
"""What is read of JSON or HCL: a dict, a list, a text, a Number, True, False or None."""


def flat(record: Mapping[str, Plain]) -> dict[str, str | None]:
    """Return the columns and values of an object.

    A list or an object is compact JSON; the values of an object, and of the only object of a list, have columns of
    their own besides, named `a.b.c`. Raises TooDeep, TooLong, and Ambiguous where a name stands for two values.
    """
    columns: dict[str, str | None] = {}
    size = 0
    for name, value in _columns("", record, 0):
        if name in columns:
            raise Ambiguous(name)
        columns[name] = value
        size += len(name) + len(value or "")
        if size > LONGEST:
            raise TooLong
    return columns


def _columns(before: str, record: Mapping[str, Plain], depth: int) -> Iterator[tuple[str, str | None]]:
    if depth > DEEPEST:
        raise TooDeep
    for key, value in record.items():
        name = f"{before}{key}"
        yield name, text_of(value)
        inner = value[0] if isinstance(value, list) and len(value) == 1 else value
        if isinstance(inner, dict):
            yield from _columns(f"{name}.", inner, depth + 1)


def text_of(value: Plain) -> str | None:
    """Return a value as a text, None for null. Raises TooDeep."""
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case str():
            return str(value)
        case _:
            return compact(value)


def compact(value: Plain, depth: int = 0) -> str:
    """Return a value as JSON without spaces, its numbers as they are written. Raises TooDeep."""
    if depth > DEEPEST:
        raise TooDeep
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case JsonNumber():
            return str(value)
        case str():
            return encode_basestring(value)
        case dict():
            return "{" + ",".join(f"{encode_basestring(key)}:{compact(value[key], depth + 1)}" for key in value) + "}"
        case list():
            return "[" + ",".join(compact(one, depth + 1) for one in value) + "]"
        case _:
            raise TypeError(type(value))
