"""The quick reader of .xlsx: most programs write all rows of a table alike.

It is faster than calamine, and says of every cell what the careful reader says: the rows that are not written in the
simplest way are given to that one, one by one. Where these are more than a few, the sheet is for calamine.
"""

from collections.abc import Iterator, Sequence
from itertools import takewhile

from importer.spreadsheets.archive import Attributes, read_xml
from importer.spreadsheets.calamine import FastReader
from importer.spreadsheets.exact import read_ahead
from importer.spreadsheets.rows import BATCH_ROWS, CHUNK_CELLS, Batch, Range, SheetRow, Span
from importer.spreadsheets.xlsx_book import XlsxBook, hidden_columns, is_usual, open_book, part_of, read_texts
from importer.spreadsheets.xlsx_scan import merged_ranges, scan_sheet
from importer.spreadsheets.xlsx_shapes import END, Shapes
from importer.spreadsheets.xlsx_sheet import SheetParser, sheet_rows
from importer.spreadsheets.xlsx_values import QuickRows, SheetValues, UnusualValue, numbers_of

FEW = 20
"""One of this many rows, at most, may be written in another way."""
MOST_KEPT = 1 << 26
"""Bytes of the XML of a sheet that are kept while it is read."""
BEGINNING = b"<sheetData>"
ENDING = b"</sheetData></worksheet>"


class NotAlike(Exception):
    """The rows of a sheet are not written alike. It is raised before the first of them is handed out."""


class QuickReader:
    """Reads an .xlsx workbook, by calamine where its rows are not written alike."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._book = open_book(path)
        self._texts: list[str] | None = None
        self.sheets = self._book.sheets

    def head(self, sheet: str, last: int) -> Iterator[SheetRow]:
        """Yield the rows of a sheet up to the row of a number."""
        rows = sheet_rows(self._book, part_of(self._book, sheet), sheet, self._read_texts())
        return takewhile(lambda row: row.number <= last, rows)

    def batches(self, sheet: str) -> Iterator[Batch]:
        """Yield the rows of a sheet in batches."""
        try:
            return read_ahead(_QuickSheet(self._book, sheet, self._read_texts()).batches())
        except NotAlike:
            book = self._book
            return FastReader(self._path, lambda name: scan_sheet(book, part_of(book, name))).batches(sheet)

    def _read_texts(self) -> list[str]:
        if self._texts is None:
            self._texts = read_texts(self._book)
        return self._texts


class _QuickSheet:
    """A sheet that is gone through once."""

    def __init__(self, book: XlsxBook, sheet: str, texts: list[str]) -> None:
        self._book = book
        self._part = part_of(book, sheet)
        self._careful = SheetParser(book, sheet, texts)
        self._head = b""
        self._values = SheetValues(book, texts)

    def batches(self) -> Iterator[Batch]:
        """Yield its rows in batches. Raises NotAlike at first, and NotReadable where it is damaged."""
        # They come behind the rows. A sheet that is not too long is unpacked once for both.
        pieces = list(self._pieces()) if self._book.archive.size(self._part) <= MOST_KEPT else None
        merged: Sequence[Range] = merged_ranges(self._pieces() if pieces is None else pieces)
        waiting: list[QuickRows] = []
        count, width, is_first = 0, 1, True
        for rows in self._rows(self._pieces() if pieces is None else iter(pieces)):
            waiting.append(rows)
            count, width = count + len(numbers_of(rows)), max(width, rows.width)
            if count >= BATCH_ROWS or count * width >= CHUNK_CELLS:
                yield self._batch(waiting, merged, is_first=is_first)
                waiting, merged, count, width, is_first = [], (), 0, 1, False
        if waiting:
            yield self._batch(waiting, merged, is_first=is_first)

    def _batch(self, found: Sequence[QuickRows], merged: Sequence[Range], *, is_first: bool) -> Batch:
        odd = sum(isinstance(rows, SheetRow) for rows in found)
        if is_first and odd * FEW > sum(len(numbers_of(rows)) for rows in found):
            raise NotAlike
        hidden = self._hidden_columns() if is_first else ()
        try:
            return self._values.batch(found, merged, hidden)
        except UnusualValue:
            careful = [row for rows in found for row in self._said_of(rows)]
            return self._values.batch(careful, merged, hidden)

    def _pieces(self) -> Iterator[bytes]:
        return self._book.archive.pieces(self._part, END)

    def _rows(self, pieces: Iterator[bytes]) -> Iterator[QuickRows]:
        """Yield the rows in their order."""
        shapes = Shapes()
        for piece in pieces:
            if not self._head:
                self._head, beginning, piece = piece.partition(BEGINNING)
                if not beginning or not is_usual(self._head, b"worksheet"):
                    raise NotAlike
            if not piece.endswith(END):
                yield from self._read_carefully(piece, b"", shapes.last)
                return
            for rows in shapes.rows(piece):
                if isinstance(rows, bytes):
                    yield from self._read_carefully(rows, ENDING, shapes.last)
                    shapes.last = self._careful.row
                elif self._careful.has_arrays:
                    yield from self._said_of(rows)
                elif rows.width:
                    yield rows

    def _said_of(self, rows: QuickRows) -> Iterator[SheetRow]:
        """Yield what the careful reader says of rows."""
        if isinstance(rows, SheetRow):
            yield rows
            return
        for number, xml in rows.xml:
            yield from self._read_carefully(xml, ENDING, number - 1)

    def _read_carefully(self, rows: bytes, ending: bytes, last: int) -> list[SheetRow]:
        """Return what the careful reader says of rows that come after the last one of this number."""
        parser = self._careful
        parser.begin_after(last)
        read_xml(iter((self._head, BEGINNING, rows, ending)), parser.start, parser.end, parser.text)
        found = list(parser.ready)
        parser.ready.clear()
        return found

    def _hidden_columns(self) -> list[Span]:
        found: list[Span] = []

        def start(tag: str, attributes: Attributes) -> None:
            if tag == "col":
                found.extend(hidden_columns(attributes))

        read_xml(iter((self._head, BEGINNING, ENDING)), start)
        return found
