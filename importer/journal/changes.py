"""The changes to single rows, each within the caller's transaction."""

import sqlite3
from collections.abc import Iterable
from itertools import count

from importer.journal.clock import now
from importer.journal.conditions import LISTED
from importer.journal.known import ExistingRow
from importer.journal.records import WHOLE_FILE, as_existing_row
from importer.model import Outcome, Problem, Row, Run


def insert_problems(db: sqlite3.Connection, run_id: str, problems: Iterable[Problem]) -> None:
    """Add problems to a run, after those that their rows already have."""
    db.executemany(
        "INSERT INTO problems (run, row, number, severity, heading, cell, found, message, fault) VALUES (:run, :row, "
        "(SELECT coalesce(max(number), 0) + 1 FROM problems WHERE run = :run AND row = :row), "
        ":severity, :heading, :cell, :found, :message, :fault)",
        (
            {
                "run": run_id,
                "row": one.row or WHOLE_FILE,
                "severity": one.severity,
                "heading": one.column,
                "cell": one.cell,
                "found": one.found,
                "message": one.message,
                "fault": one.problem_code,
            }
            for one in problems
        ),
    )


def insert_new_problems(db: sqlite3.Connection, run_id: str, problems: Iterable[Problem]) -> None:
    """Add the problems that their rows do not have yet."""
    query = "SELECT 1 FROM problems WHERE run = :run AND row = :row AND fault = :fault AND message = :message"
    for one in problems:
        known = {"run": run_id, "row": one.row or WHOLE_FILE, "fault": one.problem_code, "message": one.message}
        if not db.execute(query, known).fetchone():
            insert_problems(db, run_id, [one])


def set_outcomes(db: sqlite3.Connection, outcomes: Iterable[tuple[str, int, Outcome]]) -> None:
    """Record the outcomes of rows, each with its run and number; an ID that is already known is kept."""
    tried, learnt, moment = newest_tried(db), count(newest_learnt(db) + 1), now()
    known = list(outcomes)
    db.executemany(
        "UPDATE rows SET status = :status, campaign_id = coalesce(:campaign_id, campaign_id), code = :code, "
        "key = :key, message = :message, changed = :changed, "
        "left_by = CASE WHEN status = 'sending' THEN :tried ELSE left_by END, learnt = coalesce(:learnt, learnt) "
        "WHERE run = :run AND row = :row",
        [
            {
                "status": outcome.status,
                "campaign_id": outcome.campaign_id,
                "code": outcome.code,
                "key": outcome.key,
                "message": outcome.message,
                "changed": moment,
                "tried": tried,
                "learnt": None if outcome.campaign_id is None else next(learnt),
                "run": run_id,
                "row": number,
            }
            for run_id, number, outcome in known
        ],
    )
    for run_id, _, outcome in known:
        if outcome.problems:
            insert_problems(db, run_id, outcome.problems)


def newest_tried(db: sqlite3.Connection) -> int:
    """Return the place of the row claimed last, in the order in which rows were claimed; 0 if none was."""
    return int(db.execute("SELECT coalesce(max(tried), 0) FROM rows WHERE tried > 0").fetchone()[0])


def newest_learnt(db: sqlite3.Connection) -> int:
    """Return the place of the ID that became known last, in the order in which IDs did; 0 if none is known."""
    return int(db.execute("SELECT coalesce(max(learnt), 0) FROM rows WHERE learnt IS NOT NULL").fetchone()[0])


def find_same(db: sqlite3.Connection, run: Run, row: Row) -> ExistingRow | None:
    """Return another row that created the same campaign, or may have, on the same server for the same account."""
    former = "SELECT fingerprint FROM former_fingerprints WHERE run = :run AND row = :row"
    record = db.execute(
        "SELECT rows.run, rows.row, rows.status, rows.campaign_id, "
        f"fingerprint IN ({former} AND read_before = 1) AS read_before FROM rows JOIN runs ON runs.id = rows.run "
        f"WHERE fingerprint IN (SELECT :fingerprint UNION ALL {former}) AND fingerprint <> '' "
        "AND NOT (rows.run = :run AND rows.row = :row) AND server = :server AND account = :account "
        f"AND (status IN ({LISTED}) OR (status IN ('sending', 'in_doubt') AND attempts > 0)) "
        "ORDER BY status IN ('sending', 'in_doubt') LIMIT 1",
        {
            "run": run.id,
            "row": row.number,
            "fingerprint": row.fingerprint,
            "server": run.server,
            "account": run.account,
        },
    ).fetchone()
    return as_existing_row(record) if record else None
