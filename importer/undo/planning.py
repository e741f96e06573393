"""An undo is planned: what the run has done is looked up, campaign by campaign, and nothing is changed."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from importer.delivery import ServerView
from importer.enswitch import Client
from importer.errors import WrongUsage
from importer.model import Problem, Run, Severity, Status, Undo, UndoRow, UndoStep
from importer.session import Session, context_for, run_here
from importer.staging import new_run
from importer.undo.candidates import first_plan, rows_of
from importer.undo.judging import CampaignJudge
from schemas.problem_codes import ProblemCode

REASONS: Mapping[Status, ProblemCode] = {
    Status.TOUCHED: ProblemCode.EDITED_SINCE,
    Status.DIALLED: ProblemCode.DIALLED_SINCE,
    Status.UNPROVABLE: ProblemCode.NOT_PROVEN,
    Status.IN_DOUBT: ProblemCode.DOUBTFUL,
    Status.FAILED: ProblemCode.NOT_UNDONE,
    Status.DELETING: ProblemCode.NOT_UNDONE,
}
"""The kinds of problem that a person is told of, by the status of the row."""

NO_DELETE = "Switched off; this server has no delete."

MOST_NAMED = 3


@dataclass(frozen=True, kw_only=True)
class UndoOrder:
    """What a user asks for.

    With `off_only`, campaigns are switched off instead of deleted; with `force_touched`, also those are deleted that
    were edited on the server. `backup` is where the campaigns to be deleted are written (None: beside the input).
    """

    off_only: bool = False
    force_touched: bool = False
    backup: Path | None = None


def plan_undo(session: Session, run_id: str, order: UndoOrder = UndoOrder()) -> Undo:
    """Look up what a run has done, and write to disk what its undo would do; nothing is changed on the server.

    The server is asked for all campaigns of each customer once, and then for the telephone numbers of each campaign.
    Raises WrongUsage for a run that cannot be undone, StopRun for what stops a run.
    """
    undone = run_here(session, run_id)
    _refuse(session, undone, off_only=order.off_only)
    run = _start(session, undone)
    undo = Undo(run=run.id, undone=undone.id, off_only=order.off_only, force_touched=order.force_touched)
    context = context_for(session, run)
    view = ServerView()
    judge = CampaignJudge(context, undone, view, off_only=order.off_only, force_touched=order.force_touched)
    found = list(_looked_up(session, judge))
    session.journal.undos.plan(undo, found, problems_of(found))
    session.journal.runs.finish_staging(run.id)
    return undo


def _refuse(session: Session, undone: Run, *, off_only: bool) -> None:
    """Raise WrongUsage for a run that cannot be undone."""
    if (undo := session.journal.undos.get(undone.id)) is not None:
        message = (
            f"Run {undone.id} is the undo of run {undo.undone}, and an undo cannot be undone. To create the campaigns "
            f"again, import {undone.source.path} again; the backup of the undo has their last values."
        )
        raise WrongUsage(message, ProblemCode.UNDO_REFUSED)
    later = session.journal.undos.later_updates(undone.id)
    if later and not off_only:
        more = f" and {len(later) - MOST_NAMED} more" if len(later) > MOST_NAMED else ""
        message = (
            f"Campaigns of run {undone.id} were updated later by {', '.join(later[:MOST_NAMED])}{more}. Undo the "
            f"newest of these first: {session.journal.command('undo', later[0])}"
        )
        raise WrongUsage(message, ProblemCode.UNDO_REFUSED)


def _start(session: Session, undone: Run) -> Run:
    """Start the run of an undo, about the table of the undone run."""
    run = replace(
        new_run(session.journal.runs.new_id(), f"undo {undone.id}", undone.source, session.server),
        positions=undone.positions,
        disabled=True,
    )
    session.journal.runs.start(run)
    session.stopwatch.turn_to(run.id)
    return run


def _looked_up(session: Session, judge: CampaignJudge) -> Iterator[UndoRow]:
    """Yield what is to be done with each row, in the order of the rows."""
    rows = rows_of(session.journal, judge.undone).rows
    planned = {number: first_plan(row) for number, row in rows.items()}
    asked = [number for number, one in planned.items() if one.step is not UndoStep.KEEP]
    session.stopwatch.stage("Looking at the campaigns", len(asked))

    def look(client: Client, number: int) -> None:
        planned[number] = judge.judge(client, rows[number], planned[number])
        session.stopwatch.count_rows(1, 0)

    session.worker_pool.for_each(iter(asked), look)
    yield from planned.values()


def problems_of(rows: Iterable[UndoRow]) -> Iterator[Problem]:
    """Yield what a person should know of rows that are kept, or deleted although they were edited."""
    for row in rows:
        if (problem := problem_of(row)) is not None:
            yield problem


def problem_of(row: UndoRow) -> Problem | None:
    """Return what a person should know of a row; None if there is nothing."""
    code = ProblemCode.NO_DELETE if row.message == NO_DELETE else REASONS.get(row.status)
    if code is None:
        return None
    failed = row.status in (Status.FAILED, Status.DELETING, Status.IN_DOUBT)
    severity = Severity.ERROR if failed else Severity.WARNING
    campaign = f"Campaign {row.campaign_id}" if row.campaign_id else "A campaign"
    forced = "It is deleted all the same. " if row.step is UndoStep.DELETE and row.status is Status.TOUCHED else ""
    words = f"{campaign}: {forced}{row.message}"
    return Problem(words, severity, row=row.number, problem_code=code)
