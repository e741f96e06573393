"""Whether any name comes a second time in a table; if none does, no campaign does either."""

from collections.abc import Iterable

import pandas as pd

from schemas.likeness import folded

PARTS = 8
"""Into as many parts the numbers are divided, one compared after the other: comparing takes memory."""


class Names:
    """Remembers the names of the rows of a table, as a number of eight bytes each."""

    def __init__(self) -> None:
        self._numbers: list[pd.Series[int]] = []

    def add(self, names: Iterable[str]) -> None:
        """Remember names; those that look alike are one."""
        self._numbers.append(pd.Series([hash(folded(name)) for name in names], dtype="int64"))

    def may_repeat(self) -> bool:
        """Return whether a name may occur twice. False is certain; True is very rarely wrong."""
        return not all(self._are_different(part) for part in range(PARTS))

    def _are_different(self, part: int) -> bool:
        numbers = [chunk[chunk.mod(PARTS) == part] for chunk in self._numbers]
        return not numbers or pd.concat(numbers, ignore_index=True).is_unique
