"""Which numbers the server refuses, of a batch that it refused as a whole."""

import threading
from collections.abc import Callable

from importer.errors import RowRefused, ServerUnusable
from importer.numbers.storage import NumbersToSend, ToSend
from schemas.problem_codes import ProblemCode

MOST_REFUSED = 20
"""How many numbers the server may refuse before the load stops: probably it wants all of them in another form."""

ABOUT_OTHERS = frozenset(("campaign", "status"))

Check = Callable[[NumbersToSend], None]
"""Has the server check some numbers; raises RowRefused if it refuses any."""


def is_about_numbers(error: RowRefused) -> bool:
    """Say whether a refusal of a batch is about its numbers."""
    keys = {key for key, _ in error.refusals}
    return error.code == "400" and not keys <= ABOUT_OTHERS


def find_refused(numbers: NumbersToSend, check: Check) -> list[tuple[ToSend, str]]:
    """Return the numbers that the server refuses, each with its words: halves are checked until they stand alone.

    About 2 log2(n) requests for each one; no more are sought than may be refused.
    """
    found: list[tuple[ToSend, str]] = []
    waiting = [numbers]
    while waiting and len(found) <= MOST_REFUSED:
        some = waiting.pop()
        try:
            check(some)
        except RowRefused as error:
            if not is_about_numbers(error):
                raise
            middle = len(some) // 2
            if middle:
                waiting += [some[middle:], some[:middle]]
            else:
                found.append((some[0], error.message))
    return found


def too_many_refused(words: str) -> ServerUnusable:
    """Return the error that stops a load: the server refuses one number after another."""
    return ServerUnusable(
        f"Stopped after the server refused more than {MOST_REFUSED} telephone numbers. Check --number-format. It said "
        f"of the last one: {words}",
        ProblemCode.MANY_REJECTED,
    )


class RefusalCount:
    """How many numbers the server has refused in this load, of all lists; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._count = 0

    def add(self, count: int) -> int:
        """Add to the count; return what it is then."""
        with self._lock:
            self._count += count
            return self._count
