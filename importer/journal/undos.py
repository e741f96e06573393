"""Undos: what each is to do, how far it has come, and campaigns that are no longer on the server."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from importer.journal.changes import insert_problems
from importer.journal.clock import now
from importer.journal.conditions import LISTED, PAGE, listed
from importer.journal.database import Database, Record
from importer.journal.records import HAS_NUMBERS, as_campaign
from importer.journal.run_records import understood
from importer.journal.sent import SWITCHED
from importer.model import Problem, Status, Undo, UndoRow, UndoStep
from schemas.problem_codes import ProblemCode

UPDATED_LATER = (
    "FROM rows AS later JOIN runs AS later_runs ON later_runs.id = later.run "
    "WHERE later.campaign_id = rows.campaign_id AND later.status = 'updated' AND later.learnt > rows.learnt "
    "AND later.run <> rows.run AND later_runs.server = runs.server"
)
"""Rows of other runs that have updated the campaign of a row since."""

TOUCHED_BY_THE_RUN = "rows.status IN ('created', 'updated') AND rows.campaign_id IS NOT NULL"

GONE = (
    "UPDATE rows SET status = :status, message = :message, gone = 1, changed = :changed "
    f"WHERE campaign_id = :campaign AND status IN ({LISTED}) "
    "AND run IN (SELECT id FROM runs WHERE server = :server)"
)
"""No row of any run for the server counts any more for its campaign: it can be imported again."""


@dataclass(frozen=True, kw_only=True)
class UndoCandidate:
    """A row of a run that is to be undone.

    `name` and `customer` are those of its campaign; the name is a hash once the run's contents were removed. `campaign`
    are the parameters that were sent, None once they were removed. `is_superseded` says that another run has updated
    its campaign since.
    """

    number: int
    status: Status
    name: str
    customer: str
    campaign_id: str | None
    campaign: Mapping[str, str] | None
    has_numbers: bool
    is_superseded: bool


class UndoTable:
    """The undos of runs, with what becomes of each row."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def candidates(self, run_id: str) -> list[UndoCandidate]:
        """Return all rows of a run, in the sheet's order."""
        records = self._database.read(
            "SELECT rows.row, rows.status, name, customer, campaign_id, campaign, "
            f"{HAS_NUMBERS} AS has_numbers, EXISTS (SELECT 1 {UPDATED_LATER}) AS is_superseded "
            "FROM rows JOIN runs ON runs.id = rows.run LEFT JOIN contents ON contents.run = rows.run "
            "AND contents.row = rows.row WHERE rows.run = :run ORDER BY rows.row",
            {"run": run_id},
        )
        return list(map(_as_candidate, records))

    def later_updates(self, run_id: str) -> list[str]:
        """Return the runs that have since updated campaigns of a run, the newest first."""
        records = self._database.read(
            "SELECT id FROM runs WHERE id IN (SELECT later.run FROM rows JOIN runs AS mine ON mine.id = rows.run "
            "JOIN rows AS later ON later.campaign_id = rows.campaign_id JOIN runs AS theirs ON theirs.id = later.run "
            f"WHERE rows.run = :run AND {TOUCHED_BY_THE_RUN} AND later.run <> rows.run AND later.status = 'updated' "
            "AND later.learnt > rows.learnt AND theirs.server = mine.server) ORDER BY place DESC",
            {"run": run_id},
        )
        return [str(record["id"]) for record in records]

    def plan(self, undo: Undo, rows: Iterable[UndoRow], problems: Iterable[Problem]) -> None:
        """Write to disk what an undo is to do, and what a person should know of the rows that are kept."""
        records = [_record(undo.run, row) for row in rows]
        noted = list(problems)

        def make(db: sqlite3.Connection) -> None:
            db.execute(
                "INSERT INTO undos (run, undone, off_only, force_touched) VALUES (:run, :undone, :off_only, :force)",
                {
                    "run": undo.run,
                    "undone": undo.undone,
                    "off_only": int(undo.off_only),
                    "force": int(undo.force_touched),
                },
            )
            db.executemany(
                "INSERT INTO undo_rows (run, row, campaign_id, step, status, seen, numbers, message) "
                "VALUES (:run, :row, :campaign, :step, :status, :seen, :numbers, :message)",
                records,
            )
            insert_problems(db, undo.run, noted)

        self._database.change(make)

    def get(self, run_id: str) -> Undo | None:
        """Return the undo that a run is; None if it is an ordinary one."""
        query = "SELECT run, undone, off_only, force_touched, agreed, backup FROM undos WHERE run = :run"
        found = self._database.read(query, {"run": run_id})
        return _as_undo(found[0]) if found else None

    def agree(self, run_id: str, backup: str) -> None:
        """Record that an undo may be carried out, and where the campaigns to be deleted were written."""
        record = {"run": run_id, "backup": backup}
        self._database.change(
            lambda db: db.execute("UPDATE undos SET agreed = 1, backup = :backup WHERE run = :run", record)
        )

    def rows(self, run_id: str, *statuses: Status) -> Iterator[UndoRow]:
        """Yield the rows of an undo that have one of these statuses when their page is read (none: all of them)."""
        which = f"AND status IN ({listed(statuses)})" if statuses else ""
        query = (
            "SELECT row, campaign_id, step, status, seen, numbers, message FROM undo_rows "
            f"WHERE run = :run {which} AND row > :last ORDER BY row LIMIT {PAGE}"
        )
        last = -1
        while page := self._database.read(query, {"run": run_id, "last": last}):
            yield from map(_as_undo_row, page)
            last = page[-1]["row"]

    def cancelled_in(self, run_id: str) -> set[str]:
        """Return the campaigns of a run whose telephone numbers an undo cancels that was agreed to."""
        query = (
            "SELECT DISTINCT campaign_id FROM undo_rows JOIN undos ON undos.run = undo_rows.run "
            "WHERE undone = :run AND agreed = 1 AND step IN (:cancel, :restore)"
        )
        steps = {"cancel": UndoStep.CANCEL, "restore": UndoStep.RESTORE}
        return {one["campaign_id"] for one in self._database.read(query, {"run": run_id, **steps})}

    def begin(self, run_id: str, server: str, row: UndoRow, *, is_on: bool) -> None:
        """Write to disk that the campaign of a row is about to be deleted, and switched off before that if it is on."""
        here = {"run": run_id, "row": row.number}
        switched = {"server": server, "campaign": row.campaign_id, "enabled": 0, "sure": 0}

        def make(db: sqlite3.Connection) -> None:
            db.execute("UPDATE undo_rows SET status = 'deleting' WHERE run = :run AND row = :row", here)
            if is_on:
                db.execute(SWITCHED, switched)

        self._database.change(make)

    def end(self, run_id: str, row: UndoRow, problems: Sequence[Problem] = ()) -> None:
        """Write to disk what has become of a row, with what a person should know of it."""
        self._database.change(lambda db: _end(db, run_id, row, problems))

    def end_of_campaign(self, run_id: str, server: str, row: UndoRow, message: str) -> None:
        """Write to disk that the campaign of a row is no longer on its server, for the rows of all runs.

        `row` has the status that it has in the undo, `message` is what its rows say from now on.
        """

        def make(db: sqlite3.Connection) -> None:
            _end(db, run_id, row, ())
            _forget(db, server, {row.campaign_id: message}, Status.DELETED)

        self._database.change(make)

    def end_of_update(self, run_id: str, undone: str, row: UndoRow, message: str) -> None:
        """Write to disk that the campaign of a row has its former values back: what updated it counts no longer."""
        record = {"run": undone, "row": row.number, "message": message, "changed": now()}

        def make(db: sqlite3.Connection) -> None:
            _end(db, run_id, row, ())
            db.execute(
                "UPDATE rows SET status = 'restored', message = :message, changed = :changed "
                "WHERE run = :run AND row = :row AND status = 'updated'",
                record,
            )

        self._database.change(make)

    def forget(self, server: str, messages: Mapping[str, str]) -> None:
        """Record that campaigns are gone from a server: rows that created them can be imported again.

        `messages` are what their rows say from now on, by the campaign's ID.
        """
        self._database.change(lambda db: _forget(db, server, messages, Status.GONE))


