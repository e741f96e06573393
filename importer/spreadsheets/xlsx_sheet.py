"""The careful reader of .xlsx sheets: every cell by the letter of the format, in one pass over the XML.

It is some times slower than calamine, and knows what calamine does not tell: error cells, formulas without a result,
number formats of zeros, hidden rows, white space at the ends of texts.
"""

from collections.abc import Iterator
from datetime import date, datetime, time

from importer.errors import FileRefused
from importer.model import column_letters, column_number
from importer.ooxml import LAST_COLUMN, LAST_ROW, unescape
from importer.spreadsheets.archive import Attributes, feed_xml
from importer.spreadsheets.cells import BLANK, DATE, ERROR, TEXT, TRUTH, UNCALCULATED, Cell, cell_of, number_cell
from importer.spreadsheets.number_formats.format import NumberFormat, built_in_format
from importer.spreadsheets.rows import Range, SheetRow, Span, range_of
from importer.spreadsheets.xlsx_book import XlsxBook, hidden_columns, is_on
from schemas.problem_codes import ProblemCode

GENERAL = built_in_format(0)


def sheet_rows(book: XlsxBook, part: str, sheet: str, texts: list[str]) -> Iterator[SheetRow]:
    """Yield the rows of a sheet that hold anything or are hidden, in their order; the first has the hidden columns."""
    parser = SheetParser(book, sheet, texts)
    for _ in feed_xml(book.archive.blocks(part), parser.start, parser.end, parser.text):
        yield from parser.ready
        parser.ready.clear()


class SheetParser:
    """Collects the rows of a sheet from the events of its XML: `ready` are those that are complete, `row` the last."""

    def __init__(self, book: XlsxBook, sheet: str, texts: list[str]) -> None:
        self.ready: list[SheetRow] = []
        self.row = 0
        self._sheet = sheet
        self._texts = texts
        self._book = book
        self._arrays: list[Range] = []
        self._hidden_columns: list[Span] = []
        self._hidden = False
        self._cells: dict[int, Cell] = {}
        self._column = 0
        self._type = ""
        self._style = 0
        self._pieces: list[str] = []
        self._collecting = False
        self._phonetic = False
        self._formula = False

    @property
    def has_arrays(self) -> bool:
        """Whether a formula was found whose results, in other cells, do not hold."""
        return bool(self._arrays)

    def begin_after(self, row: int) -> None:
        """Expect the XML of the sheet anew, without its first rows: `row` is the number of the last of these."""
        self.row = row
        self._hidden_columns = []

    def start(self, tag: str, attributes: Attributes) -> None:
        """Take the beginning of an element."""
        match tag:
            case "c":
                self._start_cell(attributes)
            case "v" | "t":
                self._collecting = not self._phonetic
            case "row":
                self._start_row(attributes)
            case "f":
                self._formula = True
                self._note_array(attributes)
            case "rPh":
                self._phonetic = True
            case "col":
                self._hidden_columns += hidden_columns(attributes)

    def text(self, piece: str) -> None:
        """Take a piece of text."""
        if self._collecting:
            self._pieces.append(piece)

    def end(self, tag: str) -> None:
        """Take the end of an element."""
        match tag:
            case "v" | "t":
                self._collecting = False
            case "c":
                self._end_cell()
            case "row":
                if self._cells or self._hidden:
                    row = SheetRow(self.row, self._cells, self._hidden, hidden_columns=self._hidden_columns)
                    self.ready.append(row)
                    self._hidden_columns = []
            case "rPh":
                self._phonetic = False

    def _start_row(self, attributes: Attributes) -> None:
        number = attributes.get("r")
        row = self.row + 1 if number is None else self._whole(number, "row")
        if not self.row < row <= LAST_ROW:
            raise self._damaged(f"{self._sheet}: row {row} comes after row {self.row}")
        self.row = row
        self._column = 0
        self._cells = {}
        self._hidden = is_on(attributes.get("hidden", ""))

    def _start_cell(self, attributes: Attributes) -> None:
        reference = attributes.get("r")
        self._column = self._column + 1 if reference is None else column_number(reference)
        if not 0 < self._column <= LAST_COLUMN:
            raise self._damaged(f"{self._sheet}: a cell is called {reference}")
        self._type = attributes.get("t", "n")
        self._style = self._whole(attributes.get("s", "0"), "style")
        self._pieces = []
        self._formula = False

    def _note_array(self, attributes: Attributes) -> None:
        """Remember which cells hold the results of a formula that stands in the first of them."""
        if self._book.uncalculated and attributes.get("t") in ("array", "dataTable"):
            self._arrays.append(range_of(attributes.get("ref", "")))

    def _is_formula(self) -> bool:
        return self._formula or any(
            top <= self.row <= bottom and left <= self._column <= right for top, left, bottom, right in self._arrays
        )

    def _end_cell(self) -> None:
        raw = "".join(self._pieces)
        if self._book.uncalculated and self._is_formula():
            self._cells[self._column - 1] = "", UNCALCULATED, None
        elif raw or self._formula:
            cell = self._cell(raw)
            if cell[1] != BLANK:
                self._cells[self._column - 1] = cell

    def _cell(self, raw: str) -> Cell:
        match self._type:
            case "s" if raw.strip():
                return self._shared(raw)
            case "str" | "inlineStr":
                return unescape(raw), (TEXT if raw else BLANK), None
            case _ if not raw.strip():
                return "", (UNCALCULATED if self._formula else BLANK), None
            case "b":
                return ("TRUE" if is_on(raw.strip()) else "FALSE"), TRUTH, None
            case "e":
                return raw.strip(), ERROR, None
            case "d":
                return _iso_date(raw.strip())
            case _:
                return self._number(raw.strip())

    def _shared(self, raw: str) -> Cell:
        try:
            text = self._texts[int(raw)]
        except (ValueError, IndexError):
            raise self._damaged(f"{self._place()} refers to text no. {raw}, which the file does not contain") from None
        return text, (TEXT if text else BLANK), None

    def _number(self, raw: str) -> Cell:
        try:
            value = float(raw)
        except ValueError:
            raise self._damaged(f"{self._place()} should contain a number and contains {raw[:40]!r}") from None
        if value in (float("inf"), float("-inf")) or value != value:
            message = f"{self._place()} contains {raw[:40]}, which is not a number. Correct the cell in Excel."
            raise FileRefused(message, ProblemCode.DAMAGED)
        return number_cell(value, format_of(self._book, self._style), self._book.from_1904)

    def _place(self) -> str:
        return f"{self._sheet}!{column_letters(self._column)}{self.row}"

    def _whole(self, text: str, what: str) -> int:
        try:
            return int(text)
        except ValueError:
            raise self._damaged(f"{self._sheet}: a {what} has the number {text[:40]!r}") from None

    def _damaged(self, what: str) -> FileRefused:
        """Return the refusal of a sheet that contradicts itself: another reader would only guess."""
        message = f"{what}. The workbook is damaged. Open it in Excel, let Excel repair it, and save it."
        return FileRefused(message, ProblemCode.DAMAGED)


def format_of(book: XlsxBook, style: int) -> NumberFormat:
    """Return the number format of the cells of a style."""
    return book.formats[style] if style < len(book.formats) else GENERAL


def _iso_date(raw: str) -> Cell:
    """Return the text of a cell that holds a day or time as text, in ISO 8601."""
    for read in (date.fromisoformat, datetime.fromisoformat, time.fromisoformat):
        try:
            return cell_of(read(raw))
        except ValueError:
            continue
    return raw, DATE, None
