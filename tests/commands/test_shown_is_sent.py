"""What the user sees in a cell with a number is what is sent, or the cell is named: in every format of workbooks."""

import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest
import xlsxwriter
import xlwt

from importer.reading import sheet
from importer.sandbox import Sandbox
from tests.support.every_format import fast_from, wide, write_xlsb_sheets, xlsb_cell, xlsb_row
from tests.support.older_journal import as_version_1
from tests.support.program import Program
from tests.support.tables import rested
from tests.support.workbooks import write_ods_content

HEADINGS = ("name", "dtype", "dnumber", "description", "retry", "customer")


@dataclass(frozen=True)
class Seen:
    """A number with its format: what a spreadsheet shows, what dnumber and description send (None: refused), codes."""

    code: str
    value: float
    shown: str
    number: str | None
    text: str
    number_told: str = ""
    text_told: str = ""


# fmt: off
NUMBERS = (
    Seen("General", 7700900123, "7700900123", "7700900123", "7700900123"),
    Seen("0", 123, "123", "123", "123"),
    Seen("00000", 123, "00123", "00123", "00123"),
    Seen('0#" "##" "##" "##" "##', 612345678, "06 12 34 56 78", "0612345678", "0612345678", "W115", "W113"),
    Seen("00000 000000", 7700900123, "07700 900123", "07700900123", "07700900123", "W115", "W113"),
    Seen("00000\\ 000000", 7700900123, "07700 900123", "07700900123", "07700900123", "W115", "W113"),
    Seen("(000) 0000 0000", 2079460000, "(020) 7946 0000", "02079460000", "02079460000", "W115", "W113"),
    Seen('"+"0', 442071234567, "+442071234567", "+442071234567", "+442071234567", "W115"),
    Seen('"+44 "0', 2071234567, "+44 2071234567", "+442071234567", "+442071234567", "W115", "W113"),
    Seen('"0"#########', 612345678, "0612345678", "0612345678", "0612345678"),
    Seen("\\0#########", 612345678, "0612345678", "0612345678", "0612345678"),
    Seen('"0044"0', 2071234567, "00442071234567", "00442071234567", "00442071234567", "W115"),
    Seen("00000-0000", 12345678, "01234-5678", "012345678", "012345678", "W115", "W113"),
    Seen("[>=1000]0000;000", 7, "007", "007", "007"),
    Seen("[>=1000]0000;000", 123, "123", "123", "123"),
    Seen("0000;;", 0, "", None, "0", "E119", "W113"),
    Seen("00000;-00000;0", 0, "0", "0", "0"),
    Seen('"REF-"0000', 12, "REF-0012", None, "12", "E119", "W113"),
    Seen('0000"x"', 12, "0012x", None, "12", "E119", "W113"),
    Seen("#,##0", 1234567, "1,234,567", "1234567", "1234567", "", "W113"),
    Seen("0.00", 8001, "8001.00", "8001", "8001", "W113", "W113"),
    Seen("0.00", 2.675, "2.68", None, "2.675", "E112", "W113"),
    Seen("0%", 0.25, "25%", None, "0.25", "E112", "W113"),
    Seen("0000-00-00", 20260103, "2026-01-03", "20260103", "20260103", "", "W113"),
    Seen('0.0,,"M"', 1500000, "1.5M", None, "1500000", "E119", "W113"),
    Seen("0.00E+00", 2079460000, "2.08E+09", "2079460000", "2079460000", "W113", "W113"),
    Seen("General", 0.00001, "0.00001", None, "0.00001", "E112"),
)
# fmt: on

Table = list[list[object]]
"""Rows of texts, and of numbers with their formats."""


def table_of(numbers: tuple[Seen, ...]) -> Table:
    """Return a table in which each number is a dnumber in one row and a description in the next."""
    rows: Table = [list(HEADINGS)]
    for at, seen in enumerate(numbers):
        rows.append([f"number {at}", "phone", seen, "", "", ""])
        rows.append([f"text {at}", "phone", "1", seen, "", ""])
    return rows


def write_xlsx(path: Path, rows: Table) -> None:
    """Write the table with XlsxWriter."""
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("Campaigns")
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if isinstance(cell, Seen):
                    page.write_number(row, column, cell.value, book.add_format({"num_format": cell.code}))
                elif cell:
                    page.write_string(row, column, str(cell))


def write_xls(path: Path, rows: Table) -> None:
    """Write the table with xlwt."""
    book = xlwt.Workbook()
    page = book.add_sheet("Campaigns")
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            if isinstance(cell, Seen):
                page.write(row, column, cell.value, xlwt.easyxf(num_format_str=cell.code))
            elif cell:
                page.write(row, column, str(cell))
    book.save(str(path))


