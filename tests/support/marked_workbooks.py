"""What the tests of handed-back results share: workbooks by several programs, LibreOffice at work, and comparisons."""

import json
import os
import re
import shutil
import subprocess
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule, ColorScaleRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from tests.support.processes import PATIENCE

SUMMARY = "Import summary"
OURS = ("import_status", "import_message", "import_id", "import_code", "import_key", "import_row")

HEADINGS = ("name", "dtype", "dnumber", "attempts", "owner", "description", "Region", "Twice")
HEADER_ROW = 3
FIRST_ROW = HEADER_ROW + 1
ROWS: tuple[tuple[str | int | None, ...], ...] = (
    ("Spring", "queue", "0123", 3, None, "first", "north"),
    ("Summer", "queue", "0456", 0, None, None, "south"),
    (None, "mailbox", "7", 1, None, None, "east"),
    ("Autumn", "queue", "0789", 2, 99999999999, None, "west"),
    ("Winter", "queue", "+44207", 4, 0, "kept as it is", "north"),
    ("Advent", None, "8", "many", 99999999999, None, "south"),
)
STATUSES = ("created", "invalid", "invalid", "rejected", "created", "invalid")
WRONG = {"D5": "invalid", "A6": "invalid", "E7": "rejected", "B9": "invalid", "D9": "invalid"}
"""The cells that are wrong, and what becomes of their rows."""

ANNS = "Ask Ann before you change this."
BENS = "Ben: looks good."
YELLOW, GREEN = "FFFFEB9C", "FFC6EFCE"


def openpyxl_book(path: Path) -> Path:
    """Write the workbook of the tests with openpyxl, which leaves formulas without values."""
    book: Any = openpyxl.Workbook()
    notes = book.active
    notes.title = "Notes"
    notes["A1"] = "Read me"
    notes["A1"].font = Font(name="Georgia", size=18, italic=True, color="FF336699")
    notes["A2"] = '=HYPERLINK("https://example.com","the page")'
    notes["A3"] = "=SUM(Figures!B2:B4)"
    notes.print_title_rows = "1:1"
    notes.print_area = "A1:C10"
    sheet = book.create_sheet("Campaigns")
    _table_by_openpyxl(sheet)
    _looks_by_openpyxl(sheet)
    _figures_by_openpyxl(book)
    lists = book.create_sheet("Lists")
    lists.sheet_state = "hidden"
    for row, word in enumerate(("queue", "mailbox", "phone"), start=1):
        lists.cell(row, 1, word)
    book.defined_names["Kinds"] = DefinedName("Kinds", attr_text="Lists!$A$1:$A$3")
    sheet.defined_names["Here"] = DefinedName("Here", attr_text="Campaigns!$A$4")
    book.active = 1
    book.save(path)
    return path


def _table_by_openpyxl(sheet: Any) -> None:
    sheet["A1"] = "Campaigns of this year"
    sheet.merge_cells("A1:F1")
    for column, heading in enumerate(HEADINGS, start=1):
        sheet.cell(HEADER_ROW, column, heading).font = Font(bold=True, color="FFFFFFFF")
        sheet.cell(HEADER_ROW, column).fill = PatternFill("solid", fgColor="FF1F4E79")
    for number, row in enumerate(ROWS, start=FIRST_ROW):
        for column, value in enumerate(row, start=1):
            cell = sheet.cell(number, column, value)
            cell.number_format = {3: "@", 4: "#,##0", 5: "0"}.get(column, "General")
    sheet["A2"].font = Font(strike=True)


