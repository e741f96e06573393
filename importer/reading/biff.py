"""The careful reader of .xls: xlrd, which knows error cells, number formats, hidden rows and merged cells."""

import io
from collections.abc import Iterator

import xlrd
from xlrd.biffh import XLRDError, error_text_from_code

from importer.reading.archive import NotReadable
from importer.reading.biff_formulas import uncalculated_cells
from importer.reading.cells import BLANK, ERROR, PLAIN, TEXT, TRUTH, UNCALCULATED, Look, look_of, number_cell
from importer.reading.fast import encrypted
from importer.reading.rows import Cell, SheetRow
from importer.reading.table import SheetInfo

STATES = ("visible", "hidden", "veryHidden")
DAY = Look(is_date=True)


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
        for index in range(table.nrows):
            cells = dict(self._cells(table, index))
            info = table.rowinfo_map.get(index)
            hidden = bool(info and info.hidden)
            if cells or hidden:
                yield SheetRow(index + 1, cells, hidden, merged)
                merged = []

    def _cells(self, table: xlrd.sheet.Sheet, row: int) -> Iterator[tuple[int, Cell]]:
        uncalculated = self._uncalculated[table.number] if self._uncalculated else ()
        for position, cell in enumerate(table.row(row)):
            if (row, position) in uncalculated:
                yield position, ("", UNCALCULATED)
            elif cell.ctype not in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
                text, kind = self._cell(cell)
                if kind != BLANK:
                    yield position, (text, kind)

    def _cell(self, cell: xlrd.sheet.Cell) -> Cell:
        match cell.ctype:
            case xlrd.XL_CELL_TEXT:
                return str(cell.value), (TEXT if cell.value else BLANK)
            case xlrd.XL_CELL_BOOLEAN:
                return ("TRUE" if cell.value else "FALSE"), TRUTH
            case xlrd.XL_CELL_ERROR:
                return error_text_from_code.get(int(cell.value), f"#ERROR {cell.value}"), ERROR
            case xlrd.XL_CELL_DATE:
                look = self._look(cell)
                return number_cell(float(cell.value), look if look.is_date else DAY, self._from_1904)
            case _:
                return number_cell(float(cell.value), self._look(cell), self._from_1904)

    def _look(self, cell: xlrd.sheet.Cell) -> Look:
        if cell.xf_index is None or cell.xf_index >= len(self._book.xf_list):
            return PLAIN
        described = self._book.format_map.get(self._book.xf_list[cell.xf_index].format_key)
        return look_of(described.format_str) if described and described.format_str else PLAIN
