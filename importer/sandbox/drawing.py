"""Which fault the next request meets: first the script, then chance."""

import random
from collections import deque
from collections.abc import Iterable
from itertools import accumulate

from importer.sandbox.actions import ACTIONS, check_action
from importer.sandbox.faults import FAULT_NAMES, Faults, check_fault


class FaultDeck:
    """Deals one fault (or none) to every request; same seed and same requests give the same faults."""

    def __init__(self, faults: Faults) -> None:
        self._scripts: dict[str, deque[str | None]] = {action: deque() for action in ACTIONS}
        self.use(faults)

    def use(self, faults: Faults) -> None:
        """Take over new probabilities and start their random sequence afresh; scripts stay."""
        # Repeatable chance is wanted here, not secrecy.
        self._random = random.Random(faults.seed)  # noqa: S311
        likely = [name for name in FAULT_NAMES if getattr(faults, name) > 0]
        self._bounds = list(zip(accumulate(getattr(faults, name) for name in likely), likely, strict=True))
        self.faults = faults

    def script(self, action: str, faults: Iterable[str | None]) -> None:
        """Append to the faults that the next requests of an action meet, one each; None means no fault."""
        check_action(action)
        scripted = list(faults)
        for fault in scripted:
            if fault is not None:
                check_fault(fault)
        self._scripts[action].extend(scripted)

    def draw(self, action: str) -> str | None:
        """Name the fault that this request meets."""
        script = self._scripts[action]
        if script:
            return script.popleft()
        if not self._bounds or (self.faults.actions is not None and action not in self.faults.actions):
            return None
        chance = self._random.random()
        return next((name for bound, name in self._bounds if chance < bound), None)
