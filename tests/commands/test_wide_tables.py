"""Small files that stand for a lot of work: wide, sparse, merged or wrong all over."""

import time
import tracemalloc
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from importer.checking.columns import match_columns
from importer.checking.damage import covered
from importer.errors import FileRefused
from importer.reading import chunks as chunking
from importer.reading import open_table
from importer.reading.encoding.samples import BLOCK, ENOUGH_BLOCKS
from importer.reading.table import CHUNK_ROWS, MOST_COLUMNS
from importer.run_options import ReadingOptions
from importer.spreadsheets.rows import Range
from schemas.headings import parameter_of
from tests.support.program import Program
from tests.support.renamed import renamed
from tests.support.tables import HEADINGS, write_table

pytestmark = pytest.mark.usefixtures("unmeasured")

DEEP = CHUNK_ROWS + ENOUGH_BLOCKS * BLOCK // len("Spring,queue,1\n")
"""Rows: more than a chunk beyond those that the encoding is told by."""
WRONG = (*HEADINGS, "attempts")
KINDS = (".csv", ".xlsx", ".ods", ".xls")


def text(tmp_path: Path, *lines: str) -> Path:
    """Write a text file and return its path."""
    path = tmp_path / "a.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("where", ["in the headings", "at once", "far below"])
def test_a_text_of_too_many_columns_is_refused(tmp_path: Path, delimiter: str, where: str) -> None:
    """A row of more fields than a spreadsheet has columns is reported with its line and its number of fields."""
    heads, row = delimiter.join(HEADINGS), delimiter.join(("Spring", "queue", "1"))
    wide = row + delimiter * (MOST_COLUMNS - 2)
    lines = {
        "in the headings": (heads + delimiter * (MOST_COLUMNS - 2), row),
        "at once": (heads, wide, row),
        "far below": (heads, *[row] * DEEP, wide),
    }[where]
    line = {"in the headings": 1, "at once": 2, "far below": DEEP + 2}[where]
    with pytest.raises(FileRefused, match=rf"line {line}: the row has 16,385 fields") as refused:
        for _ in open_table(text(tmp_path, *lines)).chunks:
            pass
    assert refused.value.problem_code == "E215"


def test_a_text_of_as_many_columns_as_a_spreadsheet_is_read(tmp_path: Path) -> None:
    """What a spreadsheet can hold is read: commas at the end of each row, as Excel writes them, do no harm."""
    commas = "," * (MOST_COLUMNS - 3)
    table = open_table(text(tmp_path, "name,dtype,dnumber" + commas, *[f"Spring,queue,1{commas}"] * 3))
    (chunk,) = table.chunks
    assert len(table.source.headings) == MOST_COLUMNS
    assert list(chunk.frame.columns) == [0, 1, 2]
    assert chunk.cells(range(MOST_COLUMNS)) == [("Spring", "queue", "1", *[""] * (MOST_COLUMNS - 3))] * 3


def test_delimiters_within_quotes_are_no_columns(tmp_path: Path) -> None:
    """A text of thousands of commas in quotes is one field."""
    long = "," * (MOST_COLUMNS + 5)
    (chunk,) = open_table(text(tmp_path, "name,dtype,dnumber,description", f'Spring,queue,1,"{long}"')).chunks
    assert chunk.frame.loc[2, 3] == long


