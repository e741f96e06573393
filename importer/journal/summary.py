"""What reports say about a run: its problems, its results, and how much it will dial."""

import sqlite3
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import groupby, islice

from importer.errors import UNDONE
from importer.journal.conditions import LISTED, NOT_OFF, PAGE, SUPERSEDED, TO_CREATE, listed
from importer.journal.database import Database
from importer.journal.lacking_numbers import AWAITS_NUMBERS, HAS_WHOM_TO_CALL, KEPT_OFF
from importer.journal.records import (
    PROBLEM,
    RESULT,
    as_campaign,
    as_looked_up,
    as_problem,
    as_result,
)
from importer.model import Difference, EditedRow, Group, Problem, RowResult, Severity, Status
from schemas.campaign import differing
from schemas.parameters import PARAMETERS, Parameter

UNDO_RESULT = (
    "result.row, result.status, nullif(result.campaign_id, '') AS campaign_id, '' AS code, '' AS key, "
    # Where there is a problem, that says it.
    "CASE WHEN EXISTS (SELECT 1 FROM problems WHERE problems.run = result.run AND problems.row = result.row) "
    "THEN '' ELSE result.message END AS message"
)
UNDO_CELLS = (
    "FROM undo_rows AS result JOIN undos ON undos.run = result.run "
    "LEFT JOIN contents ON contents.run = undos.undone AND contents.row = result.row"
)
"""The rows of an undo, with the cells of the run that it undoes."""

FIRST = 5
"""Maximum number of cells named for a group of problems."""

MOST_EDITED = 10
"""Maximum number of edited rows shown with their old and new values."""

MOST_GROUPS = 100

MOST_OF_A_ROW = 1_000_000
"""More problems than a row can have: combines a problem's row and its place there into one number."""


