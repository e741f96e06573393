"""The journal: one SQLite file that knows every run and every row; nothing else keeps state.

All changes go through one committing thread (`committer`); a change is acknowledged once it is on disk, with
`synchronous=FULL`, because a power cut must not forget that a create may have left.
"""

import re
import sqlite3
from importlib.resources import files
from pathlib import Path

from importer.errors import WrongUsage
from importer.journal.database import Database
from importer.journal.doubts import DoubtTable
from importer.journal.listings import ListingTable
from importer.journal.recognition import Recognition
from importer.journal.rows import RowTable
from importer.journal.runs import RunTable
from importer.journal.summary import SummaryTable
from schemas.problem_codes import ProblemCode

FORMATS = ("format-2.sql", "format-3.sql", "format-4.sql", "format-5.sql", "format-6.sql")
"""What brings a journal of the first format forward, one format after the other, to that of a new one."""

KEY_OF_SEVERAL_COLUMNS = re.compile(r"(PRIMARY KEY \([^)]+\)\n\));")
"""The end of a table whose rows lie in the order of its key, which SQLite has to be asked for."""


class Journal:
    """An open journal. Safe to use from several threads; `close` commits what is pending.

    Raises Locked where another program holds the file, WrongSettings where it cannot be used at all.
    """

    def __init__(self, path: Path) -> None:
        self._database = Database(path, _new(), [_read("formats", name) for name in FORMATS])
        self.path = path
        self.runs = RunTable(self._database)
        self.rows = RowTable(self._database)
        self.recognition = Recognition(self._database)
        self.doubts = DoubtTable(self._database, self.runs)
        self.listings = ListingTable(self._database)
        self.summary = SummaryTable(self._database)

    def close(self) -> None:
        """Commit what is pending and close the file."""
        self._database.close()

    def __enter__(self) -> "Journal":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def copy(self, target: Path) -> None:
        """Make a copy that is one file with everything in it, whatever is at work with the journal meanwhile.

        Raises WrongUsage where the target exists or cannot be written.
        """
        try:
            self._database.copy(target)
        except FileExistsError:
            message = f"{target} exists already, and is not overwritten. Name another file."
            raise WrongUsage(message, ProblemCode.OUTPUT) from None
        except (OSError, sqlite3.Error) as error:
            message = f"{target} cannot be written: {getattr(error, 'strerror', None) or error}. Name another file."
            raise WrongUsage(message, ProblemCode.OUTPUT) from None

    def faults(self) -> list[str]:
        """Return what is wrong with the file, the first of it; nothing if it is whole."""
        return self._database.faults()

    def flush(self) -> None:
        """Return once everything that was queued is on disk."""
        self._database.change(lambda _: None)


def _new() -> str:
    """Return what makes a new journal: the tables, as SQLite is to keep them."""
    tables = KEY_OF_SEVERAL_COLUMNS.sub(r"\1 WITHOUT ROWID;", _read("schema.sql"))
    return f"{tables}{_read('sqlite.sql')}"


def _read(*names: str) -> str:
    return files("importer.journal").joinpath(*names).read_text(encoding="utf-8")
