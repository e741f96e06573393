"""The SQLite file behind the sandbox, shared by the server's thread and the test's."""

import errno
import sqlite3
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

Row = dict[str, Any]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS campaigns (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    customer INTEGER NOT NULL DEFAULT 1,
    name TEXT NOT NULL DEFAULT '',
    description TEXT NOT NULL DEFAULT '',
    enabled INTEGER NOT NULL DEFAULT 1,
    dtype TEXT NOT NULL DEFAULT 'hangup',
    dnumber TEXT NOT NULL DEFAULT '',
    callerid TEXT NOT NULL DEFAULT '',
    attempts INTEGER NOT NULL DEFAULT 1,
    retry INTEGER NOT NULL DEFAULT 3600,
    maximum INTEGER NOT NULL DEFAULT 1,
    machine TEXT NOT NULL DEFAULT 'failed',
    success TEXT NOT NULL DEFAULT 'answer',
    owner INTEGER NOT NULL DEFAULT 0,
    recordgroup INTEGER NOT NULL DEFAULT 0,
    timegroup INTEGER NOT NULL DEFAULT 0,
    keep_agents_available INTEGER NOT NULL DEFAULT 0
);
-- One line for each change, with its numbers joined by commas: a table with a line for each number would take
-- longer to keep in order than the client takes to send them. No numbers means all, no status means removed.
CREATE TABLE IF NOT EXISTS destination_changes (
    number INTEGER PRIMARY KEY,
    campaign INTEGER NOT NULL,
    dnumbers TEXT,
    status TEXT
);
"""


class SandboxDatabase:
    """A connection that several threads may use; every write is committed when its method returns.

    Hold `lock` over what must not be seen half done.
    """

    def __init__(self, file: str | Path) -> None:
        try:
            self._connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        except sqlite3.OperationalError as error:
            raise OSError(errno.EACCES, f"the database {file}: {error}") from None
        self._connection.row_factory = sqlite3.Row
        # A row's new ID belongs to the connection, so nobody else may write in between.
        self.lock = threading.RLock()
        # The process is never the one that gets killed, so nothing has to reach the disk before the answer.
        self._connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;" + _SCHEMA)

    def close(self) -> None:
        """Give the file back."""
        self._connection.close()

    def write(self, sql: str, arguments: Sequence[Any] | Mapping[str, Any]) -> int:
        """Carry a statement out; return the ID of the row it inserted, if it did."""
        with self.lock:
            return self._connection.execute(sql, arguments).lastrowid or 0

    def rows(self, sql: str, arguments: Sequence[Any] = ()) -> list[Row]:
        """Return what a query finds."""
        with self.lock:
            return [dict(row) for row in self._connection.execute(sql, arguments)]
