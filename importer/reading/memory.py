"""What Python does about memory while tables are read."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

OBJECTS_BETWEEN_SEARCHES = 100_000
"""As many as a few chunks of a table make."""


@contextmanager
def few_searches_for_cycles() -> Iterator[None]:
    """Let Python search rarely for objects that refer to each other: a file becomes millions of objects, none of these.

    Searching every 700 objects, as is usual, takes a fifth of the time in which a file is read and checked.
    """
    usual = gc.get_threshold()
    gc.set_threshold(OBJECTS_BETWEEN_SEARCHES, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)
