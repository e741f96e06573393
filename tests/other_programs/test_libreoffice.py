"""LibreOffice opens what we write with nothing changed, and what it saves is marked anew without a trace of before."""

from pathlib import Path

import openpyxl
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill

from schemas.headings import RESULT_HEADINGS
from tests.support.paths import CORPUS
from tests.support.results_workbooks import (
    ERROR,
    comments,
    copied,
    fill_of,
    line,
    load,
    marked_cells,
    needs_office,
    resaved,
    rich_workbook,
    sheet_names,
    user_line,
    values,
    written,
    wrong,
)

pytestmark = needs_office
SAMPLES = ("poi__AverageTaxRates.xlsx", "poi__SimpleStrict.xlsx", "readxl__deaths.xlsx", "poi__54206.xlsx")


def users_workbook(path: Path) -> Path:
    """Write a workbook with fills and comments of the user's own."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Campaigns"
    for row in [("name", "dtype", "dnumber"), *((f"N{row}", "queue", f"0{row}") for row in range(2, 7))]:
        sheet.append(row)
    sheet["A2"].fill = PatternFill("solid", fgColor="FFABCDEF")
    sheet["A2"].font = Font(italic=True)
    sheet["B3"].comment = Comment("mine, and here", "Ann")
    sheet["C5"].comment = Comment("alone", "Ann")
    book.save(path)
    return path


def test_marks_of_before_are_gone_after_libreoffice_has_saved_the_copy(here: Path) -> None:
    """Copy, save in LibreOffice, copy with fewer marks: only the new marks are there, and all that is the user's."""
    source = users_workbook(here / "a.xlsx")
    marks = {2: {0: wrong("One.", "Two.")}, 3: {1: wrong("Three.")}, 4: {2: wrong("Four.")}}
    first = copied(source, here / "b.xlsx", [line(row, marks.get(row)) for row in range(2, 7)])
    between = resaved([first], here / "saved")[0]
    assert marked_cells(load(between)["Campaigns"]) == {"A2", "B3", "C4"}
    second = copied(between, here / "c.xlsx", [line(row, {2: wrong("New.")} if row == 4 else None) for row in (4, 5)])
    sheet = load(second)["Campaigns"]
    assert marked_cells(sheet) == {"C4"}
    assert fill_of(sheet["A2"]) == "FFABCDEF"
    assert sheet["A2"].font.i
    assert comments(sheet) == {"B3": "mine, and here", "C4": "campaign-importer:\n• New.", "C5": "alone"}
    assert [cell.value for cell in sheet[1]] == ["name", "dtype", "dnumber", *RESULT_HEADINGS]
    assert [sheet.cell(row, 4).value for row in range(2, 7)] == [None, None, "created", "created", None]
    assert sheet_names(second) == ["Import summary", "Campaigns"]


def test_libreoffice_reads_copies_as_it_reads_the_originals(here: Path) -> None:
    """Opened and saved there, a copy has the values of the original on every sheet, and its marks and comments."""
    sources = [rich_workbook(here / "rich.xlsx")]
    sources += [path for name in SAMPLES for path in CORPUS.rglob(name)]
    firsts = {}
    (here / "copies").mkdir()
    for source in sources:
        sheet = sheet_names(source)[0] if source.name != "rich.xlsx" else "Campaigns"
        rows = sorted({row for row, _ in values(source, sheet)})
        firsts[source.name] = sheet, rows[1]
        lines = [line(row, {0: wrong("Bad.")} if row == rows[1] else None) for row in rows[1:]]
        copied(source, here / "copies" / source.name, lines, sheet, rows[0])
    plain = written(here / "copies" / "plain.xlsx", ("name",), [user_line(2, "=1+1", marks={0: wrong("Bad.")})])
    old = resaved(sources, here / "old")
    new = resaved([*(here / "copies" / source.name for source in sources), plain], here / "new")
    for before, after in zip(old, new, strict=False):
        sheet, row = firsts[before.name]
        assert sheet_names(after) == ["Import summary", *sheet_names(before)]
        for name in sheet_names(before):
            assert values(after, name).items() >= values(before, name).items()
        cell = load(after)[sheet].cell(row, 1)
        assert (fill_of(cell), "• Bad." in cell.comment.text) == (ERROR, True)
    assert values(new[-1], "Results")[2, 1] == "=1+1"
    assert comments(load(new[-1])["Results"]) == {"A2": "campaign-importer:\n• Bad."}
