"""All numbers that the server lists for a campaign, page by page."""

from collections.abc import Callable

from importer.enswitch import Destinations
from importer.errors import OutcomeUnknown

PAGE = 1_000
MOST_PAGES = 200_000
NO_PROGRESS = (
    "The server lists {shown:,} of {count:,} telephone numbers of the campaign, and further pages show the same ones."
)


def read_pages(destinations: Destinations, count: int, add: Callable[[list[str]], int]) -> None:
    """Read all pages of a campaign that has `count` numbers; `add` takes the texts of a page, returns how many are new.

    A server may have shorter pages than it is asked for, ignore the offset, or send everything at once. Raises
    OutcomeUnknown if a page shows nothing new before all are read, or the list ends before.
    """
    shown = 0
    for _ in range(MOST_PAGES):
        texts = destinations.page(shown, PAGE)
        new = add(texts) if texts else 0
        shown += len(texts)
        if shown >= count:
            return
        if not texts:
            break
        if not new:
            raise OutcomeUnknown(NO_PROGRESS.format(shown=shown, count=count))
    raise OutcomeUnknown(f"The server counts {count:,} telephone numbers in the campaign, and lists {shown:,}.")
