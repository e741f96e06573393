"""The log of what clients asked and what became of it."""

from collections import deque
from dataclasses import dataclass

LONGEST = 100_000


@dataclass(frozen=True, slots=True)
class SeenRequest:
    """One request that has come to its end.

    `action` is empty for a path the API does not have. `parameters` never hold the password. `code` is the code
    of the envelope the client was sent, None where it got no readable one or had gone. Times are monotonic.
    """

    action: str
    method: str
    path: str
    parameters: dict[str, str]
    password_ok: bool
    fault: str | None
    code: str | None
    arrived: float
    finished: float


class RequestLog:
    """Keeps the newest requests in the order in which they ended; switched off, it keeps none."""

    def __init__(self, *, enabled: bool) -> None:
        self.enabled = enabled
        self._seen: deque[SeenRequest] = deque(maxlen=LONGEST)

    def add(self, seen: SeenRequest) -> None:
        """Note one request."""
        self._seen.append(seen)

    def all(self) -> list[SeenRequest]:
        """Return what has been noted so far."""
        return list(self._seen)

    def clear(self) -> None:
        """Forget everything noted so far."""
        self._seen.clear()
