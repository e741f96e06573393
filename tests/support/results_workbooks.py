"""What the tests of the results workbooks share: lines and summaries, and what a copy must have left alone."""

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from lxml import etree
from openpyxl.cell.cell import MergedCell
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula
from python_calamine import CalamineWorkbook

from importer.annotation import (
    RESULTS,
    Line,
    Mark,
    SheetLines,
    Summary,
    copy_sheets,
    plain_sheets,
)
from importer.annotation.frame import ORDER
from importer.model import Problem, Severity, Status, column_letters, column_number
from schemas.headings import RESULT_HEADINGS

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000 1f15c4890000000d49444154789c6360606060000000050001"
    "a5f645400000000049454e44ae426082".replace(" ", "")
)

INJECTIONS = ("=cmd|' /C calc'!A0", "@SUM(A1)", "+1+1", "-2", "=1+1")
FIRST_OWN_FORMAT = 164
"""The number formats before it are the same in all workbooks."""
MOST_BYTES = 1 << 22
MOST_CELLS = 300_000
"""Cells of a sheet that is compared one by one; openpyxl makes an object of every blank one."""
ERROR, WARNING = "FFF8B5B1", "FFFDE7A3"

SOFFICE = shutil.which("soffice")
needs_office = pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (soffice) is not installed")


def wrong(*messages: str, severity: Severity = Severity.ERROR) -> Mark:
    """Return the mark of a wrong cell."""
    return Mark(messages or ("This is wrong.",), severity)


def line(row: int, marks: Mapping[int, Mark] | None = None, status: Status = Status.CREATED, text: str = "") -> Line:
    """Return the line of a row, with texts that tell the row."""
    added = (status.value, text or f"message of row {row}", f"0{row}", "200", "", str(row))
    return Line(row, status, (), added, marks or {})


def summary(problems: Iterable[Problem] = (), **more: Any) -> Summary:
    """Return a summary."""
    facts: dict[str, Any] = {
        "file": "campaigns.xlsx",
        "counts": {Status.CREATED: 2, Status.INVALID: 1},
        "sheet": "Campaigns",
        "when": datetime(2024, 5, 1, 12, tzinfo=UTC),
        "problems": problems,
        "problem_count": len(problems) if isinstance(problems, Sequence) else 0,
    }
    return Summary(**(facts | more))


def copied(
    source: Path, target: Path, lines: Iterable[Line], sheet: str = "Campaigns", header_row: int = 1, **more: Any
) -> Path:
    """Copy a workbook with lines and return the copy."""
    with target.open("wb") as file:
        copy_sheets(source, file, [SheetLines(sheet, lines, header_row)], summary(**more))
    assert_valid(target)
    return target


def assert_valid(path: Path) -> None:
    """Raise AssertionError where Excel would offer to repair a workbook that its usual readers take."""
    found = {name.replace("\\", "/").lstrip("/").lower(): xml for name, xml in parts(path).items()}
    types = etree.fromstring(found["[content_types].xml"])
    endings = {one.get("Extension").lower() for one in types.iterfind("{*}Default")}
    named = [one.get("PartName").lower().lstrip("/") for one in types.iterfind("{*}Override")]
    assert len(named) == len(set(named))
    typed = [name for name in found if name.rpartition(".")[2] in endings or name in named]
    assert [name for name in found if name not in typed and not name.endswith("/")] == []
    for name, xml in found.items():
        if name.endswith(".rels"):
            ids = [one.get("Id") for one in etree.fromstring(xml)]
            assert len(ids) == len(set(ids)), name
    book = next(xml for name, xml in found.items() if name.endswith("workbook.xml"))
    sheets = list(etree.fromstring(book).iterfind("{*}sheets/{*}sheet"))
    for key in ("name", "sheetId"):
        assert len({one.get(key).lower() for one in sheets}) == len(sheets)
    assert all(int(index) < len(sheets) for index in re.findall(rb'localSheetId="(\d+)"', book))
    styles = etree.fromstring(next(xml for name, xml in found.items() if "/styles" in name))
    for name, xml in found.items():
        if re.search(r"worksheets/[^/]*\.xml$", name) and len(xml) < MOST_BYTES:
            assert_valid_sheet(etree.fromstring(xml), len(styles.find("{*}cellXfs")))
    formats = {one.get("numFmtId") for one in styles.iterfind("{*}numFmts/{*}numFmt")}
    for xf in styles.iterfind("{*}cellXfs/{*}xf"):
        assert int(xf.get("numFmtId", "0")) < FIRST_OWN_FORMAT or xf.get("numFmtId") in formats, xf.get("numFmtId")
        for key, part in (("fontId", "fonts"), ("fillId", "fills"), ("borderId", "borders")):
            assert int(xf.get(key, "0")) < len(styles.find(f"{{*}}{part}")), (key, xf.get(key))