def _end(db: sqlite3.Connection, run_id: str, row: UndoRow, problems: Sequence[Problem]) -> None:
    db.execute(
        "UPDATE undo_rows SET step = :step, status = :status, message = :message WHERE run = :run AND row = :row",
        {"run": run_id, "row": row.number, "step": row.step, "status": row.status, "message": row.message},
    )
    # It was not undone the last time.
    db.execute(
        "DELETE FROM problems WHERE run = :run AND row = :row AND fault = :fault",
        {"run": run_id, "row": row.number, "fault": ProblemCode.NOT_UNDONE},
    )
    insert_problems(db, run_id, problems)


def _forget(db: sqlite3.Connection, server: str, messages: Mapping[str, str], status: Status) -> None:
    moment = now()
    gone = [
        {"server": server, "campaign": campaign_id, "message": message, "status": status, "changed": moment}
        for campaign_id, message in messages.items()
    ]
    db.executemany(GONE, gone)
    here = [{"server": server, "campaign": campaign_id} for campaign_id in messages]
    for change in ("listed SET gone = 1", "number_loads SET status = 'gone'"):
        db.executemany(
            f"UPDATE {change} WHERE campaign_id = :campaign AND run IN (SELECT id FROM runs WHERE server = :server)",
            here,
        )


def _record(run_id: str, row: UndoRow) -> dict[str, Any]:
    return {
        "run": run_id,
        "row": row.number,
        "campaign": row.campaign_id,
        "step": row.step,
        "status": row.status,
        "seen": json.dumps(dict(row.seen)),
        "numbers": row.numbers,
        "message": row.message,
    }


@understood
def _as_candidate(record: Record) -> UndoCandidate:
    return UndoCandidate(
        number=record["row"],
        status=Status(record["status"]),
        name=record["name"],
        customer=record["customer"],
        campaign_id=record["campaign_id"],
        campaign=None if record["campaign"] is None else as_campaign(record),
        has_numbers=bool(record["has_numbers"]),
        is_superseded=bool(record["is_superseded"]),
    )


@understood
def _as_undo(record: Record) -> Undo:
    return Undo(
        run=record["run"],
        undone=record["undone"],
        off_only=bool(record["off_only"]),
        force_touched=bool(record["force_touched"]),
        agreed=bool(record["agreed"]),
        backup=record["backup"],
    )


@understood
def _as_undo_row(record: Record) -> UndoRow:
    return UndoRow(
        number=record["row"],
        campaign_id=record["campaign_id"],
        step=UndoStep(record["step"]),
        status=Status(record["status"]),
        seen=dict(json.loads(record["seen"])),
        numbers=record["numbers"],
        message=record["message"],
    )
