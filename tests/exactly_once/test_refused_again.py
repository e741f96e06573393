"""A row that was refused comes back from its results as a refused one, until somebody has corrected it."""

import csv
from collections.abc import Callable
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
import xlwt
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.problem_codes import ProblemCode
from tests.support.program import Program
from tests.support.tables import rested
from tests.support.thorough import share
from tests.support.workbooks import write_ods_content

pytestmark = pytest.mark.usefixtures("unmeasured")

HEADINGS = ("name", "dtype", "dnumber", "callerid", "keep_agents_available", "attempts", "machine", "description")
GOOD = ("Good", "queue", "0123", "0456", "", "3", "", "fine")
RESULTS = {"copy": ("again.xlsx",), "plain": ("again.xlsx", "--copy-up-to", "0"), "text": ("again.csv",)}
"""The ways in which results are written."""

Cell = tuple[str, Any, str]
"""The kind of a cell, what is in it, and its number format or, for a formula, its result."""
CELLS: dict[ProblemCode, tuple[str, Cell]] = {
    ProblemCode.BLANK: ("name", ("text", "", "")),
    ProblemCode.NOT_A_NUMBER: ("attempts", ("text", "many", "")),
    ProblemCode.NOT_A_WORD: ("machine", ("text", "seldom", "")),
    ProblemCode.UNSURE_POINT: ("attempts", ("text", "7.000", "")),
    ProblemCode.SCIENTIFIC: ("callerid", ("text", "4.42E+11", "")),
    ProblemCode.FRACTION: ("callerid", ("number", 12.5, "General")),
    ProblemCode.LOST_DIGITS: ("dnumber", ("number", 1234567890123456000, "0")),
    ProblemCode.ERROR_CELL: ("description", ("text", "#REF!", "")),
    ProblemCode.NO_RESULT: ("description", ("formula", "=1+1", "0")),
    ProblemCode.DATED: ("dnumber", ("date", date(2026, 2, 1), "yyyy-mm-dd")),
    ProblemCode.SHOWN_AS_ANOTHER: ("dnumber", ("number", 7, '"8"')),
    ProblemCode.FORMULA_TEXT: ("dnumber", ("text", "=1+1", "")),
    ProblemCode.NO_VALUE: ("dnumber", ("text", "NULL", "")),
    ProblemCode.TOO_NARROW: ("dnumber", ("text", "####", "")),
    ProblemCode.NOT_CORRECTED: ("description", ("text", "(not imported) 7", "")),
}
LINES = {
    ProblemCode.UNEVEN: ["Odd,queue,0124,"],
    ProblemCode.BROKEN_ROW: ["Odd,queue,0124,,,,,a text", "goes on"],
    ProblemCode.NEGATIVE_WITHOUT_QUEUE: ["Odd,mailbox,7,,-1,,,"],
    ProblemCode.SAME_CAMPAIGN: ["Good,queue,0123,0456,,3,,fine"],
}
ELSEWHERE = frozenset((ProblemCode.MERGED, ProblemCode.NO_TIMEGROUP, ProblemCode.UNRESOLVED))
"""Those that have a test to themselves."""


def test_every_refusal_of_a_row_is_tried() -> None:
    """A kind of refusal that is added later must be tried here as well."""
    assert {*CELLS, *LINES, *ELSEWHERE} == {fault for fault in ProblemCode if fault.startswith("E1")}


