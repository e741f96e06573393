"""What the importer makes of a file: as a whole import has it, by the reader that it asks for or by a given one."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from importer.checking import cells_by_parameter, rules
from importer.checking.columns import match_columns
from importer.checking.damage import Detector
from importer.errors import FileRefused
from importer.model import Columns, Problem
from importer.reading import Table, open_table, sheet
from importer.reading.table import Chunk
from importer.spreadsheets.cells import BLANK, TEXT, Display
from tests.support.renamed import renamed

Column = str | None
"""The heading of a column; None where all of a row is meant."""


@dataclass
class Reading:
    """What was read of a file.

    `order` has the numbers of the rows as they came, `texts` their cells by position as they are in the file, `sent`
    those of parameters as they would be sent; `problems` are those of each cell or row. `chunks` are the chunks, for
    two readings to be compared.
    """

    headings: tuple[str, ...] = ()
    header_row: int = 0
    notes: tuple[str, ...] = ()
    order: list[int] = field(default_factory=list)
    texts: dict[int, tuple[str, ...]] = field(default_factory=dict)
    sent: dict[int, Mapping[str, str]] = field(default_factory=dict)
    problems: dict[tuple[int | None, Column], list[Problem]] = field(default_factory=dict)
    chunks: list[Chunk] = field(default_factory=list)
    refusal: FileRefused | None = None

    def about(self, row: int, heading: str) -> Sequence[Problem]:
        """Return the problems that name a cell, or its row and no cell."""
        return [*self.problems.get((row, heading), ()), *self.problems.get((row, None), ())]


def read(path: Path) -> Reading:
    """Read and check a file, as `validate` does."""
    reading = Reading()
    try:
        table = open_table(path)
        reading.headings, reading.header_row, reading.notes = table.source.headings, table.header_row, table.notes
        columns = match_columns(table.source, table.header_row, {})
        _take_all(reading, table, columns)
    except FileRefused as refusal:
        reading.refusal = refusal
    return reading


def _take_all(reading: Reading, table: Table, columns: Columns) -> None:
    detector, judge = Detector(columns), rules.judge_of(columns)
    for chunk in table.chunks:
        cells = cells_by_parameter(chunk, columns)
        reading.chunks.append(chunk)
        reading.order += chunk.frame.index.tolist()
        reading.texts |= {row: tuple(texts) for row, *texts in chunk.frame.itertuples(name=None)}
        reading.sent |= renamed(chunk, columns).to_dict("index")
        for problem in rules.check(cells, chunk, columns, judge, detector.inspect(chunk, cells)).problems:
            reading.problems.setdefault((problem.row, problem.column), []).append(problem)


@contextmanager
def only(reader: str) -> Iterator[None]:
    """Have all workbooks read by one reader, which nobody comes after."""
    usual = sheet.readers
    sheet.readers = lambda _path, _kind: (reader,)
    try:
        yield
    finally:
        sheet.readers = usual


@dataclass(frozen=True)
class Cells:
    """All that chunks hold, wherever they are cut."""

    texts: tuple[tuple[int, tuple[str, ...]], ...]
    kinds: Mapping[int, str]
    displays: Mapping[tuple[int, int], Display]
    problems: tuple[Problem, ...]
    merged: frozenset[tuple[int, int, int, int]]


def cells_of(chunks: Sequence[Chunk]) -> Cells:
    """Return all that chunks hold."""
    width = max((len(chunk.frame.columns) for chunk in chunks), default=0)
    return Cells(
        tuple((row, tuple(cells)) for chunk in chunks for row, *cells in chunk.frame.itertuples(name=None)),
        {at: "".join(_kinds(chunk, at) for chunk in chunks) for at in range(width)},
        {
            (row, at): display
            for chunk in chunks
            for at, found in chunk.displays.items()
            for row, display in found.items()
        },
        tuple(problem for chunk in chunks for problem in chunk.problems),
        frozenset(merged for chunk in chunks for merged in chunk.merged),
    )


def _kinds(chunk: Chunk, position: int) -> str:
    """Return the kinds of a column's cells; a column that holds texts alone need not have any."""
    return chunk.kinds.get(position, TEXT * len(chunk.frame)).replace(BLANK, TEXT)
