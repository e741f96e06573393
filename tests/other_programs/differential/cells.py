"""What is to stand in a cell, a sheet and a file, whoever writes it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import Enum

Moment = date | datetime | time | timedelta


class Kind(Enum):
    """What a cell holds."""

    TEXT = "text"
    NUMBER = "number"
    DAY = "day or time"
    TRUTH = "truth"
    ERROR = "error"
    FORMULA = "formula"
    BLANK = "blank"


@dataclass(frozen=True)
class Cell:
    """What is to stand in a cell: a value, and the code of its number format.

    A formula has its text as value, and what it gives as `result`. `seen` is what other programs are known to show of
    a number, if that is known: LibreOffice first, then one that shows what Excel does. `pieces` are those of a text
    in several fonts.
    """

    kind: Kind
    value: str | float | bool | Moment = ""
    code: str = "General"
    result: "Cell | None" = None
    seen: tuple[str, str] | None = None
    pieces: tuple[str, ...] = ()


BLANK = Cell(Kind.BLANK)
Can = Callable[[Cell], bool]
"""Whether a writer can write a cell."""


def text(value: str) -> Cell:
    """Return a cell of text, a blank one where there is none."""
    return Cell(Kind.TEXT, value) if value else BLANK


@dataclass(frozen=True)
class Line:
    """A row of a sheet."""

    number: int
    cells: tuple[Cell, ...]
    hidden: bool = False


@dataclass(frozen=True)
class Sheet:
    """A sheet: its rows in order, those that hold nothing left out."""

    name: str
    lines: tuple[Line, ...]
    hidden: bool = False


@dataclass(frozen=True)
class Table:
    """What is to be read: the rows below the headings, by number; `parameters` are those that the headings mean."""

    sheet: str
    header_row: int
    headings: tuple[str, ...]
    parameters: tuple[str | None, ...]
    rows: Mapping[int, tuple[Cell, ...]]

    def holding(self, held: Callable[[Cell], Cell]) -> "Table":
        """Return the table with what a file holds of its cells."""
        rows = {number: tuple(map(held, cells)) for number, cells in self.rows.items()}
        return replace(self, rows=rows)


@dataclass(frozen=True)
class Book:
    """A workbook: its sheets, one of them the table's."""

    sheets: tuple[Sheet, ...]
    table: Table
    from_1904: bool = False


@dataclass(frozen=True)
class Made:
    """A file and what is to be read of it.

    `name` is that of the file in its seed (w17, t203), `writer` and `form` say who wrote it, and in which format or
    encoding. `table` is what the file holds, `calculated` says whether its formulas have their results. `by_office`
    says that LibreOffice made the file of another one, which may have changed what it holds. `may_be_refused` has the
    codes of the faults that the whole file may be refused for, `shown` is what LibreOffice shows of the sheet's
    rows, and of a text file what most programs show, by number (None: nothing is known).
    """

    name: str
    path: str
    writer: str
    form: str
    table: Table
    may_be_refused: frozenset[str] = frozenset()
    calculated: bool = True
    by_office: bool = False
    shown: Mapping[int, tuple[str, ...]] | None = field(default=None, repr=False)
    from_1904: bool = False

    def shown_at(self, row: int, position: int) -> str | None:
        """Return what is shown of a cell, or None where nothing is known."""
        if self.shown is None:
            return None
        cells = self.shown.get(row, ())
        return cells[position] if position < len(cells) else ""

    def as_held(self, cell: Cell) -> Cell:
        """Return what the file holds of a cell: of a formula its result, if it has one."""
        if cell.kind is not Kind.FORMULA or not self.calculated:
            return cell
        return cell.result or BLANK

    def holds_anything(self, cell: Cell) -> bool:
        """Say whether a cell holds more than white space."""
        held = self.as_held(cell)
        return held.kind is not Kind.BLANK and not (held.kind is Kind.TEXT and not str(held.value).strip())
