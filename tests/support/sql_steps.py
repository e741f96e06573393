"""How much work a database is given, by the steps of its machine."""

import sqlite3
from collections import Counter
from collections.abc import Callable
from typing import Any, ClassVar

STEP = 1_000
"""The machine of the database is asked to count after this number of its steps."""


class Counted(sqlite3.Connection):
    """A connection that counts the steps of the database's machine."""

    steps: ClassVar[Counter[str]] = Counter()

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.set_progress_handler(self._count, STEP)

    def _count(self) -> int:
        self.steps["all"] += STEP
        return 0


def steps_of(work: Callable[[], object]) -> int:
    """Return how many steps a work has cost the database."""
    Counted.steps.clear()
    work()
    return Counted.steps["all"]
