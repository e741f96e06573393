"""The careful readers, one a format family: slower than calamine, and exact."""

from collections.abc import Iterable, Iterator
from itertools import chain, takewhile
from typing import Protocol

from importer.spreadsheets.rows import Batch, SheetInfo, SheetRow, batches

READ_AHEAD_CELLS = 1_000_000
"""Cells that are read before the first is handed out."""


class Rows(Protocol):
    """A workbook whose sheets can be gone through row by row."""

    sheets: tuple[SheetInfo, ...]

    def rows(self, sheet: str) -> Iterable[SheetRow]:
        """Yield the rows of a sheet that hold anything or are hidden."""
        ...


class CarefulReader:
    """Reads a workbook row by row."""

    def __init__(self, workbook: Rows) -> None:
        self._workbook = workbook
        self.sheets = workbook.sheets

    def head(self, sheet: str, last: int) -> Iterator[SheetRow]:
        """Yield the rows of a sheet up to the row of a number."""
        return takewhile(lambda row: row.number <= last, self._workbook.rows(sheet))

    def batches(self, sheet: str) -> Iterator[Batch]:
        """Yield the rows of a sheet in batches, many of them read before the first is handed out."""
        return read_ahead(batches(self._workbook.rows(sheet)))


def read_ahead(found: Iterator[Batch]) -> Iterator[Batch]:
    """Return batches, of which many are read at once: a fault in these can still be tried with another reader."""
    ahead: list[Batch] = []
    cells = 0
    for batch in found:
        ahead.append(batch)
        cells += len(batch.numbers) * len(batch.columns)
        if cells >= READ_AHEAD_CELLS:
            break
    return chain(ahead, found)
