"""`runs`: what was done, when and with what outcome; or the rows of one run."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from importer import history
from importer.cli import resolve
from importer.cli.printing import put_json
from importer.cli.screen import Screen
from importer.cli.tables import ROW_HEADINGS, RUN_HEADINGS, put_table, row_line, run_line
from importer.cli.values import JournalValues
from importer.documents import row_document, run_document
from importer.errors import WrongUsage
from importer.model import NEEDS_A_PERSON, ExitCode, RowResult, Status
from schemas.problem_codes import ProblemCode


@dataclass(frozen=True, kw_only=True)
class RunsValues(JournalValues):
    """What `runs` takes."""

    run: str | None
    since: datetime | None
    failed: bool


def run(values: RunsValues, screen: Screen) -> ExitCode:
    """List the runs of the journal, or the rows of one."""
    if values.run is None:
        _list_runs(values, screen)
    elif values.since is not None:
        raise WrongUsage(
            "--since is for the list of runs, but RUN lists the rows of one. Leave one of the two out.",
            ProblemCode.CLASH,
        )
    else:
        _list_rows(values, screen, values.run)
    return ExitCode.DONE


def _list_runs(values: RunsValues, screen: Screen) -> None:
    path = resolve.journal(values.journal)
    held = history.held(path) if values.failed else set()
    known = [
        (one, counts)
        for one, counts in history.runs(path, values.since)
        if not values.failed or one.id in held or _is_unfinished(counts)
    ]
    if values.json:
        put_json([run_document(*one) for one in known])
    else:
        put_table(RUN_HEADINGS, (run_line(*one) for one in known), color=screen.color)


def _list_rows(values: RunsValues, screen: Screen, run_id: str) -> None:
    rows = history.rows_of(resolve.journal(values.journal), run_id)
    shown = [row for row in rows if not values.failed or _needs_a_person(row)]
    if values.json:
        put_json([row_document(row) for row in shown])
    else:
        put_table(ROW_HEADINGS, map(row_line, shown), color=screen.color)


def _is_unfinished(counts: Mapping[Status, int]) -> bool:
    """Say whether a run has rows that need a person, or was begun and has rows left to create."""
    half_done = counts.get(Status.READY) and counts.get(Status.CREATED)
    return bool(half_done) or any(counts.get(status) for status in NEEDS_A_PERSON)


def _needs_a_person(row: RowResult) -> bool:
    held = row.outcome.status is Status.READY and any(one.problem_code == ProblemCode.ON_SERVER for one in row.problems)
    return held or row.outcome.status in NEEDS_A_PERSON
