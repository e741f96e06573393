"""Sets of numbers of any size: sorted runs, the long ones in a temporary file."""

import tempfile

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
"""Telephone numbers as whole numbers: E.164 has at most 15 digits."""

LONGEST_IN_MEMORY = 1 << 20
"""How many numbers a run has at most before it goes to a file: 8 MiB."""

LONGEST_MERGED = 1 << 23
"""From this length on runs stay apart: merging them would need them in memory."""


class SortedNumbers:
    """A set of numbers that can be added to, and asked about many numbers at once."""

    def __init__(self) -> None:
        self._runs: list[Numbers] = []

    def __len__(self) -> int:
        return sum(len(run) for run in self._runs)

    def holds(self, numbers: Numbers) -> NDArray[np.bool_]:
        """Return, for each number, whether it is in the set."""
        found = np.zeros(len(numbers), dtype=np.bool_)
        if not self._runs or not len(numbers):
            return found
        order = np.argsort(numbers)
        in_order = numbers[order]
        for run in self._runs:
            places = np.minimum(np.searchsorted(run, in_order), len(run) - 1)
            found[order] |= run[places] == in_order
        return found

    def add(self, numbers: Numbers) -> None:
        """Add numbers that are not in the set yet."""
        if not len(numbers):
            return
        self._runs.append(np.sort(numbers))
        while len(self._runs) > 1 and self._may_merge(*self._runs[-2:]):
            last, former = self._runs.pop(), self._runs.pop()
            self._runs.append(_kept(np.sort(np.concatenate((former, last)), kind="stable")))

    def first_times(self, numbers: Numbers) -> NDArray[np.bool_]:
        """Add numbers; return, for each, whether it was neither in the set nor before in these numbers."""
        first = np.zeros(len(numbers), dtype=np.bool_)
        first[np.unique(numbers, return_index=True)[1]] = True
        first &= ~self.holds(numbers)
        self.add(numbers[first])
        return first

    @staticmethod
    def _may_merge(former: Numbers, last: Numbers) -> bool:
        return len(former) < 2 * len(last) and len(former) + len(last) <= LONGEST_MERGED


def _kept(run: Numbers) -> Numbers:
    """Return a run, in a file without a name if it is long: the system takes that from memory where it needs to."""
    if len(run) < LONGEST_IN_MEMORY:
        return run
    with tempfile.TemporaryFile() as file:
        run.tofile(file)
        file.flush()
        return np.memmap(file, dtype=np.int64, mode="r", shape=run.shape)
