"""The campaigns that a row was split into, as one line of the user's table."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from importer.model import Outcome, RowResult, Status, sheet_row

WORST_FIRST = (
    *(Status.SENDING, Status.DELETING, Status.IN_DOUBT, Status.FAILED, Status.INVALID, Status.REJECTED, Status.CHANGED),
    *(Status.DIALLED, Status.UNPROVABLE, Status.TOUCHED, Status.VALID, Status.READY, Status.UNTOUCHED),
    *(Status.CREATED, Status.UPDATED, Status.EXISTS, Status.SWITCHED_OFF, Status.CANCELLED, Status.RESTORED),
    *(Status.DELETED, Status.GONE, Status.NOT_OURS),
)
"""Which status of its campaigns a row is shown with."""


def whole_rows(results: Iterable[RowResult], names: Mapping[int, str]) -> Iterator[RowResult]:
    """Yield each row of the sheet once, with all campaigns that it was split into; the others as they are.

    `results` begins anew with each iteration, `names` has the campaigns of split rows by their numbers.
    """
    if not names:
        yield from results
        return
    parts: defaultdict[int, list[RowResult]] = defaultdict(list)
    for one in results:
        if one.number in names:
            parts[sheet_row(one.number)].append(one)
    for one in results:
        if one.number not in names:
            yield one
        elif sheet_row(one.number) == one.number:
            yield _together(parts[one.number], names)


def _together(parts: Sequence[RowResult], names: Mapping[int, str]) -> RowResult:
    worst = min(parts, key=lambda one: WORST_FIRST.index(one.outcome.status))
    ids = ", ".join(one.outcome.campaign_id for one in parts if one.outcome.campaign_id)
    message = " ".join(_sentence(names[one.number], one.outcome) for one in parts)
    problems = tuple(dict.fromkeys(problem for one in parts for problem in one.problems))
    numbers = "; ".join(f"{names[one.number]}: {one.numbers}" for one in parts if one.numbers)
    outcome = replace(worst.outcome, campaign_id=ids or None, message=message)
    return replace(parts[0], outcome=outcome, problems=problems, numbers=numbers)


def _sentence(name: str, outcome: Outcome) -> str:
    """Return what became of one campaign of a row."""
    which = f", campaign {outcome.campaign_id}" if outcome.campaign_id else ""
    status = outcome.status.value.replace("_", " ")
    return f"{name}{which}: {status}. {outcome.message}".rstrip()
