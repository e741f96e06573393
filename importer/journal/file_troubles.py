"""The failures of a file in which state is kept, as sentences."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from importer.errors import ImporterError, Locked, WrongSettings
from schemas.problem_codes import ProblemCode

UNUSABLE = (sqlite3.Error, OSError, UnicodeDecodeError)
"""The errors of a file that cannot be used; the last if SQLite's message quotes damaged text."""

BUSY, DAMAGED = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED), (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_FORMAT)


@dataclass(frozen=True)
class FileTroubles:
    """What to say of a file: its name, how to copy it, what to use instead, how to restore it, what its loss means."""

    name: str
    copying: str
    another: str
    restore: str
    loss: str

    def several_names(self, path: Path) -> WrongSettings:
        """Return the error of a file with several names: each would have a separate companion and lock."""
        return WrongSettings(
            f"The {self.name} {path} has several names (hard links), and changes made under one name are not "
            f"seen under another. Keep one name{self.copying}.",
            ProblemCode.JOURNAL_UNUSABLE,
        )

    def companion_lost(self, path: Path) -> WrongSettings:
        """Return the error of a file whose newest entries are missing."""
        return WrongSettings(
            f"The {self.name} {path} is incomplete: it was in use when it was copied or its program ended, and "
            f"{path.name}-wal, which was beside it and holds the newest entries, is missing. Without it "
            f"{self.loss}. Copy that file too from where the {self.name} was, or {self.restore}.",
            ProblemCode.COMPANION_LOST,
        )

    def newer(self, path: Path, found: int, version: int) -> WrongSettings:
        """Return the error of a file in a format that is `found` and higher than this `version`."""
        return WrongSettings(
            f"The {self.name} {path} was written by a newer campaign-importer (format {found}; this one reads up "
            f"to {version}). Update campaign-importer, or {self.another}.",
            ProblemCode.NEWER_JOURNAL,
        )

    def unusable(self, path: Path, error: BaseException) -> ImporterError:
        """Return our own error for one of SQLite or the system."""
        if isinstance(error, sqlite3.Error) and code_of(error) in BUSY:
            return Locked(
                f"Another program is writing to the {self.name} {path}. Wait until it finishes or stop it, then try "
                "again."
            )
        if isinstance(error, sqlite3.DatabaseError) and "not a database" in str(error):
            message = f"{path} is not a campaign-importer {self.name}. {_sentence(self.another)}"
            return WrongSettings(message, ProblemCode.NOT_A_JOURNAL)
        damaged = isinstance(error, ValueError) or code_of(error) in DAMAGED
        reason = "it is damaged" if damaged else getattr(error, "strerror", None) or error
        room = f"free some disk space or grant write access, or {self.another}"
        advice = _sentence(self.restore if damaged else room)
        message = f"The {self.name} {path} cannot be used: {reason}. Nothing is sent without it. {advice}"
        return WrongSettings(message, ProblemCode.JOURNAL_UNUSABLE)


JOURNAL = FileTroubles(
    name="journal",
    copying="; to copy it, use `campaign-importer journal backup`",
    another="use another journal with --journal",
    restore="restore a copy made with `campaign-importer journal backup`: a new journal does not know what was created",
    loss="rows would be created twice",
)


def code_of(error: BaseException) -> int:
    """Return the kind of an error, without the details in the upper bytes."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."
