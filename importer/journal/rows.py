"""Rows: staging and reading them, up to their outcomes."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from importer import model
from importer.errors import WrongUsage
from importer.journal.arrivals import (
    Insert,
    insert_block_of_former_fingerprints,
    insert_cells,
    insert_contents,
    insert_outlines,
    insert_rows,
)
from importer.journal.changes import find_same, insert_problems, set_outcomes
from importer.journal.claims import CreateClaims
from importer.journal.clock import now
from importer.journal.commands import command_with
from importer.journal.conditions import (
    HELD_BACK,
    NEVER_SENT,
    PAGE,
    RELEASE,
    TO_CREATE,
    listed,
)
from importer.journal.database import Database
from importer.journal.known import (
    ExistingRow,
    Repeated,
    RepeatedBeside,
)
from importer.journal.outcomes import OutcomeQueue
from importer.journal.records import (
    ROW,
    as_campaign,
    as_looked_up,
    as_row,
)
from importer.journal.runs import row_counts
from importer.model import Outcome, Problem, Row, Run, Severity, Status, row_name
from schemas.problem_codes import ProblemCode


class RowTable:
    """Every row of every run."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._outcomes = OutcomeQueue(database)

    def stage(self, run_id: str, rows: Iterable[Row], problems: Iterable[Problem]) -> None:
        """Write checked rows and their problems to disk."""
        self.stage_block(run_id, model.RowBlock.of(list(rows)), problems)

    def stage_block(self, run_id: str, block: "model.RowBlock", problems: Iterable[Problem]) -> None:
        """Write checked rows and their problems to disk."""
        self._stage(run_id, block, problems, insert_rows, insert_contents, insert_block_of_former_fingerprints)

    def stage_outline(self, run_id: str, block: "model.RowBlock", problems: Iterable[Problem]) -> None:
        """Write of rows that are only checked what counts and compares them, and their problems."""
        self._stage(run_id, block, problems, insert_outlines)

    def stage_for_results(self, run_id: str, block: "model.RowBlock", problems: Iterable[Problem]) -> None:
        """Write the same, and the cells that their results show."""
        self._stage(run_id, block, problems, insert_outlines, insert_cells)

    def repeated(self, run_id: str) -> Iterator[Repeated]:
        """Yield each valid row for the same campaign as an earlier row of the run, and the first such row."""
        return self._repeated(run_id, "fingerprint")

    def repeated_beside(self, run_id: str, others: Sequence[str]) -> Iterator[RepeatedBeside]:
        """Yield each valid row for the same campaign as a row of another run that is not wrong, and the first such."""
        for other in others:
            query = (
                "SELECT later.row AS row, min(earlier.row) AS first FROM rows AS later "
                "JOIN rows AS earlier ON earlier.fingerprint = later.fingerprint AND earlier.run = :other "
                "WHERE later.run = :run AND later.status = 'valid' AND later.fingerprint <> '' "
                "AND earlier.status NOT IN ('invalid', 'rejected') GROUP BY later.row ORDER BY later.row"
            )
            for record in self._database.stream(query, {"run": run_id, "other": other}):
                yield RepeatedBeside(record["row"], other, record["first"])

    def repeated_names(self, run_id: str) -> Iterator[Repeated]:
        """Yield each valid row whose name resembles that of an earlier row of the run, and the first such row."""
        return self._repeated(run_id, "folded")

    def invalidate(self, run_id: str, problems: Iterable[Problem]) -> None:
        """Add problems; rows with an error among them become invalid, and are not campaigns with a name of others."""
        told = list(problems)
        wrong = [{"run": run_id, "row": problem.row} for problem in told if problem.severity is Severity.ERROR]

        def make(db: sqlite3.Connection) -> None:
            db.executemany(
                "UPDATE rows SET status = 'invalid', fingerprint = '' WHERE run = :run AND row = :row", wrong
            )
            db.executemany("DELETE FROM problems WHERE run = :run AND row = :row AND fault = 'W103'", wrong)
            insert_problems(db, run_id, told)

        self._database.change(make)

    def with_status(self, run_id: str, *statuses: Status) -> Iterator[Row]:
        """Yield the rows that have one of these statuses when their page is read, in the sheet's order."""
        return self._where(f"status IN ({listed(statuses)})", {"run": run_id})

    def to_create(self, run_id: str) -> Iterator[Row]:
        """Yield the rows that may be sent when their page is read, in the sheet's order."""
        return self._where(TO_CREATE, {"run": run_id})

    def unsent_of(self, run_id: str, customer: str) -> Iterator[Row]:
        """Yield the ready rows of a customer for which no create was ever sent, in the sheet's order."""
        return self._where(f"{NEVER_SENT} AND customer = :customer", {"run": run_id, "customer": customer})

    def get(self, run_id: str, number: int) -> Row:
        """Return one row. Raises WrongUsage if there is none with that number."""
        found = self._database.read(
            f"SELECT {ROW} FROM rows JOIN contents USING (run, row) WHERE run = :run AND row = :row",
            {"run": run_id, "row": number},
        )
        if not found:
            list_them = command_with(self._database.path, "runs", run_id)
            message = f"Run {run_id} has no row {row_name(number)}. To list its rows: {list_them}"
            raise WrongUsage(message, ProblemCode.UNKNOWN_RUN)
        return as_row(found[0])

    def is_held_back(self, run_id: str, number: int) -> bool:
        """Say whether a row was never sent, because another one may have created its campaign."""
        query = f"SELECT 1 FROM rows WHERE run = :run AND row = :row AND {HELD_BACK}"
        return bool(self._database.read(query, {"run": run_id, "row": number}))

    def same(self, run: Run, row: Row) -> ExistingRow | None:
        """Return another row that created the same campaign, or may have; None if there is none."""
        return self._database.change(lambda db: find_same(db, run, row))

    def campaign_of(self, existing_row: ExistingRow) -> Mapping[str, str]:
        """Return the parameters that a row was sent with; empty if its contents were removed."""
        found = self._database.read(
            "SELECT campaign FROM contents WHERE run = :run AND row = :row",
            {"run": existing_row.run, "row": existing_row.row},
        )
        return as_campaign(found[0]) if found else {}

    def looked_up(self, run_id: str, number: int) -> Mapping[str, str]:
        """Return what the names of a row stood for, by parameter; empty if its contents were removed."""
        query = "SELECT looked_up FROM contents WHERE run = :run AND row = :row"
        found = self._database.read(query, {"run": run_id, "row": number})
        return as_looked_up(found[0]["looked_up"]) if found else {}

    def counts(self, run_id: str) -> dict[Status, int]:
        """Return how many rows have each status."""
        return row_counts(self._database, run_id)

    def set_contested_apart(self, run_id: str, message: str) -> None:
        """Remove the campaign from changed rows of a run that mean the same one, with a message that names it.

        `message` has a # in place of the campaign's ID.
        """
        self._database.change(
            lambda db: db.execute(
                "UPDATE rows SET message = replace(:message, '#', campaign_id), campaign_id = NULL, learnt = NULL, "
                "changed = :changed WHERE run = :run AND status = 'changed' AND campaign_id IN ("
                "SELECT campaign_id FROM rows WHERE run = :run AND status = 'changed' AND campaign_id IS NOT NULL "
                "GROUP BY campaign_id HAVING count(*) > 1)",
                {"run": run_id, "message": message, "changed": now()},
            )
        )

    def retry(self, run_id: str) -> None:
        """Make failed rows ready again: to be created, or to be updated if their campaign is known.

        Nothing was created for them, which is certain: it is as if they had never been sent.
        """
        self._database.change(
            lambda db: db.execute(
                "UPDATE rows SET status = CASE WHEN campaign_id IS NULL THEN 'ready' ELSE 'changed' END, attempts = 0, "
                "changed = :changed WHERE run = :run AND status = 'failed'",
                {"run": run_id, "changed": now()},
            )
        )

    def give_up(self, run_id: str) -> None:
        """Mark the rows that may still be sent as failed."""
        message = "Sent several times, but it never reached the server. `apply` tries again."
        self._database.change(
            lambda db: db.execute(
                "UPDATE rows SET status = 'failed', message = :message, changed = :changed "
                f"WHERE run = :run AND {TO_CREATE}",
                {"run": run_id, "message": message, "changed": now()},
            )
        )

    def release(self, run_id: str) -> None:
        """Make rows ready again that were held back because another row may have created their campaigns."""
        self._database.change(lambda db: db.execute(f"{RELEASE} AND run = :run", {"run": run_id}))

    def disown(self, run_id: str, campaign_id: str, message: str) -> None:
        """Queue the removal of an ID that the server returned for rows of a run: what they created is not known."""
        self._database.queue(
            lambda db: db.execute(
                "UPDATE rows SET campaign_id = NULL, learnt = NULL, message = :message "
                "WHERE campaign_id = :campaign_id AND run = :run AND status = 'created' AND code = '200'",
                {"run": run_id, "campaign_id": campaign_id, "message": message},
            )
        )

    def claim_all(self, run: Run, rows: Sequence[Row]) -> CreateClaims:
        """Start to record that the creates of some rows are about to be sent."""
        return CreateClaims(self._database, run, rows)

    def give_back(self, run_id: str, number: int) -> None:
        """Queue the release of a row that was claimed but not sent: it is ready, as before."""

        def make(db: sqlite3.Connection) -> None:
            set_outcomes(db, [(run_id, number, Outcome(Status.READY))])
            db.execute(
                "UPDATE rows SET attempts = attempts - 1 WHERE run = :run AND row = :row",
                {"run": run_id, "row": number},
            )

        self._database.queue(make)

    def record(self, run_id: str, number: int, outcome: Outcome) -> None:
        """Queue the outcome of a row. If it cannot be written, the next wait for the journal raises."""
        self._outcomes.add(run_id, number, outcome)

    def _stage(self, run_id: str, block: "model.RowBlock", problems: Iterable[Problem], *inserts: Insert) -> None:
        told = list(problems)

        def make(db: sqlite3.Connection) -> None:
            for insert in inserts:
                insert(db, run_id, block)
            insert_problems(db, run_id, told)

        self._database.change(make)

    def _where(self, condition: str, parameters: Mapping[str, Any]) -> Iterator[Row]:
        """Yield the rows of a run that meet a condition when their page is read, in the sheet's order."""
        last = -1
        while page := self._database.read(
            f"SELECT {ROW} FROM rows JOIN contents USING (run, row) "
            f"WHERE run = :run AND {condition} AND row > :last ORDER BY row LIMIT {PAGE}",
            {**parameters, "last": last},
        ):
            yield from map(as_row, page)
            last = page[-1]["row"]

    def _repeated(self, run_id: str, column: str) -> Iterator[Repeated]:
        query = (
            "SELECT later.row AS row, several.row AS first, "
            "later.name = (SELECT name FROM rows WHERE run = later.run AND row = several.row) AS same_name "
            f"FROM rows AS later JOIN (SELECT {column}, min(row) AS row FROM rows "
            f"WHERE run = :run AND status = 'valid' GROUP BY {column} HAVING count(*) > 1) AS several USING ({column}) "
            "WHERE later.run = :run AND later.status = 'valid' AND later.row > several.row ORDER BY later.row"
        )
        # The rows are changed while they are read, one page at a time.
        for record in self._database.stream(query, {"run": run_id}):
            yield Repeated(record["row"], record["first"], bool(record["same_name"]))
