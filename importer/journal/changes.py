"""The changes that one row goes through, each within the transaction of whoever asks for it."""

import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime

from importer.journal.conditions import LISTED
from importer.journal.known import ExistingRow
from importer.journal.records import as_existing_row
from importer.model import Outcome, Problem, Row, Run


def insert_problems(db: sqlite3.Connection, run_id: str, problems: Iterable[Problem]) -> None:
    """Add problems to a run."""
    db.executemany(
        "INSERT INTO problems VALUES (?,?,?,?,?,?,?,?)",
        (
            (run_id, one.row, one.severity, one.column, one.cell, one.found, one.message, one.problem_code)
            for one in problems
        ),
    )


def insert_new_problems(db: sqlite3.Connection, run_id: str, problems: Iterable[Problem]) -> None:
    """Add those problems of rows that the same rows do not have already."""
    query = "SELECT 1 FROM problems WHERE run = ? AND row = ? AND fault = ? AND message = ?"
    for one in problems:
        if not db.execute(query, (run_id, one.row, one.problem_code, one.message)).fetchone():
            insert_problems(db, run_id, [one])


def set_outcome(db: sqlite3.Connection, run_id: str, number: int, outcome: Outcome) -> None:
    """Write down what became of a row; an ID that is known already is kept."""
    db.execute(
        "UPDATE rows SET status = ?, campaign_id = coalesce(?, campaign_id), code = ?, key = ?, message = ?, "
        "changed = ?, left_by = CASE WHEN status = 'sending' THEN (SELECT coalesce(max(tried), 0) FROM rows "
        "WHERE tried > 0) ELSE left_by END, learnt = CASE WHEN ? IS NULL THEN learnt "
        "ELSE (SELECT coalesce(max(learnt), 0) + 1 FROM rows WHERE learnt IS NOT NULL) END WHERE run = ? AND row = ?",
        (
            outcome.status,
            outcome.campaign_id,
            outcome.code,
            outcome.key,
            outcome.message,
            now(),
            outcome.campaign_id,
            run_id,
            number,
        ),
    )
    insert_problems(db, run_id, outcome.problems)


def find_same(db: sqlite3.Connection, run: Run, row: Row) -> ExistingRow | None:
    """Return another row that made the same campaign, or may have, on the same server for the same account."""
    former = "SELECT fingerprint FROM former_fingerprints WHERE run = ? AND row = ?"
    here = (run.id, row.number)
    found = db.execute(
        "SELECT rows.run, rows.row, rows.status, rows.campaign_id, "
        f"fingerprint IN ({former} AND read_before) AS read_before FROM rows JOIN runs ON runs.id = rows.run "
        f"WHERE fingerprint IN (SELECT ? UNION ALL {former}) AND fingerprint <> '' "
        "AND NOT (rows.run = ? AND rows.row = ?) AND server = ? AND account = ? "
        f"AND (status IN ({LISTED}) OR (status IN ('sending', 'in_doubt') AND attempts > 0)) "
        "ORDER BY status IN ('sending', 'in_doubt') LIMIT 1",
        (*here, row.fingerprint, *here, *here, run.server, run.account),
    ).fetchone()
    return as_existing_row(found) if found else None


def now() -> str:
    """Return the time for the journal: UTC, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
