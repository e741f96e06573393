"""`runs`: past runs with their start, user and outcome; or the rows of one run, or its results again."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from importer import history
from importer.cli.screen.printing import put, put_json
from importer.cli.screen.screen import Screen
from importer.cli.screen.tables import put_rows, put_runs
from importer.cli.values import resolve
from importer.cli.values.common import JournalValues
from importer.documents import document, row_document, run_document
from importer.errors import WrongUsage, needs_a_person
from importer.model import NEEDS_A_PERSON, ExitCode, Status
from schemas.problem_codes import ProblemCode

NEWEST = 20
"""How many runs a terminal shows unless all are requested."""


@dataclass(frozen=True, kw_only=True)
class RunsValues(JournalValues):
    """What `runs` takes."""

    run: str | None
    since: datetime | None
    failed: bool
    every: bool
    results_file: Path | None


def run(values: RunsValues, screen: Screen) -> ExitCode:
    """List the runs of the journal, or the rows of one; or write the results of one."""
    if values.run is None:
        if values.results_file is not None:
            raise WrongUsage(
                "--results needs a run whose results to write: `runs RUN --results FILE`.", ProblemCode.CLASH
            )
        _list_runs(values, screen)
    elif values.since is not None:
        raise WrongUsage(
            "--since is for the list of runs, but RUN lists the rows of one. Remove one of them.", ProblemCode.CLASH
        )
    elif values.results_file is not None:
        _write_results(values, screen, values.run, values.results_file)
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
        # A pipe gets all of them: its reader may search or count.
        shown = known if values.every or not sys.stdout.isatty() else known[:NEWEST]
        put_runs(shown, color=screen.color)
        if len(known) > len(shown):
            screen.say(f"and {len(known) - len(shown):,} more: --all")


def _list_rows(values: RunsValues, screen: Screen, run_id: str) -> None:
    rows = history.rows_of(resolve.journal(values.journal), run_id)
    shown = [row for row in rows if not values.failed or needs_a_person(row)]
    if values.json:
        put_json([row_document(row) for row in shown])
    else:
        put_rows(shown, color=screen.color)


def _write_results(values: RunsValues, screen: Screen, run_id: str, path: Path) -> None:
    """Write the results of a run again, from the current state of the journal."""
    # Listing runs does not need what writes workbooks.
    from importer import handing_back, numbers, results
    from importer.run_options import OutputOptions

    if history.find_run(resolve.journal(values.journal), run_id).command == numbers.COMMAND:
        message = f"Run {run_id} has no campaigns. To see what became of its telephone numbers: numbers status {run_id}"
        raise WrongUsage(message, ProblemCode.UNKNOWN_RUN)
    results.check_target("--results", path)
    report = handing_back.write_again(resolve.journal(values.journal), run_id, OutputOptions(results=path), screen)
    screen.handed_back(report)
    put(values, document(report))


def _is_unfinished(counts: Mapping[Status, int]) -> bool:
    """Return whether a run has rows that need a person, or was started and has rows left to create."""
    half_done = counts.get(Status.READY) and counts.get(Status.CREATED)
    return bool(half_done) or any(counts.get(status) for status in NEEDS_A_PERSON)
