"""All numbers that the server lists for a campaign, page by page."""

from collections.abc import Callable
from typing import TypeVar

from importer.errors import OutcomeUnknown

T = TypeVar("T")

PAGE = 1_000
MOST_PAGES = 200_000
NO_PROGRESS = (
    "The server lists {shown:,} of {count:,} telephone numbers of the campaign, and further pages show the same ones."
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


def read_new_pages(page: Callable[[int, int], list[T]], count: int, take: Callable[[list[T]], object]) -> None:
    """Read all pages as `read_pages` does, each once: one that shows the same as the one before is not taken again."""
    last: list[T] = []

    def add(found: list[T]) -> int:
        is_new = found != last
        last[:] = found
        if is_new:
            take(found)
        return len(found) if is_new else 0

    if count:
        read_pages(page, count, add)
