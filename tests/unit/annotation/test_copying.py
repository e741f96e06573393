"""The user's own workbook comes back with our columns, marks and summary, and with nothing else changed."""

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from openpyxl.comments import Comment
from openpyxl.styles import Border, Font, PatternFill, Side

from importer.annotation import CannotCopy, Line, SheetLines, copy_sheets, losses, package
from importer.annotation.texts import text_of
from importer.model import Group, Problem, Severity, Status
from schemas.headings import RESULT_HEADINGS
from tests.support.paths import CORPUS, LEGACY
from tests.support.results_workbooks import (
    ERROR,
    INJECTIONS,
    WARNING,
    Expected,
    assert_kept,
    comments,
    copied,
    edge_of,
    fill_of,
    line,
    load,
    marked_cells,
    own_columns,
    parts,
    rich_workbook,
    sheet_names,
    summary,
    values,
    wrong,
)
from tests.support.thorough import share


def simple_workbook(path: Path, rows: Sequence[Sequence[Any]], title: str = "Campaigns") -> Path:
    """Write rows with openpyxl."""
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(list(row))
    book.save(path)
    return path


ROWS = [("name", "dtype", "dnumber"), ("A", "queue", "01"), ("B", "queue", "02"), ("C", "queue", "03")]


@pytest.mark.parametrize(("given", "vertical"), [({}, "bottom"), ({"valign": "vcenter"}, "center")])
def test_a_row_is_read_across(here: Path, given: dict[str, str], vertical: str) -> None:
    """Beside a message of several lines, our texts stand where those of the workbook's plain cells do."""
    with xlsxwriter.Workbook(here / "a.xlsx", {"default_format_properties": given}) as book:
        sheet = book.add_worksheet("Campaigns")
        for number, row in enumerate(ROWS):
            sheet.write_row(number, 0, row)
    copy = load(copied(here / "a.xlsx", here / "b.xlsx", [line(2)]))["Campaigns"]
    assert {copy[cell].alignment.vertical for cell in ("D2", "E2", "F2")} == {vertical}


def test_people_see_the_columns_that_they_need(here: Path) -> None:
    """Status, message and ID come first, the message wrapped; code, key and row are grouped and collapsed."""
    source = simple_workbook(here / "a.xlsx", ROWS)
    sheet = load(copied(source, here / "b.xlsx", [line(2)]))["Campaigns"]
    assert [cell.value for cell in sheet[1]][3:6] == ["import_status", "import_message", "import_id"]
    assert sheet["E2"].alignment.wrap_text
    assert sheet.column_dimensions["E"].width >= 60
    shown = {letter: (one.hidden, one.outlineLevel) for letter, one in sheet.column_dimensions.items()}
    assert (shown["D"], shown["E"], shown["F"]) == ((False, 0),) * 3
    assert shown["G"] == (True, 1)
    assert sheet.column_dimensions["J"].collapsed
    assert sheet.sheet_format.outlineLevelCol == 1


def test_nothing_is_collapsed_on_a_protected_sheet(here: Path) -> None:
    """Nobody could open the group there."""
    sheet = load(copied(rich_workbook(here / "rich.xlsx"), here / "b.xlsx", [line(4)], header_row=3))["Campaigns"]
    assert not any(sheet.column_dimensions[letter].hidden for letter in "HIJKLM")


def test_a_row_is_as_high_as_its_message(here: Path) -> None:
    """A long message makes its row higher, and a later short one lower again; a height that the user has set stays."""
    source = simple_workbook(here / "a.xlsx", ROWS)
    book = openpyxl.load_workbook(source)
    book["Campaigns"].row_dimensions[3].height = 18
    book.save(source)
    long = "word " * 40
    first = copied(source, here / "b.xlsx", [line(row, text=long) for row in (2, 3)])
    assert [load(first)["Campaigns"].row_dimensions[row].height for row in (2, 3, 4)] == [45, 18, None]
    second = copied(first, here / "c.xlsx", [line(row) for row in (2, 3)])
    assert [load(second)["Campaigns"].row_dimensions[row].height for row in (2, 3, 4)] == [None, 18, None]


