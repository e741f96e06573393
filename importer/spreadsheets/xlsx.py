"""The careful reader of .xlsx and .xlsm."""

from collections.abc import Iterator
from dataclasses import replace

from importer.spreadsheets.rows import SheetRow
from importer.spreadsheets.xlsx_book import open_book, part_of, read_texts
from importer.spreadsheets.xlsx_scan import merged_ranges
from importer.spreadsheets.xlsx_sheet import sheet_rows


class XlsxWorkbook:
    """An Office Open XML workbook, transitional or strict."""

    def __init__(self, path: str) -> None:
        self._book = open_book(path)
        self._texts: list[str] | None = None
        self.sheets = self._book.sheets

    def rows(self, sheet: str) -> Iterator[SheetRow]:
        """Yield the rows of a sheet."""
        if self._texts is None:
            self._texts = read_texts(self._book)
        part = part_of(self._book, sheet)
        merged = merged_ranges(self._book.archive.blocks(part))
        for row in sheet_rows(self._book, part, sheet, self._texts):
            yield replace(row, merged=merged) if merged else row
            merged = []
