"""`show`: a file as the importer sees it, before anything is sent; and the options that say how to read it."""

import json
import re
from pathlib import Path

import pytest

from importer.sandbox import Sandbox
from tests.support.every_format import write_format
from tests.support.program import Program
from tests.support.tables import HEADINGS, ROW, write_table


@pytest.fixture
def lined(here: Path) -> Path:
    """A text file with a title above its headings, semicolons, and a column of the user's own."""
    path = here / "lined.csv"
    path.write_bytes(
        "Kampagnen Frühjahr\n\nName;Destination type;Destination;Region\nMünchen;queue;0123;Süd\n".encode("cp1252")
    )
    return path


def test_the_table_as_it_is_understood(bare: Program, lined: Path) -> None:
    """Encoding, delimiter, the row of the headings and what each of them means are shown, and the first rows."""
    told = bare("show", lined)
    assert told.exit_code == 0
    assert "encoding cp1252, delimiter ';', headings in row 3" in told.stderr
    lines = [line.split() for line in told.stdout.splitlines()]
    assert ["A", "Name", "name"] in lines
    assert ["B", "Destination", "type", "dtype"] in lines
    assert ["D", "Region"] in lines
    assert ["4", "München", "queue", "0123", "Süd"] in lines


def test_every_cell_by_position(bare: Program, lined: Path) -> None:
    """--raw looks for no headings: each row is a JSON line with its line number; text files have no sheet."""
    told = bare("show", lined, "--raw")
    assert told.exit_code == 0
    rows = [json.loads(line) for line in told.stdout.splitlines()]
    assert {"sheet": "", "row": 4, "cells": ["München", "queue", "0123", "Süd"]} in rows
    assert rows[0]["row"] == 1


@pytest.mark.parametrize("kind", [".xlsx", ".ods", ".xls"])
def test_raw_rows_of_a_workbook_name_their_sheet(bare: Program, here: Path, kind: str) -> None:
    """A row of a workbook says on which sheet it is and has the number that the user's program gives it."""
    path = write_table(here / f"c{kind}", HEADINGS, [ROW])
    rows = [json.loads(line) for line in bare("show", path, "--raw", "--all-sheets").stdout.splitlines()]
    assert rows[0] == {"sheet": "Campaigns", "row": 1, "cells": list(HEADINGS)}
    assert rows[1]["row"] == 2


def test_as_a_document(bare: Program, lined: Path) -> None:
    """With --json, what is shown is one document."""
    document = json.loads(bare("show", lined, "--json").stdout)
    assert document["header_row"] == 3
    assert document["columns"][0] == {"letters": "A", "heading": "Name", "parameter": "name"}


def test_what_an_import_would_object_to_is_told(bare: Program, here: Path) -> None:
    """`show` shows what is there all the same, and tells the objections on standard error."""
    path = here / "odd.csv"
    path.write_text("name,dtype,dnumber\nA,queue,1.23E+11\nB,queue\n", encoding="utf-8")
    told = bare("show", path)
    assert told.exit_code == 0
    assert "1.23E+11" in told.stdout
    assert "C2" in told.stderr
    assert "scientific form" in told.stderr
    assert "2 errors" in told.stderr


def test_what_cannot_be_read_is_refused(bare: Program, here: Path) -> None:
    """A file that is not a table is a sentence and exit code 2, raw or not."""
    path = here / "page.xls"
    path.write_text("<html><body><table><tr><td>name</td></tr></table></body></html>", encoding="utf-8")
    for form in ((), ("--raw",)):
        told = bare("show", path, *form)
        assert told.exit_code == 2
        assert "HTML page" in told.stderr
        assert told.stdout == ""


def test_a_reader_that_has_had_enough(bare: Program, here: Path) -> None:
    """Output that nobody wants any more, as with `head`, is not a failure."""
    path = here / "long.csv"
    path.write_text("name,dtype,dnumber\n" + "a,queue,1\n" * 30_000, encoding="utf-8")
    with bare.start("show", path, "--raw") as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        process.stdout.close()
        assert process.stderr is not None
        assert "bug" not in process.stderr.read()


