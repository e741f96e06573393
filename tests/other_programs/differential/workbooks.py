"""What writes workbooks: one function a library and a way of using it."""

import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import odf.number
import odf.opendocument
import odf.style
import odf.table
import odf.text
import openpyxl
import openpyxl.cell
import openpyxl.cell.rich_text
import openpyxl.cell.text
import xlsxwriter
import xlwt
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, to_excel

from tests.other_programs.differential.cells import Book, Can, Cell, Kind, Line, Sheet
from tests.support.every_format import wide, write_xlsb_sheets, xlsb_cell, xlsb_row

ERROR_CODES = {"#NULL!": 0, "#DIV/0!": 7, "#VALUE!": 15, "#REF!": 23, "#NAME?": 29, "#NUM!": 36, "#N/A": 42}
"""How the binary formats write errors."""

_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_NOT_IN_ODFPY = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufdd0-\ufddf\ufffe\uffff\U0010fffe\U0010ffff]"
)
"""What odfpy replaces."""
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
_LOOKS_ESCAPED = re.compile("(_x[0-9A-Fa-f]{4}_)")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f]")
_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True)
class Writer:
    """A way of writing workbooks: `can` says which cells it can write, `held` what the file then holds of them.

    `form` is the ending of the file's name, `calculated` says whether formulas get their results, `most_rows` is how
    many rows it writes in bearable time.
    """

    name: str
    form: str
    write: Callable[[Path, Book], None]
    can: Can = lambda _: True
    held: Callable[[Cell], Cell] = lambda cell: cell
    calculated: bool = False
    most_rows: int = 300


def _cells(line: Line) -> Iterator[tuple[int, Cell]]:
    """Yield the cells of a line that are not blank, with their positions from 0."""
    return ((at, cell) for at, cell in enumerate(line.cells) if cell.kind is not Kind.BLANK)


def _serial(value: date | datetime | time | timedelta, from_1904: bool) -> float:
    return float(to_excel(value, CALENDAR_MAC_1904 if from_1904 else CALENDAR_WINDOWS_1900))


# ---------------------------------------------------------------- openpyxl


def _write_openpyxl(path: Path, book: Book, *, write_only: bool) -> None:
    made = openpyxl.Workbook(write_only=write_only)
    made.epoch = CALENDAR_MAC_1904 if book.from_1904 else CALENDAR_WINDOWS_1900
    if not write_only:
        made.remove(made.active)
    for sheet in book.sheets:
        page = made.create_sheet(sheet.name)
        page.sheet_state = "hidden" if sheet.hidden else "visible"
        (_rows_at_once if write_only else _rows_by_cell)(page, sheet)
    made.active = [sheet.name for sheet in book.sheets].index(book.table.sheet)
    made.save(path)


def _rows_by_cell(page: Any, sheet: Sheet) -> None:
    for line in sheet.lines:
        page.row_dimensions[line.number].hidden = line.hidden
        for at, cell in _cells(line):
            _fill(page.cell(line.number, at + 1), cell)


def _rows_at_once(page: Any, sheet: Sheet) -> None:
    number = 0
    for line in sheet.lines:
        page.row_dimensions[line.number].hidden = line.hidden
        for _ in range(line.number - number - 1):
            page.append([])
        number = line.number
        row: list[object] = [None] * len(line.cells)
        for at, cell in _cells(line):
            row[at] = openpyxl.cell.WriteOnlyCell(page)
            _fill(row[at], cell)
        page.append(row)


def _fill(place: Any, cell: Cell) -> None:
    if cell.kind is Kind.FORMULA:
        place.value = f"={cell.value}"
    elif cell.pieces:
        bold = openpyxl.cell.text.InlineFont(b=True)
        blocks = [openpyxl.cell.rich_text.TextBlock(bold, piece) for piece in cell.pieces]
        place.value = openpyxl.cell.rich_text.CellRichText(*blocks)
    else:
        place.value = cell.value
        if cell.kind is Kind.TEXT:
            place.data_type = "s"
    place.number_format = cell.code


def _in_xml(cell: Cell) -> bool:
    return cell.kind is not Kind.TEXT or not _NOT_IN_XML.search(str(cell.value))


def _unescaped(cell: Cell) -> Cell:
    """Return what a file holds of a cell that openpyxl writes: what looks like an escape of Office's has become one."""
    if cell.kind is not Kind.TEXT:
        return _rounded(cell)
    return replace(cell, value=unescaped(str(cell.value)))


def unescaped(value: str) -> str:
    """Return what Office Open XML means by a text (ECMA-376 part 1, 22.9.2.19)."""
    plain = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), value)
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _rounded(cell: Cell) -> Cell:
    """Return what a file holds of a number that is written with 16 digits."""
    return replace(cell, value=float(f"{cell.value:.16g}")) if cell.kind is Kind.NUMBER else cell


