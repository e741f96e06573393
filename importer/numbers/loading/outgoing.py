"""Batches of a list on their way: each is on disk before it leaves, the next one while the one before it is sent."""

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime

from importer.journal import Pending
from importer.numbers.loading.context import LoadContext
from importer.numbers.storage import NumberBatch


@dataclass(frozen=True)
class _Claimed:
    """A batch that is being recorded as `sending`, as it is sent, and its prints, if they are kept."""

    batch: NumberBatch
    texts: Sequence[str]
    record: Pending[None]
    prints: Pending[int] | None

    def wait(self) -> NumberBatch:
        """Wait until the batch may leave."""
        self.record.wait()
        if self.prints is not None:
            self.prints.wait()
        return self.batch


class Outgoing:
    """Cuts and claims the batches of one list, one after the other."""

    def __init__(self, context: LoadContext, list_number: int) -> None:
        self._context = context
        self._list = list_number
        self._ahead: Future[_Claimed | None] | None = None
        self._claimed: _Claimed | None = None

    def has_more(self) -> bool:
        """Say whether numbers are left that were never sent."""
        return self._cut(1) is not None

    def next(self, size: int) -> NumberBatch | None:
        """Return the next batch, which is on disk as `sending`; None if nothing is left that was never sent."""
        ahead, self._ahead = self._ahead, None
        claimed = ahead.result() if ahead else self._claim(size)
        self._claimed = claimed
        return claimed.wait() if claimed else None

    def texts(self, batch: NumberBatch) -> Sequence[str]:
        """Return the numbers of a batch as they are sent."""
        claimed = self._claimed
        return claimed.texts if claimed and claimed.batch is batch else self._context.wire.write_all(batch.numbers)

    def claim_ahead(self, size: int) -> None:
        """Begin to cut the batch after the current one and to write it to disk, while that is sent."""
        self._ahead = self._ahead or self._context.lookout.begin(lambda _: self._claim(size))

    def give_back(self, batch: NumberBatch) -> None:
        """Put back a batch that the server certainly did not take; what was in doubt before stays so."""
        self.give_back_ahead()
        if self._claimed is not None and batch is self._claimed.batch:
            claimed, self._claimed = self._claimed, None
            self._remove(claimed)

    def give_back_ahead(self) -> None:
        """Put back a batch that has not left."""
        if self._ahead is not None:
            ahead, self._ahead = self._ahead, None
            if claimed := ahead.result():
                self._remove(claimed)

    def _cut(self, size: int) -> NumberBatch | None:
        batches = self._context.batches
        for status in self._context.statuses.result().get(self._list, ()):
            if batch := batches.next(self._list, status, batches.end(self._list, status), size):
                return batch
        return None

    def _claim(self, size: int) -> _Claimed | None:
        batch = self._cut(size)
        if batch is None:
            return None
        # Before anything is recorded: a form that numbers cannot be written in is an error.
        texts = self._context.wire.write_all(batch.numbers)
        moment = datetime.now(UTC).isoformat(timespec="milliseconds")
        record = self._context.batches.claim(batch, moment)
        prints = self._context.prints
        run_id = self._context.run.run.id
        kept = prints.keep(run_id, batch.numbers.e164, moment) if prints else None
        return _Claimed(batch, texts, record, kept)

    def _remove(self, claimed: _Claimed) -> None:
        self._context.batches.give_back(claimed.wait())
        if self._context.prints is not None and claimed.prints is not None:
            self._context.prints.take_back(claimed.prints.wait())
