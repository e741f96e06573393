"""Columns that nobody sees are sent like the others, and are reported."""

import struct
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
import xlwt

from importer.reading import sheet
from tests.support.every_format import fast_from, record, wide, write_xlsb_sheets, xlsb_cell, xlsb_row
from tests.support.program import Finished, Program
from tests.support.tables import rested
from tests.support.workbooks import write_ods_content

COLUMN_RECORD, INLINE_RECORD, HIDDEN = 60, 6, 1
TABLE = [
    ("name", "dtype", "dnumber", "attempts", "maximum", "Remark"),
    *((f"Spring {number}", "queue", "0123", "2", "3", "ours") for number in range(30)),
]


def write_xlsx(path: Path, hidden: range) -> None:
    with xlsxwriter.Workbook(path) as book:
        table = book.add_worksheet("Campaigns")
        table.set_column(hidden.start, hidden.stop - 1, None, None, {"hidden": True})
        for number, row in enumerate(TABLE):
            table.write_row(number, 0, row)


def write_xls(path: Path, hidden: range) -> None:
    book = xlwt.Workbook()
    table = book.add_sheet("Campaigns")
    for at in hidden:
        table.col(at).hidden = True
    for number, row in enumerate(TABLE):
        for at, text in enumerate(row):
            table.write(number, at, text)
    book.save(str(path))


def write_xlsb(path: Path, hidden: range) -> None:
    columns = record(COLUMN_RECORD, struct.pack("<IIIIH", 0, 0, 2000, 0, 0))
    columns += record(COLUMN_RECORD, struct.pack("<IIIIH", hidden.start, hidden.stop - 1, 0, 0, HIDDEN))
    rows = b"".join(
        xlsb_row(number) + b"".join(xlsb_cell(INLINE_RECORD, at, wide(text)) for at, text in enumerate(row))
        for number, row in enumerate(TABLE, start=1)
    )
    write_xlsb_sheets(path, {"Campaigns": columns + rows})


def write_ods(path: Path, hidden: range) -> None:
    plain = f'<table:table-column table:number-columns-repeated="{hidden.start}"/>'
    collapsed = f'<table:table-column table:visibility="collapse" table:number-columns-repeated="{len(hidden)}"/>'
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    rows = "".join(f"<table:table-row>{''.join(map(cell.format, row))}</table:table-row>" for row in TABLE)
    write_ods_content(path, f'<table:table table:name="Campaigns">{plain}{collapsed}{rows}</table:table>')


WRITERS: dict[str, Callable[[Path, range], None]] = {
    "xlsx": write_xlsx,
    "fast.xlsx": write_xlsx,
    "xlsm": write_xlsx,
    "xlsb": write_xlsb,
    "xls": write_xls,
    "ods": write_ods,
    "fast.ods": write_ods,
}


@pytest.fixture(params=WRITERS)
def written(request: pytest.FixtureRequest, here: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[range], Path]:
    """Writes the table in a format with some columns hidden, from 0."""
    name = str(request.param)
    monkeypatch.setattr(sheet, "FAST_FROM", fast_from(name))

    def write(hidden: range) -> Path:
        path = here / f"table.{name}"
        WRITERS[name](path, hidden)
        return rested(path)

    return write


def warnings(told: Finished) -> list[str]:
    """Return the messages about hidden columns."""
    return [one["message"] for one in told.document["problems"] if one["code"] == "W209"]


def test_hidden_fields_are_reported(bare: Program, written: Callable[[range], Path]) -> None:
    """Hidden columns with fields are named by letter and field, and are read all the same."""
    told = bare("validate", written(range(3, 5)), "--json")
    assert told.counts == {"valid": 30}
    assert warnings(told) == [
        "The sheet Campaigns has hidden columns that will be sent: D (attempts), E (maximum). "
        "Unhide them and check their values, or delete what should not be sent."
    ]


def test_hidden_columns_that_are_not_sent_are_not(bare: Program, written: Callable[[range], Path]) -> None:
    """A hidden column of the user's own, which is not sent, is not a reason for a warning."""
    assert warnings(bare("validate", written(range(5, 6)), "--json")) == []


def test_what_is_assigned_counts(bare: Program, written: Callable[[range], Path]) -> None:
    """A hidden column is sent if --column assigns it, and is not if --column takes it away."""
    path = written(range(4, 6))
    (message,) = warnings(bare("validate", path, "--json", "--column", "E=-", "--column", "F=description"))
    assert message.startswith("The sheet Campaigns has a hidden column that will be sent: F (description). Unhide it")


def test_results_hide_columns_without_a_warning(program: Program, written: Callable[[range], Path]) -> None:
    """The columns that results hide are ours, so results are imported again without a warning about them."""
    path = written(range(5, 6))
    first = program("import", path, "--yes", "--json")
    assert warnings(program("plan", first.document["results"], "--json")) == []