def _looks_by_openpyxl(sheet: Any) -> None:
    thin, thick = Side("thin", color="FFAA0000"), Side("double")
    sheet["A4"].border = Border(left=thin, right=thick, top=thin, bottom=thick)
    sheet["D5"].border = Border(bottom=thick)
    sheet["D5"].font = Font(name="Courier New", size=13, underline="single")
    sheet["D5"].alignment = Alignment(horizontal="center", vertical="top", indent=0)
    sheet["D5"].fill = PatternFill("solid", fgColor=YELLOW)
    sheet["D5"].comment = Comment(ANNS, "Ann", height=90, width=210)
    sheet["A8"].comment = Comment(BENS, "Ben")
    sheet["B8"].fill = PatternFill("solid", fgColor=GREEN)
    sheet["E7"].fill = PatternFill("lightGrid", fgColor="FF00FF00", bgColor="FFFFFFFF")
    sheet["B9"].alignment = Alignment(wrap_text=True, text_rotation=45)
    sheet["B9"].protection = Protection(locked=False)
    sheet.freeze_panes = "B4"
    sheet.auto_filter.ref = f"A{HEADER_ROW}:G{FIRST_ROW + len(ROWS) - 1}"
    sheet.column_dimensions["A"].width = 31.5
    sheet.column_dimensions["G"].hidden = True
    sheet.row_dimensions[6].height = 40
    sheet.sheet_properties.tabColor = "FF0070C0"
    sheet.sheet_view.zoomScale = 85
    kinds = DataValidation("list", formula1="Kinds", allow_blank=True, showErrorMessage=True, error="A kind, please")
    kinds.add("B4:B50")
    sheet.add_data_validation(kinds)
    many: Any = CellIsRule  # the library has no types for the two
    scale: Any = ColorScaleRule
    sheet.conditional_formatting.add("D4:D50", many("greaterThan", ["3"], font=Font(bold=True, color="FF9C0006")))
    sheet.conditional_formatting.add("D4:D50", scale("min", None, "FFFFFF", "max", None, "63BE7B"))
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=4, min_row=FIRST_ROW, max_row=FIRST_ROW + 5))
    sheet.add_chart(chart, "A20")


def _figures_by_openpyxl(book: Any) -> None:
    figures = book.create_sheet("Figures")
    for row in range(2, 5):
        figures.cell(row, 1, f"part {row}")
        figures.cell(row, 2, f"=Campaigns!D{row + 2}*10").number_format = '0.00 "calls"'
    for place, kind in (("D2", LineChart), ("D20", BarChart)):
        chart = kind()
        chart.add_data(Reference(figures, min_col=2, min_row=2, max_row=4))
        figures.add_chart(chart, place)
    figures.protection.sheet = True


def xlsxwriter_book(path: Path, *, table: bool = False, macros: Path | None = None) -> Path:
    """Write the workbook of the tests with XlsxWriter: formulas have values; `table` makes an Excel table of it."""
    with xlsxwriter.Workbook(path) as book:
        notes, sheet = book.add_worksheet("Notes"), book.add_worksheet("Campaigns")
        figures, lists = book.add_worksheet("Figures"), book.add_worksheet("Lists")
        notes.write_string("A1", "Read me", book.add_format({"italic": True, "font_size": 18, "font_name": "Georgia"}))
        notes.write_formula("A3", "=SUM(Figures!B2:B4)", None, 40)
        notes.write_url("A4", "internal:Campaigns!A4", string="to the campaigns")
        notes.write_rich_string("A5", "plain ", book.add_format({"bold": True}), "bold")
        notes.repeat_rows(0)
        notes.print_area("A1:C10")
        _table_by_xlsxwriter(book, sheet, table=table)
        _looks_by_xlsxwriter(book, sheet)
        _figures_by_xlsxwriter(book, figures)
        lists.write_column("A1", ("queue", "mailbox", "phone"))
        lists.hide()
        book.define_name("Kinds", "=Lists!$A$1:$A$3")
        book.define_name("Campaigns!Here", "=Campaigns!$A$4")
        sheet.activate()
        if macros is not None:
            book.add_vba_project(str(macros))
            book.set_vba_name("ThisBook")
            sheet.set_vba_name("CampaignSheet")
    return path


