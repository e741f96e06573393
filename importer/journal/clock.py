"""The time, as the journal keeps it."""

from datetime import UTC, datetime


def now() -> str:
    """Return the time for the journal: UTC, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
