"""The stages in sequence, one function a command: read this first."""

import tempfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from importer import delivery, reading, results
from importer.delivery import Creator, RunContext
from importer.errors import ResultsLost, ServerUnusable, WrongUsage
from importer.events import Stopwatch
from importer.history import report_of
from importer.journal import Journal
from importer.model import (
    UNOBSERVED,
    Observer,
    OnChange,
    OnExisting,
    Run,
    Severity,
    Status,
)
from importer.report import Report
from importer.run_options import ImportOptions, OutputOptions
from importer.session import Session, context_for, run_for, until_stopped
from importer.shutdown import Stop
from importer.staging import stage
from schemas.problem_codes import ProblemCode

PASSES = 6
"""Number of times that a row whose requests get lost is sent before it counts as failed."""

TOLD = (Severity.ERROR, Severity.WARNING)


def validate(
    path: Path,
    import_options: ImportOptions = ImportOptions(),
    observer: Observer = UNOBSERVED,
    output_options: OutputOptions = OutputOptions(),
) -> Report:
    """Check a file and nothing more: no server is used, nothing is kept; results are written only to a given file.

    Raises FileRefused for a file that cannot be read.
    """
    stopwatch = Stopwatch(observer)
    with tempfile.TemporaryDirectory() as folder, Journal(Path(folder) / "journal") as journal:
        run = stage(journal, path, import_options, "validate", stopwatch, Stop())
        report = replace(report_of(journal, run, stopwatch), run="", check_only=True)
        return _hand_back(journal, run, report, output_options, stopwatch)


def plan(session: Session, path: Path, import_options: ImportOptions = ImportOptions()) -> Report:
    """Check a file, then have the server check every valid row. Creates nothing.

    Raises FileRefused for a file that cannot be read; what stops a run is in the report.
    """
    reading.refuse_growing(path, session.worker_pool.stop.sleep)
    stop = session.worker_pool.stop
    run = stage(session.journal, path, import_options, session.command, session.stopwatch, stop, session.server)
    return _planned(session, run_for(session, run.id))


def finish_plan(session: Session, run_id: str) -> Report:
    """Have the server check the valid rows of a run that it has not seen yet. Creates nothing."""
    run = run_for(session, run_id)
    session.stopwatch.turn_to(run.id)
    return _planned(session, run)


def compare(session: Session, report: Report) -> Report:
    """Check which ready rows of a plan the server already lists; return the report with them included."""
    if report.stopped or not report.count(Status.READY):
        return report
    run = run_for(session, report.run)
    notes: list[str] = []
    session.stopwatch.turn_to(run.id)
    stopped = until_stopped(session, lambda: _compare(context_for(session, run), notes))
    return report_of(session.journal, run, session.stopwatch, stopped=stopped, notes=notes)


def agree(session: Session, run_id: str) -> None:
    """Record that a person has seen which rows of a run the server already has, and wants them created."""
    session.journal.listings.agree(run_id)


def apply(session: Session, run_id: str, on_existing: OnExisting | None = None) -> Report:
    """Create the ready rows of a run, after settling those in doubt.

    Also continues a run that was interrupted, and tries failed rows again. What stops a run is in the report.
    `on_existing` says what to do with rows that the server already has (None: as chosen when it was planned).
    """
    run = run_for(session, run_id)
    run = replace(run, on_existing=on_existing or run.on_existing)
    notes: list[str] = []
    session.stopwatch.turn_to(run.id)
    stopped = until_stopped(session, lambda: _apply(session, context_for(session, run), notes))
    report = report_of(session.journal, run, session.stopwatch, stopped=stopped, notes=notes)
    return replace(report, left=report.to_update)


def import_file(
    session: Session,
    path: Path,
    import_options: ImportOptions = ImportOptions(),
    output_options: OutputOptions | None = None,
) -> Report:
    """Check a file, have the server check every valid row, and create what is ready, without confirmation.

    Results are written only with `output_options`: to the file named there, otherwise beside the input. Raises
    FileRefused for a file that cannot be read; what stops a run is in the report.
    """
    report = plan(session, path, import_options)
    if not report.stopped:
        report = apply(session, report.run)
    return hand_back(session, report, output_options) if output_options else report


def hand_back(session: Session, report: Report, output_options: OutputOptions = OutputOptions()) -> Report:
    """Write the files that a user gets back for a report's run, and record where they are or what failed."""
    session.stopwatch.turn_to(report.run)
    default = results.default_target(report.source, datetime.now())  # noqa: DTZ005 -- the user's clock
    output_options = replace(output_options, results=output_options.results or default)
    handed_back = _hand_back(
        session.journal, session.journal.runs.get(report.run), report, output_options, session.stopwatch
    )
    if handed_back.results:
        session.journal.runs.keep_results_path(report.run, handed_back.results)
    return handed_back


