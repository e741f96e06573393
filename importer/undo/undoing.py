"""The undo of a run from its plan to its report: read this first."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from importer.errors import ResultsLost, StopRun, WrongUsage
from importer.handing_back import hand_back
from importer.model import Run, Status, Undo, UndoStep
from importer.numbers import COMMAND as NUMBERS_COMMAND
from importer.report import Report
from importer.run_options import OutputOptions
from importer.run_report import report_of
from importer.session import Session, context_for, run_here, until_stopped
from importer.undo.backup import default_backup, write_backup
from importer.undo.candidates import rows_of
from importer.undo.doing import carry_out, to_do
from importer.undo.restoring import former_values
from schemas.problem_codes import ProblemCode


@dataclass(frozen=True)
class Prospect:
    """What carrying out an undo would do: how many rows have each step, and how many campaigns it would switch on."""

    steps: Mapping[UndoStep, int]
    gone: int
    switched_on: int

    @property
    def rows(self) -> int:
        """The number of rows that are undone."""
        return sum(self.steps.values())

    @property
    def deletions(self) -> int:
        """The number of campaigns that are deleted."""
        return self.steps.get(UndoStep.DELETE, 0)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        return not self.rows and not self.gone


def find_undo(session: Session, run_id: str) -> Undo:
    """Return an undo that may be carried out, for the session's server and account.

    Raises WrongUsage if a person has not agreed to it, if what it saw was removed, or if it is for another server.
    """
    run, undo = run_here(session, run_id), session.journal.undos.get(run_id)
    if undo is None or not undo.agreed or run.pruned:
        again = session.journal.command("undo", undo.undone if undo else run_id)
        why = (
            "What it saw was removed by `prune`" if run.pruned else "Its plan was not agreed to, and may be out of date"
        )
        message = f"The undo {run_id} cannot be carried out. {why}. To look again: {again}"
        raise WrongUsage(message, ProblemCode.UNDO_REFUSED)
    return undo


def prospect_of(session: Session, undo: Undo) -> Prospect:
    """Return what carrying out an undo would do."""
    steps: dict[UndoStep, int] = {}
    context, rows = context_for(session, _undone(session, undo)), rows_of(session.journal, _undone(session, undo)).rows
    switched_on = 0
    for row in to_do(session, undo):
        steps[row.step] = steps.get(row.step, 0) + 1
        if row.step is UndoStep.RESTORE and row.seen.get("enabled") == "0":
            switched_on += former_values(context, context.run, rows[row.number]).get("enabled") == "1"
    counts = session.journal.rows.counts(undo.run)
    return Prospect(steps, counts.get(Status.GONE, 0), switched_on)


def agree(session: Session, undo: Undo, backup: Path | None = None) -> Undo:
    """Record that an undo may be carried out, once the campaigns that it deletes are written to a backup.

    `backup` is where that goes (None: beside the file of the undone run). Raises ResultsLost if it cannot be written.
    """
    target = backup or default_backup(_undone(session, undo).source, datetime.now())  # noqa: DTZ005 -- the user's clock
    written = str(write_backup(session, undo, target)) if prospect_of(session, undo).deletions else ""
    session.journal.undos.agree(undo.run, written)
    return replace(undo, agreed=True, backup=written)


def undo_run(session: Session, undo: Undo) -> Report:
    """Carry out an undo, or continue it; what stops it is in the report."""
    session.stopwatch.turn_to(undo.run)
    return report_of_undo(session, undo, until_stopped(session, lambda: carry_out(session, undo)))


def report_of_undo(session: Session, undo: Undo, stopped: StopRun | None = None) -> Report:
    """Return what an undo would do or has done, as the journal knows it now."""
    run = session.journal.runs.get(undo.run)
    notes = [f"The campaigns as they were before: {undo.backup}"] if undo.backup else []
    return report_of(session.journal, run, session.stopwatch, stopped=stopped, notes=notes)


def hand_back_undo(session: Session, undo: Undo, report: Report, output_options: OutputOptions) -> Report:
    """Write the results of an undo: the table of the undone run, with what has become of each row.

    That of a run of telephone numbers has no campaigns in its table, and no results.
    """
    if _undone(session, undo).command == NUMBERS_COMMAND:
        return report
    try:
        return hand_back(session, report, output_options)
    except ResultsLost as lost:
        return report.also_stopped(lost)


def _undone(session: Session, undo: Undo) -> Run:
    return session.journal.runs.get(undo.undone)