def _formats(book: Any) -> dict[str, Any]:
    edge = {"bottom": 6, "top": 1, "left": 5, "bottom_color": "#AA0000"}
    return {
        "A4": book.add_format(edge),
        "D5": book.add_format(
            {
                "bg_color": "#FFEB9C",
                "font_name": "Courier New",
                "font_size": 13,
                "num_format": "#,##0",
                "align": "center",
            }
        ),
        "B8": book.add_format({"bg_color": "#C6EFCE"}),
        "E7": book.add_format({"pattern": 15, "fg_color": "#00FF00", "bg_color": "#FFFFFF", "num_format": "0"}),
        "B9": book.add_format({"text_wrap": True, "rotation": 45, "locked": False}),
        "C": book.add_format({"num_format": "@"}),
        "D": book.add_format({"num_format": "#,##0"}),
        "E": book.add_format({"num_format": "0"}),
        "head": book.add_format({"bold": True, "font_color": "#FFFFFF", "bg_color": "#1F4E79"}),
        "title": book.add_format({"bold": True, "align": "center", "bg_color": "#DDEBF7"}),
        "struck": book.add_format({"font_strikeout": True}),
    }


def _table_by_xlsxwriter(book: Any, sheet: Any, *, table: bool) -> None:
    formats = _formats(book)
    last = FIRST_ROW + len(ROWS) - 1
    sheet.merge_range("A1:F1", "Campaigns of this year", formats["title"])
    if table:
        columns = [{"header": heading} for heading in HEADINGS]
        sheet.add_table(f"A{HEADER_ROW}:H{last}", {"columns": columns, "name": "Camps"})
    else:
        sheet.write_row(HEADER_ROW - 1, 0, HEADINGS, formats["head"])
        sheet.autofilter(f"A{HEADER_ROW}:H{last}")
    for number, row in enumerate(ROWS, start=FIRST_ROW):
        for column, value in enumerate(row):
            letter = get_column_letter(column + 1)
            cell_format = formats.get(f"{letter}{number}", formats.get(letter))
            sheet.write(number - 1, column, value, cell_format)
        if isinstance(row[3], int):
            sheet.write_formula(number - 1, 7, f"=D{number}*2", None, row[3] * 2)
    sheet.write_blank("A2", None, formats["struck"])


def _looks_by_xlsxwriter(book: Any, sheet: Any) -> None:
    sheet.write_comment("D5", ANNS, {"author": "Ann", "width": 210, "height": 90})
    sheet.write_comment("A8", BENS, {"author": "Ben"})
    sheet.freeze_panes(HEADER_ROW, 1)
    sheet.set_column("A:A", 31.5)
    sheet.set_column("G:G", 9, None, {"hidden": True})
    sheet.set_row(5, 40)
    sheet.set_tab_color("#0070C0")
    sheet.set_zoom(85)
    sheet.data_validation("B4:B50", {"validate": "list", "source": "=Kinds", "error_message": "A kind, please"})
    bold = book.add_format({"bold": True, "font_color": "#9C0006"})
    sheet.conditional_format("D4:D50", {"type": "cell", "criteria": ">", "value": 3, "format": bold})
    sheet.conditional_format("D4:D50", {"type": "data_bar", "data_bar_2010": True})
    sheet.conditional_format("D4:D50", {"type": "icon_set", "icon_style": "3_arrows"})
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=Campaigns!$D$4:$D$9"})
    sheet.insert_chart("A20", chart)
    sheet.insert_textbox("J20", "A box with words")
    sheet.add_sparkline("I4", {"range": "Campaigns!D4:D9"})


def _figures_by_xlsxwriter(book: Any, figures: Any) -> None:
    calls = book.add_format({"num_format": '0.00 "calls"'})
    for row in range(2, 5):
        figures.write(f"A{row}", f"part {row}")
        figures.write_formula(f"B{row}", f"=Campaigns!D{row + 2}*10", calls, row)
    for place, kind in (("D2", "line"), ("D20", "pie")):
        chart = book.add_chart({"type": kind})
        chart.add_series({"values": "=Figures!$B$2:$B$4", "categories": "=Figures!$A$2:$A$4"})
        figures.insert_chart(place, chart)
    figures.protect("", {"select_locked_cells": True})


