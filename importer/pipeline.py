"""The stages in sequence, one function a command: read this first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from importer import delivery, naming, numbers, reading
from importer.errors import ServerUnusable
from importer.handing_back import hand_back
from importer.model import UNOBSERVED, LoadStatus, Observer, OnChange, OnExisting, Run, Status, counted
from importer.report import Report
from importer.run_options import ImportOptions, OutputOptions
from importer.run_report import check_limits, forecast, report_of
from importer.session import Session, context_for, run_for, until_stopped
from importer.staging import refuse_repeated, stage
from importer.validation import validation
from schemas.problem_codes import ProblemCode

PASSES = 6
"""Number of times that a row whose requests get lost is sent before it counts as failed."""


def validate(
    path: Path,
    import_options: ImportOptions = ImportOptions(),
    observer: Observer = UNOBSERVED,
    output_options: OutputOptions = OutputOptions(),
) -> Report:
    """Check a file and nothing more: no server is used, nothing is kept; results are written only to a given file.

    Raises FileRefused for a file that cannot be read.
    """
    with validation(observer, output_options) as checks:
        (report,) = checks.hand_back([checks.check(path, import_options)])
    return report


def plan(session: Session, path: Path, import_options: ImportOptions = ImportOptions()) -> Report:
    """Check a file, then have the server check every valid row. Creates nothing.

    Raises FileRefused for a file that cannot be read; what stops a run is in the report.
    """
    reading.refuse_growing(path, session.worker_pool.stop.sleep)
    stop = session.worker_pool.stop
    run = stage(session.journal, path, import_options, session.command, session.stopwatch, stop, session.server)
    return _planned(session, run_for(session, run.id), import_options.beside)


def finish_plan(session: Session, run_id: str) -> Report:
    """Have the server check the valid rows of a run that it has not seen yet. Creates nothing."""
    run = run_for(session, run_id)
    session.stopwatch.turn_to(run.id)
    return _planned(session, run)


def finish_numbers(session: Session, report: Report) -> Report:
    """Return the report of a planned run whose telephone numbers are read: who is called may change what dials.

    If its rows were split into several campaigns, the server checks these first.
    """
    run = run_for(session, report.run)
    if not run.split:
        dialling, calls = forecast(session.journal, run)
        return replace(report, dialling=dialling, calls=calls)
    finished = finish_plan(session, report.run)
    return finished.noting(*(note for note in report.notes if note not in finished.notes))


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


def apply(
    session: Session,
    run_id: str,
    on_existing: OnExisting | None = None,
    announce: Callable[[Report], None] | None = None,
) -> Report:
    """Create the ready rows of a run, after settling those in doubt.

    Also continues a run that was interrupted, and tries failed rows again. What stops a run is in the report.
    `on_existing` says what to do with rows that the server already has (None: as chosen when it was planned).
    `announce` gets what is about to be created or updated, before the first request that does.
    """
    run = run_for(session, run_id)
    numbers.refuse_unread(session.journal, run)
    run = replace(run, on_existing=on_existing or run.on_existing)
    notes: list[str] = []
    session.stopwatch.turn_to(run.id)
    stopped = until_stopped(session, lambda: _apply(session, context_for(session, run), notes, announce))
    report = report_of(session.journal, run, session.stopwatch, stopped=stopped, notes=notes)
    return _with_numbers(session, replace(report, left=report.to_update))


def _with_numbers(session: Session, report: Report) -> Report:
    """Load the numbers of the campaigns of a run, which are switched on then if their rows say so."""
    if report.stopped or not report.loads:
        return report
    if not numbers.are_kept(session.journal, report.run):
        complete = all(load.status is LoadStatus.LOADED for load in report.loads)
        return report if complete else report.also_stopped(numbers.numbers_gone(report.run))
    settled = not any(load.is_open for load in report.loads)
    loaded = numbers.outcome_of(session.journal, report.run) if settled else numbers.load_run(session, report.run)
    report = replace(report, loads=loaded.campaigns, loads_code=loaded.exit_code, numbers_settled=settled).noting(
        *numbers.sentences(loaded)
    )
    return report.also_stopped(loaded.stopped) if loaded.stopped else report


def apply_each(
    session: Session, planned: Sequence[Report], announce: Callable[[Report], None] | None = None
) -> list[Report]:
    """Apply the runs of reports one after another, up to the first that is stopped; the others stay planned.

    `announce` gets what each is about to create or update.
    """
    reports = list(planned)
    for number, report in enumerate(planned):
        reports[number] = apply(session, report.run, announce=announce)
        if reports[number].stopped:
            break
    return reports


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


def _planned(session: Session, run: Run, beside: Sequence[str] = ()) -> Report:
    stopped = until_stopped(session, lambda: _plan(context_for(session, run), beside))
    return report_of(session.journal, run, session.stopwatch, stopped=stopped)


def _plan(context: delivery.RunContext, beside: Sequence[str] = ()) -> None:
    rows, run = context.journal.rows, context.run
    naming.look_up_names(context.journal, run, context.worker_pool, context.observer)
    if context.journal.looked_up.is_done_for(run.id):
        refuse_repeated(context.journal, run, beside)
    if valid := rows.counts(run.id).get(Status.VALID, 0):
        context.observer.stage("Server's check", valid)
    delivery.find_existing(context)
    if not valid:
        return
    delivery.check_on_server(context)
    if unchecked := rows.counts(run.id).get(Status.VALID, 0):
        message = f"The server failed to check {counted(unchecked, 'row')}, so none was created. Apply the run later."
        raise ServerUnusable(message, ProblemCode.SERVER_FAILS)


def _compare(context: delivery.RunContext, notes: list[str]) -> None:
    context.observer.stage("Checking for existing campaigns", None)
    notes += delivery.compare(context)


def _apply(
    session: Session, context: delivery.RunContext, notes: list[str], announce: Callable[[Report], None] | None
) -> None:
    """Settle rows in doubt, plan what is not planned yet, and create ready rows, until nothing is left to do."""
    journal, run = context.journal, context.run
    journal.rows.retry(run.id)
    sent_ahead: set[str] = set()
    settled = _settle(session, context, sent_ahead)
    _plan(context)
    notes += delivery.keep_listings(context)
    if run.on_existing is OnExisting.CREATE:
        journal.listings.agree(run.id)
    planned = report_of(journal, run, session.stopwatch)
    check_limits(session.send_options.limits, [planned])
    if announce is not None:
        announce(planned)
    if run.on_change is OnChange.UPDATE and (edited := journal.rows.counts(run.id).get(Status.CHANGED)):
        context.observer.stage("Updating", edited)
        delivery.update(context, partial(numbers.covers, session.journal.path))
    creator = delivery.Creator(context)
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


def _settle(session: Session, context: delivery.RunContext, sent_ahead: set[str]) -> delivery.Settlement:
    """Settle rows in doubt; rows that were held back because of them are ready again if any was settled."""
    settled = delivery.settle(
        context,
        wait=session.settle_wait,
        sleep=session.worker_pool.stop.sleep,
        sent_ahead=sent_ahead,
    )
    if settled.settled:
        context.journal.rows.release(context.run.id)
    return settled
