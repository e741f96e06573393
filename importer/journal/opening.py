"""The file of a journal: opened, and made or converted if need be."""

import re
from pathlib import Path

from importer.journal.database import Database

FORMATS = tuple(f"format-{number}.sql" for number in range(2, 11))
"""The scripts that convert a journal from the first format to the newest, one format after the other."""

KEY_OF_SEVERAL_COLUMNS = re.compile(r"(PRIMARY KEY \([^)]+\)\n\));")
"""The end of a table whose rows are stored in the order of its key, which SQLite does only on request."""

INDEX = re.compile(r"^CREATE INDEX [^;]+;", re.MULTILINE)

HERE = Path(__file__).parent


def open_database(path: Path, *, indexed: bool = True) -> Database:
    """Open the database of a journal. A new one is `indexed`, unless all its rows are looked at.

    Raises Locked if another program has the file, WrongSettings if it cannot be used at all.
    """
    new = _new()
    return Database(path, new if indexed else INDEX.sub("", new), [_read("formats", name) for name in FORMATS])


def _new() -> str:
    """Return the script for a new journal: the tables, as SQLite stores them."""
    tables = KEY_OF_SEVERAL_COLUMNS.sub(r"\1 WITHOUT ROWID;", _read("schema.sql"))
    return f"{tables}{_read('sqlite.sql')}"


def _read(*names: str) -> str:
    return HERE.joinpath(*names).read_text(encoding="utf-8")
