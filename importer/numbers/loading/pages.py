"""All numbers that the server lists for a campaign, page by page."""

from collections.abc import Callable
from itertools import compress, islice
from typing import TypeVar

import numpy as np

from importer.enswitch import ListedNumber
from importer.errors import OutcomeUnknown
from importer.numbers.masking import masked
from importer.numbers.sorted_numbers import SortedNumbers

T = TypeVar("T")

PAGE = 1_000
MOST_PAGES = 200_000
NO_PROGRESS = (
    "The server lists {shown:,} of {count:,} telephone numbers of the campaign, and further pages show the same ones."
)
NOT_ALL = (
    "The server counts {count:,} telephone numbers in the campaign, and its pages show {shown:,} different ones: "
    "{twice} twice, so perhaps others not at all. If they are changed at the moment, try again later. If the campaign "
    "really has a number twice, remove it there."
)


def read_pages(page: Callable[[int, int], list[T]], count: int, add: Callable[[list[T]], int]) -> None:
    """Read all pages of a campaign that has `count` numbers: `page` returns one, by its offset and its longest length.

    `add` takes what is on a page, and returns how much of it is new.

    A server may have shorter pages than it is asked for, ignore the offset, or send everything at once. Raises
    OutcomeUnknown if a page shows nothing new before all are read, or the list ends before.
    """
    shown = 0
    for _ in range(MOST_PAGES):
        found = page(shown, PAGE)
        new = add(found) if found else 0
        shown += len(found)
        if shown >= count:
            return
        if not found:
            break
        if not new:
            raise OutcomeUnknown(NO_PROGRESS.format(shown=shown, count=count))
    raise OutcomeUnknown(f"The server counts {count:,} telephone numbers in the campaign, and lists {shown:,}.")


def read_new_pages(
    page: Callable[[int, int], list[ListedNumber]], count: int, take: Callable[[list[ListedNumber]], object]
) -> None:
    """Read all pages as `read_pages` does; `take` takes the numbers that no page before has shown.

    Raises OutcomeUnknown also if the pages overlap, so that they may not show all numbers.
    """
    seen = SortedNumbers()
    twice: list[str] = []

    def add(found: list[ListedNumber]) -> int:
        new = seen.first_times(np.array([hash(one.text) for one in found], dtype=np.int64))
        take(list(compress(found, new)))
        if not twice:
            twice.extend(masked(one.text) for one in islice(compress(found, ~new), 1))
        return int(new.sum())

    if count:
        read_pages(page, count, add)
        if len(seen) < count:
            raise OutcomeUnknown(NOT_ALL.format(shown=len(seen), count=count, twice="".join(twice) or "some"))
