"""The server's own check: `validation=1` for every valid row, before any row is created."""

from importer.delivery import updating
from importer.delivery.context import RunContext
from importer.delivery.row import Answered, Failure, RowTask, as_it_is
from importer.delivery.sending import to_send
from importer.enswitch import Client
from importer.errors import NotReached, ServerUnusable
from importer.journal import ExistingRow, is_hashed
from importer.model import Event, Outcome, Problem, Row, Run, Severity, Status, about, row_name, sheet_row
from schemas.problem_codes import ProblemCode

STAGE = "dry run"

PASSES = 2
"""How many times a row is tried if the server fails to check it."""


def check_on_server(context: RunContext) -> None:
    """Have the server check every valid row; it becomes ready or rejected.

    A row that the server could not check stays valid. Raises what stops the run.
    """

    def check(client: Client, row: Row) -> Answered:
        try:
            return Outcome(Status.READY, code="201"), client.validate(to_send(context.run, row))
        except NotReached as error:
            raise ServerUnusable.after(error) from None

    def unchecked(_row: Row, failure: Failure) -> Outcome:
        return Outcome(Status.VALID, message=failure.message)

    task = RowTask(context=context, stage=STAGE, ask=check, failed=unchecked, record=as_it_is(context))
    for _ in range(PASSES):
        context.worker_pool.for_each(context.journal.rows.with_status(context.run.id, Status.VALID), task)
        context.journal.flush()


def find_existing(context: RunContext) -> None:
    """Set aside the rows that other runs have created, unchanged or edited since.

    This includes ready rows: another run may have created their campaigns since they were checked.
    """
    journal, run = context.journal, context.run
    for number, existing_row in journal.recognition.find_existing(run):
        outcome = existing_row.outcome(journal.path)
        journal.rows.record(run.id, number, outcome)
        context.observer.row(
            Event(
                run=run.id,
                row=number,
                stage=STAGE,
                status=Status.EXISTS,
                campaign_id=existing_row.campaign_id,
                message=outcome.message,
            )
        )
    journal.flush()
    if not run.split:
        split_before = journal.splits.created_before(run)
        journal.rows.invalidate(run.id, (_split_before(run, *one) for one in split_before))
    updating.find(context)
    journal.rows.invalidate(run.id, (_similar(run, *one) for one in journal.recognition.similar(run)))


def _split_before(run: Run, row: int, existing_row: ExistingRow) -> Problem:
    """Return the error about a row of which another run has made several campaigns: it would call the same people."""
    message = (
        f"Row {sheet_row(existing_row.row)} of run {existing_row.run} has created this campaign split by time zone. As "
        "one campaign, it would call the same people again. Import it with --split timezone, or change its name."
    )
    return about(run, row, Problem(message, column="name", problem_code=ProblemCode.SPLIT_BEFORE))


def _similar(run: Run, row: int, existing_row: ExistingRow, name: str) -> Problem:
    """Return the warning about a row whose name resembles that of a campaign created earlier."""
    called = f" as {name!r}" if name and not is_hashed(name) else ""
    return about(
        run,
        row,
        Problem(
            f"Row {row_name(existing_row.row)} of run {existing_row.run} created campaign {existing_row.campaign_id} "
            f"under a name that differs only in case or spaces{called}. This row will create another campaign.",
            Severity.WARNING,
            column="name",
            problem_code=ProblemCode.SAME_NAME,
        ),
    )
