"""The workbook to fill in, made from the parameter table."""

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from importer.model import column_letters
from importer.sandbox import Sandbox
from importer.template import EXAMPLES
from schemas.headings import parameter_of
from schemas.number_headings import LIST_COLUMNS, NumberColumn, number_column_of
from schemas.parameters import KNOWN_DESTINATION_TYPES, PARAMETERS, ParameterKind
from tests.support.numbers import pending
from tests.support.program import Program
from tests.support.tables import write_table


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
    """The headings are what people call the parameters, all of them, in the table's order; they are understood."""
    headings = [str(cell.value) for cell in book["Campaigns"][1]]
    assert headings == [parameter.heading for parameter in PARAMETERS]
    assert [parameter_of(heading) for heading in headings] == [parameter.name for parameter in PARAMETERS]


def test_every_heading_has_a_note(book: Workbook) -> None:
    """The note on a heading says what the table says, whether the column is needed, and the parameter's name."""
    for cell, parameter in zip(book["Campaigns"][1], PARAMETERS, strict=True):
        assert cell.comment is not None, parameter.name
        lines = cell.comment.text.split("\n")
        assert lines[0] == ("Required. " if parameter.required else "") + parameter.help
        assert lines[-1] == f"Key: {parameter.name}"


def test_the_note_says_what_an_empty_cell_dials(book: Workbook) -> None:
    """Nobody learns only from the telephone that a campaign is enabled where nothing is said."""
    enabled = next(cell for cell in book["Campaigns"][1] if cell.value == "Enabled")
    assert enabled.comment is not None
    assert "Leave empty: the campaign starts dialling at once." in enabled.comment.text


def test_closed_values_have_drop_downs(book: Workbook) -> None:
    """Columns of closed values offer them in every row; where others may be right, they only warn."""
    rules = [one for one in book["Campaigns"].data_validations.dataValidation if one.type == "list"]
    types = ",".join(sorted(KNOWN_DESTINATION_TYPES))
    assert {str(one.sqref): (one.formula1, one.errorStyle) for one in rules} == {
        "B2:B1048576": (f'"{types}"', "warning"),
        "H2:H1048576": ('"1,0"', "warning"),
        "I2:I1048576": ('"failed,retry,success,off"', "stop"),
        "O2:O1048576": ('"answer,key"', "stop"),
    }


def test_numbers_have_rules(book: Workbook) -> None:
    """Whole numbers have their least value; they stand in cells for numbers, because texts break every such rule."""
    sheet = book["Campaigns"]
    rules = {str(one.sqref): one for one in sheet.data_validations.dataValidation if one.type == "whole"}
    least = {letters.partition("2:")[0]: int(one.formula1) for letters, one in rules.items()}
    assert least.items() >= {"D": 1, "J": 1, "N": 0}.items()
    assert set(least) == {
        column_letters(at)
        for at, parameter in enumerate(PARAMETERS, start=1)
        if parameter.kind is ParameterKind.WHOLE_NUMBER
    }
    assert all(sheet.column_dimensions[letters].number_format == "0" for letters in least)
    assert all(one.operator == "between" and one.allow_blank for one in rules.values())


def test_numbers_that_excel_would_round_are_refused(book: Workbook) -> None:
    """Excel makes zeros of all digits beyond the fifteenth before a rule sees the number, so no rule lets these in."""
    rules = [one for one in book["Campaigns"].data_validations.dataValidation if one.type == "whole"]
    rounded = 10**15
    assert rules
    assert all(int(one.formula2) < rounded and one.errorStyle == "stop" for one in rules)
    assert all("more than 15 digits" in str(one.error) and len(str(one.error)) <= 255 for one in rules)


def test_excel_takes_the_rules(book: Workbook) -> None:
    """Excel repairs a workbook with a longer message, title or list than these."""
    for one in book["Campaigns"].data_validations.dataValidation:
        assert (len(one.error) <= 225, len(one.errorTitle) <= 32, len(one.formula1) <= 255) == (True,) * 3, one.error


