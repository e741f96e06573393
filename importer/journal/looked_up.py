"""Rows with names in the place of IDs: those that are to be looked up, and what became of them."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from importer.journal.arrivals import insert_former_fingerprints
from importer.journal.changes import insert_new_problems, insert_problems
from importer.journal.clock import now
from importer.journal.database import Database
from importer.journal.records import as_campaign
from importer.model import Problem, Severity

_VALID = "FROM rows JOIN contents USING (run, row) WHERE run = :run AND status = 'valid'"
TO_LOOK_UP = f"{_VALID} AND to_look_up = 1"


@dataclass(frozen=True, kw_only=True)
class LookedUpRow:
    """A row whose names were found: its campaign with IDs, the fingerprint of that, and what each name stood for.

    `former_fingerprints` are as in Row.
    """

    number: int
    campaign: Mapping[str, str]
    fingerprint: str
    looked_up: Mapping[str, str]
    former_fingerprints: Mapping[str, bool]


class LookedUpTable:
    """The names in the rows of every run."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def is_to_do(self, run_id: str) -> bool:
        """Say whether a run has valid rows with names that were not looked up yet."""
        return bool(self._database.read(f"SELECT 1 {TO_LOOK_UP} LIMIT 1", {"run": run_id}))

    def is_done_for(self, run_id: str) -> bool:
        """Say whether names in rows of a run were found."""
        query = "SELECT 1 FROM contents WHERE run = :run AND looked_up <> '' LIMIT 1"
        return bool(self._database.read(query, {"run": run_id}))

    def rows_to_look_up(self, run_id: str) -> Iterator[tuple[int, Mapping[str, str]]]:
        """Yield the valid rows of a run with names that were not looked up, by number, with their campaigns."""
        return self._campaigns(f"SELECT row, campaign {TO_LOOK_UP} ORDER BY row", run_id)

    def valid_rows(self, run_id: str) -> Iterator[tuple[int, Mapping[str, str]]]:
        """Yield all valid rows of a run, by number, with their campaigns."""
        return self._campaigns(f"SELECT row, campaign {_VALID} ORDER BY row", run_id)

    def tell(self, run_id: str, problems: Iterable[Problem]) -> None:
        """Add what there is to say about the names of a run as a whole, unless it was said before."""
        told = list(problems)
        self._database.change(lambda db: insert_new_problems(db, run_id, told))

    def keep(
        self, run_id: str, rows: Sequence[LookedUpRow], refused: Mapping[int, str], problems: Sequence[Problem]
    ) -> None:
        """Record what became of rows with names.

        `refused` are the rows that are invalid although no problem is about them alone, each with the reason; those
        with an error among the `problems` are invalid as well.
        """

        def make(db: sqlite3.Connection) -> None:
            _keep_found(db, run_id, rows)
            _keep_refused(db, run_id, refused, problems)

        self._database.change(make)

    def _campaigns(self, query: str, run_id: str) -> Iterator[tuple[int, Mapping[str, str]]]:
        for record in self._database.stream(query, {"run": run_id}):
            yield record["row"], as_campaign(record)


def _keep_found(db: sqlite3.Connection, run_id: str, rows: Sequence[LookedUpRow]) -> None:
    records = [
        {
            "run": run_id,
            "row": row.number,
            "campaign": json.dumps(dict(row.campaign)),
            "looked_up": json.dumps(dict(row.looked_up)) if row.looked_up else "",
            "fingerprint": row.fingerprint,
            "customer": row.campaign.get("customer", ""),
            "changed": now(),
        }
        for row in rows
    ]
    db.executemany(
        "UPDATE contents SET campaign = :campaign, looked_up = :looked_up, to_look_up = 0 "
        "WHERE run = :run AND row = :row",
        records,
    )
    db.executemany(
        "UPDATE rows SET fingerprint = :fingerprint, customer = :customer, changed = :changed "
        "WHERE run = :run AND row = :row",
        records,
    )
    db.executemany("DELETE FROM former_fingerprints WHERE run = :run AND row = :row", records)
    insert_former_fingerprints(db, run_id, {row.number: row.former_fingerprints for row in rows})


def _keep_refused(db: sqlite3.Connection, run_id: str, refused: Mapping[int, str], problems: Sequence[Problem]) -> None:
    wrong = {one.row: "" for one in problems if one.severity is Severity.ERROR} | dict(refused)
    records = [{"run": run_id, "row": row, "message": message} for row, message in wrong.items()]
    db.executemany(
        "UPDATE rows SET status = 'invalid', fingerprint = '', message = :message WHERE run = :run AND row = :row",
        records,
    )
    db.executemany("UPDATE contents SET to_look_up = 0 WHERE run = :run AND row = :row", records)
    db.executemany("DELETE FROM former_fingerprints WHERE run = :run AND row = :row", records)
    insert_problems(db, run_id, problems)
