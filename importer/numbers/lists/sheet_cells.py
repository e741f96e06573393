"""The telephone numbers in the cells of a sheet of campaigns, as a list in which each row names itself."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import compress
from pathlib import Path

from importer.checking import holds_numbers
from importer.errors import FileRefused
from importer.numbers.lists.tables import ROW, Note, NumberColumns, NumberTable, columns_beside, number_tables
from importer.numbers.options import ColumnUse, ListOptions, NumberCells
from importer.reading import Chunk, open_table
from schemas.problem_codes import ProblemCode


def tables_and_cells(path: Path, options: ListOptions, note: Note) -> Iterator[NumberTable]:
    """Yield the tables of numbers of a file; of a sheet of campaigns, its cells, and the sheet of numbers beside it.

    Raises FileRefused for a file that cannot be read, or without a column of numbers.
    """
    cells = options.cells_of.get(path)
    if cells:
        yield open_cells(cells)
    if not cells or path in options.sheets_of:
        yield from number_tables(path, options, note)


def open_cells(cells: NumberCells) -> NumberTable:
    """Open a sheet of campaigns as a list of the numbers in its cells, each row naming itself as the campaign.

    Every number of a cell is taken. Raises FileRefused if the file has changed since it was read for its campaigns.
    """
    source = cells.source
    path = Path(source.path)
    table = open_table(path, replace(cells.reading, sheet=source.sheet, header_row=source.header_row))
    if table.source.digest != source.digest:
        message = f"{path} has changed while it was read. Import it again once nobody is writing it."
        raise FileRefused(message, ProblemCode.GROWING)
    columns, campaign = columns_beside(path, table, (cells.position,)), len(table.source.headings)
    chunks = (_with_rows(chunk, cells.position, campaign, columns) for chunk in table.chunks)
    columns = replace(columns, campaigns=(campaign,))
    return NumberTable(replace(table, chunks=chunks), columns, ColumnUse.ALL, of_campaigns=True)


def _with_rows(chunk: Chunk, position: int, campaign: int, columns: NumberColumns) -> Chunk:
    """Return those rows that have numbers in a cell, with a further column in which each names itself."""
    kept = [holds_numbers(cell) for cell in chunk.texts_at(position)]
    needed = [at for at in (position, columns.country, columns.calling_code) if at is not None]
    rows = list(compress(chunk.numbers, kept))
    return Chunk(
        rows,
        {at: list(compress(chunk.texts_at(at), kept)) for at in needed} | {campaign: [f"{ROW}{row}" for row in rows]},
        {at: "".join(compress(kinds, kept)) for at, kinds in chunk.kinds.items() if at in needed},
        displays={at: shown for at, shown in chunk.displays.items() if at in needed},
    )
