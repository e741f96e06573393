"""The dialler: while a campaign is on, it calls the pending destinations, and each call has a result at once."""

import random
from collections.abc import Callable
from dataclasses import dataclass, fields
from math import inf
from time import monotonic
from typing import Any, Self

from importer.sandbox.pairs import read_number, read_pairs
from importer.sandbox.store import CampaignStore

SETTINGS = {
    "per_request": "how many destinations are called before each request",
    "per_second": "how many destinations are called in a second",
    "answered": "how likely a call is a success, from 0 to 1; a call that is not has failed",
    "seed": "the number from which chance begins: the same seed and requests give the same calls",
}
"""The settings of the dialler, and what each says."""


@dataclass(frozen=True, slots=True)
class Dialling:
    """How much is dialled, and with which luck; nothing is by default. SETTINGS says what each field means."""

    per_request: int = 0
    per_second: float = 0.0
    answered: float = 0.7
    seed: int = 0

    def __post_init__(self) -> None:
        if not all(0 <= calls < inf for calls in (self.per_request, self.per_second)):
            raise ValueError("per_request and per_second are numbers of calls: 0 or more.")
        if not 0 <= self.answered <= 1:
            raise ValueError(f"answered={self.answered} is a probability, from 0 to 1.")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `per_request=5,answered=0.9,seed=3`."""
        found = read_pairs(text, [field.name for field in fields(cls)], "setting of the dialler")
        whole = ("per_request", "seed")
        values: dict[str, Any] = {
            name: read_number(name, value, int if name in whole else float) for name, value in found.items()
        }
        return cls(**values)


class Dialler:
    """Calls destinations of the campaigns that are on, in an order that the seed decides."""

    def __init__(self, store: CampaignStore, dialling: Dialling, clock: Callable[[], float] = monotonic) -> None:
        self._store = store
        self._clock = clock
        self.use(dialling)

    def use(self, dialling: Dialling) -> None:
        """Take over new settings and start their random sequence afresh."""
        # Repeatable chance is wanted here, not secrecy.
        self._random = random.Random(dialling.seed)  # noqa: S311
        self._since = self._clock()
        self._due = 0.0
        self.dialling = dialling

    def catch_up(self) -> None:
        """Call what is due before a request: nobody can see between requests when it was called."""
        now = self._clock()
        self._due += self.dialling.per_request + (now - self._since) * self.dialling.per_second
        self._since = now
        whole = int(self._due)
        # What nobody waited for is not made up for later.
        self._due -= whole
        if whole:
            self.dial(whole)

    def dial(self, calls: int | None = None) -> int:
        """Make a number of calls, or all that there are to make; return how many it made."""
        made = 0
        with self._store.lock:
            waiting = sorted(self._store.switched_on)
            while waiting and (calls is None or made < calls):
                place = self._random.randrange(len(waiting))
                status = "success" if self._random.random() < self.dialling.answered else "failed"
                if self._store.destinations.call(waiting[place], self._random, status):
                    made += 1
                else:
                    del waiting[place]
        return made
