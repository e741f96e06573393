"""Create what the plan says: each create is recorded in the journal, on disk, before it is sent."""

import logging
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from itertools import islice

from importer.delivery.context import RunContext
from importer.delivery.issued import Issued
from importer.delivery.row import Answered, Failure, RowTask
from importer.delivery.sending import to_send
from importer.enswitch import Client
from importer.errors import StopRun, TryAgain
from importer.journal import CreateClaims
from importer.model import Outcome, Row, Status

LARGEST_BLOCK = 32
"""Maximum number of rows that are claimed at once by up to twice as many workers, beyond that half their number.

After a kill, those that were not sent yet are in doubt too.
"""

log = logging.getLogger(__name__)


class Creator:
    """Creates rows of one run."""

    def __init__(self, context: RunContext) -> None:
        self._journal = context.journal
        self._run = context.run
        self._worker_pool = context.worker_pool
        self._task = RowTask(
            context=context,
            stage="create",
            ask=self._create,
            failed=_not_created,
            record=Issued(context.journal, context.run).record,
        )

    def create(self, at_most: int | None = None) -> None:
        """Create the ready rows, all or the first `at_most`. Raises what stops a run."""
        ready = islice(self._journal.rows.to_create(self._run.id), at_most)
        try:
            with closing(self._claimed(ready)) as rows:
                self._worker_pool.for_each(rows, self._task)
        finally:
            self._journal.flush()

    def _claimed(self, rows: Iterator[Row]) -> Generator[Row]:
        """Yield the rows whose claim is on disk.

        While the rows of one block are sent, the next block is on its way to the disk. Rows claimed but not yielded
        when this is closed have not been sent, and are released.
        """
        workers = len(self._worker_pool.clients)
        least, most = 1 + workers // 8, max(LARGEST_BLOCK, workers // 2)
        size = least
        under_way = self._claim(rows, size)
        claimed: deque[Row] = deque()
        try:
            while under_way.rows:
                # Where the workers have to wait for the disk, it takes longer than the requests of a block.
                size = max(least, size // 2) if under_way.are_on_disk else min(2 * size, most)
                granted = self._granted(under_way)
                under_way, claimed = self._claim(rows, size), deque(granted)
                while claimed:
                    self._journal.raise_failure()
                    yield claimed.popleft()
        finally:
            self._release(claimed)
            self._release(row for row, claim in zip(under_way.rows, under_way.wait(), strict=True) if claim.granted)

    def _release(self, rows: Iterable[Row]) -> None:
        for row in rows:
            log.debug("Row %d of run %s released: it was not sent", row.number, self._run.id)
            self._journal.rows.give_back(self._run.id, row.number)

    def _claim(self, rows: Iterator[Row], number: int) -> CreateClaims:
        return self._journal.rows.claim_all(self._run, list(islice(rows, number)))

    def _granted(self, claims: CreateClaims) -> list[Row]:
        """Wait until claims are on disk; return the rows that may be sent, and conclude the others."""
        granted = []
        for row, claim in zip(claims.rows, claims.wait(), strict=True):
            log.debug("Row %d of run %s %s", row.number, self._run.id, "claimed" if claim.granted else "not claimed")
            if claim.granted:
                granted.append(row)
            elif claim.existing_row:
                self._task.conclude(row, claim.existing_row.outcome(self._journal.path))
        return granted

    def _create(self, client: Client, row: Row) -> Answered:
        """Create one claimed row."""
        try:
            created = client.create(to_send(self._run, row))
        except StopRun:
            # An error that stops a run here comes before the request is sent, or is the server's refusal of it.
            self._journal.rows.give_back(self._run.id, row.number)
            raise
        message = "" if created.campaign_id else "Created, but the server's response has no ID."
        return Outcome(Status.CREATED, created.campaign_id, code="200", message=message), created.attempts


def _not_created(_row: Row, failure: Failure) -> Outcome:
    """Return the outcome of a row that failed: certainly not created, or in doubt."""
    if isinstance(failure, TryAgain):
        return Outcome(Status.FAILED, message=f"Not created: {failure.message}")
    return Outcome(Status.IN_DOUBT, message=failure.message)
