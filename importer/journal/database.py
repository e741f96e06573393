"""An SQLite file that several threads read and one thread writes."""

import errno
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from importer.errors import ImporterError
from importer.journal.committer import Committer
from importer.journal.file_troubles import BUSY, JOURNAL, UNUSABLE, FileTroubles, code_of
from importer.journal.hashing import hashed
from importer.journal.pending import Pending
from schemas.likeness import folded

T = TypeVar("T")

Make = Callable[[sqlite3.Connection], T]
Record = sqlite3.Row

NONE: Mapping[str, Any] = {}

BUSY_SECONDS = 5.0
BRINGING_FORWARD_SECONDS = 600
"""How long another program may take to convert a large journal to a new format."""

AT_WORK = 0x43_49_4F_50
"""The application ID of a file that is incomplete without its companion (-wal)."""
AT_REST = 0


class Database:
    """An open file in WAL mode. `new` creates its tables, `formats` convert older ones, the first from format 1.

    `troubles` says what is said when it cannot be used.

    The newest changes are in a companion (-wal) beside the file. Before they count, the file itself is marked; it is
    unmarked when it is closed, with everything in one file again. So a copy without its companion, which would have
    lost what was created, is recognised. Raises Locked if another program has the file, WrongSettings if it is newer,
    not a journal, has lost its companion, or cannot be used at all.
    """

    def __init__(self, path: Path, new: str, formats: Sequence[str], troubles: FileTroubles = JOURNAL) -> None:
        self.path = path
        self._troubles = troubles
        self._reading = threading.Lock()
        self._failure: BaseException | None = None
        self._marking = threading.Lock()
        try:
            self._refuse_other_names()
            alone = not self._has_companion()
            path.parent.mkdir(parents=True, exist_ok=True)
            _make(path)
            with closing(self._connect()) as connection:
                # Read once before and once after: another process may start or end at this moment.
                if is_at_work(connection) and alone and not self._has_companion():
                    raise self._troubles.companion_lost(self.path)
                self._prepare(connection, new, formats)
                # Another connection is open before this one is closed: closing the last removes the companion, and a
                # process killed at that moment would leave a complete file that is marked as incomplete.
                self._reader = self._connect()
                self._reader.execute("SELECT count(*) FROM sqlite_master").fetchone()
            self._committer = Committer(self._connect())
        except UNUSABLE as error:
            raise self._unusable(error) from None

    def close(self) -> None:
        """Commit pending changes and close the file; the last to close it puts everything in one file again."""
        self._committer.close()
        with closing(self._reader) as connection, suppress(sqlite3.Error):
            # Asked now: who has marked it since may have been killed, and this is the last to close it.
            if is_at_work(connection):
                # Before the last connection is closed, which removes the companion: a process killed between the two
                # would leave a complete file that is marked as incomplete.
                connection.execute("PRAGMA wal_checkpoint(FULL)")
                _mark(connection, AT_REST)

    def mark(self) -> None:
        """Mark the file itself on disk as in use, unless it is marked; others may have unmarked it."""
        try:
            with self._marking, closing(self._connect()) as connection:
                if not is_at_work(connection):
                    _mark(connection, AT_WORK)
                    connection.execute("PRAGMA wal_checkpoint(FULL)")
        except sqlite3.Error as error:
            raise self._unusable(error) from None

    def copy(self, target: Path) -> None:
        """Make a copy with everything in one file. Raises FileExistsError, OSError and sqlite3.Error."""
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        try:
            with closing(self._connect()) as connection, closing(sqlite3.connect(target)) as copied:
                connection.backup(copied)
                copied.execute("PRAGMA synchronous = FULL")
                _mark(copied, AT_REST)
                copied.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except BaseException:
            target.unlink(missing_ok=True)
            raise

    def faults(self) -> list[str]:
        """Return the first problems that the database finds in the file; none if it is intact."""
        found = self.read("PRAGMA integrity_check(10)")
        return [text for record in found if (text := str(record[0])) != "ok"]

    def read(self, query: str, parameters: Mapping[str, Any] = NONE) -> list[Record]:
        """Return all records of a query; `:name` in it stands for the parameter with that name."""
        try:
            with self._reading:
                return self._reader.execute(query, parameters).fetchall()
        except UNUSABLE as error:
            raise self._unusable(error) from None

    def stream(self, query: str, parameters: Mapping[str, Any]) -> Iterator[Record]:
        """Yield the records of a query as they were when the first was read; changes may be made meanwhile."""
        try:
            with closing(self._connect()) as reader:
                yield from reader.execute(query, parameters)
        except UNUSABLE as error:
            raise self._unusable(error) from None

    def change(self, make: Make[T]) -> T:
        """Make a change; return its return value once it is on disk."""
        return self.begin(make).wait()

    def flush(self) -> None:
        """Wait until everything queued is on disk."""
        self.change(lambda _: None)

    def begin(self, make: Make[T]) -> Pending[T]:
        """Queue a change without waiting for it yet."""
        done = self._committer.submit(make)
        return Pending(done, partial(self._wait_for, done))

    def begin_claim(self, make: Make[T]) -> Pending[T]:
        """Queue the record of what is about to be sent. Once it is waited for, a copy that lacks it is recognised."""
        done = self._committer.submit(lambda db: (make(db), is_at_work(db)))

        def wait() -> T:
            made, is_marked = self._wait_for(done)
            if not is_marked:
                # Another process has unmarked the file, because it closed it.
                self.mark()
            return made

        return Pending(done, wait)

    def queue(self, make: Make[Any]) -> "Future[Any]":
        """Queue a change without waiting for it. If it fails, the next change that is waited for raises."""
        done = self._committer.submit_patiently(make)
        done.add_done_callback(self._remember_failure)
        return done

    def raise_failure(self) -> None:
        """Raise what kept a queued change from being written, if anything did."""
        if self._failure is not None:
            raise self._unusable(self._failure) if isinstance(self._failure, UNUSABLE) else self._failure

    def compact(self) -> None:
        """Free the disk space of what was removed, and leave no trace of it in the file."""
        try:
            with closing(self._connect()) as connection:
                connection.execute("VACUUM")
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except UNUSABLE as error:
            raise self._unusable(error) from None

    def _has_companion(self) -> bool:
        try:
            return os.path.getsize(f"{Path(os.path.realpath(self.path))}-wal") > 0  # noqa: PTH202 -- no path has this ending
        except OSError:
            return False

    def _refuse_other_names(self) -> None:
        """Refuse a file with several names: each name would have a separate companion and lock."""
        if self.path.is_file() and self.path.stat().st_nlink > 1:
            raise self._troubles.several_names(self.path)

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA synchronous = FULL")
        return connection

    def _prepare(self, connection: sqlite3.Connection, new: str, formats: Sequence[str]) -> None:
        """Create or convert the file unless that is done; of several programs one does it while the others wait."""
        version = 1 + len(formats)
        found = self._format(connection, version)
        if found == version:
            return
        connection.execute(f"PRAGMA busy_timeout = {BRINGING_FORWARD_SECONDS * 1000}")
        if found == 0:
            _write_ahead(connection)
        connection.execute("BEGIN IMMEDIATE")
        # Another program may have done some or all of it by now.
        found = self._format(connection, version)
        # Only for the conversion: the queries of the journal use no custom functions.
        connection.create_function("hashed", 1, hashed, deterministic=True)
        connection.create_function("folded", 1, folded, deterministic=True)
        for statement in _statements(formats[found - 1 :] if found else [new]):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {version}")
        connection.execute("COMMIT")
        connection.execute(f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1000)}")

    def _format(self, connection: sqlite3.Connection, version: int) -> int:
        """Return the format of the file; 0 if it is empty."""
        found, tables = connection.execute(
            "SELECT user_version, (SELECT count(*) FROM sqlite_master) FROM pragma_user_version"
        ).fetchone()
        if found > version:
            raise self._troubles.newer(self.path, found, version)
        if found == 0 and tables:
            raise sqlite3.DatabaseError("file is not a database of ours")
        return int(found)

    def _wait_for(self, done: "Future[T]") -> T:
        try:
            made = done.result()
        except UNUSABLE as error:
            raise self._unusable(error) from None
        self.raise_failure()
        return made

    def _remember_failure(self, done: "Future[Any]") -> None:
        self._failure = self._failure or done.exception()

    def _unusable(self, error: BaseException) -> ImporterError:
        return self._troubles.unusable(self.path, error)


