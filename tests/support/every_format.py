"""One table in every format that can be read, as long as it may be: for tests of what is true of all of them.

The workbooks are written by hand where the libraries take minutes for 70,000 rows.
"""

import csv
import struct
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

import xlsxwriter
import xlwt

from tests.support.tables import rested
from tests.support.workbooks import PACKAGE, RELATIONS, write_ods_content, write_parts

CONTENT_TYPES_XLSB = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/></Types>'
)

Rows = Sequence[Sequence[str]]
Sheets = Mapping[str, Rows]

ROW_RECORD, INLINE_RECORD, STYLE_FORMAT, CELL_FORMAT = 0, 6, 44, 47


def variable(number: int) -> bytes:
    """Return a number of seven bits a byte."""
    out = bytearray()
    while True:
        out.append(number & 0x7F | (0x80 if number > 0x7F else 0))
        number >>= 7
        if not number:
            return bytes(out)


def record(kind: int, body: bytes = b"") -> bytes:
    """Return a record of an .xlsb part."""
    return variable(kind) + variable(len(body)) + body


def wide(value: str) -> bytes:
    """Return a string of an .xlsb record."""
    letters = value.encode("utf-16-le")
    return struct.pack("<I", len(letters) // 2) + letters


def xlsb_row(number: int, hidden: bool = False) -> bytes:
    """Return the record that begins a row, numbered from 1."""
    return record(ROW_RECORD, struct.pack("<IIHBB", number - 1, 0, 0, 0, 0x10 if hidden else 0) + b"\0" * 5)


def xlsb_cell(kind: int, column: int, body: bytes, style: int = 0) -> bytes:
    """Return the record of a cell, its column counted from 0."""
    return record(kind, struct.pack("<II", column, style) + body)


def xlsb_format(parent: int, number_format: int) -> bytes:
    """Return the record of a style: its number format, and nothing else that counts."""
    return record(CELL_FORMAT, struct.pack("<HH6xBBHH", parent, number_format, 0, 0, 0, parent == 0))


def write_xlsb_sheets(
    path: Path,
    sheets: Mapping[str, bytes],
    *,
    shared: Sequence[str] = (),
    formats: Sequence[str | int] = (),
    from_1904: bool = False,
    uncalculated: bool = False,
) -> Path:
    """Write an .xlsb workbook of sheets given as their records; style n (from 1) has the format formats[n - 1]."""
    codes = {164 + at: code for at, code in enumerate(formats) if isinstance(code, str)}
    numbers = [0, *(164 + at if isinstance(code, str) else code for at, code in enumerate(formats))]
    styles = record(278) + record(615, struct.pack("<I", len(codes)))
    styles += b"".join(record(STYLE_FORMAT, struct.pack("<H", at) + wide(code)) for at, code in codes.items())
    styles += record(616) + record(626, struct.pack("<I", 1)) + xlsb_format(0xFFFF, 0) + record(627)
    styles += record(617, struct.pack("<I", len(numbers)))
    styles += b"".join(xlsb_format(0, number) for number in numbers) + record(618) + record(279)
    book = record(131) + record(153, struct.pack("<III", int(from_1904), 0, 0))
    book += record(157, struct.pack("<IIIdIH", 0, 1, 100, 0.001, 1, 0x18 | int(uncalculated)))
    book += record(143)
    for at, name in enumerate(sheets, start=1):
        book += record(156, struct.pack("<II", 0, at) + wide(f"s{at}") + wide(name))
    book += record(156, struct.pack("<II", 1, 99) + wide("c") + wide("Chart")) + record(144) + record(132)
    targets = {f"s{at}": ("worksheet", f"sheet{at}.bin") for at in range(1, len(sheets) + 1)}
    targets |= {"c": ("chartsheet", "chart.bin"), "t": ("sharedStrings", "texts.bin"), "f": ("styles", "styles.bin")}
    relations = "".join(
        f'<Relationship Id="{key}" Type="{RELATIONS}/{kind}" Target="{target}"/>'
        for key, (kind, target) in targets.items()
    )
    parts: dict[str, str | bytes] = {
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="m" Type="{RELATIONS}/officeDocument" '
        'Target="xl/workbook.bin"/></Relationships>',
        "xl/_rels/workbook.bin.rels": f'<Relationships xmlns="{PACKAGE}">{relations}</Relationships>',
        "xl/workbook.bin": book,
        "xl/styles.bin": styles,
        "xl/texts.bin": record(159) + b"".join(record(19, b"\0" + wide(each)) for each in shared) + record(160),
        "[Content_Types].xml": CONTENT_TYPES_XLSB,
    }
    for at, rows in enumerate(sheets.values(), start=1):
        parts[f"xl/sheet{at}.bin"] = record(129) + record(145) + rows + record(146) + record(130)
    return write_parts(path, parts)


def _write_xlsb(path: Path, sheets: Sheets) -> None:
    write_xlsb_sheets(
        path,
        {
            name: b"".join(
                xlsb_row(number)
                + b"".join(xlsb_cell(INLINE_RECORD, at, wide(text)) for at, text in enumerate(row) if text)
                for number, row in enumerate(rows, start=1)
            )
            for name, rows in sheets.items()
        },
    )


def _write_xlsx(path: Path, sheets: Sheets) -> None:
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, text in enumerate(row):
                    if text:
                        page.write_string(number, column, text)


def _write_xls(path: Path, sheets: Sheets) -> None:
    book = xlwt.Workbook()
    for name, rows in sheets.items():
        page = book.add_sheet(name)
        for number, row in enumerate(rows):
            for column, text in enumerate(row):
                if text:
                    page.write(number, column, text)
    book.save(str(path))


def _write_ods(path: Path, sheets: Sheets) -> None:
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    tables = []
    for name, rows in sheets.items():
        lines = ("".join(cell.format(escape(text)) if text else "<table:table-cell/>" for text in row) for row in rows)
        inside = "".join(f"<table:table-row>{line}</table:table-row>" for line in lines)
        tables.append(f'<table:table table:name="{name}">{inside}</table:table>')
    write_ods_content(path, "".join(tables))


def _text_writer(delimiter: str) -> Callable[[Path, Sheets], None]:
    def write(path: Path, sheets: Sheets) -> None:
        *_, rows = sheets.values()
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, delimiter=delimiter).writerows(rows)

    return write


WRITERS: Mapping[str, Callable[[Path, Sheets], None]] = {
    "xlsx": _write_xlsx,
    "fast.xlsx": _write_xlsx,
    "xlsb": _write_xlsb,
    "xls": _write_xls,
    "ods": _write_ods,
    "fast.ods": _write_ods,
    "csv": _text_writer(","),
    "txt": _text_writer(";"),
    "tsv": _text_writer("\t"),
}
"""What writes each format; `fast` marks the files that the fast reader is to be asked for."""

WORKBOOKS = tuple(name for name in WRITERS if name not in ("csv", "txt", "tsv"))
MOST_ROWS = {"xls": 65_536}
"""How many rows a sheet holds where that is less than 70,000."""


def fast_from(format_name: str) -> int:
    """Return from which size on the fast reader is to be asked, so that the one is read by it and the other is not."""
    return 0 if format_name.startswith("fast.") else 1 << 40


def write_format(folder: Path, format_name: str, sheets: Sheets) -> Path:
    """Write sheets in a format, only the last of them in a text file, and return the path."""
    path = folder / f"table.{format_name}"
    WRITERS[format_name](path, sheets)
    return rested(path)