# ---------------------------------------------------------------- XlsxWriter


def _write_xlsxwriter(path: Path, book: Book, *, constant_memory: bool, calculated: bool) -> None:
    options = {"constant_memory": constant_memory, "date_1904": book.from_1904}
    with xlsxwriter.Workbook(path, options) as made:
        made.calc_on_load = not calculated
        formats: dict[str, Any] = {}
        bold = made.add_format({"bold": True})
        for sheet in book.sheets:
            page = made.add_worksheet(sheet.name)
            if sheet.hidden:
                page.hide()
            if sheet.name == book.table.sheet:
                page.activate()
                page.set_first_sheet()
            for line in sheet.lines:
                if line.hidden:
                    page.set_row(line.number - 1, None, None, {"hidden": True})
                for at, cell in _cells(line):
                    if cell.code not in formats:
                        formats[cell.code] = made.add_format({"num_format": cell.code})
                    _put(page, (line.number - 1, at), cell, formats[cell.code], bold)


def _put(page: Any, place: tuple[int, int], cell: Cell, form: Any, bold: Any) -> None:
    match cell.kind:
        case Kind.TEXT if cell.pieces and not page.constant_memory:
            page.write_rich_string(*place, *(part for piece in cell.pieces for part in (bold, piece)))
        case Kind.TEXT:
            page.write_string(*place, cell.value)
        case Kind.NUMBER:
            page.write_number(*place, cell.value, form)
        case Kind.DAY:
            page.write_datetime(*place, cell.value, form)
        case Kind.TRUTH:
            page.write_boolean(*place, cell.value)
        case Kind.ERROR:
            page.write_formula(*place, "=NA()", None, cell.value)
        case Kind.FORMULA:
            page.write_formula(*place, f"={cell.value}", form, cell.result.value)


def _escaped(cell: Cell) -> Cell:
    """Return what a file holds of a cell that XlsxWriter writes: of two escapes that share a line it misses one."""
    if cell.kind is not Kind.TEXT or cell.pieces:
        return _rounded(cell)
    escaped = _LOOKS_ESCAPED.sub(r"_x005F\1", str(cell.value))
    return _unescaped(replace(cell, value=_CONTROL.sub(lambda found: f"_x{ord(found[0]):04X}_", escaped)))


# ---------------------------------------------------------------- xlwt


def _write_xlwt(path: Path, book: Book) -> None:
    made = xlwt.Workbook(encoding="utf-8")
    made.dates_1904 = book.from_1904
    styles: dict[str, xlwt.XFStyle] = {}
    for at, sheet in enumerate(book.sheets):
        page = made.add_sheet(sheet.name)
        page.visibility = int(sheet.hidden)
        if sheet.name == book.table.sheet:
            made.set_active_sheet(at)
        for line in sheet.lines:
            row = page.row(line.number - 1)
            row.hidden = line.hidden
            for position, cell in _cells(line):
                style = styles.setdefault(cell.code, xlwt.XFStyle())
                style.num_format_str = cell.code
                _put_xls(row, position, cell, style)
    made.save(str(path))


def _put_xls(row: Any, position: int, cell: Cell, style: xlwt.XFStyle) -> None:
    match cell.kind:
        case Kind.ERROR:
            row.set_cell_error(position, ERROR_CODES[cell.value], style)
        case Kind.FORMULA:
            row.write(position, xlwt.Formula(cell.value), style)
        case Kind.DAY if isinstance(cell.value, timedelta):
            row.write(position, cell.value / timedelta(days=1), style)
        case _:
            row.write(position, cell.value, style)


# ---------------------------------------------------------------- odfpy


def _write_odfpy(path: Path, book: Book, *, texts_of_numbers: bool, faithful: bool) -> None:
    made = odf.opendocument.OpenDocumentSpreadsheet()
    styles = {code: _style(made, code, build) for code, build in DATA_STYLES.items()}
    for sheet in book.sheets:
        page = odf.table.Table(name=sheet.name)
        number = 0
        for line in sheet.lines:
            if (blank := line.number - number - 1) > 0:
                row = odf.table.TableRow(numberrowsrepeated=blank)
                row.addElement(odf.table.TableCell(numbercolumnsrepeated=len(line.cells)))
                page.addElement(row)
            number = line.number
            row = odf.table.TableRow(**({"visibility": "collapse"} if line.hidden else {}))
            for cell in line.cells:
                row.addElement(_ods_cell(cell, styles, texts_of_numbers, faithful))
            page.addElement(row)
        made.spreadsheet.addElement(page)
    made.save(str(path))


def _style(made: Any, code: str, build: Callable[[str], Any]) -> Any:
    """Add a style of cells with a number format, and return it."""
    name = f"N{len(made.automaticstyles.childNodes)}"
    made.automaticstyles.addElement(build(name))
    style = odf.style.Style(name=f"c{name}", family="table-cell", datastylename=name)
    made.automaticstyles.addElement(style)
    return style


