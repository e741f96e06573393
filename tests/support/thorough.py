"""How much random and large work `make test` does of that which `make soak` does in full."""

from hypothesis import settings

FULL = 100
"""Examples of a property that says no other number, in `make soak`."""


def share(most: int) -> int:
    """Return how many of so many examples or rows are for this run: `make test` does a part, `make soak` all.

    The part is the one that the profile of hypothesis has (see conftest.py), and is never nothing.
    """
    return max(1, most * settings.default.max_examples // FULL)
