"""Outcomes on their way to the journal: all that are waiting when their turn comes are written together."""

import sqlite3
import threading
from concurrent.futures import Future
from functools import partial
from typing import Any

from importer.journal.changes import set_outcomes
from importer.journal.database import Database
from importer.model import Outcome

_Batch = dict[tuple[str, int], Outcome]
"""Outcomes by run and row."""


class OutcomeQueue:
    """Queues the outcomes of rows, in order. Safe to use from several threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._open: _Batch = {}
        self._written: Future[Any] = Future()

    def add(self, run_id: str, number: int, outcome: Outcome) -> None:
        """Queue the outcome of a row. If it cannot be written, the next wait for the journal raises."""
        place = (run_id, number)
        with self._lock:
            # A second outcome of a row follows the first; what is being written, or could not be, gets no more.
            under_way = self._written.running() or self._written.done()
            if not self._open or place in self._open or under_way:
                self._open = {}
                self._written = self._database.queue(partial(self._write, self._open))
            self._open[place] = outcome

    def _write(self, batch: _Batch, db: sqlite3.Connection) -> None:
        with self._lock:
            if self._open is batch:
                self._open = {}
        set_outcomes(db, ((run_id, number, outcome) for (run_id, number), outcome in batch.items()))