def write_xlsb(path: Path, rows: Table) -> None:
    """Write the table record by record."""
    codes = sorted({cell.code for row in rows for cell in row if isinstance(cell, Seen)})
    records = b""
    for number, cells in enumerate(rows, start=1):
        records += xlsb_row(number)
        for column, cell in enumerate(cells):
            if isinstance(cell, Seen):
                records += xlsb_cell(5, column, struct.pack("<d", cell.value), codes.index(cell.code) + 1)
            elif cell:
                records += xlsb_cell(6, column, wide(str(cell)))
    write_xlsb_sheets(path, {"Campaigns": records}, formats=codes)


def write_ods(path: Path, rows: Table) -> None:
    """Write the table as programs that calculate do: with what is shown beside the value."""
    lines = "".join(f"<table:table-row>{''.join(map(_ods_cell, cells))}</table:table-row>" for cells in rows)
    write_ods_content(path, f'<table:table table:name="Campaigns">{lines}</table:table>')


def _ods_cell(cell: object) -> str:
    if isinstance(cell, Seen):
        shown = f"<text:p>{cell.shown}</text:p>" if cell.shown else "<text:p/>"
        return f'<table:table-cell office:value-type="float" office:value="{cell.value}">{shown}</table:table-cell>'
    if not cell:
        return "<table:table-cell/>"
    return f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'


WRITERS: Mapping[str, Callable[[Path, Table], None]] = {
    "xlsx": write_xlsx,
    "fast.xlsx": write_xlsx,
    "xlsb": write_xlsb,
    "xls": write_xls,
    "ods": write_ods,
    "fast.ods": write_ods,
}
BLANK_IN_ODS = "0000;;"
"""An empty paragraph says as little as none: what the style shows is asked, and this file has no styles."""


