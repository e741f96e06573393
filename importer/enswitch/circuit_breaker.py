"""The circuit breaker: when the server fails again and again, going on does harm."""

import logging
import threading
from collections import deque

from importer.errors import ImporterError, ServerUnusable

log = logging.getLogger(__name__)


class CircuitBreaker:
    """Counts failures that are not about a row's own data, over all workers.

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
        """Take note that the server did its work for a row, whether it said yes or no."""
        with self._lock:
            self._last.append(False)
            self._same = 0

    def failed(self, error: ImporterError) -> None:
        """Take note of a failure; raise ServerUnusable if it is one too many."""
        with self._lock:
            self._last.append(True)
            self._same = self._same + 1 if error.message == self._kind else 1
            self._kind = error.message
            failures, rows = sum(self._last), len(self._last)
        log.debug("Failure %d of its kind in a row; %d of the last %d rows failed", self._same, failures, rows)
        if self._same >= self._in_a_row:
            raise ServerUnusable(f"Stopped after {self._same} failures of the same kind in a row: {error.message}")
        if rows == self._last.maxlen and failures > self._share * rows:
            raise ServerUnusable(
                f"Stopped because {failures} of the last {rows} rows failed. The last: {error.message}"
            )
