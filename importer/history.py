"""Past runs in the journal, and its maintenance: nothing here needs a server."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from importer.errors import StopRun, WrongSettings
from importer.journal import Journal, only_run
from importer.model import (
    MigratedCampaign,
    MigrationReport,
    OnChange,
    OnExisting,
    RowResult,
    Run,
    Severity,
    Status,
)
from importer.report import Report
from importer.results import Stopwatch
from schemas.headings import MIGRATION_HEADINGS
from schemas.problem_codes import ProblemCode

LISTED = 1_000
"""Maximum number of errors, and of warnings, that a report lists; the results have all of them."""


def find_run(journal: Path, run_id: str) -> Run:
    """Return a run by its ID. Raises WrongUsage if it is not in the journal."""
    with Journal(journal) as book:
        return book.runs.get(run_id)


def runs(journal: Path, since: datetime | None = None) -> list[tuple[Run, dict[Status, int]]]:
    """Return the runs since a time (None: all) with their rows by status, newest first."""
    with Journal(journal) as book:
        return [(run, book.rows.counts(run.id)) for run in book.runs.newest_first(since)]


def held(journal: Path) -> set[str]:
    """Return the runs with ready rows that are not sent because the server already has their campaigns."""
    with Journal(journal) as book:
        return book.runs.held()


def prunable(journal: Path, before: datetime) -> list[Run]:
    """Return the runs that `prune` would empty."""
    with Journal(journal) as book:
        return book.runs.prunable(before)


def prune(journal: Path, before: datetime) -> list[Run]:
    """Remove the user's texts from runs that started before a time; return these runs.

    Raises Locked if a run for one of their servers is in progress.
    """
    with ExitStack() as stack:
        book = stack.enter_context(Journal(journal))
        for server in sorted({run.server for run in book.runs.prunable(before)}):
            stack.enter_context(only_run(journal, server, "prune"))
        pruned = book.runs.prunable(before)
        book.runs.prune(pruned)
        return pruned


def check_journal(journal: Path) -> int:
    """Return the number of runs in a journal. Raises WrongSettings if it is damaged, or an empty file."""
    if not journal.stat().st_size:
        message = f"{journal} is an empty file, not a journal. If it used to be one, restore a copy of it."
        raise WrongSettings(message, ProblemCode.JOURNAL_UNUSABLE)
    with Journal(journal) as book:
        if faults := book.faults():
            message = f"The journal {journal} is damaged: {'; '.join(faults)}. Restore a copy of it."
            raise WrongSettings(message, ProblemCode.JOURNAL_UNUSABLE)
        return len(book.runs.newest_first())


def back_up(journal: Path, target: Path) -> None:
    """Copy a journal to one file with everything in it, even while it is in use."""
    with Journal(journal) as book:
        book.copy(target)


def rows_of(journal: Path, run_id: str) -> Iterator[RowResult]:
    """Yield what happened to each row of a run, in the sheet's order."""
    with Journal(journal) as book:
        yield from book.summary.results(book.runs.get(run_id).id)


def report_of(
    journal: Journal,
    run: Run,
    stopwatch: Stopwatch,
    *,
    stopped: StopRun | None = None,
    notes: Sequence[str] = (),
) -> Report:
    """Return what a command did with a run, or found of it, as the journal knows it now.

    `stopped` is what kept the command from its end, `notes` are sentences besides those that the journal has.
    """
    counts = journal.rows.counts(run.id)
    dialling, calls = (0, 0) if run.disabled else journal.summary.dialling(run.id)
    held_dialling, held_calls = (0, 0) if run.disabled else journal.summary.held_dialling(run.id)
    to_update, updates_dialling, update_calls = (
        journal.summary.updates(run.id) if run.on_change is OnChange.UPDATE else (0, 0, 0)
    )
    shown, held = journal.summary.existing(run.id)
    report = Report(
        source=run.source,
        counts=counts,
        errors=tuple(journal.summary.problems(run.id, Severity.ERROR, limit=LISTED)),
        error_count=journal.summary.problem_count(run.id, Severity.ERROR),
        warnings=tuple(journal.summary.problems(run.id, Severity.WARNING, limit=LISTED)),
        warning_count=journal.summary.problem_count(run.id, Severity.WARNING),
        run=run.id,
        notes=(*(note.message for note in journal.summary.problems(run.id, Severity.NOTE)), *notes),
        stopped=stopped,
        dialling=dialling,
        calls=calls,
        held_dialling=held_dialling,
        held_calls=held_calls,
        to_update=to_update,
        updates_dialling=updates_dialling,
        update_calls=update_calls,
        on_change=run.on_change,
        migration=_migration(journal, run),
        groups=tuple(journal.summary.groups(run.id)),
        timings=stopwatch.timings(),
        server=run.server,
        account=run.account,
        command=run.command,
        started=run.started,
        existing=shown,
        held=held,
        edits=tuple(journal.summary.edits(run.id)) if counts.get(Status.CHANGED) else (),
    )
    return report.if_agreed if run.on_existing is OnExisting.CREATE else report


def _migration(journal: Journal, run: Run) -> MigrationReport | None:
    """Return the outcomes of an old dialler's campaigns: those that became rows, and those that were skipped."""
    if run.migration is None:
        return None
    columns = [run.source.headings.index(heading) for heading in MIGRATION_HEADINGS]
    rows = (row for row in journal.summary.results(run.id) if row.cells)
    made = (MigratedCampaign(row.number, *(row.cells[column] for column in columns)) for row in rows)
    return replace(run.migration, campaigns=(*made, *run.migration.campaigns))
