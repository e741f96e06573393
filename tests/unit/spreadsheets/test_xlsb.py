"""The binary workbook format, record by record."""

import struct

import pytest

from importer.errors import FileRefused
from importer.preview import raw_rows
from importer.reading import open_table
from tests.support.every_format import record, wide, write_xlsb_sheets
from tests.support.every_format import xlsb_cell as cell
from tests.support.every_format import xlsb_row as row
from tests.support.workbooks import HEADINGS

ROW, RK, ERROR, BOOL, REAL, INLINE, SHARED = 0, 2, 3, 4, 5, 6, 7
FORMULA_TEXT, FORMULA_NUMBER, FORMULA_BOOL, FORMULA_ERROR, RICH = 8, 9, 10, 11, 62


def write_xlsb(path, rows: bytes, *, shared: tuple[str, ...] = (), after: bytes = b"", from_1904: bool = False):
    return write_xlsb_sheets(
        path, {"Campaigns": rows + after}, shared=shared, formats=("00000", 14), from_1904=from_1904
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
        + cell(INLINE, 9, wide("in line"))
        + cell(FORMULA_TEXT, 10, wide("made"))
        + cell(RICH, 11, b"\0" + wide("rich"))
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


def test_formulas_that_whoever_opens_the_file_has_to_calculate_have_no_result(tmp_path):
    """Where the workbook says that its results do not hold, no formula has one; values have theirs."""
    head = row(1) + b"".join(cell(INLINE, at, wide(heading)) for at, heading in enumerate(HEADINGS))
    rows = head + row(2) + cell(INLINE, 0, wide("Spring")) + cell(FORMULA_TEXT, 1, wide("queue"))
    rows += cell(FORMULA_NUMBER, 2, struct.pack("<d", 0)) + cell(REAL, 3, struct.pack("<d", 5))
    for uncalculated, expected in ((True, ["Spring", "", "", "5", ""]), (False, ["Spring", "queue", "0", "5", ""])):
        path = write_xlsb_sheets(tmp_path / "a.xlsb", {"Campaigns": rows}, uncalculated=uncalculated)
        (chunk,) = open_table(path).chunks
        assert chunk.frame.iloc[0].tolist() == expected
        assert chunk.kinds.get(1) == ("f" if uncalculated else None)


def test_rows_hide_and_merge(tmp_path):
    """Hidden rows and merged ranges are known; dates may begin in 1904."""
    head = row(1) + b"".join(cell(INLINE, at, wide(heading)) for at, heading in enumerate(HEADINGS))
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
