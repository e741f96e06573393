"""An undo is carried out, or continued: every row that is to be undone, and what becomes of each is on disk at once."""

from collections.abc import Iterator
from dataclasses import replace

from importer.delivery import RunContext, ServerView
from importer.enswitch import Client
from importer.errors import OutcomeUnknown, RowRefused, TryAgain
from importer.model import Event, Status, Undo, UndoRow, UndoStep, counted
from importer.numbers import are_kept, cancel_loaded, end_lists
from importer.session import Session, context_for
from importer.undo.candidates import UndoneRow, UndoneRows, rows_of
from importer.undo.deleting import Deleter
from importer.undo.judging import NUMBERS_REMOVED
from importer.undo.planning import problem_of
from importer.undo.restoring import restore

STAGE = "undo"

TO_DO = (Status.UNTOUCHED, Status.TOUCHED, Status.DELETING, Status.FAILED)
"""The statuses of rows that an undo has not finished with, if there is something to be done."""


def to_do(session: Session, undo: Undo) -> Iterator[UndoRow]:
    """Yield the rows of an undo that are left to be undone, and those whose campaigns were found gone."""
    for row in session.journal.undos.rows(undo.run, *TO_DO):
        if row.step is not UndoStep.KEEP:
            yield row


def carry_out(session: Session, undo: Undo) -> None:
    """Undo what is planned, row by row; also continues an undo that was interrupted. Raises what stops a run."""
    context = context_for(session, session.journal.runs.get(undo.run))
    doer = _Doer(session, context, undo, rows_of(session.journal, session.journal.runs.get(undo.undone)))
    doer.settle_gone()
    session.stopwatch.stage("Undoing", sum(1 for _ in to_do(session, undo)))
    session.worker_pool.for_each(to_do(session, undo), doer.do)
    session.journal.flush()
    undone = rows_of(session.journal, session.journal.runs.get(undo.undone))
    deleted = (row for row in undone.rows.values() if row.candidate.status is Status.DELETED)
    end_lists(session, undone.run, {row.load.number for row in deleted if row.load})


class _Doer:
    """Undoes single rows. Safe to use from several threads."""

    def __init__(self, session: Session, context: RunContext, undo: Undo, rows: UndoneRows) -> None:
        self._session = session
        self._context = context
        self._undo = undo
        self._rows = rows
        self._view = ServerView()
        self._deleter = Deleter(
            context,
            self._view,
            self._end,
            session.settle_wait,
            session.worker_pool.stop.sleep,
        )

    def settle_gone(self) -> None:
        """Campaigns that the plan found gone no longer count for any row."""
        for planned in self._session.journal.undos.rows(self._undo.run, Status.GONE):
            if planned.campaign_id:
                self._end(self._rows.rows[planned.number], planned)

    def do(self, client: Client, planned: UndoRow) -> None:
        """Undo a row, and write down what has become of it. Raises what stops a run."""
        row = self._rows.rows[planned.number]
        try:
            self._do(client, row, planned)
        except RowRefused as error:
            self._end(row, replace(planned, status=Status.FAILED, message=f"Refused by the server: {error.message}"))
        except (OutcomeUnknown, TryAgain) as error:
            self._end(row, replace(planned, status=Status.FAILED, message=error.message))
            self._context.circuit_breaker.failed(error)
            return
        self._context.circuit_breaker.succeeded()

    def _do(self, client: Client, row: UndoneRow, planned: UndoRow) -> None:
        match planned.step:
            case UndoStep.DELETE:
                self._deleter.delete(client, row, planned)
            case UndoStep.SWITCH_OFF:
                self._deleter.switch_off(client, row, planned)
            case UndoStep.RESTORE:
                self._restore(client, row, planned)
            case _:
                self._end(row, self._cancelled(client, row, planned))

    def _restore(self, client: Client, row: UndoneRow, planned: UndoRow) -> None:
        done = self._cancelled(client, row, planned)
        status, message = restore(self._context, self._rows.run, self._view, client, row, planned.seen)
        status = Status.FAILED if done.status is Status.FAILED else status
        self._end(row, replace(planned, status=status, message=" ".join(filter(None, (done.message, message)))))

    def _cancelled(self, client: Client, row: UndoneRow, planned: UndoRow) -> UndoRow:
        """Have the numbers called no more that the run loaded into a campaign; return the row with what came of it."""
        if row.load is None or not row.has_numbers:
            return replace(planned, status=Status.CANCELLED, message="")
        if not are_kept(self._session.journal, self._rows.run.id):
            return replace(planned, status=Status.FAILED, message=NUMBERS_REMOVED)
        done = cancel_loaded(self._session, client, row.load)
        words = f"{counted(done.count, 'telephone number')} cancelled. {done.message}".strip()
        return replace(planned, status=Status.FAILED if done.message else Status.CANCELLED, message=words)

    def _end(self, row: UndoneRow, ended: UndoRow) -> None:
        """Write down what has become of a row, and of its campaign for the rows of all runs."""
        undos, run, server = self._session.journal.undos, self._context.run, self._context.run.server
        if ended.status in (Status.DELETED, Status.GONE):
            how = "Deleted" if ended.status is Status.DELETED else "Found gone"
            undos.end_of_campaign(run.id, server, ended, f"{how} by undo {run.id}; it can be imported again.")
        elif ended.status is Status.RESTORED:
            message = f"Its former values were given back by undo {run.id}."
            undos.end_of_update(run.id, self._undo.undone, ended, message)
        else:
            problem = problem_of(ended)
            undos.end(run.id, ended, [problem] if problem else [])
        self._session.stopwatch.row(
            Event(
                run=run.id,
                row=row.number,
                stage=STAGE,
                status=ended.status,
                campaign_id=ended.campaign_id or None,
                message=ended.message,
            )
        )
