"""The journal: one SQLite file that holds every run and every row; nothing else keeps state.

All changes go through one committing thread (`committer`); a change is acknowledged once it is on disk, with
`synchronous=FULL`, because a power failure must not lose the record that a create may have been sent.
"""

import sqlite3
from pathlib import Path

from importer.errors import WrongUsage
from importer.journal.commands import command_with
from importer.journal.doubts import DoubtTable
from importer.journal.listings import ListingTable
from importer.journal.looked_up import LookedUpTable
from importer.journal.number_loads import NumberLoadTable
from importer.journal.opening import open_database
from importer.journal.recognition import Recognition
from importer.journal.rows import RowTable
from importer.journal.runs import RunTable
from importer.journal.sent import SentTable
from importer.journal.splits import SplitTable
from importer.journal.summary import SummaryTable
from importer.journal.undos import UndoTable
from schemas.problem_codes import ProblemCode


class Journal:
    """An open journal. Safe to use from several threads; `close` commits what is pending.

    A new one is `indexed` unless it is for one command alone, which looks at all its rows: sorting them then costs less
    than finding the place of each. Raises Locked if another program has the file, WrongSettings if it cannot be used at
    all.
    """

    def __init__(self, path: Path, *, indexed: bool = True) -> None:
        self._database = open_database(path, indexed=indexed)
        self.path = path
        self.runs = RunTable(self._database)
        self.rows = RowTable(self._database)
        self.recognition = Recognition(self._database)
        self.doubts = DoubtTable(self._database, self.runs)
        self.listings = ListingTable(self._database)
        self.summary = SummaryTable(self._database)
        self.number_loads = NumberLoadTable(self._database)
        self.sent = SentTable(self._database)
        self.undos = UndoTable(self._database)
        self.looked_up = LookedUpTable(self._database)
        self.splits = SplitTable(self._database)

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
        self._database.flush()
