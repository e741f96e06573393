"""The numbers of one campaign on their way to the server: how many there are, and how far they have come."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class LoadStatus(StrEnum):
    """Where the numbers of a campaign stand."""

    WAITING = "waiting"
    """Nothing was sent: the campaign is not created yet, or could not be used."""
    LOADING = "loading"
    """Numbers were sent, and others are to follow."""
    LOADED = "loaded"
    """The server has every number that was to be loaded."""
    IN_DOUBT = "in_doubt"
    """Numbers were sent, and the server does not show that it has exactly these."""
    PAUSED = "paused"
    """The campaign is on, or was switched on during the load, so nothing more is sent."""
    GONE = "gone"
    """The campaign is no longer on the server."""


@dataclass(frozen=True, kw_only=True)
class NumberLoad:
    """The numbers of one campaign of a run, as counts.

    `number` is that of the list in the run's file of numbers; `row` is the campaign's row in the run's sheet, 0 for a
    campaign that existed before; `campaign_id` is "" as long as it is not known. `message` says why a load is not
    complete; it holds no telephone number.
    """

    run: str
    number: int
    row: int = 0
    campaign_id: str = ""
    to_load: int = 0
    loaded: int = 0
    status: LoadStatus = LoadStatus.WAITING
    message: str = ""

    @property
    def is_open(self) -> bool:
        """Whether something is left to be done: to load numbers, to compare them, or to say that there are none."""
        return self.status is not LoadStatus.LOADED and bool(self.to_load or not self.message)


@dataclass(frozen=True)
class NumberCounts:
    """How many telephone numbers of a run there are of each kind: `title` says of which kinds, such as countries."""

    title: str
    counts: Mapping[str, int]
