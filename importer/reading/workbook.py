"""Workbooks: .xlsx, .xlsm, .xls and .ods, read with calamine."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from importer.errors import FileRefused
from importer.model import Source
from importer.reading.cells import cell_text
from importer.reading.table import Record, Table, frames
from schemas.headings import holds_campaigns


def open_table(path: Path, sheet: str | None, digest: str) -> Table:
    """Open a workbook; without `sheet`, it must have one sheet that holds anything, or one is asked for."""
    try:
        book = CalamineWorkbook.from_path(str(path))
        name = _choose(path, book, sheet)
        records = _records(book.get_sheet_by_name(name))
    except (CalamineError, OSError, zipfile.BadZipFile):
        raise FileRefused(
            f"{path} is not a workbook that can be read. Open it in Excel and save it as .xlsx."
        ) from None
    header_row, headings = next(records, (0, []))
    if not headings:
        raise FileRefused(f"{path}: the sheet {name} is empty. It needs a row of headings and rows below it.")
    return Table(Source(str(path), name, tuple(headings), digest), header_row, frames(records, len(headings)))


def _choose(path: Path, book: CalamineWorkbook, sheet: str | None) -> str:
    """Return the name of the sheet to read: the one asked for, or the one that holds campaigns."""
    names = book.sheet_names
    if sheet is None:
        return _the_one_with_campaigns(path, book)
    if sheet in names:
        return sheet
    if sheet.isdecimal() and 1 <= int(sheet) <= len(names):
        return names[int(sheet) - 1]
    raise FileRefused(f"{path} has no sheet {sheet!r}. Its sheets are: {', '.join(names)}.")


def _the_one_with_campaigns(path: Path, book: CalamineWorkbook) -> str:
    filled = [name for name in book.sheet_names if book.get_sheet_by_name(name).total_height]
    fitting = [name for name in filled if holds_campaigns(_headings(book.get_sheet_by_name(name)))]
    if len(fitting) > 1:
        raise FileRefused(f"{path} has several sheets of campaigns: {', '.join(fitting)}. Name one with --sheet.")
    return (fitting or filled or book.sheet_names)[0]


def _headings(sheet: CalamineSheet) -> list[str]:
    return next(_records(sheet), (0, []))[1]


def _records(sheet: CalamineSheet) -> Iterator[Record]:
    rows = enumerate(sheet.to_python(skip_empty_area=False), start=1)
    return ((number, [cell_text(cell) for cell in cells]) for number, cells in rows if any(c != "" for c in cells))
