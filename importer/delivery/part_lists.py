"""Campaigns that have part of a list of telephone numbers are not switched on: no part of a list is dialled."""

from collections.abc import Callable

from importer.delivery.context import RunContext
from importer.model import LoadStatus, NumberLoad, counted

Covers = Callable[[NumberLoad, NumberLoad], bool]
"""Says whether a load has all numbers of another one."""


def why_off(context: RunContext, row: int, campaign_id: str, covers: Covers) -> str:
    """Return why the campaign of a row must not be switched on: it lacks numbers of a list, of whichever run.

    Returns "" if it may be. A list is not missed if one that is complete has all of its numbers.
    """
    loads = context.journal.number_loads.into(context.run.id, row, campaign_id)
    complete = [one for one in loads if one.status is LoadStatus.LOADED]
    if loads and not complete and not any(one.to_load for one in loads):
        return "It has no telephone number to call, so it stays off."
    for load in loads:
        if load.to_load and load not in complete and not any(covers(one, load) for one in complete):
            numbers = counted(load.to_load, "telephone number")
            # How many are, the journal does not know after a kill.
            return (
                f"Not all of the {numbers} of run {load.run} are loaded, so it stays off. "
                f"`campaign-importer apply {load.run}` loads the others."
            )
    return ""
