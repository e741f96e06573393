"""The careful reader of .xlsb: the records of the binary format, of which a dozen kinds matter."""

import struct
from collections.abc import Iterator

from importer.spreadsheets.archive import LONGEST_PIECE, Archive, NotReadable
from importer.spreadsheets.cells import BLANK, ERROR, TEXT, TRUTH, UNCALCULATED, Cell, number_cell
from importer.spreadsheets.number_formats.format import NumberFormat, built_in_format, number_format
from importer.spreadsheets.rows import Range, SheetInfo, SheetRow, Span

ROW, BLANK_CELL, RK, ERROR_CELL, BOOL, REAL, INLINE, SHARED = range(8)
FORMULA_TEXT, FORMULA_NUMBER, FORMULA_BOOL, FORMULA_ERROR = range(8, 12)
SHARED_TEXT, FORMAT, XF, RICH_INLINE = 19, 44, 47, 62
COLUMNS = 60
BOOK_PROPERTIES, SHEET, CALCULATION, MERGED = 153, 156, 157, 176
BEGIN_CELL_XFS, END_CELL_XFS = 617, 618

STATES = ("visible", "hidden", "veryHidden")
ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}
DY_ZERO = 0x10
COLUMN_FLAGS, COLUMN_HIDDEN = 16, 0x01
"""Where BrtColInfo says that its columns are hidden."""
GENERAL = built_in_format(0)
CALCULATION_FLAGS, FULL_ON_LOAD = 24, 0x01
"""Where BrtCalcProp says that whoever opens the workbook is to calculate all of it anew."""

Record = tuple[int, bytes]


class XlsbWorkbook:
    """A binary workbook."""

    def __init__(self, path: str) -> None:
        self._archive = Archive(path)
        main = next(
            (part for kind, part in self._archive.relations("").values() if kind == "officeDocument"),
            "xl/workbook.bin",
        )
        related = self._archive.relations(main)
        self._from_1904 = False
        self._uncalculated = False
        self._parts: dict[str, str] = {}
        self.sheets = tuple(self._sheets(main, related))
        by_kind = {kind: part for kind, part in related.values() if part in self._archive}
        self._formats = _formats(self._archive, by_kind.get("styles"), self._from_1904)
        self._texts = _texts(self._archive, by_kind.get("sharedStrings"))

    def rows(self, sheet: str) -> Iterator[SheetRow]:
        """Yield the rows of a sheet."""
        part = self._parts[sheet]
        merged = [_range(body) for kind, body in _records(self._archive.blocks(part)) if kind == MERGED]
        number, hidden = 0, False
        cells: dict[int, Cell] = {}
        hidden_columns: list[Span] = []
        for kind, body in _records(self._archive.blocks(part)):
            if kind == ROW:
                if cells or hidden:
                    yield SheetRow(number, cells, hidden, merged, hidden_columns)
                    merged, hidden_columns = [], []
                number, hidden, cells = _unsigned(body, 0) + 1, bool(body[11] & DY_ZERO), {}
            elif kind <= FORMULA_ERROR or kind == RICH_INLINE:
                cell = self._cell(kind, body)
                if cell[1] != BLANK:
                    cells[_unsigned(body, 0)] = cell
            elif kind == COLUMNS and body[COLUMN_FLAGS] & COLUMN_HIDDEN:
                hidden_columns.append((_unsigned(body, 0) + 1, _unsigned(body, 4) + 1))
        if cells or hidden:
            yield SheetRow(number, cells, hidden, merged, hidden_columns)

    def _sheets(self, main: str, related: dict[str, tuple[str, str]]) -> Iterator[SheetInfo]:
        for kind, body in _records(self._archive.blocks(main)):
            if kind == BOOK_PROPERTIES:
                self._from_1904 = bool(body[0] & 1)
            elif kind == CALCULATION:
                self._uncalculated = bool(body[CALCULATION_FLAGS] & FULL_ON_LOAD)
            elif kind == SHEET:
                key, place = _text(body, 8)
                name, _ = _text(body, place)
                relation, part = related.get(key, ("", ""))
                if relation == "worksheet":
                    self._parts[name] = part
                    yield SheetInfo(name, STATES[min(_unsigned(body, 0), 2)])

    def _cell(self, kind: int, body: bytes) -> Cell:
        if self._uncalculated and FORMULA_TEXT <= kind <= FORMULA_ERROR:
            return "", UNCALCULATED, None
        match kind:
            case 2 | 5 | 9:  # RK, REAL, FORMULA_NUMBER
                value = _rk(_unsigned(body, 8)) if kind == RK else _real(body)
                style = _unsigned(body, 4) & 0xFFFFFF
                number_format = self._formats[style] if style < len(self._formats) else GENERAL
                return number_cell(value, number_format, self._from_1904)
            case 3 | 11:  # ERROR_CELL, FORMULA_ERROR
                return ERRORS.get(body[8], f"#ERROR {body[8]}"), ERROR, None
            case 4 | 10:  # BOOL, FORMULA_BOOL
                return ("TRUE" if body[8] else "FALSE"), TRUTH, None
            case 7:  # SHARED
                text = self._shared(_unsigned(body, 8))
            case 6 | 8:  # INLINE, FORMULA_TEXT
                text, _ = _text(body, 8)
            case 62:  # RICH_INLINE
                text, _ = _text(body, 9)
            case _:
                text = ""
        return text, (TEXT if text else BLANK), None

    def _shared(self, number: int) -> str:
        if number >= len(self._texts):
            raise NotReadable(f"a cell refers to text no. {number}, which the file does not contain")
        return self._texts[number]


