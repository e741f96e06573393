"""The log of what clients asked and what became of it."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

LONGEST = 100_000


@dataclass(frozen=True, slots=True)
class SeenRequest:
    """One request that has come to its end.

    `action` is empty for a path the API does not have. `parameters` never hold the password. `code` is the code
    of the envelope the client was sent, None where it got no readable one or had gone; `status` is the HTTP status,
    None where it got no answer. Times are monotonic.
    """

    action: str
    method: str
    path: str
    parameters: dict[str, str]
    password_ok: bool
    fault: str | None
    code: str | None
    status: int | None
    arrived: float
    finished: float

    def line(self) -> str:
        """Return the request in one line for a person: what was asked, as whom, and what became of it."""
        if not self.action:
            return f"{self.method} {self.path}: no such page"
        account = self.parameters.get("auth_username", "nobody")
        answer = f"answer {self.code}" if self.code else _without_envelope(self.status)
        fault = f", fault {self.fault}" if self.fault else ""
        password = "" if self.password_ok else ", wrong password"
        return f"{self.action} by {account}: {answer}{fault}{password}, {1000 * (self.finished - self.arrived):.0f} ms"


def _without_envelope(status: int | None) -> str:
    return f"HTTP {status}" if status and status >= HTTPStatus.BAD_REQUEST else "no readable answer"


class RequestLog:
    """Keeps the newest requests in the order in which they ended; switched off, it keeps none.

    `heard` is given each of them at once.
    """

    def __init__(self, *, enabled: bool, heard: Callable[[SeenRequest], None] = lambda _: None) -> None:
        self.enabled = enabled
        self._heard = heard
        self._seen: deque[SeenRequest] = deque(maxlen=LONGEST)

    def add(self, seen: SeenRequest) -> None:
        """Note one request."""
        self._seen.append(seen)
        self._heard(seen)

    def all(self) -> list[SeenRequest]:
        """Return what has been noted so far."""
        return list(self._seen)

    def clear(self) -> None:
        """Forget everything noted so far."""
        self._seen.clear()
