r"""Rows that PostgreSQL's pg_dump writes after a statement COPY: a line each, with tabs, and `\N` for NULL."""

import re

NULL = r"\N"
_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


def copied_values(line: str) -> tuple[str | None, ...]:
    """Return the values of a line; None is NULL."""
    return tuple(None if field == NULL else _unescaped(field) for field in line.split("\t"))


def _unescaped(field: str) -> str:
    return _ESCAPE.sub(lambda found: _ESCAPES.get(found[1], found[1]), field) if "\\" in field else field