def _records(blocks: Iterator[bytes]) -> Iterator[Record]:
    data, place = b"", 0
    for block in blocks:
        data, place = data[place:] + block, 0
        while (record := _record(data, place)) is not None:
            kind, start, place = record
            yield kind, data[start:place]
        if len(data) - place > LONGEST_PIECE:
            raise NotReadable("a record is longer than any program writes it")
    if place < len(data):
        raise NotReadable("it is cut off")


def _record(data: bytes, place: int) -> tuple[int, int, int] | None:
    """Return the kind of the record at a place, where its body begins and where it ends; None where it is cut off."""
    kind, place = _variable(data, place, 2)
    size, place = _variable(data, place, 4)
    return (kind, place, place + size) if place + size <= len(data) and place <= len(data) else None


def _variable(data: bytes, place: int, longest: int) -> tuple[int, int]:
    """Return a number of seven bits a byte, and the place after it; a place beyond the end where it is cut off."""
    value = 0
    for index in range(longest):
        if place >= len(data):
            return 0, len(data) + 1
        byte = data[place]
        place += 1
        value |= (byte & 0x7F) << 7 * index
        if byte < 0x80:
            break
    return value, place


def _unsigned(body: bytes, place: int) -> int:
    if len(body) < place + 4:
        raise NotReadable("a record is too short")
    return int.from_bytes(body[place : place + 4], "little")


def _real(body: bytes) -> float:
    if len(body) < 16:
        raise NotReadable("a record is too short")
    value: float = struct.unpack_from("<d", body, 8)[0]
    return value


def _rk(raw: int) -> float:
    if raw & 2:
        value = float((raw - (1 << 32) if raw & 0x80000000 else raw) >> 2)
    else:
        value = struct.unpack("<d", ((raw & 0xFFFFFFFC) << 32).to_bytes(8, "little"))[0]
    return value / 100 if raw & 1 else value


def _text(body: bytes, place: int) -> tuple[str, int]:
    """Return the text at a place of a record, and the place after it."""
    size = _unsigned(body, place)
    if size == 0xFFFFFFFF:
        return "", place + 4
    end = place + 4 + 2 * size
    if end > len(body):
        raise NotReadable("a record is too short")
    return body[place + 4 : end].decode("utf-16-le", "replace"), end


def _range(body: bytes) -> Range:
    top, bottom, left, right = (_unsigned(body, 4 * index) + 1 for index in range(4))
    return top, left, bottom, right


def _texts(archive: Archive, part: str | None) -> list[str]:
    if part is None:
        return []
    return [_text(body, 1)[0] for kind, body in _records(archive.blocks(part)) if kind == SHARED_TEXT]


def _formats(archive: Archive, part: str | None, from_1904: bool) -> list[NumberFormat]:
    codes: dict[int, NumberFormat] = {}
    formats: list[NumberFormat] = []
    within = False
    for kind, body in _records(archive.blocks(part)) if part is not None else ():
        if kind == FORMAT:
            codes[int.from_bytes(body[:2], "little")] = number_format(_text(body, 2)[0], from_1904)
        elif kind in (BEGIN_CELL_XFS, END_CELL_XFS):
            within = kind == BEGIN_CELL_XFS
        elif kind == XF and within:
            number = int.from_bytes(body[2:4], "little")
            formats.append(codes.get(number) or built_in_format(number, from_1904))
    return formats