@pytest.fixture(params=list(WRITERS))
def format_name(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each format in turn, and the reader that is asked for it."""
    name: str = request.param
    monkeypatch.setattr(sheet, "FAST_FROM", fast_from(name))
    return name


def test_every_reader_gives_the_same_answer(program: Program, sandbox: Sandbox, here: Path, format_name: str) -> None:
    """Digits and a plus that only a format shows are sent in codes, what is shown otherwise is reported or refused."""
    numbers = tuple(one for one in NUMBERS if one.code != BLANK_IN_ODS or "ods" not in format_name)
    path = here / f"numbers.{format_name}"
    WRITERS[format_name](path, table_of(numbers))
    told = program("import", rested(path), "--yes", "--json")
    codes = {problem["cell"]: problem["code"] for problem in told.problems}
    sent = {one["name"]: one for one in sandbox.campaigns()}
    for at, seen in enumerate(numbers):
        number, text = sent.get(f"number {at}"), sent[f"text {at}"]
        assert (number and number["dnumber"]) == seen.number, seen
        assert text["description"] == seen.text, seen
        assert codes.get(f"Campaigns!C{2 + 2 * at}", "") == seen.number_told, seen
        assert codes.get(f"Campaigns!D{3 + 2 * at}", "") == seen.text_told, seen


PARAMETERS = (
    ("retry", Seen('0" s"', 3600, "3600 s", "3600", ""), "3600"),
    ("retry", Seen("#,##0", 3600, "3,600", "3600", ""), "3600"),
    ("retry", Seen("00000", 3600, "03600", "3600", ""), "3600"),
    ("retry", Seen("0,", 3600, "4", None, ""), None),
    ("retry", Seen("0%", 3600, "360000%", None, ""), None),
    ("customer", Seen('"1"000', 12, "1012", None, ""), None),
    ("customer", Seen('"Customer "0', 1, "Customer 1", "1", ""), "1"),
)


@pytest.mark.parametrize(("name", "seen", "value"), PARAMETERS, ids=lambda one: getattr(one, "code", one))
def test_a_number_parameter_is_the_number_that_is_seen(
    program: Program, sandbox: Sandbox, here: Path, format_name: str, name: str, seen: Seen, value: str | None
) -> None:
    """Units and separators around a number do not count; another number is refused with both forms."""
    path = here / f"numbers.{format_name}"
    row = ["A", "phone", "1", "", seen if name == "retry" else "", seen if name == "customer" else ""]
    WRITERS[format_name](path, [list(HEADINGS), row])
    told = program("import", rested(path), "--yes", "--json")
    if value is None:
        (problem,) = told.problems
        assert problem["code"] == "E119"
        assert f"Excel shows {seen.shown!r}, but the file contains {seen.value}." in problem["message"]
    else:
        assert told.problems == []
        (held,) = sandbox.campaigns()
        assert str(held[name]) == value


@pytest.mark.parametrize("kind", ["xlsx", "fast.xlsx", "xlsb", "xls"])
def test_a_number_parameter_shown_in_a_form_that_nobody_knows_is_told(
    program: Program, here: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """Where programs differ about a format, the number is sent as the file holds it, and its cell is named."""
    monkeypatch.setattr(sheet, "FAST_FROM", fast_from(kind))
    path = here / f"numbers.{kind}"
    WRITERS[kind](path, [list(HEADINGS), ["A", "phone", "1", "", Seen("0%%", 36, "", None, ""), ""]])
    (problem,) = program("validate", rested(path), "--json").problems
    assert (problem["code"], problem["cell"], problem["severity"]) == ("W113", "Campaigns!E2", "warning")
    assert problem["message"].startswith("Excel shows this number in another form; '36' is sent.")


STYLES = {
    "zeros": '<number:number number:min-integer-digits="5"/>',
    "plus": '<number:text>+</number:text><number:number number:min-integer-digits="1"/>',
    "groups": '<number:number number:min-integer-digits="1" number:grouping="true"/>',
    "phone": '<number:number number:min-integer-digits="10"><number:embedded-text number:position="6"> '
    "</number:embedded-text></number:number>",
}


@pytest.mark.parametrize(
    ("style", "value", "number"),
    [("zeros", 123, "00123"), ("plus", 44207, "+44207"), ("groups", 8001, "8001"), ("phone", 612345678, "0612345678")],
)
@pytest.mark.parametrize("text", ["<text:p>{0}</text:p>", "<text:p>{0}.0</text:p>", ""])
@pytest.mark.parametrize("where", ["cell", "column", "row"])
@pytest.mark.parametrize("reader", ["ods", "fast.ods"])
def test_the_style_of_an_opendocument_cell_counts_where_nobody_looked_at_it(
    program: Program,
    sandbox: Sandbox,
    here: Path,
    monkeypatch: pytest.MonkeyPatch,
    style: str,
    value: int,
    number: str,
    text: str,
    where: str,
    reader: str,
) -> None:
    """Programs that do not calculate write the value as it is, or nothing: then the style says what is shown."""
    monkeypatch.setattr(sheet, "FAST_FROM", fast_from(reader))
    styles = f'<number:number-style style:name="N1">{STYLES[style]}</number:number-style>'
    styles += '<style:style style:name="ce1" style:family="table-cell" style:data-style-name="N1"/>'
    own, of_row, of_column = (
        f" {attribute}={quoteattr('ce1')}" if where == place else ""
        for place, attribute in (
            ("cell", "table:style-name"),
            ("row", "table:default-cell-style-name"),
            ("column", "table:default-cell-style-name"),
        )
    )
    columns = f'<table:table-column table:number-columns-repeated="2"/><table:table-column{of_column}/>'
    headings = "".join(map(_ods_cell, HEADINGS[:3]))
    inside = _ods_cell("A") + _ods_cell("phone")
    inside += f'<table:table-cell office:value-type="float" office:value="{value}"{own}>{text.format(value)}'
    rows = f"<table:table-row>{headings}</table:table-row><table:table-row{of_row}>{inside}</table:table-cell>"
    path = here / "a.ods"
    write_ods_content(path, f'<table:table table:name="C">{columns}{rows}</table:table-row></table:table>', styles)
    program("import", rested(path), "--yes")
    assert [one["dnumber"] for one in sandbox.campaigns()] == [number]


def test_a_row_that_was_read_less_exactly_is_not_created_again(
    program: Program, sandbox: Sandbox, journal: Path, here: Path, format_name: str
) -> None:
    """A campaign that version 0.1.0 made of the bare number is known, and can be given what is shown."""
    seen = Seen("00000 000000", 7700900123, "07700 900123", "07700900123", "")
    headings = [*HEADINGS[:3], "callerid"]
    before = here / "before.csv"
    before.write_text("name,dtype,dnumber,callerid\n7700900123,phone,1,7700900123\n", encoding="utf-8")
    program("import", rested(before), "--yes")
    as_version_1(journal)
    path = here / f"now.{format_name}"
    WRITERS[format_name](path, [headings, [seen, "phone", "1", seen]])
    for mode in ("report", "create"):
        told = program("import", rested(path), "--yes", "--json", "--on-change", mode)
        assert (told.exit_code, told.counts) == (4, {"changed": 1})
        assert len(sandbox.campaigns()) == 1
    message = program("runs", told.document["run"], "--json").document[0]["message"]
    assert "An earlier version read this row less exactly" in message
    assert "callerid was '7700900123', now '07700900123'" in message
    told = program("import", rested(path), "--yes", "--json", "--on-change", "update")
    assert told.counts == {"updated": 1}
    assert [(one["name"], one["callerid"]) for one in sandbox.campaigns()] == [("07700900123", "07700900123")]
    assert program("import", rested(path), "--yes", "--json").counts == {"exists": 1}
