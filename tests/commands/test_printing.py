"""How the workbooks print that we make; and the user's own workbook, whose settings are theirs."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
import xlsxwriter
from openpyxl.worksheet.properties import PageSetupProperties

from importer.ooxml import LAST_ROW
from tests.support.program import Program
from tests.support.tables import HEADINGS, ROW

Table = Callable[..., Path]
WRONG = ("", *ROW[1:])
MANY = [(f"Campaign {number}", "queue" if number % 3 else "", f"0{number}") for number in range(120)]


def one_page_wide(sheet: Any) -> bool:
    """Say whether a sheet is printed in landscape, and as wide as one page."""
    setup = sheet.page_setup
    fitted = (sheet.sheet_properties.pageSetUpPr.fitToPage, setup.fitToWidth, setup.fitToHeight)
    return fitted in ((True, None, 0), (True, 1, 0)) and (setup.orientation, setup.paperSize) == ("landscape", 9)


def test_what_we_make_is_one_page_wide(bare: Program, here: Path, table: Table) -> None:
    """Results of a text file, rejects, template and samples; their headings are on every page."""
    path = table("c.csv", HEADINGS, *MANY)
    bare("validate", path, "--results", here / "out.xlsx", "--rejects", here / "back.xlsx")
    bare("template", here / "template.xlsx")
    bare("samples", here / "samples")
    books = (here / name for name in ("out.xlsx", "back.xlsx", "template.xlsx", "samples/campaigns.xlsx"))
    sheets = [sheet for book in books for sheet in openpyxl.load_workbook(book).worksheets]
    assert [sheet.title for sheet in sheets if not one_page_wide(sheet)] == []
    titles = {sheet.title: sheet.print_title_rows for sheet in sheets}
    assert titles.pop("Import summary") is not None
    assert titles == dict.fromkeys(("Results", "Rejects", "Campaigns", "Numbers", "Notes"), "$1:$1")


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_a_long_list_has_its_headings_on_every_page(bare: Program, here: Path, table: Table, suffix: str) -> None:
    """The summary repeats the headings of its last list: that of all problems, where it is there."""
    path = table(f"c.{suffix}", HEADINGS, *MANY)
    bare("validate", path, "--results", here / "out.xlsx")
    summary = openpyxl.load_workbook(here / "out.xlsx").worksheets[0]
    row = int(summary.print_title_rows.split("$")[-1])
    assert [summary.cell(row - 1, 1).value, *(cell.value for cell in summary[row][:4])] == [
        *("All problems", "Severity", "Cell", "Code", "Row")
    ]


def own_workbook(path: Path, area: str | None) -> Path:
    """Make a workbook of a user who has set up how it prints."""
    book = openpyxl.Workbook()
    sheet: Any = book.worksheets[0]
    sheet.title = "Sales & 'North'"
    for row in (HEADINGS, ROW, WRONG):
        sheet.append(row)
    sheet.page_setup.orientation, sheet.page_setup.scale = "portrait", 80
    sheet.print_title_rows = "1:1"
    if area:
        sheet.print_area = area
    other = book.create_sheet("Other")
    other.append(["mine"])
    other.print_area = "A1:B2"
    other.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    other.page_setup.fitToHeight = 3
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("area", "printed"),
    [
        (None, None),
        ("A1:C3", "$A$1:$F$3"),
        ("A1:B3", "$A$1:$B$3"),
        ("A2:C3", "$A$2:$C$3"),
        ("A1:C2,A3:C3", "$A$1:$C$2,$A$3:$C$3"),
        ("A1:Z3", "$A$1:$Z$3"),
    ],
)
def test_our_columns_are_printed_with_the_users_table(
    bare: Program, here: Path, area: str | None, printed: str | None
) -> None:
    """A print area with the whole width of the table gets our columns; all else is as the user has set it up."""
    path = own_workbook(here / "own.xlsx", area)
    for source, target in ((path, here / "one.xlsx"), (here / "one.xlsx", here / "two.xlsx")):
        told = bare("validate", source, "--sheet", "Sales & 'North'", "--results", target)
        assert told.exit_code == 3, told.stderr
        book = openpyxl.load_workbook(target)
        sheet, other = book["Sales & 'North'"], book["Other"]
        places = [one.rpartition("!")[2] for one in (sheet.print_area or "").split(",")]
        assert ",".join(places) == (printed or "")
        assert (sheet.page_setup.orientation, sheet.page_setup.scale) == ("portrait", 80)
        assert (sheet.print_title_rows, other.print_area) == ("$1:$1", "'Other'!$A$1:$B$2")
        assert (other.page_setup.fitToHeight, other.page_setup.orientation) == (3, None)


def test_a_print_area_of_whole_columns(bare: Program, here: Path) -> None:
    """It gets our columns, too, and stays one of whole columns."""
    with xlsxwriter.Workbook(here / "own.xlsx") as book:
        sheet = book.add_worksheet("It's all")
        for number, row in enumerate((HEADINGS, ROW, WRONG)):
            sheet.write_row(number, 0, row)
        sheet.print_area(0, 0, LAST_ROW - 1, 2)
    bare("validate", here / "own.xlsx", "--results", here / "out.xlsx")
    with ZipFile(here / "out.xlsx") as archive:
        names = archive.read("xl/workbook.xml").decode()
    assert re.findall(r'name="_xlnm.Print_Area"[^>]*>([^<]*)<', names) == ["'It''s all'!$A:$F"]