def _ods_cell(cell: Cell, styles: dict[str, Any], texts_of_numbers: bool, faithful: bool) -> Any:
    match cell.kind:
        case Kind.TEXT:
            made = odf.table.TableCell(valuetype="string")
            for paragraph in _LINE_END.split(str(cell.value)) if faithful else (cell.value,):
                made.addElement(_paragraph(paragraph) if faithful else odf.text.P(text=paragraph))
        case Kind.NUMBER:
            kind = "percentage" if cell.code == "0%" else "float"
            made = odf.table.TableCell(valuetype=kind, value=repr(cell.value), stylename=styles[cell.code])
            if texts_of_numbers:
                made.addElement(odf.text.P(text=repr(cell.value)))
        case Kind.DAY:
            made = odf.table.TableCell(**_ods_moment(cell.value))
        case Kind.TRUTH:
            made = odf.table.TableCell(valuetype="boolean", booleanvalue=str(cell.value).lower())
        case Kind.FORMULA:
            made = odf.table.TableCell(formula=f"of:={cell.value}")
        case _:
            made = odf.table.TableCell()
    return made


def _paragraph(line: str) -> Any:
    """Return a paragraph in which no white space is lost: all but a single blank between letters is an element."""
    made = odf.text.P()
    for piece in re.findall(r" +|\t|[^ \t]+", line):
        if piece == "\t":
            made.addElement(odf.text.Tab())
        elif piece.isspace() and (len(piece) > 1 or line.strip(" ") != line):
            made.addElement(odf.text.S(c=len(piece)))
        else:
            made.addText(piece)
    return made


def _ods_moment(value: Any) -> dict[str, str]:
    if isinstance(value, time):
        value = timedelta(hours=value.hour, minutes=value.minute, seconds=value.second)
    if isinstance(value, timedelta):
        minutes, seconds = divmod(int(value.total_seconds()), 60)
        return {"valuetype": "time", "timevalue": f"PT{minutes // 60:02}H{minutes % 60:02}M{seconds:02}S"}
    return {"valuetype": "date", "datevalue": value.isoformat()}


def _general(name: str) -> Any:
    made = odf.number.NumberStyle(name=name)
    made.addElement(odf.number.Number(minintegerdigits=1))
    return made


def _number_style(name: str, *, before: str = "", places: int = 1, decimals: int = 0, grouped: bool = False) -> Any:
    made = odf.number.NumberStyle(name=name)
    if before:
        made.addElement(odf.number.Text(text=before))
    grouping = {"grouping": "true"} if grouped else {}
    made.addElement(odf.number.Number(minintegerdigits=places, decimalplaces=decimals, **grouping))
    return made


def _grouped_code(name: str) -> Any:
    made = odf.number.NumberStyle(name=name)
    digits = odf.number.Number(minintegerdigits=11, decimalplaces=0)
    digits.addElement(odf.number.EmbeddedText(position=6, text=" "))
    made.addElement(digits)
    return made


def _percentage(name: str) -> Any:
    made = odf.number.PercentageStyle(name=name)
    made.addElement(odf.number.Number(minintegerdigits=1, decimalplaces=0))
    made.addElement(odf.number.Text(text="%"))
    return made


DATA_STYLES: dict[str, Callable[[str], Any]] = {
    "General": _general,
    "0": _number_style,
    "00000": partial(_number_style, places=5),
    "000000000000": partial(_number_style, places=12),
    "0.00": partial(_number_style, decimals=2),
    "#,##0": partial(_number_style, grouped=True),
    "#,##0.00": partial(_number_style, decimals=2, grouped=True),
    '"+"0': partial(_number_style, before="+"),
    '"0044"0': partial(_number_style, before="0044"),
    '"REF-"0000': partial(_number_style, before="REF-", places=4),
    "00000 000000": _grouped_code,
    "0%": _percentage,
}
"""The number formats that are written in elements, by their codes."""


def _in_ods(cell: Cell) -> bool:
    if cell.kind is Kind.NUMBER:
        return cell.code in DATA_STYLES and cell.seen is None
    return cell.kind is not Kind.ERROR and not _NOT_IN_ODFPY.search(str(cell.value))


def _with_lines(cell: Cell) -> Cell:
    """Return what a file holds of a text that is written in XML: all ends of lines are one."""
    return replace(cell, value=_LINE_END.sub("\n", str(cell.value))) if cell.kind is Kind.TEXT else cell


# ---------------------------------------------------------------- .xlsb


