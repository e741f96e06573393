"""What the journal knows of a run, as a report."""

from collections.abc import Sequence
from dataclasses import replace

from importer.errors import LimitExceeded, StopRun
from importer.journal import Journal
from importer.model import PARTS_APART, MigratedCampaign, MigrationReport, OnChange, OnExisting, Run, Severity, Status
from importer.report import Report
from importer.results import Stopwatch
from importer.run_options import Limits
from schemas.headings import MIGRATION_HEADINGS

LISTED = 1_000
"""Maximum number of errors, and of warnings, that a report lists; the results have all of them."""


def forecast(journal: Journal, run: Run) -> tuple[int, int]:
    """Return how many campaigns of a run will dial at once when they are created, and how many calls at most."""
    return (0, 0) if run.disabled else journal.summary.dialling(run.id)


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
    dialling, calls = forecast(journal, run)
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
        loads=tuple(one for one in journal.number_loads.of(run.id) if one.row or one.campaign_id),
        edits=tuple(journal.summary.edits(run.id)) if counts.get(Status.CHANGED) else (),
    )
    return report.if_agreed if run.on_existing is OnExisting.CREATE else report


def _migration(journal: Journal, run: Run) -> MigrationReport | None:
    """Return the outcomes of an old dialler's campaigns: those that became rows, and those that were skipped."""
    if run.migration is None:
        return None
    columns = [run.source.headings.index(heading) for heading in MIGRATION_HEADINGS]
    rows = (row for row in journal.summary.results(run.id) if row.cells and row.number < PARTS_APART)
    made = (MigratedCampaign(row.number, *(row.cells[column] for column in columns)) for row in rows)
    return replace(run.migration, campaigns=(*made, *run.migration.campaigns))


def within_limits(limits: Limits, planned: Sequence[Report], counted_as: Sequence[Report] = ()) -> list[Report]:
    """Return reports of plans, stopped if all of them together would start more than the limits allow.

    `counted_as` are the reports that say how much that is, if others do.
    """
    try:
        check_limits(limits, counted_as or planned)
    except LimitExceeded as error:
        return [report if report.stopped else replace(report, stopped=error) for report in planned]
    return list(planned)


def check_limits(limits: Limits, planned: Sequence[Report]) -> None:
    """Raise LimitExceeded if plans would create or switch on more than the limits allow."""
    limits.check(
        new=sum(report.count(Status.READY) - report.held for report in planned),
        dialling=sum(report.dialling + report.updates_dialling for report in planned),
        calls=sum(report.calls + report.update_calls for report in planned),
        tables=len(planned),
    )
