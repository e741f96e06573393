"""Whether a campaign has called anybody, or has telephone numbers that the run has not loaded."""

from collections.abc import Iterable
from dataclasses import dataclass

from importer.enswitch import Client, Destinations, ListedNumber
from importer.errors import RowRefused
from importer.model import Status, counted, enumerated
from importer.numbers import read_new_pages
from importer.security import without_numbers

NO_STATUS = "The server does not show the statuses of its telephone numbers, so it is not known whether it has dialled."


@dataclass(frozen=True)
class NumbersLook:
    """How many telephone numbers a campaign has, and if it must be kept because of them: as what, and why."""

    count: int
    kept_as: Status | None = None
    why: str = ""


def look_at_numbers(client: Client, campaign_id: str, loaded: range) -> NumbersLook:
    """Look at the numbers of a campaign; `loaded` are the counts that it may have by what the run has loaded.

    Two requests are enough besides that for the count: the first number in the order of statuses and the last are
    pending. Where the server does not know that order, all pages are read. Raises RowRefused, OutcomeUnknown and
    TryAgain as the server answers.
    """
    destinations = Destinations(client, campaign_id, without_numbers)
    count = destinations.count()
    if count not in loaded:
        why = f"It has {counted(count, 'telephone number')}, and the run loaded {loaded.stop - 1:,}."
        return NumbersLook(count, Status.DIALLED if count >= loaded.stop else Status.TOUCHED, why)
    if not count:
        return NumbersLook(0)
    return _judged(count, _ends(destinations, count) or _all(destinations, count))


def _ends(destinations: Destinations, count: int) -> list[ListedNumber]:
    """Return the ends of the numbers in the order of their statuses, or all of them; none if there is no such order."""
    try:
        first = destinations.first_by_status(descending=False)
        if len(first) == count:
            return first
        last = destinations.first_by_status(descending=True)
    except RowRefused as error:
        if error.code != "400":
            raise
        return []
    shown = [*first, *last]
    is_sorted = bool(first) and bool(last) and first[0].text != last[0].text
    # One that is not pending says enough, in whatever order.
    return shown if is_sorted or not all(one.may_be_called for one in shown) else []


def _all(destinations: Destinations, count: int) -> list[ListedNumber]:
    """Return one number of each status that any of the numbers has."""
    found: dict[str | None, ListedNumber] = {}
    read_new_pages(destinations.listed, count, lambda page: found.update({one.status: one for one in page}))
    return list(found.values())


def _judged(count: int, shown: Iterable[ListedNumber]) -> NumbersLook:
    shown = list(shown)
    if done := sorted({str(one.status) for one in shown if not one.may_be_called}):
        why = f"It has telephone numbers with the status {enumerated(done)}."
        return NumbersLook(count, Status.DIALLED, why)
    return (
        NumbersLook(count, Status.UNPROVABLE, NO_STATUS)
        if any(one.status is None for one in shown)
        else NumbersLook(count)
    )
