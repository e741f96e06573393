"""The sheet "Import summary": what a person with Excel alone needs to know, once."""

import re
from pathlib import Path
from typing import Any

import pytest

from importer.annotation import advice
from importer.model import Group, Problem, Severity, Status
from schemas.problem_codes import ProblemCode
from tests.support.results_workbooks import line, load, written

IN_WORKBOOKS = [code for code in ProblemCode if code.startswith(("E1", "E3", "E7", "W1", "W2", "W3", "W7"))]
"""What can be wrong with a cell, a row or a column; the others stop a file or a run, or are about lists of numbers."""


def blank(row: int, **more: Any) -> Problem:
    """Return the problem of a row without a name."""
    facts = {"row": row, "cell": f"Campaigns!A{row}", "column": "name", "problem_code": "E101"}
    return Problem(**{"message": "name is required. Fill in the cell.", **facts, **more})


def sheet_of(here: Path, **more: Any) -> Any:
    """Return the summary of a workbook."""
    lines = [line(row) for row in range(2, 30)]
    return load(written(here / "out.xlsx", (), lines, **more))["Import summary"]


def texts(sheet: Any) -> list[str]:
    """Return the texts of a sheet's cells."""
    return [str(cell.value) for row in sheet.iter_rows(max_col=7) for cell in row if cell.value is not None]


def test_it_begins_with_the_outcome(here: Path) -> None:
    """The headline stands below the title, and of the file the name alone is shown."""
    sheet = sheet_of(here, headline="12 of 16 rows need fixing. Nothing was sent.", file="/home/ann/lists/night.xlsx")
    assert sheet["A2"].value == "12 of 16 rows need fixing. Nothing was sent."
    assert "night.xlsx" in texts(sheet)
    assert not any("/home" in text for text in texts(sheet))


@pytest.mark.parametrize("number", range(6))
def test_a_chart_needs_something_to_compare(here: Path, number: int) -> None:
    """There is a chart from two statuses on."""
    sheet = sheet_of(here, counts=dict.fromkeys(list(Status)[:number], 7))
    assert len(sheet._charts) == (number > 1)


def test_numbers_stand_below_their_headings(here: Path) -> None:
    """The headings of columns with numbers are aligned to the right, as the numbers are."""
    problems = (blank(2), blank(3, message="Another."))
    sheet = sheet_of(here, problems=problems, groups=(Group(2, problems, alike=False),))
    cells = [cell for row in sheet.iter_rows(max_col=7) for cell in row]
    headings = [cell for cell in cells if cell.value in ("Rows", "Row", "Count")]
    assert {cell.value for cell in headings} == {"Rows", "Row", "Count"}
    numbers = [cell for cell in cells if isinstance(cell.value, int)]
    assert {cell.alignment.horizontal for cell in (*headings, *numbers)} == {"right"}


@pytest.mark.parametrize(
    ("alike", "count", "listed"), [(True, 2, False), (False, 2, True), (True, 3, True)], ids=["all", "other", "more"]
)
def test_nothing_is_listed_twice(here: Path, alike: bool, count: int, listed: bool) -> None:
    """A list of all problems follows only where those by kind do not name every cell with its message."""
    problems = tuple(blank(row) for row in range(2, 2 + count))
    sheet = sheet_of(here, problems=problems, groups=(Group(count, problems[:2], alike=alike),))
    assert ("All problems" in texts(sheet)) == listed
    assert any(text.startswith("A2, A3") for text in texts(sheet))


def test_what_was_found_is_shown(here: Path) -> None:
    """The texts of a kind's cells stand beside it, each once."""
    problems = tuple(blank(row, found=text) for row, text in ((2, "two"), (3, "1.5"), (4, "two")))
    assert "two, 1.5" in texts(sheet_of(here, problems=problems, groups=(Group(3, problems, alike=True),)))


def test_what_to_do_is_not_said_twice(here: Path) -> None:
    """A sentence of the message that says what to do stands in the column for that, and nowhere else."""
    shown = texts(sheet_of(here, problems=(blank(2),), groups=(Group(1, (blank(2),), alike=True),)))
    assert (shown.count("name is required."), shown.count("Fill in the cell.")) == (1, 1)
    assert len([text for text in shown if "Fill in the cell" in text]) == 1


@pytest.mark.parametrize("code", IN_WORKBOOKS)
def test_nobody_needs_a_command_line_for_a_workbook(code: ProblemCode) -> None:
    """What to do about a problem of a sheet names neither options nor commands."""
    message, cure = advice.in_words(Problem("It is so. Use --default name=x; or `apply`.", problem_code=code.value))
    assert message == "It is so."
    assert not re.search("--[a-z]|`", cure)
    assert cure or advice._says(message, code.cure)


def test_a_message_of_options_alone_becomes_the_title(here: Path) -> None:
    """What is left of a message is never nothing."""
    problem = Problem("--default name=x is not used.", Severity.WARNING, problem_code="W202")
    assert advice.in_words(problem)[0] == f"{ProblemCode.UNUSED_DEFAULT.title}."
