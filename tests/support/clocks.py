"""Time that passes only when a test lets it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@dataclass
class Clock:
    """A clock that stands still until it is set or slept by, and remembers how long everybody meant to wait.

    Call it for the seconds since the epoch; they serve as a monotonic time as well.
    """

    now: datetime = NOON
    waits: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        """Return the time in seconds."""
        return self.now.timestamp()

    def sleep(self, seconds: float) -> None:
        """Let the time pass without waiting."""
        self.waits.append(seconds)
        self.pass_by(seconds)

    def pass_by(self, seconds: float) -> None:
        """Let time pass in which nobody waits."""
        self.now += timedelta(seconds=seconds)
