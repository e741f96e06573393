"""The server's own check: `validation=1` for every valid row, before any row is created."""

from collections.abc import Callable

from importer.api import Client
from importer.breaker import Breaker
from importer.errors import NotReached, OutcomeUnknown, RowRefused, ServerUnusable, Throttled
from importer.journal import Journal
from importer.model import Outcome, Row, Run, Status
from importer.sending import to_send
from importer.workers import Crew

PASSES = 2
"""How often a row is tried whose check failed for reasons of the server's."""


def plan(journal: Journal, run: Run, crew: Crew, breaker: Breaker, told: Callable[[Status], None]) -> None:
    """Have the server check every valid row; it becomes ready, rejected, or exists where an earlier run created it.

    A row that the server could not check stays valid. `told` hears the status of every row. Raises what stops a run.
    """
    for number, twin in journal.recognise(run):
        journal.record(run.id, number, twin.outcome)
        told(Status.EXISTS)
    journal.flush()

    def check(client: Client, row: Row) -> None:
        try:
            client.validate(to_send(run, row))
        except RowRefused as error:
            outcome = Outcome(Status.REJECTED, code=error.code, key=error.key, message=error.message)
        except NotReached as error:
            raise ServerUnusable(error.message) from None
        except (Throttled, OutcomeUnknown) as error:
            journal.record(run.id, row.number, Outcome(Status.VALID, message=error.message))
            breaker.failed(error)
            return
        else:
            outcome = Outcome(Status.READY, code="201")
        journal.record(run.id, row.number, outcome)
        breaker.succeeded()
        told(outcome.status)

    for _ in range(PASSES):
        crew.for_each(journal.rows(run.id, Status.VALID), check)
        journal.flush()
