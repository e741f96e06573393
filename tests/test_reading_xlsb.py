"""The binary workbook format, record by record."""

import struct

import pytest
from reading_files import CONTENT_TYPES, HEADINGS, PACKAGE, RELATIONS, write_parts

from importer.errors import FileRefused
from importer.reading import open_table
from importer.showing import raw_rows

ROW, RK, ERROR, BOOL, REAL, INLINE, SHARED = 0, 2, 3, 4, 5, 6, 7
FORMULA_TEXT, FORMULA_NUMBER, FORMULA_BOOL, FORMULA_ERROR, RICH = 8, 9, 10, 11, 62


def variable(number: int) -> bytes:
    out = bytearray()
    while True:
        out.append(number & 0x7F | (0x80 if number > 0x7F else 0))
        number >>= 7
        if not number:
            return bytes(out)


def record(kind: int, body: bytes = b"") -> bytes:
    return variable(kind) + variable(len(body)) + body


def text(value: str) -> bytes:
    return struct.pack("<I", len(value)) + value.encode("utf-16-le")


def row(number: int, hidden: bool = False) -> bytes:
    return record(ROW, struct.pack("<IIHBB", number - 1, 0, 0, 0, 0x10 if hidden else 0) + b"\0" * 5)


def cell(kind: int, column: int, body: bytes, style: int = 0) -> bytes:
    return record(kind, struct.pack("<II", column, style) + body)


def write_xlsb(path, rows: bytes, *, shared: tuple[str, ...] = (), after: bytes = b"", from_1904: bool = False):
    relations = "".join(
        f'<Relationship Id="{key}" Type="{RELATIONS}/{kind}" Target="{target}"/>'
        for key, kind, target in (
            ("s1", "worksheet", "sheet1.bin"),
            ("s2", "chartsheet", "chart.bin"),
            ("t", "sharedStrings", "texts.bin"),
            ("f", "styles", "styles.bin"),
        )
    )
    book = record(153, struct.pack("<I", int(from_1904)))
    book += record(156, struct.pack("<II", 0, 1) + text("s1") + text("Campaigns"))
    book += record(156, struct.pack("<II", 1, 2) + text("s2") + text("Chart"))
    styles = record(44, struct.pack("<H", 164) + text("00000")) + record(47, b"\0\0\xff\xff") + record(617)
    styles += b"".join(record(47, struct.pack("<HH", 0, number)) for number in (0, 164, 14)) + record(618)
    return write_parts(
        path,
        {
            "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="m" Type="{RELATIONS}/officeDocument" '
            'Target="xl/workbook.bin"/></Relationships>',
            "xl/_rels/workbook.bin.rels": f'<Relationships xmlns="{PACKAGE}">{relations}</Relationships>',
            "xl/workbook.bin": book,
            "xl/styles.bin": styles,
            "xl/texts.bin": b"".join(record(19, b"\0" + text(each)) for each in shared),
            "xl/sheet1.bin": rows + after,
            "[Content_Types].xml": CONTENT_TYPES,
        },
    )


def test_every_kind_of_cell_is_read(tmp_path):
    """Numbers in their four forms, texts in theirs, truth, errors, dates and zeros that are shown."""
    cells = (
        cell(RK, 0, struct.pack("<i", (5 << 2) | 2))
        + cell(RK, 1, struct.pack("<i", (-525 << 2) | 3))
        + cell(RK, 2, struct.pack("<Q", struct.unpack("<Q", struct.pack("<d", 1.5))[0])[4:])
        + cell(REAL, 3, struct.pack("<d", 6083.0), 1)
        + cell(REAL, 4, struct.pack("<d", 45_000.0), 2)
        + cell(ERROR, 5, b"\x2a")
        + cell(FORMULA_ERROR, 6, b"\x99")
        + cell(BOOL, 7, b"\1")
        + cell(FORMULA_BOOL, 8, b"\0")
        + cell(INLINE, 9, text("in line"))
        + cell(FORMULA_TEXT, 10, text("made"))
        + cell(RICH, 11, b"\0" + text("rich"))
        + cell(SHARED, 12, struct.pack("<I", 1))
        + cell(1, 13, b"")
        + cell(INLINE, 14, struct.pack("<I", 0xFFFFFFFF))
        + cell(FORMULA_NUMBER, 15, struct.pack("<d", 2.0), 99)
    )
    path = write_xlsb(tmp_path / "a.xlsb", row(2) + cells, shared=("no", "0123"))
    assert [(found.row, found.cells) for found in raw_rows(path)] == [
        (
            2,
            (
                *("5", "-5.25", "1.5", "06083", "2023-03-15", "#N/A", "#ERROR 153", "TRUE", "FALSE"),
                *("in line", "made", "rich", "0123", "", "", "2"),
            ),
        )
    ]


def test_rows_hide_and_merge(tmp_path):
    """Hidden rows and merged ranges are known; dates may begin in 1904."""
    head = row(1) + b"".join(cell(INLINE, at, text(heading)) for at, heading in enumerate(HEADINGS))
    rows = head + row(2) + cell(REAL, 0, struct.pack("<d", 1.0), 2) + row(3, hidden=True)
    merged = record(176, struct.pack("<IIII", 1, 2, 0, 0))
    path = write_xlsb(tmp_path / "a.xlsb", rows, after=merged, from_1904=True)
    (chunk,) = open_table(path).chunks
    assert chunk.frame[0].tolist() == ["1904-01-02"]
    assert chunk.merged == ((2, 1, 3, 1),)
    assert "3." in chunk.problems[0].message


@pytest.mark.parametrize(
    "rows",
    [
        row(1) + b"\x07\x7f\0",
        row(1) + b"\x07",
        row(1) + cell(SHARED, 0, struct.pack("<I", 7)),
        row(1) + record(SHARED, b"\0"),
        row(1) + cell(REAL, 0, b"\0"),
        row(1) + cell(INLINE, 0, struct.pack("<I", 99)),
    ],
    ids=["cut body", "cut length", "no such text", "short", "short number", "short text"],
)
def test_damaged_records_are_refused(tmp_path, rows):
    """What is cut off or points nowhere is damage; no reader is asked to guess what was meant."""
    with pytest.raises(FileRefused, match="damaged"):
        list(raw_rows(write_xlsb(tmp_path / "a.xlsb", rows)))