def test_marks_without_borders_are_taken_off_too(here: Path) -> None:
    """Versions before marked cells by their fill alone: a border there is the user's, and stays."""
    source = simple_workbook(here / "a.xlsx", ROWS)
    book = openpyxl.load_workbook(source)
    cell = book["Campaigns"]["A2"]
    cell.fill, cell.border = PatternFill("solid", fgColor=ERROR), Border(bottom=Side("thin", "FF00AA00"))
    book.save(source)
    cell = load(copied(source, here / "b.xlsx", [line(2)]))["Campaigns"]["A2"]
    assert (fill_of(cell), cell.border.bottom.style) == (None, "thin")


def test_all_that_need_not_change_is_kept(here: Path) -> None:
    """Values, formulas, looks, panes, widths and rules stay, and other parts keep their bytes."""
    source = rich_workbook(here / "rich.xlsx")
    marks = {4: {0: wrong("Too long."), 4: wrong()}, 6: {3: wrong(severity=Severity.WARNING)}}
    copy = copied(source, here / "copy.xlsx", [line(row, marks.get(row)) for row in range(4, 14)], header_row=3)
    own = frozenset(range(8, 14))
    assert_kept(source, copy, Expected("Campaigns", own, frozenset({"A4", "E4", "D6"}), 3))
    before, after = parts(source), parts(copy)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {
        "[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml",
        "xl/worksheets/sheet2.xml", "xl/comments2.xml", "xl/drawings/vmlDrawing2.vml",
    }  # fmt: skip
    assert list(before) == [name for name in after if name in before]


def test_our_columns_stand_to_the_right_of_the_data(here: Path) -> None:
    """Headings and texts are right of every cell with content, and are texts; hidden columns there become visible."""
    source = rich_workbook(here / "rich.xlsx")
    sheet = load(copied(source, here / "copy.xlsx", [line(5), line(6)], header_row=3))["Campaigns"]
    columns = own_columns(sheet, 3)
    assert list(columns.values()) == list(range(8, 14))
    assert [sheet.cell(5, column).value for column in columns.values()] == [
        "created", "message of row 5", "05", "200", None, "5",
    ]  # fmt: skip
    for column in list(columns.values())[1:]:
        assert sheet.cell(5, column).number_format == "@"
    assert sheet.cell(3, 8).font.b
    assert not sheet.column_dimensions["H"].hidden
    assert sheet.column_dimensions["C"].hidden