def test_rows_that_are_wider_than_their_headings_come_in_small_chunks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How many rows make a chunk depends on their own width too, and none is lost or doubled between chunks."""
    monkeypatch.setattr(chunking, "CHUNK_CELLS", 10_000)
    rows = [f"Spring,queue,{number}" + "," * 1_000 for number in range(350)]
    found = list(open_table(text(tmp_path, "name,dtype,dnumber", *rows)).chunks)
    assert max(len(chunk.frame) for chunk in found) <= 101
    assert [number for chunk in found for number in chunk.frame.index] == list(range(2, 352))
    assert [dnumber for chunk in found for dnumber in chunk.frame[2]] == [str(number) for number in range(350)]


@pytest.mark.parametrize("kind", KINDS)
def test_columns_without_heading_are_not_lost(tmp_path: Path, program: Program, sandbox: Any, kind: str) -> None:
    """A column without a heading is left out where it is blank, and is in the results where it is not."""
    rows = [("Spring", "queue", "1", "", ""), ("Summer", "queue", "2", "kept", "")]
    path = write_table(tmp_path / f"a{kind}", (*HEADINGS, "", "Own"), rows)
    told = program("import", path, "--yes", "--json", "--results", tmp_path / "out.csv")
    assert told.exit_code == 0, told.stderr
    lines = (tmp_path / "out.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[1].startswith("Spring,queue,1,,")
    assert lines[2].startswith("Summer,queue,2,kept,")


@pytest.mark.parametrize("kind", KINDS)
def test_a_column_that_is_named_by_the_user_may_be_blank(tmp_path: Path, bare: Program, kind: str) -> None:
    """A column without heading that --column names is a column, blank or not."""
    path = write_table(tmp_path / f"a{kind}", ("name", "dtype", "", "Own"), [("Spring", "queue", "", "x")])
    told = bare("validate", path, "--column", "C=dnumber", "--json")
    headed = write_table(tmp_path / f"b{kind}", ("name", "dtype", "dnumber", "Own"), [("Spring", "queue", "", "x")])
    named = bare("validate", headed, "--json")
    assert (told.exit_code, told.counts) == (named.exit_code, named.counts)


def sheet(path: Path, rows: int, **cells: Sequence[Any]) -> Path:
    """Write a workbook of good rows, with a cell besides in each."""
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("Campaigns")
        page.write_row(0, 0, HEADINGS)
        for row in range(1, rows + 1):
            page.write_row(row, 0, ("Spring", "queue", str(row)))
        for reference, (row, column) in cells.items():
            page.write(row, column, reference)
    return path


def test_a_sheet_that_gets_wide_does_not_get_big(tmp_path: Path) -> None:
    """Rows of a narrow part of a sheet are not made as wide as its headings all at once."""
    path = sheet(tmp_path / "a.xlsx", 1_000, far=(0, MOST_COLUMNS - 1))
    table = open_table(path)
    tracemalloc.start()
    rows = sum(len(chunk.frame) for chunk in table.chunks)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (rows, len(table.source.headings)) == (1_000, MOST_COLUMNS)
    assert peak < 100 << 20


@pytest.mark.parametrize("bound", ["MOST_CELLS", "MOST_COLUMNS_IN_CHUNKS"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_table_that_is_wide_and_long_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, bound: str
) -> None:
    """Cells and columns are counted over all chunks, and a file of too many is refused with the cure."""
    rows = [("Spring", "queue", "1", "x", "y", "z")] * 40
    path = write_table(tmp_path / f"a{kind}", (*HEADINGS, "a", "b", "c"), rows)
    monkeypatch.setattr(chunking, "CHUNK_CELLS", 60)
    monkeypatch.setattr(chunking, "AT_ONCE", 1)
    monkeypatch.setattr(chunking, bound, {"MOST_CELLS": 239, "MOST_COLUMNS_IN_CHUNKS": 23}[bound])
    with pytest.raises(FileRefused, match="6 columns in each of very many rows"):
        for _ in open_table(path).chunks:
            pass
    monkeypatch.undo()
    assert sum(len(chunk.frame) for chunk in open_table(path).chunks) == 40


def test_merged_areas_over_everything_are_told_once_for_each_cell(bare: Program, tmp_path: Path) -> None:
    """Of thousands of merged areas over thousands of rows, each row and column has one error, and all end soon."""
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("Campaigns")
        page.write_row(0, 0, HEADINGS)
        for row in range(1, 2_001):
            page.write_row(row, 0, ("Spring", "queue", str(row)))
        page.merge = [[1, 0, 2_000, MOST_COLUMNS - 1]] * 2_000  # the library refuses areas that overlap
    told = bare("validate", path, "--json")
    assert told.exit_code == 3
    assert told.document["errors"] == 2_000
    assert "The cells A2:XFD2001 are merged" in told.problems[0]["message"]


def test_more_merged_areas_than_a_table_has_are_refused(tmp_path: Path) -> None:
    """Beyond a hundred thousand merged areas a sheet is refused in the process that reads it."""
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("Campaigns")
        page.write_row(0, 0, HEADINGS)
        page.write_row(1, 0, ("Spring", "queue", "1"))
        page.merge = [[1, 0, 1, 2]] * 100_001
    with pytest.raises(FileRefused, match="more than 100,000 ranges of cells are merged") as refused:
        for _ in open_table(path).chunks:
            pass
    assert refused.value.problem_code == "E216"


areas = st.tuples(st.integers(1, 30), st.integers(1, 4), st.integers(1, 30), st.integers(1, 4))


@given(st.lists(st.integers(1, 40), unique=True).map(sorted), st.lists(areas))
def test_the_rows_that_areas_cover(rows: list[int], found: list[Range]) -> None:
    """A row is covered exactly where an area reaches over it, and the area that is named does."""
    named = dict(covered(rows, found))
    assert set(named) == {row for row in rows if any(top <= row <= bottom for top, _, bottom, _ in found)}
    assert all(top <= row <= bottom for row, (top, _, bottom, _) in named.items())


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_is_wrong_all_over_is_refused(
    program: Program, sandbox: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """Beyond a number of errors a file is refused with the first of them; one with just N is reported in full."""
    monkeypatch.setattr("importer.staging.MOST_WRONG", 30)
    path = write_table(tmp_path / f"a{kind}", WRONG, [("Spring", "queue", str(row), "many") for row in range(31)])
    for command in ("validate", "plan"):
        told = program(command, path, "--json")
        assert (told.exit_code, told.document["code"]) == (2, "E216")
        assert "more than 30 cells are wrong" in told.document["message"]
        assert told.document["message"].count("\n") == 5
    assert program("runs", "--json").document == []
    path = write_table(tmp_path / f"b{kind}", WRONG, [("Spring", "queue", str(row), "many") for row in range(30)])
    assert program("validate", path, "--json").document["errors"] == 30


def test_a_text_of_megabytes_is_no_heading() -> None:
    """A cell of the first rows that is far longer than any heading is not looked at letter by letter."""
    began = time.process_time()
    assert parameter_of("é" * 50_000_000) is None
    assert time.process_time() - began < 1
    assert parameter_of(" " * 900 + "Name") == "name"


def test_a_chunk_gives_blanks_where_a_column_is_left_out(tmp_path: Path) -> None:
    """What is asked of a column that was left out is blank texts, row for row."""
    table = open_table(text(tmp_path, "name,dtype,dnumber,,", "Spring,queue,1,,", "Summer,queue,2,,x"))
    (chunk,) = table.chunks
    assert chunk.column(3).tolist() == ["", ""]
    assert chunk.column(3).index.tolist() == [2, 3]
    assert chunk.cells((0, 3, 4)) == [("Spring", "", ""), ("Summer", "", "x")]
    assert chunk.cells(()) == [(), ()]
    columns = match_columns(table.source, 1, {}, {3: "callerid"})
    assert renamed(chunk, columns)["callerid"].tolist() == ["", ""]


def test_hidden_rows_are_told_once_however_many_chunks_there_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A batch that becomes several chunks tells what it has to tell with the first."""
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("Campaigns")
        page.write_row(0, 0, HEADINGS)
        for row in range(1, 41):
            page.write_row(row, 0, ("Spring", "queue", str(row)))
        page.set_row(7, None, None, {"hidden": True})
    monkeypatch.setattr(chunking, "CHUNK_CELLS", 30)
    found = list(open_table(path, options=ReadingOptions()).chunks)
    assert len(found) == 4
    assert [len(chunk.problems) for chunk in found] == [1, 0, 0, 0]
    assert [number for chunk in found for number in chunk.frame.index] == list(range(2, 42))