def _write_xlsb(path: Path, book: Book, *, shared: bool) -> None:
    codes = sorted({cell.code for sheet in book.sheets for line in sheet.lines for cell in line.cells})
    texts: dict[str, int] = {}
    sheets = {}
    for sheet in book.sheets:
        records = bytearray()
        for line in sheet.lines:
            records += xlsb_row(line.number, line.hidden)
            for at, cell in _cells(line):
                kind, body = _xlsb_body(cell, book.from_1904, texts if shared else None)
                records += xlsb_cell(kind, at, body, codes.index(cell.code) + 1)
        sheets[sheet.name] = bytes(records)
    write_xlsb_sheets(path, sheets, shared=tuple(texts), formats=codes, from_1904=book.from_1904)


def _xlsb_body(cell: Cell, from_1904: bool, texts: dict[str, int] | None) -> tuple[int, bytes]:
    """Return the kind of a cell's record and what comes after its place and style."""
    match cell.kind:
        case Kind.TEXT if texts is not None:
            return 7, struct.pack("<I", texts.setdefault(str(cell.value), len(texts)))
        case Kind.TEXT:
            return 6, wide(str(cell.value))
        case Kind.TRUTH:
            return 4, bytes([cell.value])
        case Kind.ERROR:
            return 3, bytes([ERROR_CODES[str(cell.value)]])
        case Kind.BLANK:  # of a formula
            return 6, wide("")
        case Kind.FORMULA:
            kind, body = _xlsb_body(cell.result, from_1904, None)
            return {6: 8, 5: 9, 2: 9, 4: 10, 3: 11}[kind], _as_real(kind, body) + _no_tokens(cell.result)
        case Kind.NUMBER if cell.value == int(cell.value) and abs(cell.value) < 1 << 29:
            return 2, struct.pack("<i", int(cell.value) << 2 | 2)
        case Kind.NUMBER:
            return 5, struct.pack("<d", cell.value)
        case _:
            return 5, struct.pack("<d", _serial(cell.value, from_1904))


def _as_real(kind: int, body: bytes) -> bytes:
    return struct.pack("<d", struct.unpack("<i", body)[0] >> 2) if kind == 2 else body


def _no_tokens(result: Cell) -> bytes:
    """Return the rest of the record of a formula: one that is nothing but its result."""
    match result.kind:
        case Kind.TEXT | Kind.BLANK:
            letters = str(result.value)
            tokens = struct.pack("<BH", 0x17, len(letters)) + letters.encode("utf-16-le")
        case Kind.TRUTH:
            tokens = struct.pack("<BB", 0x1D, bool(result.value))
        case Kind.ERROR:
            tokens = struct.pack("<BB", 0x1C, ERROR_CODES[str(result.value)])
        case _:
            tokens = struct.pack("<Bd", 0x1F, result.value)
    return struct.pack("<HI", 0, len(tokens)) + tokens + struct.pack("<I", 0)


def _in_records(cell: Cell) -> bool:
    """Say whether LibreOffice, which unescapes what is not escaped in .xlsb, makes a text of a cell."""
    return cell.kind is not Kind.TEXT or "_xD83D_" not in str(cell.value)


LARGE = 40_000
"""More rows than any table here has."""


def _by_xlsxwriter(name: str, *, constant_memory: bool, calculated: bool) -> Writer:
    write = partial(_write_xlsxwriter, constant_memory=constant_memory, calculated=calculated)
    return Writer(name, "xlsx", write, held=_escaped, calculated=calculated, most_rows=LARGE)


def _by_openpyxl(name: str, *, write_only: bool, most_rows: int) -> Writer:
    write = partial(_write_openpyxl, write_only=write_only)
    return Writer(name, "xlsx", write, _in_xml, _unescaped, most_rows=most_rows)


def _by_odfpy(name: str, **how: bool) -> Writer:
    return Writer(name, "ods", partial(_write_odfpy, **how), _in_ods, _with_lines)


def _by_records(name: str, *, shared: bool) -> Writer:
    return Writer(name, "xlsb", partial(_write_xlsb, shared=shared), _in_records, calculated=True, most_rows=LARGE)


WRITERS = (
    _by_openpyxl("openpyxl", write_only=False, most_rows=LARGE),
    _by_openpyxl("openpyxl, write-only", write_only=True, most_rows=300),
    _by_xlsxwriter("XlsxWriter", constant_memory=False, calculated=False),
    _by_xlsxwriter("XlsxWriter, results", constant_memory=False, calculated=True),
    _by_xlsxwriter("XlsxWriter, inline texts", constant_memory=True, calculated=True),
    Writer("xlwt", "xls", _write_xlwt, most_rows=LARGE),
    _by_odfpy("odfpy", texts_of_numbers=True, faithful=True),
    _by_odfpy("odfpy, bare", texts_of_numbers=False, faithful=False),
    _by_records("records, shared texts", shared=True),
    _by_records("records, inline texts", shared=False),
)
"""All ways of writing workbooks, LibreOffice's apart."""
