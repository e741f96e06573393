"""Rows that are split into several campaigns, and how an unsplit row is recognised that was split before.

The campaigns of a row are rows of their own, numbered as `importer.model.part` says. Each keeps the fingerprint of the
row that it was made from, beside its own.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence

from importer.journal.arrivals import insert_contents, insert_rows, register_loads
from importer.journal.conditions import LISTED, UNSENT
from importer.journal.database import Database
from importer.journal.hashing import hashed
from importer.journal.known import ExistingRow, Split
from importer.journal.records import as_existing_row, as_looked_up
from importer.model import PARTS_APART, NumberLoad, OnChange, Row, RowBlock, Run
from schemas.likeness import folded

FROM_A_SPLIT = 2
"""What `read_before` says of the fingerprint of the row that a campaign was split from, and of what its name makes."""


class SplitTable:
    """The campaigns that rows were split into."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, run_id: str, splits: Sequence[Split], loads: Sequence[NumberLoad]) -> None:
        """Put the campaigns that rows are split into in their places, and record which get numbers, all at once.

        Until then, the run waits for its numbers, and nothing of it is created.
        """
        block = RowBlock.of([part for one in splits for part in one.parts])
        known = [
            {"run": run_id, "row": part.number, "fingerprint": key, "split": FROM_A_SPLIT}
            for one in splits
            for part in one.parts
            for key in (one.whole.fingerprint, _name_key(one.whole.campaign["name"], _customer(one.whole)))
        ]

        def make(db: sqlite3.Connection) -> None:
            here = [{"run": run_id, "row": number} for number in block.numbers]
            named = list(_names_of_parts(db, run_id, splits))
            for table in ("rows", "contents", "former_fingerprints"):
                db.executemany(f"DELETE FROM {table} WHERE run = :run AND row = :row", here)
            insert_rows(db, run_id, block)
            insert_contents(db, run_id, block)
            db.executemany("UPDATE contents SET looked_up = :looked_up WHERE run = :run AND row = :row", named)
            db.executemany(
                "INSERT INTO former_fingerprints (run, row, fingerprint, read_before) "
                "VALUES (:run, :row, :fingerprint, :split)",
                known,
            )
            register_loads(db, run_id, loads)

        self._database.change(make)

    def names(self, run_id: str) -> dict[int, str]:
        """Return the names of the campaigns of rows that were split into more than one, by their numbers."""
        found = self._database.read(
            "SELECT row, name FROM rows WHERE run = :run AND row % :apart IN "
            "(SELECT further.row % :apart FROM rows AS further WHERE further.run = :run AND further.row >= :apart)",
            {"run": run_id, "apart": PARTS_APART},
        )
        return {one["row"]: str(one["name"]) for one in found}

    def created_before(self, run: Run) -> list[tuple[int, ExistingRow]]:
        """Return the rows to be created that another run has split, each with the first campaign made of it.

        Those in doubt count: the campaign may be there. A row that was edited since is known by its name and customer,
        unless edited rows become separate campaigns.
        """
        found = self._database.read(
            "SELECT split.fingerprint AS known_by, rows.run, min(rows.row) AS row, min(rows.status) AS status, "
            "min(rows.campaign_id) AS campaign_id, 0 AS read_before FROM former_fingerprints AS split "
            "JOIN rows ON rows.run = split.run AND rows.row = split.row JOIN runs ON runs.id = rows.run "
            f"WHERE split.read_before = {FROM_A_SPLIT} AND split.run <> :run AND runs.server = :server "
            f"AND runs.account = :account AND (rows.status IN ({LISTED}) "
            "OR (rows.status IN ('sending', 'in_doubt') AND rows.attempts > 0)) "
            "GROUP BY split.fingerprint, rows.run ORDER BY rows.run DESC",
            {"run": run.id, "server": run.server, "account": run.account},
        )
        known = {one["known_by"]: as_existing_row(one) for one in found}
        return list(self._among(run, known)) if known else []

    def _among(self, run: Run, known: Mapping[str, ExistingRow]) -> Iterator[tuple[int, ExistingRow]]:
        mine = self._database.stream(
            f"SELECT row, fingerprint, name, customer FROM rows WHERE run = :run AND {UNSENT} ORDER BY row",
            {"run": run.id},
        )
        for one in mine:
            keys = [one["fingerprint"]]
            if run.on_change is not OnChange.CREATE:
                keys.append(_name_key(one["name"], one["customer"]))
            if split := next((known[key] for key in keys if key in known), None):
                yield one["row"], split


def _names_of_parts(db: sqlite3.Connection, run_id: str, splits: Sequence[Split]) -> Iterator[dict[str, object]]:
    """Yield what the names of split rows stand for, for their campaigns; not where these have another value."""
    query = "SELECT row, looked_up FROM contents WHERE run = :run AND looked_up <> ''"
    by_row = {one["row"]: as_looked_up(one["looked_up"]) for one in db.execute(query, {"run": run_id})}
    for one in splits:
        shown = by_row.get(one.whole.number, {})
        for part in one.parts if shown else ():
            same = {name: text for name, text in shown.items() if part.campaign[name] == one.whole.campaign[name]}
            if same:
                yield {"run": run_id, "row": part.number, "looked_up": json.dumps(same)}


def _customer(row: Row) -> str:
    return row.campaign.get("customer", "")


def _name_key(name: str, customer: str) -> str:
    """Return what a row that was split is known by if it was edited since; it is equal to no fingerprint."""
    return hashed(json.dumps([folded(name), customer]))
