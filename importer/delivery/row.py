"""The work of a stage on each row: ask the server, record the outcome, and say what a failure means.

What a failure means is the same for the dry run, a create and an update:

the server refuses the row    rejected, with its reasons; the server works, so this is a success to the circuit breaker
the request failed            the stage says what this means for the row; the circuit breaker counts it
the run has to stop           nothing is recorded here: the stage knows whether anything was sent
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from importer.delivery.context import RunContext
from importer.delivery.outcomes import events, rejected
from importer.enswitch import Client
from importer.errors import OutcomeUnknown, RowRefused, TryAgain
from importer.model import Attempt, Outcome, Row

log = logging.getLogger(__name__)

Failure = TryAgain | OutcomeUnknown
"""A request that failed because of the server or the network, not because of the row."""

Answered = tuple[Outcome, Sequence[Attempt]]
"""The outcome of a row that the server accepted, and the requests that it took."""


@dataclass(frozen=True, kw_only=True)
class RowTask:
    """The work of one stage on each of its rows, for any number of workers.

    `ask` sends the request and returns the outcome of the row; `failed` returns the outcome for a failure. `record`
    writes an outcome to the journal and returns it as it was recorded; then the observer is notified.
    """

    context: RunContext
    stage: str
    ask: Callable[[Client, Row], Answered]
    failed: Callable[[Row, Failure], Outcome]
    record: Callable[[Row, Outcome], Outcome]

    def __call__(self, client: Client, row: Row) -> None:
        """Do the work on one row. Raises what stops a run."""
        failure: Failure | None = None
        attempts: Sequence[Attempt]
        try:
            outcome, attempts = self.ask(client, row)
        except RowRefused as error:
            outcome, attempts = rejected(self.context.run, row, error), error.attempts
        except (TryAgain, OutcomeUnknown) as error:
            outcome, attempts, failure = self.failed(row, error), error.attempts, error
        self.conclude(row, outcome, attempts)
        if failure is None:
            self.context.circuit_breaker.succeeded()
        else:
            self.context.circuit_breaker.failed(failure)

    def conclude(self, row: Row, outcome: Outcome, attempts: Sequence[Attempt] = ()) -> None:
        """Record the outcome of a row and notify the observer; `attempts` are the requests that were sent for it."""
        outcome = self.record(row, outcome)
        log.debug("Row %d of run %s, %s: %s", row.number, self.context.run.id, self.stage, outcome.status)
        for event in events(self.context.run, row, self.stage, outcome, attempts):
            self.context.observer.row(event)


def as_it_is(context: RunContext) -> Callable[[Row, Outcome], Outcome]:
    """Return the `record` of a stage whose outcomes are recorded unchanged."""

    def record(row: Row, outcome: Outcome) -> Outcome:
        context.journal.rows.record(context.run.id, row.number, outcome)
        return outcome

    return record
