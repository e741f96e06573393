"""Results of other files are a workbook of texts of their own: whole, marked, in flat memory."""

import io
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importer.annotation import RESULTS, NotForWorkbooks, SheetLines, plain, plain_sheets
from importer.model import Problem, Status
from schemas.headings import RESULT_HEADINGS
from tests.support.results_workbooks import (
    ERROR,
    INJECTIONS,
    comments,
    fill_of,
    load,
    marked_cells,
    parts,
    summary,
    user_line,
    values,
    written,
    wrong,
)
from tests.support.thorough import share


def test_every_cell_is_a_text(here: Path) -> None:
    """Numbers, zeros and formulas of the user stay texts in Text format; the headings are bold and frozen."""
    lines = [user_line(row, "007", text, "") for row, text in enumerate(INJECTIONS, start=2)]
    book = load(written(here / "a.xlsx", ("name", "dtype", "dnumber"), lines))
    sheet = book["Results"]
    assert [cell.value for cell in sheet[1]] == ["name", "dtype", "dnumber", *RESULT_HEADINGS]
    assert [sheet.cell(row, 2).value for row in range(2, 7)] == list(INJECTIONS)
    assert {cell.data_type for row in sheet["A2:I6"] for cell in row if cell.value is not None} == {"s"}
    assert {cell.number_format for row in sheet["A2:I6"] for cell in row if cell.value is not None} == {"@"}
    assert sheet["A1"].font.b
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:I6"
    assert book.sheetnames == ["Import summary", "Results"]
    assert book.active.title == "Import summary"


def test_formulas_in_our_columns_are_shown_as_texts(here: Path) -> None:
    """A message that looks like a formula is marked as a text."""
    sheet = load(written(here / "a.xlsx", ("name",), [user_line(2, "A", text="=1+1")]))["Results"]
    assert (sheet["C2"].value, sheet["C2"].data_type, sheet["C2"].quotePrefix) == ("=1+1", "s", True)


def test_wrong_cells_are_marked_by_the_columns_of_the_file(here: Path) -> None:
    """Columns count as in the user's file, of which the results may show only some."""
    lines = [user_line(7, "A", "", marks={4: wrong("Bad."), 2: wrong("Blank."), 9: wrong("elsewhere")})]
    sheet = load(written(here / "a.xlsx", ("name", "dtype"), lines, places=(4, 2)))["Results"]
    assert marked_cells(sheet) == {"A2", "B2"}
    assert fill_of(sheet["A2"]) == ERROR
    assert comments(sheet) == {"A2": "campaign-importer:\n• Bad.", "B2": "campaign-importer:\n• Blank."}


def test_problems_link_to_the_rows_of_the_results(here: Path) -> None:
    """A row has another number in the results than in the user's file; the link names the right one."""
    problem = Problem("Bad.", row=9, cell="E9")
    lines = [user_line(8, "A", "x"), user_line(9, "B", "y")]
    book = load(written(here / "a.xlsx", ("name", "dtype"), lines, places=(0, 4), problems=(problem,)))
    links = [cell.hyperlink for row in book["Import summary"].iter_rows() for cell in row if cell.hyperlink]
    assert [link.location for link in links] == ["'Results'!B3"]


def test_a_full_sheet_goes_on_in_a_further_one(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each sheet has the headings, and no sheet is made for no rows."""
    monkeypatch.setattr(plain, "LAST_ROW", 4)
    lines = [user_line(row, f"N{row}", marks={0: wrong()}) for row in range(2, 8)]
    path = written(here / "a.xlsx", ("name",), lines)
    book = load(path)
    assert book.sheetnames == ["Import summary", "Results", "Results 2"]
    assert [book["Results 2"].cell(row, 1).value for row in range(1, 5)] == ["name", "N5", "N6", "N7"]
    assert len(comments(book["Results 2"])) == 3
    drawings = b"".join(xml for name, xml in parts(path).items() if name.endswith(".vml"))
    assert drawings.count(b'id="_x0000_s') == 6
    assert len({one.split(b'"')[0] for one in drawings.split(b'id="_x0000_s')[1:]}) == 6


def test_no_rows_make_a_workbook_too(here: Path) -> None:
    """A file without rows has its headings."""
    assert values(written(here / "a.xlsx", ("name",), []), "Results")[1, 1] == "name"


@pytest.mark.parametrize("text", ["x" * 32_768, "\ufffe", "a\uffff", "\ud800", "😀" * 16_384])
def test_texts_that_no_workbook_holds_are_refused(text: str) -> None:
    """What would have to be changed is never written; the caller writes CSV then."""
    with pytest.raises(NotForWorkbooks):
        plain_sheets(io.BytesIO(), [SheetLines(RESULTS, [user_line(2, text)], headings=("name",))], summary())


def test_the_longest_text_fits(here: Path) -> None:
    """A cell holds 32,767 characters."""
    path = written(here / "a.xlsx", ("name", "b"), [user_line(2, "x" * 32_767, "y")])
    assert values(path, "Results")[2, 1] == "x" * 32_767


@pytest.mark.slow
def test_memory_stays_flat() -> None:
    """Ten times the rows take no more memory."""

    def peak(rows: int) -> int:
        tracemalloc.start()
        try:
            lines = (user_line(row, f"Campaign {row}", "queue", "x" * 40) for row in range(2, rows + 2))
            with open("/dev/null", "wb") as file:  # noqa: PTH123 -- nothing is kept
                plain_sheets(file, [SheetLines(RESULTS, lines, headings=("a", "b", "c"))], summary())
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(20_000) < 1.5 * peak(8_000)


TEXTS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\ufffe\uffff"), max_size=20)


@settings(max_examples=share(60))
@given(rows=st.lists(st.tuples(TEXTS, TEXTS, st.booleans()), max_size=6), messages=st.lists(TEXTS, min_size=6))
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, rows: Any, messages: list[str]) -> None:
    """Whatever the texts, two readers find them as they were."""
    path = tmp_path_factory.mktemp("plain") / "a.xlsx"
    lines = [
        user_line(row, one, two, text=messages[row - 2], marks={0: wrong()} if bad else {})
        for row, (one, two, bad) in enumerate(rows, start=2)
    ]
    found = values(written(path, ("a", "b"), lines), "Results")
    for row, one in enumerate(lines, start=2):
        expected = [*one.cells, *one.added]
        assert [found.get((row, column), "") for column in range(1, 9)] == expected


def test_statuses_are_coloured(here: Path) -> None:
    """The cell of the status has the colour of the status."""
    lines = [user_line(2, "A", status=Status.CREATED), user_line(3, "B", status=Status.FAILED)]
    sheet = load(written(here / "a.xlsx", ("name",), lines))["Results"]
    assert (fill_of(sheet["B2"]), fill_of(sheet["B3"])) == ("FFC9EBD1", "FFF9CFCB")
