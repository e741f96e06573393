"""Claims: rows that are about to be sent. Only who has claimed a row may send it, and only once that is on disk."""

import sqlite3
from collections.abc import Sequence
from functools import partial

from importer.journal.changes import find_same, newest_tried
from importer.journal.clock import now
from importer.journal.database import Database
from importer.journal.known import CreateClaim
from importer.model import Row, Run

CLAIM = (
    "UPDATE rows SET status = 'sending', attempts = attempts + 1, changed = :changed, tried = :tried "
    "WHERE run = :run AND row = :row AND status = 'ready'"
)
ALONE = (
    "NOT EXISTS (SELECT 1 FROM rows AS other WHERE other.fingerprint IN (SELECT :fingerprint UNION ALL "
    "SELECT former.fingerprint FROM former_fingerprints AS former WHERE former.run = :run AND former.row = :row) "
    "AND other.fingerprint <> '' AND NOT (other.run = :run AND other.row = :row))"
)
"""Rows that share their campaign with no other row, of any run, server or account: hardly any row shares it."""


class CreateClaims:
    """Claims of several rows of a run, which are being recorded. Nothing changes for a row that may not be sent.

    That is so if another row already created the same campaign, or may have, or if the row is no longer ready.
    """

    def __init__(self, database: Database, run: Run, rows: Sequence[Row]) -> None:
        self.rows = rows
        self._made = database.begin_claim(partial(_claim, run, rows))

    @property
    def are_on_disk(self) -> bool:
        """Whether there is nothing to wait for."""
        return self._made.is_done

    def wait(self) -> list[CreateClaim]:
        """Wait until the claims are on disk and return them, in the order of the rows.

        Raises the error that keeps the journal from being written.
        """
        return self._made.wait()


def _claim(run: Run, rows: Sequence[Row], db: sqlite3.Connection) -> list[CreateClaim]:
    """Claim rows; return the claims."""
    newest, moment = newest_tried(db), now()
    wanted = [
        {"run": run.id, "row": row.number, "fingerprint": row.fingerprint, "changed": moment, "tried": newest + place}
        for place, row in enumerate(rows, start=1)
    ]
    if db.executemany(f"{CLAIM} AND {ALONE}", wanted).rowcount == len(rows):
        return [CreateClaim(granted=True)] * len(rows)
    query = "SELECT 1 FROM rows WHERE run = :run AND row = :row AND tried = :tried"
    alone = [db.execute(query, here).fetchone() is not None for here in wanted]
    return [
        CreateClaim(granted=True) if granted else _claim_one(run, row, db)
        for row, granted in zip(rows, alone, strict=True)
    ]


def _claim_one(run: Run, row: Row, db: sqlite3.Connection) -> CreateClaim:
    """Claim a row unless another one created the same campaign, or may have."""
    here = {"run": run.id, "row": row.number}
    if existing_row := find_same(db, run, row):
        ready = db.execute("SELECT 1 FROM rows WHERE run = :run AND row = :row AND status = 'ready'", here)
        return CreateClaim(granted=False, existing_row=existing_row if ready.fetchone() else None)
    claimed = db.execute(CLAIM, {**here, "changed": now(), "tried": newest_tried(db) + 1})
    return CreateClaim(granted=claimed.rowcount == 1)
