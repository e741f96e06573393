"""One thread that commits the changes of all others, in groups: one flush to the disk serves many rows."""

import queue
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, NamedTuple, TypeVar

T = TypeVar("T")

LARGEST_GROUP = 500
PATIENCE = 0.01
"""How many seconds changes that nobody waits for may wait for others, to be committed with them."""


class _Change(NamedTuple):
    make: Callable[[sqlite3.Connection], Any]
    done: Future[Any]
    awaited: bool


class Committer:
    """Makes changes on a separate connection; each is acknowledged after the commit that includes it.

    `connection` must be in autocommit mode (isolation_level None) and is closed by `close`.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._changes: queue.SimpleQueue[_Change | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="committer", daemon=True)
        self._thread.start()

    def submit(self, make: Callable[[sqlite3.Connection], T]) -> "Future[T]":
        """Queue a change; the future has its return value once it is on disk, or the error that rolled it back."""
        return self._put(make, awaited=True)

    def submit_patiently(self, make: Callable[[sqlite3.Connection], T]) -> "Future[T]":
        """Queue a change that nobody waits for: it is committed with the next one that is, or soon."""
        return self._put(make, awaited=False)

    def close(self) -> None:
        """Commit what is queued and close the connection."""
        self._changes.put(None)
        self._thread.join()
        self._connection.close()

    def _put(self, make: Callable[[sqlite3.Connection], T], *, awaited: bool) -> "Future[T]":
        done: Future[T] = Future()
        self._changes.put(_Change(make, done, awaited))
        return done

    def _work(self) -> None:
        more = True
        while more:
            more, group = self._next_group()
            for change in group:
                change.done.set_running_or_notify_cancel()
            if group:
                self._commit(group)

    def _next_group(self) -> tuple[bool, list[_Change]]:
        """Wait for a change and collect all others that are queued; False once there will be no more."""
        group: list[_Change] = []
        change = self._changes.get()
        until = time.monotonic() + PATIENCE
        awaited = False
        while change is not None:
            group.append(change)
            awaited = awaited or change.awaited
            if len(group) == LARGEST_GROUP:
                return True, group
            try:
                change = self._changes.get(timeout=0 if awaited else max(0.0, until - time.monotonic()))
            except queue.Empty:
                return True, group
        return False, group

    def _commit(self, group: list[_Change]) -> None:
        """Make all changes of a group in one transaction, or none of them."""
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            made = [change.make(self._connection) for change in group]
            self._connection.execute("COMMIT")
        except BaseException as error:  # noqa: BLE001 -- handed to those who wait, who raise it
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            for change in group:
                change.done.set_exception(error)
        else:
            for change, result in zip(group, made, strict=True):
                change.done.set_result(_without_cursors(result))


def _without_cursors(result: Any) -> Any:
    """Return what a change returned, or None for cursors: they have to end in this thread.

    One that ends in another resets its statement, which may be at work here again by then (SQLITE_MISUSE).
    """
    results = result if isinstance(result, tuple) else (result,)
    return None if any(isinstance(one, sqlite3.Cursor) for one in results) else result
