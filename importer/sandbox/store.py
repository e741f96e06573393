"""The SQLite database behind the sandbox; what it holds is the truth the tests look at."""

import errno
import sqlite3
import threading
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from time import monotonic
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
CREATE TABLE IF NOT EXISTS destinations (
    campaign INTEGER NOT NULL,
    dnumber TEXT NOT NULL,
    status TEXT NOT NULL,
    PRIMARY KEY (campaign, dnumber)
) WITHOUT ROWID;
"""


class CampaignStore:
    """Campaigns and destinations; every write is committed when its method returns."""

    def __init__(self, database: str | Path) -> None:
        try:
            self._connection = sqlite3.connect(database, isolation_level=None, check_same_thread=False)
        except sqlite3.OperationalError as error:
            raise OSError(errno.EACCES, f"the database {database}: {error}") from None
        self._connection.row_factory = sqlite3.Row
        # The server's thread and the test's thread share the connection, and a row's new ID belongs to it.
        self._lock = threading.Lock()
        # The process is never the one that gets killed, so nothing has to reach the disk before the answer.
        self._connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;" + _SCHEMA)
        self._made: dict[int, float] = {}
        self._columns = {row["name"] for row in self._rows("PRAGMA table_info(campaigns)")}

    def close(self) -> None:
        """Give the database back."""
        self._connection.close()

    def add_campaign(self, columns: Mapping[str, Any]) -> int:
        """Store a campaign, columns left out at their defaults, and return its new ID."""
        names = self._known(columns)
        marks = ", ".join(f":{name}" for name in names)
        # Column names are checked above; values are bound.
        new = self._write(f"INSERT INTO campaigns ({', '.join(names)}) VALUES ({marks})", columns)[0]  # noqa: S608
        self._made[new] = monotonic()
        return new

    def made_within(self, seconds: float) -> set[int]:
        """Return the IDs of the campaigns that this process stored in the last N seconds."""
        since = monotonic() - seconds
        return {campaign for campaign, moment in self._made.copy().items() if moment >= since}

    def change_campaign(self, campaign: int, columns: Mapping[str, Any]) -> None:
        """Overwrite the given columns of one campaign."""
        changes = ", ".join(f"{name} = :{name}" for name in self._known(columns))
        self._write(f"UPDATE campaigns SET {changes} WHERE id = :id", {**columns, "id": campaign})  # noqa: S608

    def delete_campaign(self, campaign: int) -> None:
        """Remove a campaign and its destinations."""
        self._write("DELETE FROM campaigns WHERE id = ?", (campaign,))
        self._write("DELETE FROM destinations WHERE campaign = ?", (campaign,))

    def campaign(self, campaign: int) -> Row | None:
        """Look one campaign up."""
        rows = self._rows("SELECT * FROM campaigns WHERE id = ?", (campaign,))
        return rows[0] if rows else None

    def campaigns(self, customer: int | None = None) -> list[Row]:
        """Return all campaigns, or those of one customer, in the order of their IDs."""
        if customer is None:
            return self._rows("SELECT * FROM campaigns ORDER BY id")
        return self._rows("SELECT * FROM campaigns WHERE customer = ? ORDER BY id", (customer,))

    def put_destinations(self, campaign: int, dnumbers: Iterable[str], status: str) -> None:
        """Add numbers to a campaign; one that is there already gets the new status."""
        rows = [(campaign, dnumber, status) for dnumber in dnumbers]
        with self._lock:
            self._connection.execute("BEGIN")
            with self._connection:
                self._connection.executemany("INSERT OR REPLACE INTO destinations VALUES (?, ?, ?)", rows)

    def destinations(self, campaign: int) -> list[Row]:
        """Return the destinations of a campaign in the order of their numbers."""
        return self._rows("SELECT * FROM destinations WHERE campaign = ? ORDER BY dnumber", (campaign,))

    def delete_destinations(self, campaign: int, dnumber: str | None = None) -> int:
        """Remove one destination of a campaign, or all of them; return how many went."""
        if dnumber is None:
            return self._write("DELETE FROM destinations WHERE campaign = ?", (campaign,))[1]
        return self._write("DELETE FROM destinations WHERE campaign = ? AND dnumber = ?", (campaign, dnumber))[1]

    def _known(self, columns: Mapping[str, Any]) -> list[str]:
        unknown = [name for name in columns if name not in self._columns]
        if unknown:
            raise ValueError(f"The table campaigns has no column {', '.join(unknown)}.")
        return list(columns)

    def _write(self, sql: str, arguments: Sequence[Any] | Mapping[str, Any]) -> tuple[int, int]:
        with self._lock:
            cursor = self._connection.execute(sql, arguments)
            return cursor.lastrowid or 0, cursor.rowcount

    def _rows(self, sql: str, arguments: Sequence[Any] = ()) -> list[Row]:
        with self._lock:
            return [dict(row) for row in self._connection.execute(sql, arguments)]