def write_cells(path: Path, rows: list[dict[str, Cell]], prepare: Callable[[Any], None] = lambda sheet: None) -> Path:
    """Write an .xlsx of good rows, some of whose cells are replaced."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Campaigns")
        sheet.write_row(0, 0, HEADINGS)
        for number, replaced in enumerate(rows, start=1):
            for column, (heading, text) in enumerate(zip(HEADINGS, GOOD, strict=True)):
                kind, value, more = replaced.get(heading, ("text", text if column else f"{text} {number}", ""))
                if kind == "formula":
                    sheet.write_formula(number, column, value, None, more)
                elif kind == "text":
                    sheet.write_string(number, column, value)
                else:
                    form = book.add_format({"num_format": more})
                    write = sheet.write_number if kind == "number" else sheet.write_datetime
                    write(number, column, value, form)
        prepare(sheet)
    return rested(path)


def refused(bare: Program, path: Path, *options: object) -> dict[int, set[str]]:
    """Validate a file and return the codes of its refused rows by their numbers."""
    done = bare("validate", path, "--json", *options)
    assert done.exit_code in (0, 3, 4), done.stderr
    found: dict[int, set[str]] = {}
    for problem in done.problems:
        if problem["severity"] == "error":
            found.setdefault(problem["row"], set()).add(problem["code"])
    return found


def again(bare: Program, path: Path, way: str) -> dict[int, set[str]]:
    """Write results in a way, and return what is refused when they are read."""
    name, *options = RESULTS[way]
    target = path.parent / way / name
    target.parent.mkdir(exist_ok=True)
    target.unlink(missing_ok=True)
    refused(bare, path, "--results", target, *options)
    return refused(bare, rested(target))


@pytest.mark.parametrize("way", RESULTS)
def test_a_refused_cell_is_refused_again(bare: Program, here: Path, way: str) -> None:
    """Whatever a cell was refused for, the results have it refused at the same row, and no other."""
    rows: list[dict[str, Cell]] = [{}]
    for heading, cell in CELLS.values():
        rows += [{heading: cell}, {}]
    path = write_cells(here / "plan.xlsx", rows)
    first = refused(bare, path)
    assert first == {row: {fault} for row, fault in zip(range(3, 99, 2), CELLS, strict=False)}
    assert list(again(bare, path, way)) == list(first)


@pytest.mark.parametrize("way", ["plain", "text"])
@pytest.mark.parametrize("fault", LINES)
def test_a_refused_line_is_refused_again(bare: Program, here: Path, fault: ProblemCode, way: str) -> None:
    """A line that is too short or broken off does not become a good row by being written out with all its fields."""
    path = here / "plan.csv"
    path.write_text("\n".join([",".join(HEADINGS), ",".join(GOOD), *LINES[fault], ""]))
    first = refused(bare, rested(path))
    assert fault in set().union(*first.values())
    assert list(again(bare, path, way)) == list(first)


@pytest.mark.parametrize("way", RESULTS)
def test_a_row_without_a_time_group_is_refused_again(bare: Program, here: Path, way: str) -> None:
    """Where a time group is required, a row without one stays refused in its results until it has got one."""
    path = write_cells(here / "plan.xlsx", [{}, {}])
    name, *options = RESULTS[way]
    refused_rows = refused(bare, path, "--require-timegroup", "--results", here / name, *options)
    assert refused_rows == {2: {ProblemCode.NO_TIMEGROUP}, 3: {ProblemCode.NO_TIMEGROUP}}
    results = rested(here / name)
    assert refused(bare, results, "--require-timegroup") == refused_rows
    assert refused(bare, results, "--require-timegroup", "--default", "timegroup=7") == {}


@pytest.mark.parametrize("way", RESULTS)
def test_merged_cells_are_refused_again(bare: Program, here: Path, way: str) -> None:
    """What merged cells hold stays refused in each of their rows."""
    path = write_cells(
        here / "plan.xlsx", [{}, {}, {}], lambda sheet: sheet.merge_range(1, 7, 2, 7, "for both of them")
    )
    assert list(refused(bare, path)) == [2, 3]
    assert list(again(bare, path, way)) == [2, 3]


def _ods(path: Path) -> None:
    text = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    day = '<table:table-cell office:value-type="date" office:date-value="2026-02-01"/>'
    formula = '<table:table-cell table:formula="of:=1+1"/>'
    rows = [[text.format(heading) for heading in HEADINGS]]
    rows += [[text.format(cell) for cell in GOOD] for _ in range(2)]
    rows[1][2], rows[2][7] = day, formula
    lines = "".join(f"<table:table-row>{''.join(row)}</table:table-row>" for row in rows)
    write_ods_content(path, f'<table:table table:name="T">{lines}</table:table>')


def _xls(path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("T")
    for number, row in enumerate((HEADINGS, GOOD, GOOD)):
        for column, cell in enumerate(row):
            if (number, column) == (1, 2):
                sheet.write(number, column, date(2026, 2, 1), xlwt.easyxf(num_format_str="yyyy-mm-dd"))
            elif (number, column) == (2, 7):
                sheet.write(number, column, xlwt.Formula("1+1"))
            elif cell:
                sheet.write(number, column, cell)
    book.save(str(path))


@pytest.mark.parametrize("way", ["plain", "text"])
@pytest.mark.parametrize("name", ["plan.ods", "plan.xls"])
def test_other_workbooks_are_refused_again(bare: Program, here: Path, name: str, way: str) -> None:
    """A date and a formula without a result stay refused when the workbook is of a kind that is never copied."""
    {"plan.ods": _ods, "plan.xls": _xls}[name](here / name)
    first = refused(bare, rested(here / name))
    assert first == {2: {ProblemCode.DATED}, 3: {ProblemCode.NO_RESULT}}
    assert list(again(bare, here / name, way)) == [2, 3]


def test_results_of_results_keep_one_mark(bare: Program, here: Path) -> None:
    """However often results are handed back uncorrected, the mark in front of the value stands there once."""
    heading, cell = CELLS[ProblemCode.DATED]
    path = write_cells(here / "plan.xlsx", [{heading: cell}])
    for number in range(3):
        target = here / f"again{number}.csv"
        refused(bare, path, "--results", target)
        path = rested(target)
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert next(csv.DictReader(file))["dnumber"] == "(not imported) 2026-02-01"


def test_a_corrected_cell_is_taken(bare: Program, here: Path) -> None:
    """Typing the value over the marked one is all that it takes."""
    heading, cell = CELLS[ProblemCode.DATED]
    target = here / "again.csv"
    refused(bare, write_cells(here / "plan.xlsx", [{heading: cell}]), "--results", target)
    target.write_bytes(target.read_bytes().replace(b"(not imported) 2026-02-01", b"1-2"))
    assert refused(bare, rested(target)) == {}


numbers = st.one_of(st.integers(-10, 10**17), st.floats(0, 10**6).map(lambda value: round(value, 3)))
cells = st.one_of(
    st.tuples(
        st.just("text"), st.sampled_from(("", "7", "NULL", "#N/A", "=1", "1.5", "-1", "yes", "a b")), st.just("")
    ),
    st.tuples(
        st.just("number"), numbers, st.sampled_from(("General", "0", "000", "0.0", "#,##0", '"+"0', "0%", ";;;"))
    ),
    st.tuples(st.just("date"), st.just(date(2026, 2, 1)), st.sampled_from(("yyyy-mm-dd", "d/m"))),
    st.tuples(st.just("date"), st.just(time(12, 30)), st.just("hh:mm")),
    st.tuples(st.just("formula"), st.just("=A1"), st.sampled_from(("#REF!", "#DIV/0!", "7", ""))),
)


@settings(max_examples=share(8), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.dictionaries(st.sampled_from(HEADINGS), cells, max_size=3), min_size=5, max_size=30))
def test_whatever_is_refused_is_refused_again(bare: Program, here: Path, rows: list[dict[str, Cell]]) -> None:
    """No row that was refused is a good one in its results, regardless of its cells."""
    path = here / "plan.xlsx"
    path.unlink(missing_ok=True)
    first = set(refused(bare, write_cells(path, rows)))
    for way in RESULTS:
        assert first <= set(again(bare, path, way)), way