def test_other_columns_are_formatted_as_text(book: Workbook) -> None:
    """The spreadsheet program leaves 0123 and +44 alone."""
    widths = book["Campaigns"].column_dimensions
    texts = [at for at, one in enumerate(PARAMETERS, start=1) if one.kind is not ParameterKind.WHOLE_NUMBER]
    assert all(widths[column_letters(at)].number_format == "@" for at in texts)


def test_nothing_has_to_be_removed(book: Workbook) -> None:
    """The sheet to fill in has headings alone; examples stand on the sheet of notes."""
    assert book["Campaigns"].max_row == 1
    notes = [[cell.value for cell in row] for row in book["Notes"].iter_rows()]
    assert ["Spring reminder", "Appointment calls"] in [line[-2:] for line in notes]


def test_the_notes_sheet_has_the_table(book: Workbook) -> None:
    """A second sheet explains every column: what people and programs call it, whether it is needed, its meaning."""
    lines = [[cell.value or "" for cell in row[:4]] for row in book["Notes"].iter_rows()]
    assert lines[0] == ["Column", "Key", "Required", "Meaning"]
    fields = [[one.heading, one.name, "yes" if one.required else "no", one.help] for one in PARAMETERS]
    lists = [[f"{one.heading} (Numbers)", "", "yes" if one.required else "no", one.help] for one in LIST_COLUMNS]
    assert lines[1:] == [*fields, *lists]


def test_the_sheet_of_numbers_is_text(book: Workbook) -> None:
    """The sheet "Numbers" keeps zeros and plus signs; its headings have notes, are understood, and stay in sight."""
    sheet = book["Numbers"]
    assert [cell.value for cell in sheet[1]] == ["Campaign", "Number", "Country"]
    meanings = [number_column_of(str(cell.value)) for cell in sheet[1]]
    assert meanings == [NumberColumn.CAMPAIGN, NumberColumn.NUMBER, NumberColumn.COUNTRY]
    assert all(sheet.column_dimensions[letters].number_format == "@" for letters in "ABC")
    assert [cell.comment is not None and one.help in cell.comment.text
            for cell, one in zip(sheet[1], LIST_COLUMNS, strict=True)] == [True] * 3  # fmt: skip
    assert (sheet.max_row, sheet.freeze_panes) == (1, "A2")


@pytest.mark.parametrize("name", ["Campaigns", "Numbers", "Notes"])
def test_it_prints_on_wide_pages(book: Workbook, name: str) -> None:
    """Each sheet is printed in landscape, one page wide, its bold headings on every page."""
    sheet = book[name]
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$1:$1"
    assert all(cell.font.b for cell in sheet[1])


def test_no_heading_is_cut(book: Workbook) -> None:
    """Every word of a heading fits its column, and the heading fits two lines."""
    sheet = book["Campaigns"]
    for cell in sheet[1]:
        width = sheet.column_dimensions[cell.column_letter].width
        assert max(map(len, str(cell.value).split())) < width
        assert len(str(cell.value)) < 2 * width
        assert cell.alignment.wrap_text


def test_headings_stay_in_sight(book: Workbook) -> None:
    """The headings and the names stay when the sheet is scrolled."""
    assert book["Campaigns"].freeze_panes == "B2"


def test_an_empty_one_creates_nothing(program: Program, sandbox: Sandbox, path: Path) -> None:
    """A template as it is has no rows, and the examples on the sheet of notes are not taken for any."""
    told = program("import", path, "--yes", "--json")
    assert (told.exit_code, told.counts, sandbox.campaigns()) == (0, {}, [])
    assert "numbers:" not in told.stderr


def test_the_examples_import_cleanly(program: Program, sandbox: Sandbox, path: Path, book: Workbook) -> None:
    """The examples pass every check, ours and the server's, without a word about the headings, and dial nobody."""
    sheet = book["Campaigns"]
    for row, example in enumerate(EXAMPLES, start=2):
        for column, parameter in enumerate(PARAMETERS, start=1):
            sheet.cell(row, column, example.get(parameter.name))
    book.save(path)
    told = program("import", path, "--yes", "--json", "--workers", "1")
    assert (told.exit_code, told.counts, told.warnings) == (0, {"created": 2}, 0)
    assert not any("by other names" in note for note in told.document["notes"])
    first, second = sandbox.campaigns()
    assert (first["dnumber"], first["callerid"], first["enabled"]) == ("0123", "+442071234567", 0)
    assert (second["machine"], second["enabled"]) == ("", 0)