def assert_valid_sheet(sheet: Any, styles: int) -> None:
    """Raise AssertionError where the elements of a sheet are out of order or name styles that there are not."""
    names = [etree.QName(child).localname for child in sheet.iterchildren(tag="*")]
    ranks = [ORDER.index(name) for name in names if name in ORDER]
    assert ranks == sorted(ranks), names
    once = [name for name in names if name != "conditionalFormatting"]
    assert len(once) == len(set(once))
    columns = [int(one.get(key)) for one in sheet.iterfind("{*}cols/{*}col") for key in ("min", "max")]
    assert columns == sorted(columns)
    row = 0
    for one in sheet.iterfind("{*}sheetData/{*}row"):
        number = int(one.get("r", row + 1))
        assert number > row
        row, column = number, 0
        for cell in one.iterfind("{*}c"):
            place = column_number(cell.get("r")) if cell.get("r") else column + 1
            assert place > column, cell.get("r")
            column = place
            assert int(cell.get("s", "0")) < styles


def parts(path: Path) -> dict[str, bytes]:
    """Return the parts of a workbook."""
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert len(names) == len(set(names)), "a part is there twice"
        return {name: archive.read(name) for name in names}


def load(path: Path) -> Any:
    """Open a workbook with openpyxl, formulas as formulas."""
    return openpyxl.load_workbook(io.BytesIO(path.read_bytes()), rich_text=False)


def shown(cell: Any) -> str:
    """Return what a cell holds, with its type; of a formula over several cells also which they are."""
    return repr(vars(cell.value) if isinstance(cell.value, ArrayFormula | DataTableFormula) else cell.value)


def look(cell: Any, *, marked: bool = False) -> tuple[Any, ...]:
    """Return how a cell looks; of a marked one all but the fill and the border."""
    paint = () if marked else (cell.fill.fill_type, cell.fill.fgColor.rgb, cell.fill.fgColor.theme)
    font = (cell.font.b, cell.font.i, cell.font.name, cell.font.sz, str(cell.font.color and cell.font.color.rgb))
    sides = (cell.border.left, cell.border.right, cell.border.top, cell.border.bottom)
    border = () if marked else tuple(side and side.style for side in sides)
    place = (cell.alignment.horizontal, cell.alignment.vertical, cell.alignment.wrap_text)
    return (*paint, *font, *border, *place, cell.number_format, cell.protection.locked)


def fill_of(cell: Any) -> str | None:
    """Return the colour of a cell, None where it has none."""
    return cell.fill.fgColor.rgb if cell.fill.fill_type == "solid" else None


def edge_of(cell: Any) -> str | None:
    """Return the colour of the thin border on all sides of a cell, None where there is no such border."""
    sides = (cell.border.left, cell.border.right, cell.border.top, cell.border.bottom)
    colours = [side.color.rgb for side in sides if side is not None and side.style == "thin" and side.color]
    return colours[0] if len(colours) == len(sides) and len(set(colours)) == 1 else None


def own_columns(sheet: Any, header_row: int) -> dict[str, int]:
    """Return the columns of ours by their headings."""
    if not header_row:
        return {}
    found = {cell.value: cell.column for cell in sheet[header_row]}
    return {heading: found[heading] for heading in RESULT_HEADINGS}


def marked_cells(sheet: Any) -> set[str]:
    """Return the cells that have the fill of a wrong cell."""
    return {cell.coordinate for row in sheet.iter_rows() for cell in row if fill_of(cell) in (ERROR, WARNING)}


@dataclass(frozen=True)
class Expected:
    """What a copy is to differ in: the sheet, the columns from 1 that are ours, the marked cells."""

    sheet: str
    own: frozenset[int]
    marks: frozenset[str]
    header_row: int = 1


def assert_kept(before: Path, after: Path, expected: Expected) -> None:
    """Raise AssertionError unless a copy is its original, except for our columns, marks and summary."""
    one, two = load(before), load(after)
    assert [name for name in two.sheetnames if not name.startswith("Import summary")] == one.sheetnames
    for name in one.sheetnames:
        if not hasattr(one[name], "iter_rows"):
            continue
        if one[name].max_row * one[name].max_column > MOST_CELLS:
            continue
        for row in one[name].iter_rows():
            for old in row:
                new = two[name].cell(old.row, old.column)
                ours = name == expected.sheet and old.column in expected.own and old.row >= expected.header_row
                if (ours and old.value is None) or isinstance(old, MergedCell):
                    continue
                marked = name == expected.sheet and old.coordinate in expected.marks
                assert shown(old) == shown(new), (name, old.coordinate)
                assert look(old, marked=marked) == look(new, marked=marked), (name, old.coordinate)
                assert marked == (fill_of(new) in (ERROR, WARNING) and look(old) != look(new)), (name, old.coordinate)
        assert_same_frame(one[name], two[name])


