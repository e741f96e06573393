"""The server's own check: `validation=1` for every valid row, before any row is created."""

from collections.abc import Callable, Iterator

from importer import updating
from importer.api import Client
from importer.breaker import Breaker
from importer.errors import NotReached, OutcomeUnknown, RowRefused, ServerUnusable, Throttled
from importer.journal import Journal
from importer.model import Event, Outcome, Row, Run, Status
from importer.outcomes import events, rejected
from importer.sending import to_send
from importer.workers import Crew

STAGE = "dry run"

PASSES = 2
"""How often a row is tried whose check failed for reasons of the server's."""


def plan(journal: Journal, run: Run, crew: Crew, breaker: Breaker, told: Callable[[Event], None]) -> None:
    """Have the server check every valid row; it becomes ready, rejected, or exists where an earlier run created it.

    A row that the server could not check stays valid. `told` hears what happens to every row. Raises what stops a run.
    """
    for event in _recognised(journal, run):
        told(event)

    def conclude(client: Client, row: Row, outcome: Outcome) -> None:
        journal.record(run.id, row.number, outcome)
        for event in events(run, row, STAGE, outcome, client.tries):
            told(event)

    def check(client: Client, row: Row) -> None:
        try:
            client.validate(to_send(run, row))
        except RowRefused as error:
            outcome = rejected(run, row, error)
        except NotReached as error:
            raise ServerUnusable(error.message, error.fault) from None
        except (Throttled, OutcomeUnknown) as error:
            failed = Outcome(Status.VALID, message=error.message)
            conclude(client, row, failed)
            breaker.failed(error)
            return
        else:
            outcome = Outcome(Status.READY, code="201")
        conclude(client, row, outcome)
        breaker.succeeded()

    for _ in range(PASSES):
        crew.for_each(journal.rows(run.id, Status.VALID), check)
        journal.flush()


def _recognised(journal: Journal, run: Run) -> Iterator[Event]:
    """Set aside the rows that earlier runs have created, as they are or edited since; yield what became of each."""
    for number, twin in journal.recognise(run):
        journal.record(run.id, number, twin.outcome)
        yield Event(run.id, number, STAGE, Status.EXISTS, campaign_id=twin.campaign_id, message=twin.outcome.message)
    journal.flush()
    yield from updating.find(journal, run)
