"""The journal: one SQLite file that holds every run and every row; nothing else keeps state.

All changes go through one committing thread (`committer`); a change is acknowledged once it is on disk, with
`synchronous=FULL`, because a power failure must not lose the record that a create may have been sent.
"""

import re
import sqlite3
from importlib.resources import files
from pathlib import Path

from importer.errors import WrongUsage
from importer.journal.commands import command_with
from importer.journal.database import Database
from importer.journal.doubts import DoubtTable
from importer.journal.listings import ListingTable
from importer.journal.recognition import Recognition
from importer.journal.rows import RowTable
from importer.journal.runs import RunTable
from importer.journal.summary import SummaryTable
from schemas.problem_codes import ProblemCode

FORMATS = ("format-2.sql", "format-3.sql", "format-4.sql", "format-5.sql", "format-6.sql")
"""The scripts that convert a journal from the first format to the newest, one format after the other."""

KEY_OF_SEVERAL_COLUMNS = re.compile(r"(PRIMARY KEY \([^)]+\)\n\));")
"""The end of a table whose rows are stored in the order of its key, which SQLite does only on request."""

INDEX = re.compile(r"^CREATE INDEX [^;]+;", re.MULTILINE)


class Journal:
    """An open journal. Safe to use from several threads; `close` commits what is pending.

    A new one is `indexed` unless it is for one command alone, which looks at all its rows: sorting them then costs less
    than finding the place of each. Raises Locked if another program has the file, WrongSettings if it cannot be used at
    all.
    """

    def __init__(self, path: Path, *, indexed: bool = True) -> None:
        self._database = Database(
            path, _new() if indexed else INDEX.sub("", _new()), [_read("formats", name) for name in FORMATS]
        )
        self.path = path
        self.runs = RunTable(self._database)
        self.rows = RowTable(self._database)
        self.recognition = Recognition(self._database)
        self.doubts = DoubtTable(self._database, self.runs)
        self.listings = ListingTable(self._database)
        self.summary = SummaryTable(self._database)

    def command(self, command: str, *words: object) -> str:
        """Return the line to type for a command on this journal."""
        return command_with(self.path, command, *words)

    def close(self) -> None:
        """Commit pending changes and close the file."""
        self._database.close()

    def __enter__(self) -> "Journal":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def copy(self, target: Path) -> None:
        """Make a copy with everything in one file, even while the journal is in use.

        Raises WrongUsage if the target exists or cannot be written.
        """
        try:
            self._database.copy(target)
        except FileExistsError:
            message = f"{target} already exists and was not overwritten. Choose another name."
            raise WrongUsage(message, ProblemCode.OUTPUT) from None
        except (OSError, sqlite3.Error) as error:
            message = f"{target} cannot be written: {getattr(error, 'strerror', None) or error}. Choose another name."
            raise WrongUsage(message, ProblemCode.OUTPUT) from None

    def faults(self) -> list[str]:
        """Return the first problems found in the file; none if it is intact."""
        return self._database.faults()

    def raise_failure(self) -> None:
        """Raise what kept a queued change from being written, if anything did."""
        self._database.raise_failure()

    def flush(self) -> None:
        """Wait until everything queued is on disk."""
        self._database.change(lambda _: None)


def _new() -> str:
    """Return the script for a new journal: the tables, as SQLite stores them."""
    tables = KEY_OF_SEVERAL_COLUMNS.sub(r"\1 WITHOUT ROWID;", _read("schema.sql"))
    return f"{tables}{_read('sqlite.sql')}"


def _read(*names: str) -> str:
    return files("importer.journal").joinpath(*names).read_text(encoding="utf-8")