def assert_same_frame(old: Any, new: Any) -> None:
    """Raise AssertionError unless two sheets have the same panes, merged cells, rules, widths and tables."""
    assert old.freeze_panes == new.freeze_panes
    assert set(map(str, old.merged_cells.ranges)) == set(map(str, new.merged_cells.ranges))
    assert [str(one.sqref) for one in old.data_validations.dataValidation] == [
        str(one.sqref) for one in new.data_validations.dataValidation
    ]
    assert sorted(str(one.sqref) for one in old.conditional_formatting) == sorted(
        str(one.sqref) for one in new.conditional_formatting
    )
    assert dict(old.tables.items()) == dict(new.tables.items())
    for letters, dimension in old.column_dimensions.items():
        if dimension.customWidth or dimension.hidden:
            assert new.column_dimensions[letters].hidden == dimension.hidden
    assert old.protection.sheet == new.protection.sheet
    assert old.print_area == new.print_area


def values(path: Path, sheet: str) -> dict[tuple[int, int], Any]:
    """Return the values of a sheet's cells by row and column, from 1, as calamine reads them."""
    page = CalamineWorkbook.from_path(path).get_sheet_by_name(sheet)
    top, left = page.start or (0, 0)
    rows = page.to_python()
    return {
        (r, c): value for r, row in enumerate(rows, top + 1) for c, value in enumerate(row, left + 1) if value != ""
    }


def sheet_names(path: Path) -> list[str]:
    """Return the names of the sheets as calamine reads them."""
    return CalamineWorkbook.from_path(path).sheet_names


def comments(sheet: Any) -> dict[str, str]:
    """Return the comments of a sheet by their cells."""
    return {cell.coordinate: cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment}


def resaved(files: Sequence[Path], folder: Path, kind: str = "xlsx") -> list[Path]:
    """Have LibreOffice open files and save them in a folder, all in one go."""
    profile = folder.parent / "libreoffice-profile"
    assert SOFFICE is not None
    subprocess.run(
        [
            SOFFICE,
            f"-env:UserInstallation={profile.as_uri()}",
            "--headless",
            "--convert-to",
            kind,
            "--outdir",
            str(folder),
            *map(str, files),
        ],
        capture_output=True,
        check=True,
        timeout=180,
    )
    return [folder / f"{file.stem}.{kind}" for file in files]


def letters(*columns: int) -> list[str]:
    """Return the letters of columns."""
    return [column_letters(column) for column in columns]


def rich_workbook(path: Path) -> Path:
    """Write a workbook with much of what XlsxWriter can make; its table is on the sheet Campaigns, from row 3 on."""
    with xlsxwriter.Workbook(path) as book:
        other = book.add_worksheet("First")
        sheet = book.add_worksheet("Campaigns")
        bold = book.add_format({"bold": True, "bg_color": "#CCE5FF"})
        money = book.add_format({"num_format": "0.00", "border": 1, "font_color": "#AA0000", "locked": False})
        sheet.merge_range("A1:C1", "Our campaigns", book.add_format({"bold": True, "align": "center"}))
        for column, text in enumerate(("name", "dtype", "dnumber", "attempts", "sum")):
            sheet.write_string(2, column, text, bold)
        for row in range(3, 13):
            sheet.write_string(row, 0, f"Campaign {row}")
            sheet.write_rich_string(row, 1, "que", bold, "ue")
            sheet.write_string(row, 2, f"0{row}")
            sheet.write_number(row, 3, row, money)
            sheet.write_formula(row, 4, f"=D{row + 1}*2", money, row * 2)
        sheet.write_array_formula("G20:G21", "{=D4:D5*2}", None, 6)
        sheet.freeze_panes(3, 1)
        sheet.autofilter("A3:E13")
        sheet.filter_column("A", "x == Camp*")
        sheet.set_column("C:C", 22, None, {"hidden": True})
        sheet.set_column("F:XFD", None, None, {"hidden": True})
        sheet.data_validation("D4:D13", {"validate": "integer", "criteria": ">", "value": 0})
        sheet.conditional_format("D4:D13", {"type": "3_color_scale"})
        sheet.write_comment("A4", "my own words", {"author": "Ann"})
        sheet.write_comment("D5", "stays alone", {"author": "Ann"})
        sheet.insert_image("B30", "dot.png", {"image_data": io.BytesIO(PNG)})
        sheet.protect("x", {"autofilter": True})
        sheet.print_area("A1:E13")
        sheet.repeat_rows(2)
        sheet.set_header("&Lours")
        book.define_name("Campaigns!limit", "=Campaigns!$D$4")
        book.define_name("total", "=SUM(Campaigns!$D$4:$D$13)")
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": "=Campaigns!$D$4:$D$13"})
        other.insert_chart("C3", chart)
        other.add_table("A1:B4", {"columns": [{"header": "a"}, {"header": "b"}]})
        other.write_comment("B9", "on another sheet")
        sheet.activate()
    return path


def user_line(row: int, *cells: str, **more: Any) -> Line:
    """Return a line with cells of the user."""
    made = line(row, **more)
    return Line(row, made.status, cells, made.added, made.marks)


def written(path: Path, headings: Sequence[str], lines: Iterable[Line], **more: Any) -> Path:
    """Write a plain workbook."""
    sheet = SheetLines(RESULTS, lines, headings=tuple(headings), places=more.pop("places", None))
    with path.open("wb") as file:
        plain_sheets(file, [sheet], summary(**more))
    assert_valid(path)
    return path
