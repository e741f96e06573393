"""The contract of every source: what a table of an old system is, in any kind of file."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SourceRow:
    """A record of a table.

    `place` is where the user finds it in the file ("line 1234", "row 17", "[3]", "resource sales"), `number` its
    position in its table, from 1. `values` are texts as they are written, None for NULL; "" is an empty text. They
    stand in the order of the table's columns. In a table whose rows have no names for their fields there may be
    fewer or more values than columns.
    """

    place: str
    number: int
    values: tuple[str | None, ...]


@dataclass(frozen=True)
class SourceTable:
    """A table of the old system as texts.

    `name` is the table's name in the file, "" for the only table of a file that names none. `columns` are the
    headings, () where the file does not name them.
    """

    name: str
    columns: tuple[str, ...]
    rows: tuple[SourceRow, ...] = ()