def text_book(path: Path, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Path:
    """Write a workbook of text cells only, no matter what the texts look like."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Campaigns")
        for number, row in enumerate((headings, *rows)):
            for column, text in enumerate(row):
                sheet.write_string(number, column, text)
    return path


def add_parts(path: Path, parts: Mapping[str, str], edits: Mapping[str, tuple[str, str]]) -> Path:
    """Put parts into a workbook's archive and replace one text in each of the parts that `edits` names."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    for name, (old, new) in edits.items():
        assert old.encode() in members[name], f"{old} is not in {name}"
        members[name] = members[name].replace(old.encode(), new.encode(), 1)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**members, **{name: text.encode() for name, text in parts.items()}}.items():
            archive.writestr(name, content)
    return path


def members(path: Path) -> dict[str, bytes]:
    """Return the parts of a workbook by their names."""
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert len(names) == len(set(names)), "a part is there twice"
        return {name: archive.read(name) for name in names}


def load(path: Path, *, values: bool = False) -> Any:
    """Open a workbook with openpyxl; what openpyxl itself cannot keep is no concern of these tests."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(path, data_only=values, rich_text=not values)


def cell_facts(cell: Any) -> dict[str, str]:
    """Return all that makes a cell: what is in it and how it looks."""
    return {
        "value": repr(cell.value),
        "type": cell.data_type,
        "font": repr(cell.font),
        "fill": repr(_fill(cell.fill)),
        "border": repr(cell.border),
        "number format": cell.number_format,
        "alignment": repr(_alignment(cell.alignment)),
        "protection": repr(cell.protection),
        "link": repr(cell.hyperlink and (cell.hyperlink.location, cell.hyperlink.target)),
        "comment": repr(cell.comment and cell.comment.text),
    }


def _fill(given: Any) -> tuple[Any, ...]:
    """Return what is seen of a fill: of a solid one the second colour is never seen."""
    colours = [(one.type, one.value, one.tint) for one in (given.fgColor, given.bgColor)]
    if given.fill_type is None:
        return ("none",)
    return (given.fill_type, *(colours[:1] if given.fill_type == "solid" else colours))


def _alignment(given: Any) -> tuple[Any, ...]:
    """Return an alignment with the defaults spelled out: some programs write them, some do not."""
    return (
        *(given.horizontal or "general", given.vertical or "bottom", given.textRotation or 0),
        *(bool(given.wrapText), bool(given.shrinkToFit), given.indent or 0),
    )


def _columns(sheet: Any, last: int) -> dict[str, tuple[float, bool]]:
    widths = {}
    for dimension in sheet.column_dimensions.values():
        for column in range(dimension.min or 0, min(dimension.max or 0, last) + 1):
            widths[get_column_letter(column)] = (dimension.width, dimension.hidden)
    return widths


def sheet_facts(sheet: Any, last_column: int) -> dict[str, Any]:
    """Return what belongs to a sheet as a whole; widths up to a column, counted from 1."""
    return {
        "state": sheet.sheet_state,
        "freeze": sheet.freeze_panes,
        "zoom": sheet.sheet_view.zoomScale,
        "tab": repr(sheet.sheet_properties.tabColor),
        "code name": sheet.sheet_properties.codeName,
        "columns": _columns(sheet, last_column),
        # To a step of 5 points: programs find out by themselves how high rows are, each a bit differently.
        "rows": {
            number: (round(row.height / 5), row.hidden) for number, row in sheet.row_dimensions.items() if row.height
        },
        "merged": sorted(map(str, sheet.merged_cells.ranges)),
        "validations": sorted(repr(one) for one in sheet.data_validations.dataValidation),
        "conditions": {
            str(area.sqref): [(repr(rule.dxf), rule.type, rule.formula, rule.priority) for rule in area.rules]
            for area in sheet.conditional_formatting
        },
        "charts": len(sheet._charts),
        "tables": {one.name: (one.ref, [c.name for c in one.tableColumns]) for one in sheet.tables.values()},
        "protected": sheet.protection.sheet,
        "print area": sheet.print_area,
        "print titles": sheet.print_title_rows,
        "names": {name: one.attr_text for name, one in sheet.defined_names.items() if not name.startswith("_xlnm")},
    }


def differences(before: Path, after: Path, changed: Mapping[str, set[str]]) -> list[str]:
    """Return in what the user's sheets differ between two workbooks.

    `changed` maps a sheet to the cells whose fill, border and comment may differ. What the later workbook has beside
    the user's cells is not looked at, except that it must be a sheet in front or columns to the right.
    """
    old, new = load(before), load(after)
    own = [name for name in new.sheetnames if not name.startswith(SUMMARY)]
    wrong = [] if own == old.sheetnames else [f"sheets: {old.sheetnames} became {new.sheetnames}"]
    names = [{name: one.attr_text for name, one in book.defined_names.items()} for book in (old, new)]
    wrong += [] if names[0] == names[1] else [f"names: {names[0]} became {names[1]}"]
    for name in set(old.sheetnames) & set(own):
        wrong += _sheet_differences(old[name], new[name], changed.get(name, set()))
    return wrong


def _sheet_differences(old: Any, new: Any, changed: set[str]) -> Iterator[str]:
    was, now = (sheet_facts(sheet, old.max_column) for sheet in (old, new))
    for row in {int(re.sub("[A-Z]", "", cell)) for cell in changed}:
        # A long message makes its row higher, unless the user has set the height.
        was["rows"].pop(row, None)
        now["rows"].pop(row, None)
    yield from (f"{old.title}: {fact} {was[fact]!r} became {now[fact]!r}" for fact in was if was[fact] != now[fact])
    for row in old.iter_rows():
        for cell in row:
            before, after = cell_facts(cell), cell_facts(new[cell.coordinate])
            for fact in before:
                free = fact in ("fill", "border", "comment") and cell.coordinate in changed
                if before[fact] != after[fact] and not free:
                    yield f"{old.title}!{cell.coordinate}: {fact} {before[fact]} became {after[fact]}"


def marked(after: Path, *befores: Path) -> set[str]:
    """Return the user's cells whose fill, border or comment is as in none of some earlier workbooks."""
    new, olds = load(after), [load(before) for before in befores]
    return {
        f"{sheet.title}!{cell.coordinate}"
        for sheet in olds[0]
        for row in sheet.iter_rows()
        for cell in row
        for fact in ("fill", "border", "comment")
        if cell_facts(new[sheet.title][cell.coordinate])[fact]
        not in {cell_facts(old[sheet.title][cell.coordinate])[fact] for old in olds}
    }


