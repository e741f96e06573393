"""The rejects: the rows that need somebody, as a file of the input's kind that goes back to whoever made the table."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from importer.sandbox import Sandbox
from schemas.headings import RESULT_HEADINGS
from tests.support.every_format import WRITERS, write_format
from tests.support.program import Finished, Program
from tests.support.results_workbooks import fill_of
from tests.support.tables import HEADINGS, rested

FIVE = (*HEADINGS, "attempts", "Remark")
ROWS = [
    *((f"Good {number}", "queue", f"0{number}", "1", "") for number in range(30)),
    ("Zero", "queue", "0123", "0", "ours"),
    ("", "queue", "0456", "2", "theirs"),
]
TEXTS = ("csv", "txt", "tsv")


def ending(format_name: str) -> str:
    """Return the ending of the rejects of a format."""
    return f".{format_name}" if format_name in TEXTS else ".xlsx"


def imported(program: Program, path: Path, rejects: Path) -> Finished:
    """Import a file and have its rejects written."""
    return program("import", rested(path), "--yes", "--json", "--rejects", rejects, "--workers", "1")


def lines_of(path: Path) -> list[list[str]]:
    """Return the cells of rejects."""
    if path.suffix == ".xlsx":
        sheet = openpyxl.load_workbook(path).active
        return [[str(cell or "") for cell in row] for row in sheet.iter_rows(values_only=True)]
    text = path.read_text(encoding="utf-8-sig")
    delimiter = next(character for character in text.splitlines()[0] if character in ",;\t|")
    return list(csv.reader(text.splitlines(), delimiter=delimiter))


def fix(path: Path) -> None:
    """Correct rejects in their place, as whoever made the table would."""
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path)
        sheet: Any = book.active
        sheet["D2"], sheet["A3"] = "5", "Named"
        book.save(path)
        return
    text = path.read_bytes().decode()
    delimiter = next(one for one in text if one in ",;\t")
    text = text.replace(f"0123{delimiter}0{delimiter}", f"0123{delimiter}5{delimiter}")
    path.write_bytes(text.replace(f"\n{delimiter}queue", f"\nNamed{delimiter}queue").encode())


@pytest.mark.parametrize("format_name", WRITERS)
def test_only_what_needs_somebody_comes_back_and_goes_in_again(
    program: Program, sandbox: Sandbox, here: Path, format_name: str
) -> None:
    """Of every kind of file: its own headings, the wrong rows alone, the message; fixed, they are created once."""
    path = write_format(here, format_name, {"Campaigns": (FIVE, *ROWS)})
    rejects = here / f"back{ending(format_name)}"
    told = imported(program, path, rejects)
    assert told.counts == {"created": 30, "invalid": 2}
    assert told.document["rejects"] == str(rejects)
    headings, *rows = lines_of(rejects)
    assert headings == [*FIVE, *RESULT_HEADINGS]
    assert [row[:5] for row in rows] == [list(ROWS[30]), list(ROWS[31])]
    assert [row[5] for row in rows] == ["invalid", "invalid"]
    assert rows[0][6].startswith("attempts must be a whole number")
    fix(rejects)
    again = imported(program, rejects, here / f"none{ending(format_name)}")
    assert (again.exit_code, again.counts) == (0, {"created": 2}), again.stderr
    assert imported(program, rejects, here / "none.csv").counts == {"exists": 2}
    assert len(sandbox.campaigns()) == len(ROWS)


def test_rejects_of_a_workbook_have_the_marks_and_nothing_else(program: Program, here: Path) -> None:
    """The wrong cells are marked where they stand now, and no sheet tells strangers about the server or the account."""
    path = write_format(here, "ods", {"Campaigns": (FIVE, *ROWS)})
    imported(program, path, here / "back.xlsx")
    book = openpyxl.load_workbook(here / "back.xlsx")
    assert book.sheetnames == ["Rejects"]
    marked = {cell.coordinate for row in book.active["A2:E3"] for cell in row if fill_of(cell)}
    assert marked == {"D2", "A3"}
    assert book.active["D2"].comment is not None


def test_messages_name_columns(program: Program, table: Callable[..., Path], here: Path) -> None:
    """A row has another number in the rejects: its message names the column, not the cell of the other file."""
    path = table("c.xlsx", FIVE, *ROWS)
    imported(program, path, here / "back.xlsx")
    assert not any("D32" in row[6] or "A33" in row[6] for row in lines_of(here / "back.xlsx"))


@pytest.mark.parametrize("encoding", ["windows-1252", "utf-16"])
def test_text_keeps_encoding_and_form(program: Program, here: Path, encoding: str) -> None:
    """Encoding, delimiter, quotes and line ends of rejects are those of the input."""
    rows = ["name;dtype;dnumber;attempts", "Zürich;queue;1;0", "Köln;queue;2;1", '"Bern; Süd";queue;3;x']
    (here / "c.txt").write_bytes("\n".join([*rows, ""]).encode(encoding))
    told = imported(program, here / "c.txt", here / "back.txt")
    assert told.counts == {"created": 1, "invalid": 2}
    lines = (here / "back.txt").read_bytes().decode(encoding).split("\n")
    assert [line.split(";invalid;")[0] for line in lines[1:3]] == ["Zürich;queue;1;0", '"Bern; Süd";queue;3;x']


def test_where_nothing_is_wrong_nothing_is_written(program: Program, table: Callable[..., Path], here: Path) -> None:
    """A file of rejects is there exactly if somebody has to do something."""
    told = imported(program, table(), here / "back.csv")
    assert (told.exit_code, told.document["rejects"]) == (0, None)
    assert not (here / "back.csv").exists()
    assert any("No row needs fixing" in note for note in told.document["notes"])


@pytest.mark.parametrize("command", ["validate", "plan", "import"])
def test_a_place_that_cannot_be_is_refused_before_anything_is_done(
    program: Program, sandbox: Sandbox, table: Callable[..., Path], command: str
) -> None:
    """An ending that is not written, and several inputs for one file, are wrong usage."""
    yes = ["--yes"] if command == "import" else []
    told = program(command, table(), *yes, "--rejects", "back.pdf")
    assert (told.exit_code, "--rejects back.pdf: the name must end in" in told.stderr) == (2, True)
    told = program(command, table("a.csv"), table("b.csv"), *yes, "--rejects", "back.csv")
    assert (told.exit_code, "--rejects names a single file" in told.stderr) == (2, True)
    assert sandbox.requests == []


def test_rejects_never_replace_a_file(program: Program, table: Callable[..., Path], here: Path) -> None:
    """Another name is taken where the file exists, and a note says so."""
    path = table("c.csv", FIVE, *ROWS)
    (here / "back.csv").write_text("mine")
    told = imported(program, path, here / "back.csv")
    assert (here / "back.csv").read_text() == "mine"
    assert told.document["rejects"] == str(here / "back-2.csv")
    assert f"Saved as {here / 'back-2.csv'}, because {here / 'back.csv'} already exists" in told.stderr


def test_apply_hands_back_what_the_server_refused(program: Program, table: Callable[..., Path], here: Path) -> None:
    """After a plan, an apply can write the rejects, too: also those that the server refused."""
    path = table("c.csv", (*HEADINGS, "owner"), ("a", "queue", "1", ""), ("b", "queue", "2", "99999999999"))
    run = program("plan", path, "--json").document["run"]
    told = program("apply", run, "--json", "--rejects", here / "back.csv")
    assert [row[:5] for row in lines_of(here / "back.csv")[1:]] == [["b", "queue", "2", "99999999999", "rejected"]]
    assert told.document["rejects"] == str(here / "back.csv")


def test_a_text_that_no_workbook_holds_makes_them_text(program: Program, here: Path) -> None:
    """Nothing is cut off: the rejects are a text file then, and a note says why."""
    (here / "c.csv").write_text(f"name,dtype,dnumber,attempts,description\na,queue,1,0,{'x' * 40_000}\n")
    told = imported(program, here / "c.csv", here / "back.xlsx")
    assert told.document["rejects"] == str(here / "back.csv")
    assert len(lines_of(here / "back.csv")[1][4]) == 40_000
    assert any("The rejects are a text file" in note for note in told.document["notes"])


def test_rows_in_doubt_and_edited_rows_are_among_them(
    program: Program, sandbox: Sandbox, table: Callable[..., Path], here: Path
) -> None:
    """What was edited since it was created needs a decision, and is not created again from the rejects."""
    path = table("c.csv", (*HEADINGS, "attempts"), ("a", "queue", "1", "1"), ("b", "queue", "2", "1"))
    imported(program, path, here / "none.csv")
    path.write_text(path.read_text().replace("b,queue,2,1", "b,queue,2,7"))
    told = imported(program, path, here / "back.csv")
    assert told.counts == {"exists": 1, "changed": 1}
    assert [row[:5] for row in lines_of(here / "back.csv")[1:]] == [["b", "queue", "2", "7", "changed"]]
    assert imported(program, here / "back.csv", here / "again.csv").counts == {"changed": 1}
    assert len(sandbox.campaigns()) == 2
