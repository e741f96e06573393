"""Sets of numbers: what they hold is what was added, however long they are."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from importer.numbers import sorted_numbers
from importer.numbers.sorted_numbers import SortedNumbers

BATCHES = st.lists(st.lists(st.integers(1, 40), max_size=12), max_size=12)


@pytest.mark.parametrize(("in_memory", "merged"), [(1 << 20, 1 << 23), (4, 1 << 23), (4, 8)])
def test_the_first_time_of_each_number_is_found(monkeypatch: pytest.MonkeyPatch, in_memory: int, merged: int) -> None:
    """A number is new once, in memory, in a file, and in runs that stay apart."""
    monkeypatch.setattr(sorted_numbers, "LONGEST_IN_MEMORY", in_memory)
    monkeypatch.setattr(sorted_numbers, "LONGEST_MERGED", merged)

    @given(BATCHES)
    def check(batches: list[list[int]]) -> None:
        ours, seen = SortedNumbers(), set[int]()
        for batch in batches:
            expected = []
            for number in batch:
                expected.append(number not in seen)
                seen.add(number)
            assert ours.first_times(np.array(batch, dtype=np.int64)).tolist() == expected
        assert len(ours) == len(seen)
        everything = np.arange(50, dtype=np.int64)
        assert ours.holds(everything).tolist() == [int(number) in seen for number in everything]

    check()
