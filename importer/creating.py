"""Create what the plan says, through the journal: the intention is on disk before a request leaves."""

from collections.abc import Callable
from itertools import islice

from importer.api import Client
from importer.breaker import Breaker
from importer.errors import OutcomeUnknown, RowRefused, StopRun, TryAgain
from importer.journal import Journal
from importer.model import Outcome, Row, Run, Status
from importer.records import Twin
from importer.sending import to_send
from importer.workers import Crew


class _SomebodyElseDid(Exception):
    def __init__(self, twin: Twin) -> None:
        super().__init__()
        self.twin = twin


class Creator:
    """Creates rows of one run. `told` hears the new status of every row."""

    def __init__(self, journal: Journal, run: Run, breaker: Breaker, told: Callable[[Status], None]) -> None:
        self._journal = journal
        self._run = run
        self._breaker = breaker
        self._told = told

    def create(self, crew: Crew, at_most: int | None = None) -> None:
        """Create the rows that are ready, all or the first so many. Raises what stops a run."""
        ready = self._journal.rows(self._run.id, Status.READY)
        try:
            crew.for_each(islice(ready, at_most), self._create)
        finally:
            self._journal.flush()

    def _create(self, client: Client, row: Row) -> None:
        """Create one row and record what became of it. Raises what stops a run, after the row's state is recorded."""
        failure: TryAgain | OutcomeUnknown | None = None
        try:
            outcome = self._attempt(client, row)
        except TryAgain as error:
            outcome, failure = Outcome(Status.FAILED, message=f"Not created: {error.message}"), error
        except OutcomeUnknown as error:
            outcome, failure = Outcome(Status.IN_DOUBT, message=error.message), error
        except StopRun:
            # Whatever stops a run here does so before a request leaves, or is the server's refusal of it.
            self._journal.record(self._run.id, row.number, Outcome(Status.READY))
            raise
        self._journal.record(self._run.id, row.number, outcome)
        self._told(outcome.status)
        if failure is None:
            self._breaker.succeeded()
        else:
            self._breaker.failed(failure)

    def _attempt(self, client: Client, row: Row) -> Outcome:
        def claim() -> None:
            if twin := self._journal.claim(self._run, row):
                raise _SomebodyElseDid(twin)

        try:
            campaign_id = client.create(to_send(self._run, row), before_send=claim)
        except _SomebodyElseDid as reason:
            return reason.twin.outcome
        except RowRefused as error:
            return Outcome(Status.REJECTED, code=error.code, key=error.key, message=error.message)
        message = "" if campaign_id else "Created, but the server's answer holds no ID."
        return Outcome(Status.CREATED, campaign_id, "200", message=message)
