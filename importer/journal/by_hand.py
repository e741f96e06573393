"""A person settles a row in doubt: no server is asked, so nothing that speaks to one is imported."""

from contextlib import closing
from pathlib import Path

from importer.errors import WrongUsage
from importer.journal.commands import command_with
from importer.journal.database import Database
from importer.journal.doubts import DoubtTable
from importer.journal.lock import only_run
from importer.journal.opening import open_database
from importer.journal.rows import RowTable
from importer.journal.runs import RunTable
from importer.model import Outcome, Row, Run, Status, row_name
from schemas.problem_codes import ProblemCode


def settle_by_hand(journal: Path, run_id: str, row: int, campaign_id: str | None) -> Outcome:
    """Settle a row in doubt as a person has found: its campaign's ID, or None for "not created".

    Raises WrongUsage for a row that is not in doubt, for one that is waiting for another row, and for an ID that
    belongs to another row.
    """
    with closing(open_database(journal)) as database:
        runs = RunTable(database)
        run = runs.get(run_id)
        with only_run(journal, run.server, f"settle {run_id}"):
            return _settle(database, DoubtTable(database, runs), run, row, campaign_id)


def _settle(database: Database, doubts: DoubtTable, run: Run, number: int, campaign_id: str | None) -> Outcome:
    rows = RowTable(database)
    row = rows.get(run.id, number)
    if row.status not in (Status.IN_DOUBT, Status.SENDING):
        message = f"Row {row_name(number)} of run {run.id} is {row.status}, not in doubt: there is nothing to settle."
        raise WrongUsage(message, ProblemCode.NOT_IN_DOUBT)
    if rows.is_held_back(run.id, number):
        raise WrongUsage(_waits(database.path, rows, run, row), ProblemCode.NOT_IN_DOUBT)
    if campaign_id is not None and doubts.is_known(run.server, campaign_id):
        message = f"Campaign {campaign_id} already belongs to another row. Check the ID on the server."
        raise WrongUsage(message, ProblemCode.ID_TAKEN)
    outcome = (
        Outcome(Status.READY)
        if campaign_id is None
        else Outcome(Status.CREATED, campaign_id, message="Settled by hand.")
    )
    rows.record(run.id, number, outcome)
    database.flush()
    return outcome


def _waits(journal: Path, rows: RowTable, run: Run, row: Row) -> str:
    """Say what a row that was never sent is waiting for: settled alone, it could create its campaign a second time."""
    other = rows.same(run, row)
    outcome = other.outcome(journal) if other else None
    if outcome is not None and outcome.status is Status.IN_DOUBT:
        return f"Row {row_name(row.number)} of run {run.id} is waiting for another row. {outcome.message}"
    return (
        f"Row {row_name(row.number)} of run {run.id} was not sent, and the row it was waiting for is settled, so there "
        f"is nothing to settle. To continue: {command_with(journal, 'apply', run.id)}"
    )
