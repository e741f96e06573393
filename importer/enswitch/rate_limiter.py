"""When the next request may be sent: an even rate, and a pause that applies to all workers at once."""

import threading
import time
from collections.abc import Callable

Clock = Callable[[], float]
Sleep = Callable[[float], None]


class RateLimiter:
    """A token bucket with one token, shared by all workers, and a pause that any of them may request.

    `rate` is the maximum number of requests a second (None: no limit). `clock` returns seconds that never go back;
    `sleep` waits, and may raise to end the wait; `check` raises once no more requests may be sent.
    """

    def __init__(
        self,
        rate: float | None = None,
        *,
        clock: Clock = time.monotonic,
        sleep: Sleep = time.sleep,
        check: Callable[[], None] = lambda: None,
    ) -> None:
        self._interval = 1 / rate if rate else 0.0
        self._clock = clock
        self._sleep = sleep
        self._check = check
        self._lock = threading.Lock()
        self._next = clock()
        self._paused_until = clock()

    def turn(self) -> None:
        """Wait until a request may be sent."""
        self._check()
        if not self._interval and self._clock() >= self._paused_until:
            return
        while (wait := self._take()) > 0:
            self._sleep(wait)

    def pause(self, seconds: float) -> None:
        """Send no requests for this number of seconds from now."""
        with self._lock:
            self._paused_until = max(self._paused_until, self._clock() + seconds)

    def _take(self) -> float:
        """Take the token and return 0, or return the number of seconds until there may be one."""
        with self._lock:
            now = self._clock()
            due = max(self._next, self._paused_until)
            if now < due:
                return due - now
            self._next = now + self._interval
            return 0.0
