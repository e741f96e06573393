"""What campaigns refer to by ID: customers, people, time groups, queues and the like."""

import math
from collections.abc import Mapping
from contextlib import AbstractContextManager
from itertools import count
from time import monotonic
from typing import Any

from importer.sandbox.database import Row

COLUMNS: Mapping[str, Mapping[str, Any]] = {
    "customers": {"name": "", "account": "", "description": "", "deleted": 0},
    "people": {"username": "", "forename": "", "surname": "", "email": ""},
    "timegroups": {"name": "", "shared": 0},
    "recording/groups": {"name": ""},
    "queues": {"name": "", "description": ""},
    "ivrs": {"name": "", "description": ""},
    "huntgroups": {"name": "", "description": ""},
    "conferences": {"name": "", "code": ""},
    "mailboxes": {"mailbox": ""},
    "phones": {"name": "", "display": "", "description": ""},
}
"""The columns of each kind beside `id` and `customer`, with what they hold if nothing is given; the first is what
people call it by.

The customer of a customer is its parent. A time group that is shared may be used by all customers.
"""

_EXAMPLES: tuple[tuple[str, int, dict[str, Any]], ...] = (
    ("customers", 0, {"name": "Example Telecom", "account": "1000"}),
    ("customers", 1, {"name": "North Branch", "account": "1001"}),
    ("customers", 1, {"name": "South Branch", "account": "1002"}),
    ("people", 1, {"username": "jane", "forename": "Jane", "surname": "Miller", "email": "jane@example.com"}),
    ("people", 1, {"username": "john", "forename": "John", "surname": "Miller", "email": "john@example.com"}),
    ("people", 2, {"username": "north", "forename": "Jane", "surname": "Miller", "email": "north@example.com"}),
    ("timegroups", 1, {"name": "Office hours"}),
    ("timegroups", 1, {"name": "Evenings", "shared": 1}),
    ("timegroups", 2, {"name": "Office hours"}),
    ("recording/groups", 1, {"name": "Sales"}),
    ("recording/groups", 2, {"name": "Sales"}),
    ("queues", 1, {"name": "Support"}),
    ("queues", 2, {"name": "Support"}),
    ("ivrs", 1, {"name": "Main menu"}),
    ("huntgroups", 1, {"name": "Reception"}),
    ("conferences", 1, {"name": "Weekly meeting", "code": "4321"}),
    ("mailboxes", 1, {"mailbox": "1234"}),
    ("phones", 1, {"name": "1001", "display": "Entrance"}),
)
"""What there is from the start: kind, customer, columns."""


class Directory:
    """Entries of each kind by their IDs; it begins with a few examples, and none of it is kept in the database."""

    def __init__(self, lock: AbstractContextManager[object]) -> None:
        self._lock = lock
        self._entries: dict[str, dict[int, Row]] = {kind: {} for kind in COLUMNS}
        self._made: dict[tuple[str, int], float] = {}
        self._numbers = {kind: count(1) for kind in COLUMNS}
        for kind, customer, columns in _EXAMPLES:
            self._made[kind, self.add(kind, customer, columns)] = -math.inf

    def add(self, kind: str, customer: int, columns: Mapping[str, Any]) -> int:
        """Store an entry, columns left out empty, and return its new ID."""
        entries = self._known(kind, columns)
        with self._lock:
            new = next(self._numbers[kind])
            entries[new] = {"id": new, "customer": customer, **COLUMNS[kind], **columns}
            self._made[kind, new] = monotonic()
        return new

    def change(self, kind: str, number: int, columns: Mapping[str, Any]) -> None:
        """Overwrite the given columns of an entry."""
        entries = self._known(kind, columns)
        with self._lock:
            entries[number] |= columns

    def remove(self, kind: str, number: int) -> None:
        """Remove an entry."""
        entries = self._known(kind, {})
        with self._lock:
            del entries[number]

    def rows(self, kind: str) -> list[Row]:
        """Return all entries of a kind in the order of their IDs."""
        return list(self._entries[kind].values())

    def made_within(self, kind: str, seconds: float) -> set[int]:
        """Return the IDs of the entries that were made in the last N seconds."""
        since = monotonic() - seconds
        return {number for number in self._entries[kind] if self._made[kind, number] >= since}

    def _known(self, kind: str, columns: Mapping[str, Any]) -> dict[int, Row]:
        if kind not in COLUMNS:
            raise ValueError(f"{kind!r} is not a known kind of entry; the known kinds are {', '.join(COLUMNS)}.")
        unknown = [name for name in columns if name not in COLUMNS[kind]]
        if unknown:
            raise ValueError(f"{kind} have no column {', '.join(unknown)}.")
        return self._entries[kind]
