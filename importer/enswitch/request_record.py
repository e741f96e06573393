"""The record of a request in progress: whether a byte of it can have left, and how much of its time is left."""

import time
from datetime import datetime


class RequestRecord:
    """The record that a transport and its connections keep of the request in progress.

    `sent` says whether a byte of it can have been sent since the last connect; `seconds` is how long it may take from
    then on, `silence` how long the server may be silent, `until` when its time is over, by the monotonic clock.
    `certificate_ends` is when the certificate of the newest connection expires, None if there is none.
    """

    def __init__(self) -> None:
        self.sent = False
        self.seconds = self.silence = self.until = 0.0
        self.certificate_ends: datetime | None = None

    def begin(self, seconds: float, silence: float) -> None:
        """Begin another request: no byte of it has been sent."""
        self.sent = False
        self.seconds = seconds
        self.silence = silence

    def leave(self) -> None:
        """Record that a byte is sent: the time of the request begins with the first one."""
        if not self.sent:
            self.sent = True
            self.until = time.monotonic() + self.seconds

    def limit_reached(self) -> float:
        """Return the limit, in seconds, that a request has reached which was given up: its own, or that of silence."""
        return self.seconds if time.monotonic() >= self.until else self.silence

    def time_left(self) -> float:
        """Return how many seconds the next wait may take. Raises TimeoutError if none are left."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError("the time limit for the whole request was reached")
        return min(left, self.silence)
