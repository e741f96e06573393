"""What is done with every row of a stage: ask the server, write down what came of it, and say what a failure means.

What a failure means, the same for the dry run, a create and an update:

the server refuses the row    rejected, with its reasons; the server works, so the circuit breaker is content
the request failed            what the stage says of a row that failed; the circuit breaker counts it
the run has to stop           nothing is written down here: the stage knows whether anything has left
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
"""A request that failed for reasons of the server's or the network's, not of the row's."""

Answered = tuple[Outcome, Sequence[Attempt]]
"""What came of a row that the server took, and the requests that it needed."""


@dataclass(frozen=True, kw_only=True)
class RowTask:
    """The work of one stage on each of its rows, for any number of workers.

    `ask` asks the server and says what came of the row, `failed` what a failure makes of it. `record` writes an outcome
    down and returns it as it is known from then on; then the observer hears of it.
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
        """Write down what became of a row, and tell it; `attempts` are the requests that were sent for it."""
        outcome = self.record(row, outcome)
        log.debug("Row %d of run %s, %s: %s", row.number, self.context.run.id, self.stage, outcome.status)
        for event in events(self.context.run, row, self.stage, outcome, attempts):
            self.context.observer.row(event)


def as_it_is(context: RunContext) -> Callable[[Row, Outcome], Outcome]:
    """Return the `record` of a stage whose outcomes are written down as they are."""

    def record(row: Row, outcome: Outcome) -> Outcome:
        context.journal.rows.record(context.run.id, row.number, outcome)
        return outcome

    return record