def _make(path: Path) -> None:
    """Make an empty file that only its owner can read, unless there is a file. Raises OSError if it cannot be used.

    One that exists is never opened here: closing it would release all locks that this process has on it (POSIX), and
    another process that closes the file would then remove the companion that this one still writes to.
    """
    try:
        # What is in the sheets is confidential.
        os.close(os.open(os.path.realpath(path), os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        trouble = errno.EISDIR if path.is_dir() else 0 if os.access(path, os.R_OK | os.W_OK) else errno.EACCES
        if trouble:
            raise OSError(trouble, os.strerror(trouble)) from None


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Put a new file into WAL mode. SQLite ignores its time-out here and does not wait for others, so we do."""
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if code_of(error) not in BUSY or time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return


def _statements(scripts: Sequence[str]) -> Iterator[str]:
    """Yield the statements of scripts one by one: running a whole script would end the current transaction."""
    for script in scripts:
        statement = ""
        for line in script.splitlines(keepends=True):
            statement += line
            if sqlite3.complete_statement(statement):
                yield statement
                statement = ""
        if statement.strip():
            yield statement


def is_at_work(connection: sqlite3.Connection) -> bool:
    """Say whether a file is marked as incomplete without its companion."""
    return bool(connection.execute("PRAGMA application_id").fetchone()[0] == AT_WORK)


def _mark(connection: sqlite3.Connection, mark: int) -> None:
    connection.execute(f"PRAGMA application_id = {mark}")