def test_filled_in_rows_import(program: Program, sandbox: Sandbox, path: Path, book: Workbook) -> None:
    """What a user types below the headings is imported, numbers as numbers; the sheet of notes is not in the way."""
    sheet = book["Campaigns"]
    for column, value in enumerate(("Mine", "queue", "0012", 3), start=1):
        sheet.cell(2, column, value)
    book.save(path)
    assert program("import", path, "--yes", "--json").counts == {"created": 1}
    assert (sandbox.campaigns()[0]["dnumber"], sandbox.campaigns()[0]["attempts"]) == ("0012", 3)


def test_filled_in_numbers_are_loaded(program: Program, sandbox: Sandbox, path: Path, book: Workbook) -> None:
    """Numbers below the headings of their sheet go to their campaigns, in the country that their rows name."""
    for column, value in enumerate(("Mine", "queue", "0012", 3), start=1):
        book["Campaigns"].cell(2, column, value)
    for row in range(2, 42):
        for column, value in enumerate(("Mine", f"020 7946 {row:04}", "United Kingdom"), start=1):
            book["Numbers"].cell(row, column, value)
    book.save(path)
    told = program("import", path, "--number-format", "digits", "--yes", "--json")
    assert told.exit_code == 0, told.stderr
    (campaign,) = sandbox.campaigns()
    assert pending(sandbox, int(campaign["id"])) == {f"442079460{number:03}" for number in range(2, 42)}


def test_the_keys_are_understood_as_well(program: Program, sandbox: Sandbox, path: Path, book: Workbook) -> None:
    """Whoever puts the API's names in the place of the headings is understood, too."""
    sheet = book["Campaigns"]
    for column, parameter in enumerate(PARAMETERS, start=1):
        sheet.cell(1, column, parameter.name)
        sheet.cell(2, column, EXAMPLES[0].get(parameter.name))
    book.save(path)
    assert program("import", path, "--yes", "--json").counts == {"created": 1}


def test_every_drop_down_value_is_accepted(bare: Program, table: Callable[..., Path]) -> None:
    """Whatever the drop-downs offer passes the check."""
    for parameter in PARAMETERS:
        rows = [(f"n{word}", "queue", "1", word) for word in parameter.listed]
        if rows:
            path = table(f"{parameter.name}.csv", ("name", "dtype", "dnumber", parameter.name), *rows)
            assert bare("validate", path).exit_code == 0


def test_what_to_do_next_is_said(bare: Program, here: Path) -> None:
    """After the template is written, the command that checks it is shown, with its name quoted if it needs that."""
    told = bare("template", "spring campaigns.xlsx")
    said = "Next: fill in a row for each campaign, then check it: campaign-importer validate 'spring campaigns.xlsx'\n"
    assert told.stderr == f"Created spring campaigns.xlsx.\n{said}"
    assert bare("template", "quiet.xlsx", "--quiet").stderr == ""


@pytest.mark.parametrize("name", ["c.csv", "c.xlsx", "c.xls", "c.ods"])
@pytest.mark.parametrize("command", [("validate",), ("plan",), ("import", "--yes")], ids=lambda words: str(words[0]))
def test_a_table_without_rows(
    program: Program, sandbox: Sandbox, here: Path, name: str, command: tuple[str, ...]
) -> None:
    """Where there is nothing below the headings, that is said, and what to do."""
    told = program(command[0], write_table(here / name, ("name", "dtype", "dnumber"), []), *command[1:])
    assert (told.exit_code, sandbox.campaigns()) == (0, [])
    assert ": headings, but no rows" in told.stderr
    assert told.stderr.endswith("Next: fill in a row for each campaign below the headings, then import the file.\n")
