"""Create what the plan says, through the journal: the intention is on disk before a request leaves."""

import logging
from collections import deque
from collections.abc import Generator, Iterator
from contextlib import closing
from itertools import islice

from importer.delivery.context import RunContext
from importer.delivery.issued import Issued
from importer.delivery.row import Answered, Failure, RowTask
from importer.delivery.sending import to_send
from importer.enswitch import Client
from importer.errors import StopRun, TryAgain
from importer.model import Outcome, Row, Status

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
        """Create the rows that are ready, all or the first so many. Raises what stops a run."""
        ready = islice(self._journal.rows.to_create(self._run.id), at_most)
        try:
            with closing(self._claimed(ready, ahead=1 + len(self._worker_pool.clients) // 4)) as rows:
                self._worker_pool.for_each(rows, self._task)
        finally:
            self._journal.flush()

    def _claimed(self, rows: Iterator[Row], ahead: int) -> Generator[Row]:
        """Yield the rows whose claim is on disk.

        A few claims are under way ahead of their turn, so that no worker has to wait for the disk. What is claimed
        and not yielded when this is closed has not left, and is given back.
        """
        claims = ((row, self._journal.rows.claim(self._run, row)) for row in rows)
        waiting = deque(islice(claims, ahead))
        try:
            while waiting:
                row, claimed = waiting[0]
                claim = claimed()
                log.debug(
                    "Row %d of run %s %s", row.number, self._run.id, "is claimed" if claim.granted else "is not claimed"
                )
                waiting.popleft()
                waiting.extend(islice(claims, 1))
                if claim.granted:
                    yield row
                elif claim.existing_row:
                    self._task.conclude(row, claim.existing_row.outcome)
        finally:
            for row, claimed in waiting:
                if claimed().granted:
                    log.debug("Row %d of run %s is given back: it has not left", row.number, self._run.id)
                    self._journal.rows.give_back(self._run.id, row.number)

    def _create(self, client: Client, row: Row) -> Answered:
        """Create one row that is claimed."""
        try:
            created = client.create(to_send(self._run, row))
        except StopRun:
            # Whatever stops a run here does so before a request leaves, or is the server's refusal of it.
            self._journal.rows.give_back(self._run.id, row.number)
            raise
        message = "" if created.campaign_id else "Created, but the server's answer holds no ID."
        return Outcome(Status.CREATED, created.campaign_id, code="200", message=message), created.attempts


def _not_created(_row: Row, failure: Failure) -> Outcome:
    """Return what a failure makes of a row: proven not created, or in doubt."""
    if isinstance(failure, TryAgain):
        return Outcome(Status.FAILED, message=f"Not created: {failure.message}")
    return Outcome(Status.IN_DOUBT, message=failure.message)
