"""The careful reader of .xls: xlrd, which knows error cells, number formats, hidden rows and merged cells."""

import io
from collections.abc import Iterator

import xlrd
import xlrd.book
from xlrd.biffh import XLRDError, error_text_from_code

from importer.security import whole_characters
from importer.spreadsheets.archive import NotReadable
from importer.spreadsheets.calamine import encrypted
from importer.spreadsheets.cells import BLANK, ERROR, TEXT, TRUTH, UNCALCULATED, Cell, number_cell
from importer.spreadsheets.number_formats.format import OWN_DATES, NumberFormat, built_in_format, number_format
from importer.spreadsheets.rows import SheetInfo, SheetRow
from importer.spreadsheets.xls_formulas import uncalculated_cells

STATES = ("visible", "hidden", "veryHidden")
GENERAL, DAY = built_in_format(0), built_in_format(14)


def _decode(raw: bytes, encoding: str) -> str:
    """Return a piece of a text, which may begin or end with half of a character."""
    return raw.decode(encoding, "surrogatepass" if encoding == "utf_16_le" else "strict")


# A text goes on in the next record where one is full. xlrd decodes each piece for itself, and gives the workbook up
# where one ends between the two halves of a character, such as an emoji.
xlrd.book.unicode = _decode


class XlsWorkbook:
    """An .xls workbook, all its versions down to Excel 2."""

    def __init__(self, path: str) -> None:
        try:
            self._book = xlrd.open_workbook(path, formatting_info=True, ragged_rows=True, logfile=io.StringIO())
        except XLRDError as error:
            if "encrypted" in str(error):
                raise encrypted() from None
            raise NotReadable(str(error)) from None
        self._from_1904 = self._book.datemode == 1
        self._uncalculated = uncalculated_cells(path)
        self.sheets = tuple(SheetInfo(sheet.name, STATES[sheet.visibility]) for sheet in self._book.sheets())

    def rows(self, sheet: str) -> Iterator[SheetRow]:
        """Yield the rows of a sheet."""
        table = self._book.sheet_by_name(sheet)
        merged = [(top + 1, left + 1, bottom, right) for top, bottom, left, right in table.merged_cells]
        hidden_columns = [(at + 1, at + 1) for at, column in sorted(table.colinfo_map.items()) if column.hidden]
        for index in range(table.nrows):
            cells = dict(self._cells(table, index))
            info = table.rowinfo_map.get(index)
            hidden = bool(info and info.hidden)
            if cells or hidden:
                yield SheetRow(index + 1, cells, hidden, merged, hidden_columns)
                merged, hidden_columns = [], []

    def _cells(self, table: xlrd.sheet.Sheet, row: int) -> Iterator[tuple[int, Cell]]:
        uncalculated = self._uncalculated[table.number] if self._uncalculated else ()
        for position, cell in enumerate(table.row(row)):
            if (row, position) in uncalculated:
                yield position, ("", UNCALCULATED, None)
            elif cell.ctype not in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
                found = self._cell(cell)
                if found[1] != BLANK:
                    yield position, found

    def _cell(self, cell: xlrd.sheet.Cell) -> Cell:
        match cell.ctype:
            case xlrd.XL_CELL_TEXT:
                return whole_characters(str(cell.value)), (TEXT if cell.value else BLANK), None
            case xlrd.XL_CELL_BOOLEAN:
                return ("TRUE" if cell.value else "FALSE"), TRUTH, None
            case xlrd.XL_CELL_ERROR:
                return error_text_from_code.get(int(cell.value), f"#ERROR {cell.value}"), ERROR, None
            case _:
                value, found = float(cell.value), self._format(cell)
                if cell.ctype == xlrd.XL_CELL_DATE and found.meaning(value) is None:
                    found = DAY
                return number_cell(value, found, self._from_1904)

    def _format(self, cell: xlrd.sheet.Cell) -> NumberFormat:
        if cell.xf_index is None or cell.xf_index >= len(self._book.xf_list):
            return GENERAL
        key = self._book.xf_list[cell.xf_index].format_key
        described = self._book.format_map.get(key)
        if key in OWN_DATES:
            return built_in_format(key, self._from_1904)
        return number_format(described.format_str, self._from_1904) if described and described.format_str else GENERAL
