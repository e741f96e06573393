"""The workbook to fill in, made from the parameter table."""

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from importer.sandbox import Sandbox
from schemas.parameters import PARAMETERS
from tests.support.program import Program


@pytest.fixture
def path(bare: Program, here: Path) -> Path:
    """A template, fresh from the command."""
    assert bare("template", here / "new.xlsx").exit_code == 0
    return here / "new.xlsx"


@pytest.fixture
def book(path: Path) -> Workbook:
    """The same, opened."""
    return openpyxl.load_workbook(path)


def test_it_has_a_column_for_every_parameter(book: Workbook) -> None:
    """The headings are the parameters, all of them, in the table's order."""
    headings = [cell.value for cell in book["Campaigns"][1]]
    assert headings == [parameter.name for parameter in PARAMETERS]


def test_every_heading_has_a_note(book: Workbook) -> None:
    """The note on a heading says what the table says, and whether the column is needed."""
    for cell, parameter in zip(book["Campaigns"][1], PARAMETERS, strict=True):
        assert cell.comment is not None, parameter.name
        assert cell.comment.text == ("Needed. " if parameter.required else "") + parameter.help


def test_closed_values_have_drop_downs(book: Workbook) -> None:
    """Columns of closed values, and no others, offer them in all prepared rows."""
    found = {
        str(one.sqref): one.formula1 for one in book["Campaigns"].data_validations.dataValidation if one.type == "list"
    }
    assert found == {
        "H2:H1001": '"1,0"',
        "I2:I1001": '"failed,retry,success,off"',
        "O2:O1001": '"answer,key"',
    }


def test_cells_are_formatted_as_text(book: Workbook) -> None:
    """The spreadsheet program leaves 0123 and +44 alone, in the examples and in the blank cells below."""
    sheet = book["Campaigns"]
    for parameter, column in zip(PARAMETERS, sheet.iter_cols(min_row=2, max_row=3), strict=True):
        for cell in column:
            assert cell.number_format == "@" or cell.value is None, parameter.name
    widths = sheet.column_dimensions
    assert all(widths[letter].number_format == "@" for letter in widths)


def test_two_example_rows_and_no_more(book: Workbook) -> None:
    """There are two examples, both switched off or explained, all text."""
    sheet = book["Campaigns"]
    assert sheet.max_row == 3
    values = [cell for row in sheet.iter_rows(min_row=2) for cell in row if cell.value is not None]
    assert all(cell.data_type == "s" for cell in values)
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == ["Spring reminder", "Appointment calls"]


def test_the_notes_sheet_has_the_table(book: Workbook) -> None:
    """A second sheet explains every column: needed or not, default, meaning."""
    lines = [[cell.value or "" for cell in row] for row in book["Notes"].iter_rows(max_row=len(PARAMETERS) + 1)]
    assert lines[0] == ["Column", "Needed", "Default", "Meaning"]
    assert lines[1:] == [[one.name, "yes" if one.required else "no", one.default or "", one.help] for one in PARAMETERS]


def test_headings_stay_in_sight(book: Workbook) -> None:
    """The headings and the names stay when the sheet is scrolled."""
    assert book["Campaigns"].freeze_panes == "B2"


def test_the_examples_import_cleanly(program: Program, sandbox: Sandbox, path: Path) -> None:
    """A template as it is passes every check, ours and the server's, without a word of warning, and dials nobody."""
    told = program("import", path, "--yes", "--json", "--workers", "1")
    assert (told.exit_code, told.counts, told.document["warnings"]) == (0, {"created": 2}, 0)
    first, second = sandbox.campaigns()
    assert (first["dnumber"], first["callerid"], first["enabled"]) == ("0123", "+442071234567", 0)
    assert (second["machine"], second["enabled"]) == ("", 0)


def test_filled_in_rows_import(program: Program, sandbox: Sandbox, path: Path, book: Workbook) -> None:
    """What a user types below the headings, the examples deleted, is imported; the sheet of notes is not in the way."""
    sheet = book["Campaigns"]
    sheet.delete_rows(2, 2)
    for column, text in enumerate(("Mine", "queue", "0012"), start=1):
        sheet.cell(2, column, text)
    book.save(path)
    assert program("import", path, "--yes", "--json").counts == {"created": 1}
    assert sandbox.campaigns()[0]["dnumber"] == "0012"


def test_every_drop_down_value_is_accepted(bare: Program, table: Callable[..., Path]) -> None:
    """Whatever the drop-downs offer passes the check."""
    for parameter in PARAMETERS:
        rows = [(f"n{word}", "queue", "1", word) for word in parameter.listed]
        if rows:
            path = table(f"{parameter.name}.csv", ("name", "dtype", "dnumber", parameter.name), *rows)
            assert bare("validate", path).exit_code == 0
