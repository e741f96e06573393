"""Rows of a workbook on their way from a reader to the table: sparse as they are read, in batches as they are sent."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from importer.model import column_letters
from importer.ooxml import corners_of
from importer.spreadsheets.cells import BLANK, TEXT, Cell, Display

Record = tuple[int, list[str]]
"""A row's number, as the user's program shows it, and its cells as text ("" is blank)."""

Range = tuple[int, int, int, int]
"""First row, first column, last row and last column of a range of cells, all counted from 1."""

Span = tuple[int, int]
"""The first and the last of some columns side by side, counted from 1."""

CHUNK_CELLS = 2_000_000
"""A chunk is never bigger than this: one of 16,384 columns takes no more memory than one of 40."""
MOST_CELLS = 100_000_000
"""Cells of a table, blank ones among them: a hundred columns of a million rows."""

BATCH_ROWS = 10_000
NO_CELL: Cell = "", BLANK, None
BETWEEN = "`"
"""What separates the texts of a column: hardly any text holds it, and JSON has no escape for it, which would cost."""


@dataclass(frozen=True)
class SheetInfo:
    """A sheet of a workbook: its name, and whether the user sees it ("visible", "hidden", "veryHidden")."""

    name: str
    state: str = "visible"


@dataclass(frozen=True)
class SheetRow:
    """A row as a reader finds it: its number, its cells by position from 0, whether it is hidden.

    `merged` are merged ranges that are known from here on; they begin in this row or below. The first row that is found
    has the hidden columns of the sheet in `hidden_columns`.
    """

    number: int
    cells: Mapping[int, Cell]
    hidden: bool = False
    merged: Sequence[Range] = ()
    hidden_columns: Sequence[Span] = ()

    @property
    def width(self) -> int:
        """The number of columns up to the last cell."""
        return max(self.cells, default=-1) + 1


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Some rows of a sheet by columns, all equally long; `kinds` only for columns that hold anything but text.

    `displays` tells, by position and row number, how numbers are displayed that are not displayed as their texts. The
    first batch has the hidden columns of the sheet.
    """

    numbers: list[int]
    columns: list[list[str]]
    kinds: dict[int, str] = field(default_factory=dict)
    hidden: list[int] = field(default_factory=list)
    merged: list[Range] = field(default_factory=list)
    displays: dict[int, dict[int, Display]] = field(default_factory=dict)
    hidden_columns: list[Span] = field(default_factory=list)


def batches(rows: Iterable[SheetRow]) -> Iterator[Batch]:
    """Yield the rows that hold anything in batches, and the numbers of hidden rows with them."""
    waiting: list[SheetRow] = []
    width = 0
    for row in rows:
        waiting.append(row)
        width = max(width, row.width)
        if len(waiting) >= BATCH_ROWS or len(waiting) * width >= CHUNK_CELLS:
            yield _batch(waiting, width)
            waiting, width = [], 0
    if waiting:
        yield _batch(waiting, width)


def _batch(rows: list[SheetRow], width: int) -> Batch:
    filled = [row for row in rows if row.cells]
    columns: list[list[str]] = []
    kinds: dict[int, str] = {}
    displays: dict[int, dict[int, Display]] = {}
    for position in range(width):
        cells = [row.cells.get(position, NO_CELL) for row in filled]
        columns.append([text for text, _, _ in cells])
        letters = "".join(kind for _, kind, _ in cells)
        if letters.strip(TEXT + BLANK):
            kinds[position] = letters
        if found := {row.number: cell[2] for row, cell in zip(filled, cells, strict=True) if cell[2]}:
            displays[position] = found
    hidden = [row.number for row in rows if row.hidden]
    merged = [merged for row in rows for merged in row.merged]
    return Batch(
        numbers=[row.number for row in filled],
        columns=columns,
        kinds=kinds,
        hidden=hidden,
        merged=merged,
        displays=displays,
        hidden_columns=[span for row in rows for span in row.hidden_columns],
    )


def packed(column: list[str]) -> str | list[str]:
    """Return a column as one text, which takes a third of the time to send; or as it is where that is not possible."""
    text = BETWEEN.join(column)
    return text if column and text.count(BETWEEN) == len(column) - 1 else column


def unpacked(column: str | list[str]) -> list[str]:
    """Return a column that was packed."""
    return column.split(BETWEEN) if isinstance(column, str) else column


def range_of(reference: str) -> Range:
    """Return the range that a reference such as A1:B2 names."""
    left, top, right, bottom = corners_of(reference)
    return top, left, bottom, right


def range_text(merged: Range) -> str:
    """Return a range as the user's program names it."""
    top, left, bottom, right = merged
    return f"{column_letters(left)}{top}:{column_letters(right)}{bottom}"