def formulas(path: Path) -> set[tuple[str, str]]:
    """Return the sheet and place of every cell that is a formula."""
    return {
        (sheet.title, cell.coordinate)
        for sheet in load(path)
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }


def our_columns(sheet: Any, header_row: int) -> dict[str, int]:
    """Return the columns, from 1, of the headings that are ours; fails if one is there twice."""
    headings = [cell.value for cell in sheet[header_row]]
    found = [heading for heading in headings if str(heading).startswith("import_")]
    assert sorted(found) == sorted(set(found)), f"columns of ours are there twice: {found}"
    return {heading: headings.index(heading) + 1 for heading in found}


def is_red(cell: Any) -> bool:
    """Tell whether a cell is filled with a kind of red."""
    colour = str(cell.fill.fgColor.rgb)[-6:]
    red, green, blue = (int(colour[at : at + 2], 16) for at in (0, 2, 4))
    return cell.fill.fill_type == "solid" and red > 200 and green < red - 40 and blue < red - 40


EDITOR = """
import json, sys, time
import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.uno import Exception as UnoError

local = uno.getComponentContext()
resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
for attempt in range(600):
    try:
        context = resolver.resolve("uno:pipe,name=%s;urp;StarOffice.ComponentContext" % sys.argv[1])
        break
    except UnoError:
        time.sleep(0.1)
desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
FILTERS = {"xlsx": "Calc MS Excel 2007 XML", "xlsm": "Calc MS Excel 2007 VBA XML", "pdf": "calc_pdf_Export",
           "csv": "Text - txt - csv (StarCalc)"}

def option(name, value):
    one = PropertyValue()
    one.Name, one.Value = name, value
    return one

def serve(order):
    options = [option("Hidden", True)]
    if order["open"].endswith(".csv"):
        options += [option("FilterName", FILTERS["csv"]), option("FilterOptions", "44,34,76,1,,0,false,true")]
    book = desktop.loadComponentFromURL(uno.systemPathToFileUrl(order["open"]), "_blank", 0, tuple(options))
    if book is None:
        return {"error": "it does not open"}
    for sheet, cell, value in order["set"]:
        place = book.Sheets.getByName(sheet).getCellRangeByName(cell)
        place.setString(value) if isinstance(value, str) else place.setValue(value)
    sheets = [[name, book.Sheets.getByName(name).Charts.Count] for name in book.Sheets.ElementNames]
    if order["save"]:
        kind = order["save"].rpartition(".")[2]
        saving = [option("FilterName", FILTERS[kind])]
        if kind == "csv":
            saving += [option("FilterOptions", "44,34,76,1,,0,false,true")]
        book.storeToURL(uno.systemPathToFileUrl(order["save"]), tuple(saving))
    book.close(True)
    return {"sheets": sheets}

for line in sys.stdin:
    try:
        answer = serve(json.loads(line))
    except UnoError as error:
        answer = {"error": repr(error)}
    print(json.dumps(answer), flush=True)
try:
    desktop.terminate()
except UnoError:
    pass
"""
"""Obeys orders, a JSON object a line, with a LibreOffice that listens on the pipe of the name that is given."""