class SummaryTable:
    """Counts and describes the outcome of a run."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def to_create(self, run_id: str) -> dict[str, int]:
        """Return how many rows may be sent, by customer."""
        query = f"SELECT customer, count(*) AS n FROM rows WHERE run = :run AND {TO_CREATE} GROUP BY customer"
        return {record["customer"]: record["n"] for record in self._database.read(query, {"run": run_id})}

    def existing(self, run_id: str) -> tuple[int, int]:
        """Return how many ready rows the server's list already shows, and how many of them are not agreed to."""
        record = self._database.read(
            "SELECT count(*) AS shown, count(nullif(there, agreed)) AS held FROM rows "
            "WHERE run = :run AND status = 'ready' AND there <> ''",
            {"run": run_id},
        )[0]
        return record["shown"], record["held"]

    def customers(self, run_id: str) -> list[str]:
        """Return the customers of the campaigns that a run would create or change; "" is the account's own."""
        query = (
            "SELECT DISTINCT customer FROM rows WHERE run = :run AND status IN ('ready', 'changed') ORDER BY customer"
        )
        return [record["customer"] for record in self._database.read(query, {"run": run_id})]

    def problems(self, run_id: str, *severities: Severity, limit: int = sys.maxsize) -> Iterator[Problem]:
        """Yield the first problems of a run with one of these severities, by row."""
        query = (
            f"SELECT {PROBLEM} FROM problems WHERE run = :run AND severity IN ({listed(severities)}) "
            "ORDER BY row, number LIMIT :limit"
        )
        for record in self._database.stream(query, {"run": run_id, "limit": limit}):
            yield as_problem(record)

    def problem_count(self, run_id: str, severity: Severity) -> int:
        """Return how many problems of a severity a run has."""
        query = "SELECT count(*) AS n FROM problems WHERE run = :run AND severity = :severity"
        return int(self._database.read(query, {"run": run_id, "severity": severity})[0]["n"])

    def groups(self, run_id: str) -> list[Group]:
        """Return the problems of a run, errors first: the same mistake in many cells is one group.

        Messages of the server, of names, and of a migration that needs answers, count as the same only if identical;
        failed rows and rows in doubt follow.
        """
        found = self._database.read(
            "SELECT severity, fault, heading, "
            "CASE WHEN fault IN ('E121', 'E301', 'E701', 'E702', 'W205', 'W206') THEN message ELSE '' END AS said, "
            "count(*) AS members, min(message) = max(message) AS alike FROM problems WHERE run = :run "
            "AND severity <> 'note' GROUP BY severity, fault, heading, said "
            f"ORDER BY severity, members DESC, min(row * {MOST_OF_A_ROW} + number) LIMIT {MOST_GROUPS}",
            {"run": run_id},
        )
        told = [Group(each["members"], self._first_of(run_id, each), bool(each["alike"])) for each in found]
        warnings = [group for group in told if group.first[0].severity is Severity.WARNING]
        every = (*told[: len(told) - len(warnings)], *self._undone(run_id), *warnings)
        return sorted(every, key=lambda group: group.first[0].severity is Severity.WARNING)

    def results(self, run_id: str) -> Iterator[RowResult]:
        """Yield what happened to every row of a run, in the sheet's order."""
        cells = "coalesce(cells, '[]') AS cells, coalesce(looked_up, '') AS looked_up"
        if self._is_undo(run_id):
            return self._results(run_id, f"SELECT {UNDO_RESULT}, {cells} {UNDO_CELLS}")
        return self._results(
            run_id, f"SELECT {RESULT}, {cells} FROM rows AS result LEFT JOIN contents USING (run, row)"
        )

    def outcomes(self, run_id: str) -> Iterator[RowResult]:
        """Yield the same without the user's cells."""
        nothing = "'[]' AS cells, '' AS looked_up"
        if self._is_undo(run_id):
            return self._results(run_id, f"SELECT {UNDO_RESULT}, {nothing} FROM undo_rows AS result")
        if self.looked_up(run_id):
            found = "'[]' AS cells, coalesce(looked_up, '') AS looked_up"
            of_contents = "FROM rows AS result LEFT JOIN contents USING (run, row)"
            return self._results(run_id, f"SELECT {RESULT}, {found} {of_contents}")
        return self._results(run_id, f"SELECT {RESULT}, {nothing} FROM rows AS result")

    def looked_up(self, run_id: str) -> tuple[str, ...]:
        """Return the parameters for which rows of a run have names that were looked up, in the order of the table."""
        query = "SELECT DISTINCT looked_up FROM contents WHERE run = :run AND looked_up <> ''"
        found: set[str] = set()
        for record in self._database.stream(query, {"run": run_id}):
            found |= as_looked_up(record["looked_up"]).keys()
        return tuple(one.name for one in PARAMETERS if one.name in found)

    def with_problems(self, run_id: str, results: Iterable[RowResult]) -> Iterator[RowResult]:
        """Yield what happened to rows of a run, in the sheet's order, with their problems."""
        left = iter(results)
        while page := list(islice(left, PAGE)):
            problems = self._problems_between(run_id, page[0].number, page[-1].number)
            for result in page:
                yield replace(result, problems=found) if (found := problems.get(result.number)) else result

    def _is_undo(self, run_id: str) -> bool:
        return bool(self._database.read("SELECT 1 FROM undos WHERE run = :run", {"run": run_id}))

    def _results(self, run_id: str, records: str) -> Iterator[RowResult]:
        return self.with_problems(run_id, map(as_result, self._pages(run_id, records)))

    def _pages(self, run_id: str, records: str) -> Iterator[sqlite3.Row]:
        """Yield the records of all rows, read a page at a time."""
        query = f"{records} WHERE result.run = :run AND result.row > :last ORDER BY result.row LIMIT {PAGE}"
        last = -1
        while page := self._database.read(query, {"run": run_id, "last": last}):
            yield from page
            last = page[-1]["row"]

    def dialling(self, run_id: str) -> tuple[int, int]:
        """Return how many of the rows that may be sent will dial at once (enabled 1), and how many calls at most.

        A campaign stays off if it is to get telephone numbers, and none of them can be called. One that was created and
        still lacks numbers is switched on when it has them.
        """
        return self._calls(run_id, f"({TO_CREATE} OR {AWAITS_NUMBERS}) AND {NOT_OFF} AND {HAS_WHOM_TO_CALL}")

    def held_dialling(self, run_id: str) -> tuple[int, int]:
        """Return the same for the ready rows that the server's list already shows and the user has not agreed to."""
        return self._calls(run_id, f"status = 'ready' AND there <> agreed AND {NOT_OFF}")

    def updates(self, run_id: str) -> tuple[int, int, int]:
        """Return how many campaigns can be updated, how many of these may then dial, and the maximum of their calls.

        It is not known whether they dial if `enabled` is empty in a row: the update leaves it unchanged. One that lacks
        numbers of its lists is not switched on.
        """
        changed = "status = 'changed' AND campaign_id IS NOT NULL"
        every, _ = self._calls(run_id, changed)
        return every, *self._calls(run_id, f"{changed} AND {NOT_OFF} AND NOT {KEPT_OFF}")

    def edits(self, run_id: str) -> Iterator[EditedRow]:
        """Yield the first changed rows of a run, each with the former and the new values of its campaign.

        Only rows whose campaign is known, and what was sent for it.
        """
        found = self._database.read(
            "SELECT row, campaign_id, campaign, looked_up FROM rows JOIN contents USING (run, row) "
            f"WHERE run = :run AND status = 'changed' ORDER BY row LIMIT {MOST_EDITED}",
            {"run": run_id},
        )
        for record in found:
            sent = record["campaign_id"] and self._sent_before(run_id, record["campaign_id"])
            if sent:
                before, after = as_campaign(sent), as_campaign(record)
                shown = before | as_looked_up(sent["looked_up"]), after | as_looked_up(record["looked_up"])
                differences = tuple(_difference(one, *shown) for one in differing(before, after))
                yield EditedRow(record["row"], after.get("name", ""), record["campaign_id"], differences)

    def to_enable(self, run_id: str, *, every: bool) -> tuple[int, int]:
        """Return how many campaigns `enable` switches on, and how many calls these make at most.

        With `every`, all campaigns of the run; else those that it created or updated, except rows with enabled = 0.
        """
        if every:
            return self._calls(run_id, f"status IN ({LISTED})")
        return self._calls(run_id, f"status IN ('created', 'updated') AND {NOT_OFF}")

    def _calls(self, run_id: str, which: str) -> tuple[int, int]:
        record = self._database.read(
            "SELECT count(*) AS campaigns, "
            # As floating point: the sum of many large numbers can exceed the integers of a database.
            "coalesce(sum(maximum * 1.0), 0) AS calls FROM rows JOIN contents USING (run, row) "
            f"WHERE run = :run AND {which}",
            {"run": run_id},
        )[0]
        return record["campaigns"], int(record["calls"])

    def _sent_before(self, run_id: str, campaign_id: str) -> sqlite3.Row | None:
        """Return what an earlier run last sent for a campaign; None if that is not kept."""
        found = self._database.read(
            "SELECT campaign, looked_up FROM rows JOIN runs ON runs.id = rows.run "
            "JOIN contents ON contents.run = rows.run AND contents.row = rows.row "
            f"WHERE campaign_id = :campaign AND rows.run <> :run AND status IN ({LISTED}) AND NOT {SUPERSEDED} "
            "AND server = (SELECT server FROM runs WHERE id = :run) ORDER BY rows.run, rows.row LIMIT 1",
            {"run": run_id, "campaign": campaign_id},
        )
        return found[0] if found else None

    def _first_of(self, run_id: str, group: sqlite3.Row) -> tuple[Problem, ...]:
        found = self._database.read(
            f"SELECT {PROBLEM} FROM problems WHERE run = :run AND severity = :severity AND fault = :fault "
            "AND (heading = :heading OR (heading IS NULL AND :heading IS NULL)) "
            f"AND (:said = '' OR message = :said) ORDER BY row, number LIMIT {FIRST}",
            {
                "run": run_id,
                "severity": group["severity"],
                "fault": group["fault"],
                "heading": group["heading"],
                "said": group["said"],
            },
        )
        return tuple(map(as_problem, found))

    def _undone(self, run_id: str) -> Iterator[Group]:
        """Yield a group for the rows of each status that needs attention; for failed rows, one for each reason."""
        found = self._database.read(
            "SELECT status, CASE status WHEN 'failed' THEN message ELSE '' END AS said, count(*) AS members "
            f"FROM rows WHERE run = :run AND status IN ({listed(UNDONE)}) GROUP BY status, said "
            f"ORDER BY status, members DESC LIMIT {MOST_GROUPS}",
            {"run": run_id},
        )
        for each in found:
            edited = each["status"] == Status.CHANGED
            rows = self._database.read(
                "SELECT row, message FROM rows WHERE run = :run AND status = :status "
                f"AND (:said = '' OR message = :said) ORDER BY row LIMIT {MOST_EDITED if edited else FIRST}",
                {"run": run_id, "status": each["status"], "said": each["said"]},
            )
            severity, problem_code = Severity.WARNING if edited else Severity.ERROR, UNDONE[Status(each["status"])]
            first = tuple(Problem(row["message"], severity, row=row["row"], problem_code=problem_code) for row in rows)
            yield Group(each["members"], first, alike=bool(each["said"]) or each["members"] == 1)

    def _problems_between(self, run_id: str, first: int, last: int) -> Mapping[int, tuple[Problem, ...]]:
        found = self._database.read(
            f"SELECT {PROBLEM} FROM problems WHERE run = :run AND row BETWEEN :first AND :last ORDER BY row, number",
            {"run": run_id, "first": first, "last": last},
        )
        return {row: tuple(map(as_problem, group)) for row, group in groupby(found, key=lambda record: record["row"])}


def _difference(parameter: Parameter, before: Mapping[str, str], after: Mapping[str, str]) -> Difference:
    name, default = parameter.name, parameter.default or ""
    is_kept = name == "enabled" and name not in after  # an update switches only what a row says
    return Difference(name, before.get(name, default), None if is_kept else after.get(name, default))
