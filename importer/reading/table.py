"""The contract of every reader: what a table of text is, before anybody knows what its columns mean."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import compress
from typing import TYPE_CHECKING

from importer.model import MigrationReport, Problem, Source
from importer.ooxml import LAST_COLUMN
from importer.spreadsheets import Range, SheetInfo

if TYPE_CHECKING:
    # Pandas takes half a second to import; whoever only reads a file does without it.
    import pandas as pd

    from importer.spreadsheets import Display

CHUNK_ROWS = 10_000
MOST_COLUMNS = LAST_COLUMN
"""Columns of a table of any kind; no spreadsheet program has more."""


@dataclass(frozen=True)
class Chunk:
    """Some rows of a table.

    `numbers` are the row numbers, `texts` the cells by the positions 0, 1, … of the headings: a text for each row, ""
    where it is blank. A column without a heading in which nothing stands is left out of it: some programs write
    thousands of these. `kinds` tells, for the columns of a workbook that hold anything but
    text, what each cell is in the file: one letter a row, as `cells` defines them. `problems` is what was found
    regardless of what the columns mean, `merged` the merged ranges that reach into these rows. `displays` tells, by
    position and row number, how numbers are displayed that are not displayed as their texts.
    """

    numbers: Sequence[int]
    texts: Mapping[int, Sequence[str]]
    kinds: Mapping[int, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    merged: tuple[Range, ...] = ()
    displays: Mapping[int, Mapping[int, Display]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.numbers)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The chunk as pandas has it: row numbers as the index, named "row", and positions as the columns."""
        import pandas as pd

        return pd.DataFrame(dict(self.texts), index=pd.Index(self.numbers, name="row"), dtype=str)

    def column(self, position: int) -> pd.Series[str]:
        """Return the cells at a position of the headings, as pandas has them."""
        if position in self.frame.columns:
            return self.frame[position]
        return self.frame.index.to_series().map(lambda _: "").astype(str)

    def texts_at(self, position: int) -> Sequence[str]:
        """Return the cells at a position of the headings."""
        return self.texts[position] if position in self.texts else [""] * len(self)

    def columns(self, positions: Sequence[int]) -> list[Sequence[str]]:
        """Return the cells at each of some positions of the headings."""
        return list(map(self.texts_at, positions))

    def cells(self, positions: Sequence[int]) -> list[tuple[str, ...]]:
        """Return the cells of each row at some positions of the headings."""
        if not positions:
            return [()] * len(self)
        return list(zip(*self.columns(positions), strict=True))

    def without(self, rows: Collection[int]) -> Chunk:
        """Return the chunk without the rows of some numbers."""
        kept = [number not in rows for number in self.numbers]
        texts = {at: list(compress(column, kept)) for at, column in self.texts.items()}
        return replace(self, numbers=list(compress(self.numbers, kept)), texts=texts)


@dataclass(frozen=True)
class Table:
    """A table of text.

    `header_row` is the number of the row that holds the headings, 0 where there is none. `chunks` can be gone through
    once. Rows that are blank altogether are left out. `notes` is what the user should know about how the file was
    understood. `sheets` are those of a workbook, `delimiter` that of a text file. `migration` is what an export
    of an old dialler holds that is not a row, `losses` what a copy of the workbook could not carry, if that was asked.
    `hidden_columns` are the positions of those that a sheet hides.
    """

    source: Source
    header_row: int
    chunks: Iterator[Chunk]
    notes: tuple[str, ...] = ()
    sheets: tuple[SheetInfo, ...] = ()
    delimiter: str | None = None
    migration: MigrationReport | None = None
    losses: tuple[str, ...] = ()
    hidden_columns: tuple[range, ...] = ()


def chunk_of(
    headings: Sequence[str],
    numbers: Sequence[int],
    columns: Sequence[Sequence[str]],
    kinds: Mapping[int, str] | None = None,
    problems: Sequence[Problem] = (),
    merged: Sequence[Range] = (),
    displays: Mapping[int, Mapping[int, Display]] | None = None,
) -> Chunk:
    """Make a chunk of columns of text, as many as there are headings."""
    held = {
        at: column for at, (heading, column) in enumerate(zip(headings, columns, strict=True)) if heading or any(column)
    }
    return Chunk(numbers, held, kinds or {}, tuple(problems), tuple(merged), displays or {})
