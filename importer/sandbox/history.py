"""What became of campaigns and their destinations, in order: the proof of who was called, and when."""

from collections import deque
from dataclasses import dataclass
from typing import Literal

LONGEST = 1_000_000

Kind = Literal["on", "off", "added", "removed", "again", "call"]


@dataclass(frozen=True, slots=True)
class HistoryEvent:
    """One event. `enabled` says whether the campaign was on, `destinations` how many it had afterwards.

    - `on`, `off`: the campaign was switched, or made so
    - `added`, `removed`: destinations came or went, any number of them
    - `again`: a destination that was not pending is pending again; `status` is what it was
    - `call`: the dialler called a destination; `status` is what came of it
    """

    kind: Kind
    campaign: int
    enabled: bool
    destinations: int
    dnumber: str = ""
    status: str = ""


class History:
    """The newest events, oldest first."""

    def __init__(self) -> None:
        self._events: deque[HistoryEvent] = deque(maxlen=LONGEST)

    def add(self, event: HistoryEvent) -> None:
        """Note one event."""
        self._events.append(event)

    def all(self) -> list[HistoryEvent]:
        """Return what has been noted so far."""
        return list(self._events)