@pytest.mark.parametrize("text", INJECTIONS)
def test_no_text_becomes_a_formula(here: Path, text: str) -> None:
    """Texts that look like formulas stay texts, in our columns, comments and the summary."""
    source = simple_workbook(here / "a.xlsx", ROWS)
    problem = Problem(text, row=2, cell="Campaigns!A2", problem_code="E101")
    lines = [line(2, {0: wrong(text)}, text=text)]
    copy = copied(source, here / "b.xlsx", lines, problems=(problem,), groups=(Group(1, (problem,), alike=True),))
    book = load(copy)
    cell = book["Campaigns"]["E2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)
    assert text in {one.value for row in book["Import summary"].iter_rows() for one in row if one.data_type == "s"}
    assert b"<f" not in b"".join(xml for name, xml in parts(copy).items() if "worksheets/" in name)


@pytest.mark.parametrize(
    ("written", "meant"),
    [("_xD83D__xDE00_", "😀"), ("_xD83D_x", "\ufffdx"), ("a_x000D_b", "a\rb"), ("_x005F_x000D_", "_x000D_")],
)
def test_escapes_in_a_workbook_mean_what_the_reader_takes_them_for(written: str, meant: str) -> None:
    """Two halves of a character that are escaped one by one are that character, and a half alone is none."""
    assert text_of(etree.fromstring(f"<si><t>{written}</t></si>")) == meant


def test_texts_are_written_exactly(here: Path) -> None:
    """Control characters, markup and what looks like an escape come back as they were; only too long texts are cut."""
    text = "a<b>&\"'\t\n \x07\x1f_x0041_ é😀 "
    source = simple_workbook(here / "a.xlsx", ROWS)
    lines = [line(2, text=text), line(3, text="x" * 40_000)]
    found = values(copied(source, here / "b.xlsx", lines), "Campaigns")
    assert found[2, 5] == text
    assert len(found[3, 5]) == 32_767
    assert found[3, 5].endswith("x…")


def test_wrong_cells_are_marked_and_no_others(here: Path) -> None:
    """A wrong cell has our fill and a comment with all its messages, also one that was blank."""
    source = simple_workbook(here / "a.xlsx", [*ROWS[:2], ("B", None, "02"), ROWS[3]])
    marks = {3: {0: wrong("One.", "Two."), 1: wrong("Blank.", severity=Severity.WARNING)}}
    sheet = load(copied(source, here / "b.xlsx", [line(row, marks.get(row)) for row in (2, 3, 4)]))["Campaigns"]
    assert marked_cells(sheet) == {"A3", "B3"}
    assert (fill_of(sheet["A3"]), fill_of(sheet["B3"])) == (ERROR, WARNING)
    assert (edge_of(sheet["A3"]), edge_of(sheet["B3"]), edge_of(sheet["C3"])) == ("FF8A1C12", "FF664A00", None)
    assert comments(sheet) == {
        "A3": "campaign-importer:\n• One.\n• Two.",
        "B3": "campaign-importer:\n• Blank.",
    }
    assert {comment.author for comment in (sheet["A3"].comment, sheet["B3"].comment)} == {"campaign-importer"}


def test_the_users_comment_stays_before_ours(here: Path) -> None:
    """On a cell with a comment ours follows below; other comments are as they were."""
    source = rich_workbook(here / "rich.xlsx")
    sheet = load(copied(source, here / "b.xlsx", [line(4, {0: wrong("Bad.")})], header_row=3))["Campaigns"]
    assert comments(sheet) == {"A4": "my own words\ncampaign-importer:\n• Bad.", "D5": "stays alone"}
    assert sheet["A4"].comment.author == "Ann"


def test_each_status_has_its_colour(here: Path) -> None:
    """What was created is green, what is ready blue, what is wrong red, what is in doubt yellow."""
    source = simple_workbook(here / "a.xlsx", [("name",), *((str(number),) for number in range(len(Status)))])
    lines = [line(row, status=status) for row, status in enumerate(Status, start=2)]
    sheet = load(copied(source, here / "b.xlsx", lines))["Campaigns"]
    colours = {sheet.cell(row, 2).value: fill_of(sheet.cell(row, 2)) for row in range(2, 2 + len(Status))}
    assert colours["created"] == colours["exists"] == colours["updated"] == "FFC9EBD1"
    assert colours["ready"] == colours["valid"] == "FFCFE3F8"
    assert colours["invalid"] == colours["rejected"] == colours["failed"] == "FFF9CFCB"
    assert colours["in_doubt"] == colours["changed"] == "FFFFEFB0"


def test_a_second_run_leaves_no_trace_of_the_first(here: Path) -> None:
    """Columns are used again, marks that are no longer true are gone, what was there before is there again."""
    book = openpyxl.Workbook()
    book.active.title = "Campaigns"
    for row in ROWS:
        book.active.append(row)
    book.active["A3"].fill = PatternFill("solid", fgColor="FFABCDEF")
    book.active["A3"].border = Border(bottom=Side("double", "FF00AA00"))
    book.active["A3"].font = Font(italic=True)
    book.active["A3"].comment = Comment("mine", "Ann")
    book.save(here / "a.xlsx")
    first = copied(
        here / "a.xlsx", here / "b.xlsx", [line(2, {1: wrong()}), line(3, {0: wrong("x")}), line(4, {0: wrong("y")})]
    )
    second = copied(first, here / "c.xlsx", [line(2, {1: wrong("New.")}), line(4, status=Status.EXISTS)])
    assert sheet_names(second) == ["Import summary", "Campaigns"]
    sheet = load(second)["Campaigns"]
    assert marked_cells(sheet) == {"B2"}
    assert fill_of(sheet["A3"]) == "FFABCDEF"
    assert (sheet["A3"].border.bottom.style, edge_of(sheet["A3"])) == ("double", None)
    assert sheet["A3"].font.i
    assert comments(sheet) == {"A3": "mine", "B2": "campaign-importer:\n• New."}
    assert [cell.value for cell in sheet[1]] == [*ROWS[0], *RESULT_HEADINGS]
    assert [cell.value for cell in sheet[3]] == [*ROWS[2], *[None] * 6]
    assert sheet["D4"].value == "exists"
    assert parts(second)["xl/drawings/commentsDrawing1.vml"].count(b'ObjectType="Note"') == 2
    charts = [name for name in parts(second) if "chart" in name]
    assert len(charts) == 1
    assert_kept(here / "a.xlsx", second, Expected("Campaigns", frozenset(range(4, 10)), frozenset({"B2"})))


def test_columns_of_ours_that_were_moved_are_used_where_they_are(here: Path) -> None:
    """A results file whose columns the user has moved or removed keeps its order; what is missing comes at the end."""
    source = simple_workbook(
        here / "a.xlsx", [("import_id", "name", "import_status", "dtype"), ("old", "A", "old", "queue"), ("x", "B")]
    )
    sheet = load(copied(source, here / "b.xlsx", [line(2)]))["Campaigns"]
    assert [cell.value for cell in sheet[2]] == ["02", "A", "created", "queue", "message of row 2", "200", None, "2"]
    assert [cell.value for cell in sheet[3]][:2] == [None, "B"]


def test_the_summary_opens_first_and_links_to_the_cells(here: Path) -> None:
    """The summary is the first and only selected sheet; each problem names its row, message and cure, with a link."""
    source = rich_workbook(here / "rich.xlsx")
    problem = Problem("It is blank.", row=4, cell="Campaigns!A4", column="name", problem_code="E101")
    copy = copied(source, here / "b.xlsx", [line(4)], header_row=3, problems=(problem,), server="pbx", run="run-1")
    book = load(copy)
    assert book.sheetnames == ["Import summary", "First", "Campaigns"]
    assert [bool(sheet.sheet_view.tabSelected) for sheet in book] == [True, False, False]
    assert book.active.title == "Import summary"
    sheet = book["Import summary"]
    texts = {cell.value for row in sheet.iter_rows() for cell in row}
    assert {"pbx", "run-1", "campaigns.xlsx", "It is blank.", "E101", "created", 2} <= texts
    links = [cell.hyperlink.location for row in sheet.iter_rows() for cell in row if cell.hyperlink]
    assert links == ["'Campaigns'!A4"]
    assert len(sheet._charts) == 1
    formats = {type(cell.value): cell.number_format for row in sheet["A4:F30"] for cell in row if cell.has_style}
    assert (formats[int], formats[str]) == ("#,##0", "@")


def test_no_other_sheet_stays_selected(here: Path) -> None:
    """With two sheets selected, what is typed into one would be typed into both."""
    book = openpyxl.Workbook()
    book.active.title = "Other"
    book.active.sheet_view.tabSelected = True
    book.create_sheet("Campaigns").append(["name"])
    book.save(here / "a.xlsx")
    book = load(copied(here / "a.xlsx", here / "b.xlsx", [line(2)]))
    assert [bool(sheet.sheet_view.tabSelected) for sheet in book] == [True, False, False]


@pytest.mark.parametrize("size", [7, 100, 1000])
def test_it_does_not_matter_where_blocks_end(here: Path, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    """A sheet is read in blocks, which may end in the middle of anything."""
    source = rich_workbook(here / "rich.xlsx")
    lines = [line(row, {0: wrong()} if row == 5 else None) for row in range(4, 14)]
    whole = parts(copied(source, here / "b.xlsx", lines, header_row=3))
    monkeypatch.setattr(package, "BLOCK", size)
    pieces = parts(copied(source, here / "c.xlsx", lines, header_row=3))
    assert pieces["xl/worksheets/sheet2.xml"] == whole["xl/worksheets/sheet2.xml"]


def test_names_that_belong_to_sheets_follow_them(here: Path) -> None:
    """Print areas, filters and names of a sheet belong to the same sheet though it is further back now."""
    source = rich_workbook(here / "rich.xlsx")
    copy = load(copied(source, here / "b.xlsx", [line(4)], header_row=3))
    sheet = copy["Campaigns"]
    assert sheet.print_area == "'Campaigns'!$A$1:$E$13"
    assert sheet.print_title_rows == "$3:$3"
    assert sheet.defined_names["limit"].value == "Campaigns!$D$4"
    assert copy.defined_names["total"].value == "SUM(Campaigns!$D$4:$D$13)"


def test_a_filter_grows_over_our_columns(here: Path) -> None:
    """The filter over the headings covers our columns and keeps its criteria; a sheet without one gets one."""
    source = rich_workbook(here / "rich.xlsx")
    copy = copied(source, here / "b.xlsx", [line(4)], header_row=3)
    assert b'<autoFilter ref="A3:M13"><filterColumn colId="0">' in parts(copy)["xl/worksheets/sheet2.xml"]
    assert b"Campaigns'!$A$3:$M$13" in parts(copy)["xl/workbook.xml"]
    plain = simple_workbook(here / "c.xlsx", ROWS)
    assert load(copied(plain, here / "d.xlsx", [line(2)]))["Campaigns"].auto_filter.ref == "A1:I4"


def test_beside_an_excel_table_only_our_columns_are_filtered(here: Path) -> None:
    """A table has a filter of its own, with which another one may have no cell in common."""
    with xlsxwriter.Workbook(here / "a.xlsx") as book:
        sheet = book.add_worksheet("Campaigns")
        sheet.add_table("A1:C4", {"columns": [{"header": text} for text in ROWS[0]], "data": ROWS[1:]})
    sheet = load(copied(here / "a.xlsx", here / "b.xlsx", [line(2), line(4)]))["Campaigns"]
    assert sheet.auto_filter.ref == "D1:I4"
    assert sheet.tables["Table1"].ref == "A1:C4"


def test_a_sheet_without_headings_gets_none(here: Path) -> None:
    """With no header row only the texts are written."""
    source = simple_workbook(here / "a.xlsx", ROWS[1:])
    found = values(copied(source, here / "b.xlsx", [line(1), line(2)], header_row=0), "Campaigns")
    assert found[1, 4] == "created"
    assert "import_status" not in found.values()


def test_a_users_sheet_of_that_name_stays(here: Path) -> None:
    """A summary that is not ours is the user's, and ours takes another name."""
    book = openpyxl.Workbook()
    book.active.title = "Campaigns"
    book.active.append(["name"])
    book.create_sheet("Import summary")["A1"] = "mine"
    book.save(here / "a.xlsx")
    once = copied(here / "a.xlsx", here / "b.xlsx", [line(2)])
    twice = copied(once, here / "c.xlsx", [line(2)])
    assert load(twice).sheetnames == ["Import summary 2", "Campaigns", "Import summary"]
    assert load(twice)["Import summary"]["A1"].value == "mine"


SHEET = (
    '<?xml version="1.0" encoding="UTF-8"?><{p}worksheet xmlns{d}="{n}"><{p}sheetData>'
    '<{p}row r="1"><{p}c r="A1" t="inlineStr"><{p}is><{p}t>name</{p}t></{p}is></{p}c></{p}row>{rows}'
    "</{p}sheetData></{p}worksheet>"
)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def with_sheet(source: Path, target: Path, xml: bytes) -> Path:
    """Put another sheet's XML into a workbook."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(name, xml if name == "xl/worksheets/sheet1.xml" else old.read(name))
    return target


@pytest.mark.parametrize(
    "xml",
    [
        SHEET.format(p="x:", d=":x", n=MAIN, rows='<x:row r="2"><x:c r="A2"><x:v>7</x:v></x:c></x:row>').encode(),
        SHEET.format(p="", d="", n=MAIN, rows="<row><c><v>7</v></c></row>").encode(),
        SHEET.format(p="", d="", n=MAIN, rows="<row r='2'><c r='A2'><v>7</v></c></row>").encode(),
        SHEET.format(p="", d="", n=MAIN, rows='<!-- <row r="9"> --><row r="2"><c r="A2"><v>7</v></c></row>').encode(),
        SHEET.format(p="", d="", n=MAIN, rows='<row r="2" ><c r="A2" ><v>7</v></c ></row >').encode(),
        SHEET.format(p="", d="", n=MAIN, rows='<row r="2"><c r="A2" t="str"><v><![CDATA[7]]></v></c></row>').encode(),
        SHEET.replace("UTF-8", "UTF-16")
        .format(p="", d="", n=MAIN, rows='<row r="2"><c r="A2"><v>7</v></c></row>')
        .encode("utf-16"),
        SHEET.format(p="", d="", n=MAIN, rows='<row r="2"><c r="A2"><v>7</v></c></row><row r="3"/>').encode(),
    ],
    ids=["prefix", "no references", "single quotes", "comment", "white space", "cdata", "utf-16", "closed row"],
)
def test_sheets_in_unusual_xml_work(here: Path, xml: bytes) -> None:
    """However a sheet is written, its cells stay and ours come to their places."""
    source = with_sheet(simple_workbook(here / "a.xlsx", ROWS), here / "b.xlsx", xml)
    sheet = load(copied(source, here / "c.xlsx", [line(2, {0: wrong()}), line(3)]))["Campaigns"]
    assert [cell.value for cell in sheet[1]] == ["name", *RESULT_HEADINGS]
    assert str(sheet["A2"].value) == "7"
    assert (sheet["B2"].value, sheet["B3"].value) == ("created", "created")
    assert marked_cells(sheet) == {"A2"}


def test_an_address_counts_wherever_it_stands(here: Path) -> None:
    """Rows and cells are where their addresses say, also if these are the last of their attributes."""
    rows = '<row ht="20" r="4"><c s="0" r="C4"><v>7</v></c></row>'
    xml = SHEET.format(p="", d="", n=MAIN, rows=rows).encode()
    source = with_sheet(simple_workbook(here / "a.xlsx", ROWS), here / "b.xlsx", xml)
    sheet = load(copied(source, here / "c.xlsx", [line(4, {2: wrong()})]))["Campaigns"]
    assert (str(sheet["C4"].value), sheet["D4"].value) == ("7", "created")
    assert marked_cells(sheet) == {"C4"}


def test_content_types_of_macros_stay(here: Path) -> None:
    """A workbook with macros keeps them, byte for byte, and stays one; the user is told what its macros see."""
    source = simple_workbook(here / "a.xlsx", ROWS)
    macros = here / "b.xlsm"
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(macros, "w") as new:
        for name in old.namelist():
            xml = old.read(name).replace(
                b"openxmlformats-officedocument.spreadsheetml.sheet.main+xml", b"ms-excel.sheet.macroEnabled.main+xml"
            )
            if name == "[Content_Types].xml":
                kind = b"application/vnd.ms-office.vbaProject"
                xml = xml.replace(b"<Override", b'<Default Extension="bin" ContentType="%s"/><Override' % kind, 1)
            if name == "xl/_rels/workbook.xml.rels":
                xml = xml.replace(
                    b"</Relationships>",
                    b'<Relationship Id="v" Target="vbaProject.bin" '
                    b'Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject"/></Relationships>',
                )
            new.writestr(name, xml)
        new.writestr("xl/vbaProject.bin", b"\xd0\xcf macros \0")
    found = parts(copied(macros, here / "c.xlsm", [line(2)]))
    assert found["xl/vbaProject.bin"] == b"\xd0\xcf macros \0"
    assert b"macroEnabled.main+xml" in found["[Content_Types].xml"]
    assert ["macros" in sentence for sentence in losses(macros, "Campaigns")] == [True]


def test_what_is_lost_is_told(here: Path) -> None:
    """A signed workbook, and one whose structure is protected, are reported before anything is done."""
    book = openpyxl.Workbook()
    book.active.title = "Campaigns"
    book.active.append(["name"])
    book.security.lockStructure = True
    book.save(here / "a.xlsx")
    assert ["protected" in sentence for sentence in losses(here / "a.xlsx", "Campaigns")] == [True]
    assert load(copied(here / "a.xlsx", here / "b.xlsx", [line(2)])).sheetnames == ["Campaigns"]
    with zipfile.ZipFile(here / "a.xlsx", "a") as archive:
        archive.writestr("_xmlsignatures/sig1.xml", "<Signature/>")
    assert "signed" in losses(here / "a.xlsx", "Campaigns")[0]
    assert "_xmlsignatures/sig1.xml" not in parts(copied(here / "a.xlsx", here / "c.xlsx", [line(2)]))


def test_conversations_stay_as_they_are(here: Path) -> None:
    """A cell with a threaded comment is filled and gets no note; the user is told before."""
    source = rich_workbook(here / "rich.xlsx")
    threaded = here / "a.xlsx"
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(threaded, "w") as new:
        for name in old.namelist():
            xml = old.read(name)
            if name == "xl/worksheets/_rels/sheet2.xml.rels":
                kind = "http://schemas.microsoft.com/office/2017/10/relationships/threadedComment"
                entry = f'<Relationship Id="rId99" Type="{kind}" Target="../threadedComments/threadedComment1.xml"/>'
                xml = xml.replace(b"</Relationships>", entry.encode() + b"</Relationships>")
            new.writestr(name, xml)
        words = '<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments">'
        new.writestr(
            "xl/threadedComments/threadedComment1.xml",
            words + '<threadedComment ref="A4" id="{1}"><text>talk</text></threadedComment></ThreadedComments>',
        )
    sheet = load(copied(threaded, here / "b.xlsx", [line(4, {0: wrong(), 1: wrong("x")})], header_row=3))["Campaigns"]
    assert marked_cells(sheet) == {"A4", "B4"}
    assert comments(sheet) == {"A4": "my own words", "B4": "campaign-importer:\n• x", "D5": "stays alone"}
    assert "on 1 cell." in losses(threaded, "Campaigns")[0]


def test_thousands_of_notes_have_numbers_of_their_own(here: Path) -> None:
    """Shapes are numbered in blocks that the drawing names, and no number is given twice in the workbook."""
    with xlsxwriter.Workbook(here / "a.xlsx") as book:
        sheet = book.add_worksheet("Campaigns")
        for row in range(3000):
            sheet.write_string(row, 0, "a")
        sheet.write_comment("A1", "mine")
        book.add_worksheet("Other").write_comment("A1", "yours")
    copy = copied(here / "a.xlsx", here / "b.xlsx", [line(row, {0: wrong()}) for row in range(2, 3001)])
    drawings = [xml for name, xml in parts(copy).items() if name.endswith(".vml")]
    numbers = [int(one) for xml in drawings for one in re.findall(rb'id="_x0000_s(\d+)"', xml)]
    assert len(numbers) == len(set(numbers)) == 3001
    for xml in drawings:
        blocks = set(map(int, re.search(rb'data="([^"]*)"', xml)[1].split(b",")))
        assert {int(one) // 1024 for one in re.findall(rb'id="_x0000_s(\d+)"', xml)} <= blocks
    assert len(comments(load(copy)["Campaigns"])) == 3000


def test_the_list_of_problems_ends_somewhere(here: Path) -> None:
    """After 10,000 problems the summary says how many more there are."""
    source = simple_workbook(here / "a.xlsx", ROWS)
    problems = (Problem("Bad.", row=2, cell="Campaigns!A2") for _ in range(10_500))
    copy = copied(source, here / "b.xlsx", [line(2)], problems=problems, problem_count=10_500)
    xml = parts(copy)["xl/worksheets/sheet2.xml"]
    assert xml.count(b"<hyperlink ") == 10_000
    assert b"500 more problems are not listed" in xml


@pytest.mark.parametrize("lines", [[line(3), line(2)], [line(1)]], ids=["out of order", "in the header row"])
def test_lines_that_do_not_fit_are_refused_before_anything_is_written(here: Path, lines: list[Line]) -> None:
    """What cannot be put into the sheet raises CannotCopy and leaves the target empty."""
    source = simple_workbook(here / "a.xlsx", ROWS)
    target = io.BytesIO()
    with pytest.raises(CannotCopy):
        copy_sheets(source, target, [SheetLines("Campaigns", lines)], summary())
    assert target.getvalue() == b""


def test_a_part_that_is_damaged_leaves_nothing_behind(here: Path) -> None:
    """Damage that shows only when a part is copied, or a style that is not a number, is reported like any other."""
    source = simple_workbook(here / "a.xlsx", ROWS)
    with zipfile.ZipFile(source) as archive:
        theme = archive.getinfo("xl/theme/theme1.xml")
    damaged = bytearray(source.read_bytes())
    damaged[theme.header_offset + 14] ^= 255
    directory = damaged.index(theme.CRC.to_bytes(4, "little"))
    damaged[directory] ^= 255
    (here / "b.xlsx").write_bytes(damaged)
    xml = SHEET.format(p="", d="", n=MAIN, rows='<row r="2"><c r="A2" s="x"><v>7</v></c></row>').encode()
    for path in (here / "b.xlsx", with_sheet(source, here / "c.xlsx", xml)):
        target = io.BytesIO()
        with pytest.raises(CannotCopy, match=r"damaged|unusual structure"):
            copy_sheets(path, target, [SheetLines("Campaigns", [line(2, {0: wrong()})])], summary())
        assert target.getvalue() == b""


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no archive"], ids=["empty", "damaged"])
def test_what_is_no_workbook_cannot_be_copied(here: Path, content: bytes) -> None:
    """A damaged archive, or a workbook without the sheet, is reported in a sentence."""
    (here / "a.xlsx").write_bytes(content)
    with pytest.raises(CannotCopy, match=r"archive"):
        losses(here / "a.xlsx", "Campaigns")
    with pytest.raises(CannotCopy, match=r"no sheet Nowhere"):
        copied(simple_workbook(here / "b.xlsx", ROWS), here / "c.xlsx", [], sheet="Nowhere")


def corpus() -> list[Path]:
    """Return the workbooks by others."""
    return sorted(path for folder in (CORPUS, LEGACY) for path in folder.rglob("*.xls[xm]"))


@pytest.mark.slow
@pytest.mark.skipif(not corpus(), reason="the corpus of files by others is not here")
@pytest.mark.parametrize("source", corpus(), ids=lambda path: path.name)
def test_workbooks_by_others_keep_all_their_values(here: Path, source: Path) -> None:
    """A copy of any workbook that can be read holds the same values on every sheet; what cannot be copied says so."""
    try:
        names = sheet_names(source)
        before = {name: values(source, name) for name in names}
    except BaseException as error:
        if type(error).__name__ not in ("ZipError", "XmlError", "CalamineError", "PasswordError", "PanicException"):
            raise
        pytest.skip(f"calamine cannot read it: {error}")
    if not names:
        pytest.skip("it has no sheets")
    rows = sorted({row for row, _ in before[names[0]]}) or [1]
    lines = [line(row, {0: wrong()} if row % 3 == 0 else None) for row in rows[1:]]
    try:
        copy = copied(source, here / "copy.xlsx", lines, names[0], rows[0])
    except CannotCopy as refusal:
        # One that is filled up to the last column.
        if "no space" not in refusal.message:
            raise
        return
    assert sheet_names(copy)[1:] == names
    for name in names[1:]:
        assert values(copy, name) == before[name]
    after = values(copy, names[0])
    assert after.items() >= before[names[0]].items()
    added = {place[1] for place in after.keys() - before[names[0]].keys()}
    assert added <= set(range(min(added), min(added) + 6))


CELLS = st.dictionaries(
    st.tuples(st.integers(1, 6), st.integers(1, 5)),
    st.tuples(st.sampled_from(["text", "07", " x ", 5, 1.5, True, "=A1", None, "é<&>"]), st.sampled_from("nbf")),
    max_size=20,
)
MARKS = st.dictionaries(st.integers(2, 7), st.sets(st.integers(0, 4), max_size=3), max_size=4)


@pytest.mark.slow
@settings(max_examples=share(40), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cells=CELLS, marks=MARKS)
def test_a_copy_is_the_original_and_ours(
    here: Path, cells: Mapping[tuple[int, int], tuple[Any, str]], marks: Mapping[int, set[int]]
) -> None:
    """Whatever cells there are and whichever are wrong: the copy is the original, our columns and the marks."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Campaigns"
    sheet["E1"] = "last"
    for (row, column), (value, style) in cells.items():
        cell = sheet.cell(row, column, value)
        cell.font = Font(bold=style == "b")
        cell.fill = PatternFill("solid", fgColor="FF00FF00") if style == "f" else PatternFill()
    source = here / "a.xlsx"
    book.save(source)
    lines = [line(row, {column: wrong() for column in marks.get(row, ())}) for row in range(2, 8)]
    copy = copied(source, here / "b.xlsx", lines)
    expected = frozenset(f"{'ABCDE'[column]}{row}" for row, columns in marks.items() for column in columns)
    assert_kept(source, copy, Expected("Campaigns", frozenset(range(6, 12)), expected))
    assert marked_cells(load(copy)["Campaigns"]) == expected
    again = copied(copy, here / "c.xlsx", [line(row) for row in range(2, 8)])
    assert_kept(source, again, Expected("Campaigns", frozenset(range(6, 12)), frozenset()))
    assert comments(load(again)["Campaigns"]) == {}
