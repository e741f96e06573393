"""The contract of every reader: what a table of text is, before anybody knows what its columns mean."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

import pandas as pd

from importer.model import Source

CHUNK_ROWS = 10_000

Record = tuple[int, list[str]]
"""A row's number, as the user's program shows it, and its cells as text ("" is blank)."""


@dataclass(frozen=True)
class Table:
    """A table of text.

    `header_row` is the number of the row that holds the headings. `chunks` can be gone through once: each is a
    frame whose index, named "row", holds the row numbers and whose columns are the positions 0, 1, … of the
    headings; every cell is a str, "" where it is blank. Rows that are blank altogether are left out.
    """

    source: Source
    header_row: int
    chunks: Iterator[pd.DataFrame]
    notes: tuple[str, ...] = ()


def frames(records: Iterable[Record], width: int) -> Iterator[pd.DataFrame]:
    """Yield the records as frames of CHUNK_ROWS rows, without those that are blank; the index keeps their numbers."""
    filled = ((number, cells) for number, cells in records if any(cell.strip() for cell in cells))
    while batch := list(islice(filled, CHUNK_ROWS)):
        index = pd.Index([number for number, _ in batch], name="row")
        yield pd.DataFrame([cells for _, cells in batch], index=index, columns=range(width), dtype=str)
