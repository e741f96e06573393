"""One thread that commits the changes of all others, in groups: one flush to the disk serves many rows."""

import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, NamedTuple, TypeVar

T = TypeVar("T")

LARGEST_GROUP = 500


class _Change(NamedTuple):
    make: Callable[[sqlite3.Connection], Any]
    done: Future[Any]


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
        done: Future[T] = Future()
        self._changes.put(_Change(make, done))
        return done

    def close(self) -> None:
        """Commit what is queued and close the connection."""
        self._changes.put(None)
        self._thread.join()
        self._connection.close()

    def _work(self) -> None:
        more = True
        while more:
            more, group = self._next_group()
            if group:
                self._commit(group)

    def _next_group(self) -> tuple[bool, list[_Change]]:
        """Wait for a change and collect all others that are queued; False once there will be no more."""
        group: list[_Change] = []
        change = self._changes.get()
        while change is not None:
            group.append(change)
            if len(group) == LARGEST_GROUP or self._changes.empty():
                return True, group
            change = self._changes.get()
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
                change.done.set_result(result)
