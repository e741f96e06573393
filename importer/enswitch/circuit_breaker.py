"""The circuit breaker: if the server keeps failing, continuing would do harm."""

import logging
import threading
from collections import deque

from importer.errors import ImporterError, ServerUnusable

log = logging.getLogger(__name__)


class CircuitBreaker:
    """Counts failures that are not caused by a row's data, across all workers.

    `in_a_row` failures of the same kind, or more than `share` of the last `window` rows, open the circuit.
    """

    def __init__(self, in_a_row: int = 10, share: float = 0.5, window: int = 50) -> None:
        self._in_a_row = in_a_row
        self._share = share
        self._lock = threading.Lock()
        self._last: deque[bool] = deque(maxlen=window)
        self._kind = ""
        self._same = 0

    def succeeded(self) -> None:
        """Record that the server answered for a row, whether it accepted or refused it."""
        with self._lock:
            self._last.append(False)
            self._same = 0

    def failed(self, error: ImporterError) -> None:
        """Record a failure; raise ServerUnusable if it is one too many."""
        with self._lock:
            self._last.append(True)
            self._same = self._same + 1 if error.message == self._kind else 1
            self._kind = error.message
            failures, rows = sum(self._last), len(self._last)
        log.debug("Consecutive failure %d of the same kind; %d of the last %d rows failed", self._same, failures, rows)
        if self._same >= self._in_a_row:
            raise ServerUnusable(f"Stopped after {self._same} consecutive failures of the same kind: {error.message}")
        if rows == self._last.maxlen and failures > self._share * rows:
            raise ServerUnusable(
                f"Stopped because {failures} of the last {rows} rows failed. The last failure: {error.message}"
            )
