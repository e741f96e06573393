"""Rows come into the journal, many at a time, each within the caller's transaction."""

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from importer.journal.clock import now
from importer.journal.records import cells_records, contents_records, outline_records, row_records

if TYPE_CHECKING:
    from importer.model import NumberLoad, RowBlock

Insert = Callable[[sqlite3.Connection, str, "RowBlock"], None]
"""Adds something about rows of the run with an ID."""


def insert_rows(db: sqlite3.Connection, run_id: str, block: "RowBlock") -> None:
    """Add what counts and compares rows."""
    db.executemany(
        "INSERT INTO rows (run, row, status, fingerprint, name, folded, customer, named_id, changed) "
        "VALUES (:run, :row, :status, :fingerprint, :name, :folded, :customer, :named_id, :changed)",
        row_records(run_id, block, now()),
    )


def insert_outlines(db: sqlite3.Connection, run_id: str, block: "RowBlock") -> None:
    """Add the same of rows that are only checked, without what other runs would want to know of them."""
    db.executemany(
        "INSERT INTO rows (run, row, status, fingerprint, name, folded, customer, changed) "
        "VALUES (:run, :row, :status, :fingerprint, :name, :folded, '', '')",
        outline_records(run_id, block),
    )


def insert_contents(db: sqlite3.Connection, run_id: str, block: "RowBlock") -> None:
    """Add the texts of rows."""
    db.executemany(
        "INSERT INTO contents (run, row, cells, campaign, enabled, maximum, to_look_up) "
        "VALUES (:run, :row, :cells, :campaign, :enabled, :maximum, :to_look_up)",
        contents_records(run_id, block),
    )


def insert_cells(db: sqlite3.Connection, run_id: str, block: "RowBlock") -> None:
    """Add the texts of rows that are only checked: nothing will be sent of them."""
    db.executemany(
        "INSERT INTO contents (run, row, cells, campaign) VALUES (:run, :row, :cells, '{}')",
        cells_records(run_id, block),
    )


def insert_block_of_former_fingerprints(db: sqlite3.Connection, run_id: str, block: "RowBlock") -> None:
    """Add the former fingerprints of rows by which other rows are known."""
    insert_former_fingerprints(db, run_id, block.former_fingerprints)


def insert_former_fingerprints(
    db: sqlite3.Connection, run_id: str, fingerprints: Mapping[int, Mapping[str, bool]]
) -> None:
    """Add the former fingerprints of rows, given by row number, by which other rows are known."""
    db.executemany(
        "INSERT INTO former_fingerprints (run, row, fingerprint, read_before) "
        "SELECT :run, :row, :fingerprint, :read_before "
        "WHERE EXISTS (SELECT 1 FROM rows WHERE fingerprint = :fingerprint AND fingerprint <> '')",
        (
            {"run": run_id, "row": number, "fingerprint": fingerprint, "read_before": int(read_before)}
            for number, former in fingerprints.items()
            for fingerprint, read_before in former.items()
        ),
    )


def register_loads(db: sqlite3.Connection, run_id: str, loads: Iterable["NumberLoad"]) -> None:
    """Record which campaigns of a run get telephone numbers, in place of what was known."""
    db.execute("DELETE FROM number_loads WHERE run = :run", {"run": run_id})
    db.executemany(
        "INSERT INTO number_loads (run, number, row, campaign_id, to_load, loaded, status, message) "
        "VALUES (:run, :number, :row, :campaign_id, :to_load, :loaded, :status, :message)",
        list(map(load_record, loads)),
    )


def load_record(load: "NumberLoad") -> dict[str, object]:
    """Return the values of a load of numbers."""
    return {
        "run": load.run,
        "number": load.number,
        "row": load.row,
        "campaign_id": load.campaign_id,
        "to_load": load.to_load,
        "loaded": load.loaded,
        "status": load.status,
        "message": load.message,
    }