class LibreOffice:
    """A LibreOffice without windows, that opens workbooks, changes cells as a user would, and saves."""

    def __init__(self, editor: "subprocess.Popen[str]") -> None:
        self._editor = editor

    def edit(
        self, path: Path, saved: Path | None = None, changes: Mapping[tuple[str, str], str | float] | None = None
    ) -> dict[str, int]:
        """Open a file, set cells, and save it in the kind that the name's ending tells.

        Return the sheets in their order, each with how many charts it has. Raises AssertionError where LibreOffice
        has an objection.
        """
        setting = [[*place, value] for place, value in (changes or {}).items()]
        order = {"open": str(path), "save": str(saved) if saved else None, "set": setting}
        assert self._editor.stdin is not None
        assert self._editor.stdout is not None
        self._editor.stdin.write(json.dumps(order) + "\n")
        self._editor.stdin.flush()
        answer = json.loads(self._editor.stdout.readline())
        assert "error" not in answer, f"{path.name}: {answer}"
        return dict(answer["sheets"])


@cache
def python_with_uno() -> str | None:
    """Return the Python that can talk to LibreOffice, or None."""
    for python in ("/usr/bin/python3", "python3"):
        if shutil.which(python) and not subprocess.run([python, "-c", "import uno"], capture_output=True).returncode:
            return python
    return None


@contextmanager
def libreoffice(folder: Path) -> Iterator[LibreOffice]:
    """Start a LibreOffice with a profile of its own in a folder, and end it afterwards; skips where there is none."""
    program, python = shutil.which("soffice"), python_with_uno()
    if program is None or python is None:
        pytest.skip("LibreOffice with its bridge to Python (python3-uno) is not installed")
    pipe = f"handed-back-{os.getpid()}"
    environment = {**os.environ, "HOME": str(folder), "TMPDIR": str(folder)}  # those of a test go with it
    office = subprocess.Popen(
        [
            *(program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", f"--accept=pipe,name={pipe};urp;"),
            *("--headless", "--invisible", "--norestore", "--nologo", "--nodefault"),
        ],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    editor = subprocess.Popen(
        [python, "-c", EDITOR, pipe], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield LibreOffice(editor)
    finally:
        editor.communicate()
        try:
            office.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            office.kill()
            office.wait()