@pytest.mark.parametrize(
    ("content", "arguments"),
    [
        (b"A,queue,7\n", ("--no-header", "--column", "A=name", "--column", "B=dtype", "--column", "C=dnumber")),
        (b"x\ny\nz\nname,dtype,dnumber\nA,queue,7\n", ("--header-row", "4")),
        ("name,dtype,dnumber\nA,queue,7\n".encode("utf-16"), ("--encoding", "utf-16")),
        (b"name|dtype|dnumber\nA|queue|7\n", ("--delimiter", "|")),
        (
            b"title,kind,to\nA,queue,7\n",
            ("--header-row", "1", "--column", "A=name", "--column", "B=dtype", "--column", "C=dnumber"),
        ),
    ],
    ids=["no header", "header row", "encoding", "delimiter", "columns"],
)
def test_options_say_how_to_read(
    program: Program, sandbox: Sandbox, here: Path, content: bytes, arguments: tuple[str, ...]
) -> None:
    """What is hard to find out can be said, and the row arrives."""
    path = here / "c.csv"
    path.write_bytes(content)
    assert program("import", path, "--yes", *arguments).exit_code == 0
    (campaign,) = sandbox.campaigns()
    assert (campaign["name"], campaign["dtype"], campaign["dnumber"]) == ("A", "queue", "7")


@pytest.mark.parametrize("column", ["name", "1=name", "A=nmae", "=name"])
def test_a_column_that_makes_no_sense(bare: Program, lined: Path, column: str) -> None:
    """A wrong --column is a sentence that shows the right form and the keys."""
    told = bare("validate", lined, "--column", column)
    assert told.exit_code == 2
    assert "write it as LETTER=KEY, such as B=dnumber, or B=- for a column that is not sent." in told.stderr


def test_how_a_file_was_understood_is_told(bare: Program, lined: Path) -> None:
    """A check says what was above the headings and which encoding was taken."""
    told = bare("validate", lined)
    assert told.exit_code == 0
    assert "Read as windows-1252" in told.stderr
    assert "Kampagnen" in told.stderr
    assert "Columns matched by name: 'Destination' → dnumber." in told.stderr


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_the_first_of_several_sheets_is_shown(bare: Program, here: Path, kind: str) -> None:
    """Of several sheets of campaigns the first is shown with its headings, and an import asks for the name of one."""
    rows = [(*HEADINGS, "Remark"), (*ROW, "ours")]
    path = write_format(here, kind, {"Notes": [("Read this first.",)], "North": rows, "South": rows})
    told = bare("show", path)
    assert (told.exit_code, f"{path}, sheet North, headings in row 1" in told.stderr) == (0, True)
    assert re.search(r"^C +dnumber +dnumber *$", told.stdout, re.MULTILINE)
    assert "An import would refuse this file:" in told.stderr
    assert "several sheets of campaigns: North, South. Name one with --sheet" in told.stderr
    assert [one["letters"] for one in bare("show", path, "--json").document["columns"]] == list("ABCD")


def test_places_are_within_the_sheet_that_is_named_above(bare: Program, here: Path) -> None:
    """A terminal shows the sheet once, in the first line, and then cells alone."""
    write_table(here / "c.xlsx", (*HEADINGS, "Remark"), [(*ROW, "ours")])
    _, shown = bare.terminal("show", "c.xlsx", answers={})
    assert "sheet Campaigns" in shown
    assert "W201  Remark  D1  Column" in " ".join(shown.split(" ")).replace("\r", "")
    assert "Campaigns!" not in shown


def test_a_file_without_headings_has_no_empty_table(bare: Program, here: Path) -> None:
    """Where no column has a meaning, there is no table of them, only the cells."""
    (here / "c.csv").write_text("a,b,c\nd,e,f\n", encoding="utf-8")
    told = bare("show", "c.csv")
    assert ("parameter" in told.stdout, "row  A" in told.stdout) == (False, True)