def write_again(journal: Path, run_id: str, output_options: OutputOptions, observer: Observer = UNOBSERVED) -> Report:
    """Write the results of a run again, from the current journal; no server is asked.

    Raises WrongUsage for a run that is not in the journal, or whose contents were removed.
    """
    with Journal(journal) as opened:
        run = opened.runs.get(run_id)
        if run.pruned:
            message = f"The contents of run {run_id} were removed by `prune`, so its results cannot be written."
            raise WrongUsage(message, ProblemCode.PRUNED)
        stopwatch = Stopwatch(observer)
        report = _hand_back(opened, run, report_of(opened, run, stopwatch), output_options, stopwatch)
        if report.results:
            opened.runs.keep_results_path(run_id, report.results)
        return report


def decide_on_change(session: Session, report: Report, on_change: OnChange) -> Report:
    """Record a person's decision about the edited rows of a planned run; return the new plan.

    Rows that become separate campaigns are checked by the server first.
    """
    session.journal.runs.decide_on_change(report.run, on_change)
    if on_change is OnChange.CREATE:
        return finish_plan(session, report.run)
    session.stopwatch.turn_to(report.run)
    return replace(
        report_of(session.journal, session.journal.runs.get(report.run), session.stopwatch), notes=report.notes
    )


def _planned(session: Session, run: Run) -> Report:
    stopped = until_stopped(session, lambda: _plan(context_for(session, run)))
    return report_of(session.journal, run, session.stopwatch, stopped=stopped)


def _hand_back(
    journal: Journal, run: Run, report: Report, output_options: OutputOptions, stopwatch: Stopwatch
) -> Report:
    """Write the results, the rejects and the page if files are named for them, and record where they are."""
    if output_options.results is not None or output_options.rejects is not None:
        stopwatch.stage("Writing the results", None)
        story = results.RunResults(
            report,
            lambda: journal.summary.results(run.id),
            lambda: journal.summary.outcomes(run.id),
            lambda: journal.summary.problems(run.id, *TOLD),
        )
        try:
            report = results.write_tables(story, output_options)
        except ResultsLost as lost:
            return replace(report.also_stopped(lost), timings=stopwatch.timings())
    if output_options.page is not None:
        stopwatch.stage("Writing the report", None)
        try:
            report = replace(
                report, page=str(results.write_page(output_options.page, report, journal.summary.results(run.id)))
            )
        except OSError as error:
            note = f"The report was not written: {error}. Choose another name."
            report = replace(report, notes=(*report.notes, note))
    return replace(report, timings=stopwatch.timings())


def _plan(context: RunContext) -> None:
    rows, run = context.journal.rows, context.run
    if valid := rows.counts(run.id).get(Status.VALID, 0):
        context.observer.stage("Server's check", valid)
    delivery.find_existing(context)
    if not valid:
        return
    delivery.check_on_server(context)
    if unchecked := rows.counts(run.id).get(Status.VALID, 0):
        message = f"The server failed to check {unchecked:,} rows, so none was created. Apply the run later."
        raise ServerUnusable(message, ProblemCode.SERVER_FAILS)


def _compare(context: RunContext, notes: list[str]) -> None:
    context.observer.stage("Checking for existing campaigns", None)
    notes += delivery.compare(context)


def _apply(session: Session, context: RunContext, notes: list[str]) -> None:
    """Settle rows in doubt, plan what is not planned yet, and create ready rows, until nothing is left to do."""
    journal, run = context.journal, context.run
    journal.rows.retry(run.id)
    sent_ahead: set[str] = set()
    settled = _settle(session, context, sent_ahead)
    _plan(context)
    notes += delivery.keep_listings(context)
    if run.on_existing is OnExisting.CREATE:
        journal.listings.agree(run.id)
    if run.on_change is OnChange.UPDATE and (edited := journal.rows.counts(run.id).get(Status.CHANGED)):
        context.observer.stage("Updating", edited)
        delivery.update(context)
    creator = Creator(context)
    if session.send_options.canary and journal.summary.to_create(run.id):
        if not journal.rows.counts(run.id).get(Status.CREATED):
            creator.create(at_most=session.send_options.canary)
            settled = _settle(session, context, sent_ahead)
        notes += delivery.read_back(context, session.send_options.canary)
    for _ in range(PASSES):
        ready = sum(journal.summary.to_create(run.id).values())
        if ready:
            context.observer.stage("Creating", ready)
            creator.create()
        elif not settled.waiting:
            return
        settled = _settle(session, context, sent_ahead)
    journal.rows.give_up(run.id)


def _settle(session: Session, context: RunContext, sent_ahead: set[str]) -> delivery.Settlement:
    """Settle rows in doubt; rows that were held back because of them are ready again if any was settled."""
    wait = session.send_options.settle_wait
    settled = delivery.settle(
        context,
        wait=session.server.timeout if wait is None else wait,
        sleep=session.worker_pool.stop.sleep,
        sent_ahead=sent_ahead,
    )
    if settled.settled:
        context.journal.rows.release(context.run.id)
    return settled
