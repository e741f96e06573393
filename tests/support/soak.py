"""How long the tests of `make soak` go on."""

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Soak:
    """How long a test may go on: until `end` on the monotonic clock."""

    end: float

    def goes_on(self, *_: object) -> bool:
        """Say whether there is time left."""
        return time.monotonic() < self.end

    def seeds(self) -> Iterator[int]:
        """Yield a seed for each round that there is time for, at least one."""
        yield random.randrange(2**32)
        while self.goes_on():
            yield random.randrange(2**32)
