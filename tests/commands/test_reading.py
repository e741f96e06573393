"""Clean files of every kind, and files that are none."""

import bz2
import gzip
import lzma
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from importer.sandbox import Sandbox
from tests.support.paths import SAMPLES
from tests.support.program import Program
from tests.support.tables import HEADINGS, ROW, write_table

KINDS = [".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".ods"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_file(bare: Program, here: Path, kind: str) -> None:
    """The seven kinds of file that are promised are read."""
    path = write_table(here / f"c{kind}", HEADINGS, [ROW, ("b", "queue", "1")])
    told = bare("validate", path, "--json")
    assert (told.exit_code, told.counts, told.document["rows"]) == (0, {"valid": 2}, 2)
    assert told.document["file"] == str(path)
    assert told.document["sheet"] == (None if kind in (".csv", ".tsv", ".txt") else "Campaigns")


@pytest.mark.parametrize("kind", KINDS)
def test_blank_rows_count_but_are_no_rows(program: Program, here: Path, kind: str) -> None:
    """Blank rows are left out after numbering, so that every row keeps the number that the user sees."""
    path = write_table(here / f"c{kind}", HEADINGS, [ROW, ("", "", ""), ("b", "queue", "1")])
    run = program("plan", path, "--json").document["run"]
    assert [row["row"] for row in program("runs", run, "--json").document] == [2, 4]


@pytest.mark.parametrize(
    "headings", [("NAME", "DType", "dNumber"), (" name ", "d_type", "D-Number"), ("Name", "d type", "d number")]
)
def test_headings_count_in_any_spelling(bare: Program, table: Callable[..., Path], headings: tuple[str, ...]) -> None:
    """Case, spaces, underscores and hyphens in a heading make no difference."""
    assert bare("validate", table("c.csv", headings)).exit_code == 0


@pytest.mark.parametrize("kind", ["c.csv", "c.xlsx"])
def test_a_missing_file(bare: Program, here: Path, kind: str) -> None:
    """A file that is not there is a sentence and exit code 2."""
    told = bare("validate", here / kind)
    assert told.exit_code == 2
    assert (
        told.stderr.splitlines()[-1] == f"Error: There is no file {here / kind}. Check the name and the folder. [E201]"
    )


@pytest.mark.parametrize("content", [b"", b"\n", b"   \n\n", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("name", ["c.csv", "c.xlsx"])
def test_an_empty_file(bare: Program, here: Path, name: str, content: bytes) -> None:
    """A file with nothing in it is a sentence and exit code 2, regardless of its name."""
    (here / name).write_bytes(content)
    told = bare("validate", here / name)
    assert told.exit_code == 2
    assert f"{name} is empty. It needs a row of headings and rows below it." in told.stderr


def test_an_empty_workbook(bare: Program, here: Path) -> None:
    """A workbook whose sheet has nothing in it is a sentence that names the sheet."""
    told = bare("validate", write_table(here / "c.xlsx", (), [], sheet="Sheet1"))
    assert told.exit_code == 2
    assert "the sheet Sheet1 is empty" in told.stderr


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("c.pdf", b"%PDF-1.7\n\0\0\0binary", "a PDF document, not a table"),
        ("c.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a picture, not a table"),
        ("c.xlsx", b"PK\x03\x04 but no more of a workbook", "a damaged workbook"),
        ("c.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 cut", "damaged or not a workbook"),
        ("c.docx", None, "a zip archive, not a workbook. Unpack it and use the file inside."),
        ("c.sql.gz", gzip.compress(b"name,dtype", mtime=0), "a gzip archive, not a table. Unpack it"),
        ("c.csv.bz2", bz2.compress(b"name,dtype"), "a bzip2 archive, not a table. Unpack it"),
        ("c.csv.xz", lzma.compress(b"name,dtype"), "an xz archive, not a table. Unpack it"),
        ("c.csv.zst", b"\x28\xb5\x2f\xfd\x04\x00", "a Zstandard archive, not a table. Unpack it"),
    ],
)
def test_a_file_of_another_kind(bare: Program, here: Path, name: str, content: bytes | None, words: str) -> None:
    """A file that is not a table is a sentence and exit code 2."""
    if content is None:
        (here / "inside").mkdir()
        (here / "inside" / "document.xml").write_text("<w:document/>")
        shutil.move(shutil.make_archive(str(here / "c"), "zip", here / "inside"), here / name)
    else:
        (here / name).write_bytes(content)
    told = bare("validate", here / name)
    assert told.exit_code == 2
    assert f"Error: {here / name} is {words}" in told.stderr


def test_a_folder(bare: Program, here: Path) -> None:
    """A folder is a sentence and exit code 2."""
    told = bare("validate", here)
    assert told.exit_code == 2
    assert f"{here} is a folder. Name a file in it." in told.stderr


def test_text_in_another_encoding(bare: Program, here: Path) -> None:
    """Text that is not UTF-8 is read, the encoding that was taken is reported, and so is how to set another."""
    (here / "c.csv").write_bytes("name,dtype,dnumber\nMünchen,queue,1\nKöln für Anfänger,queue,2\n".encode("latin-1"))
    told = bare("validate", here / "c.csv")
    assert told.exit_code == 0
    assert "Read as windows-1252: the file is not UTF-8." in told.stderr
    assert "--encoding" in told.stderr
    assert bare("validate", here / "c.csv", "--encoding", "utf-8").exit_code == 2


@pytest.mark.parametrize("kind", [".csv", ".xlsx"])
def test_missing_columns_are_all_named_at_once(bare: Program, here: Path, kind: str) -> None:
    """A required column that is missing is a sentence with both cures and the headings that were found."""
    told = bare("validate", write_table(here / f"c{kind}", ("name", "Remark"), [("a", "b")]))
    assert told.exit_code == 2
    for name in ("dtype", "dnumber"):
        words = f"Column {name!r} is missing. Add one, or give every row the same value with --default {name}=VALUE."
        assert words in told.stderr
    assert "The headings are: name, Remark." in told.stderr


def test_misspelt_and_repeated_columns_are_errors(bare: Program, table: Callable[..., Path]) -> None:
    """A heading that looks like a misspelt parameter, and one that is there twice, keep the file from being used."""
    told = bare("validate", table("c.csv", (*HEADINGS, "atempts", "Name"), (*ROW, "1", "x")))
    assert told.exit_code == 2
    assert "D1: unknown heading 'atempts'. Did you mean 'attempts'?" in told.stderr
    assert "A1 ('name') and E1 ('Name') both mean 'name'. Remove or rename all but one." in told.stderr


def test_two_columns_with_one_heading_are_an_error(bare: Program, table: Callable[..., Path]) -> None:
    """So are two columns of the user's own that have the same heading: the results could not tell them apart."""
    told = bare("validate", table("c.csv", (*HEADINGS, "Remark", "Remark"), (*ROW, "1", "x")))
    assert told.exit_code == 2
    assert (
        "D1 ('Remark') and E1 ('Remark') both have the heading 'Remark'. Remove or rename all but one." in told.stderr
    )


def two_sheets(path: Path, *sheets: str) -> Path:
    """Write a workbook with a campaign on each sheet."""
    import xlsxwriter

    with xlsxwriter.Workbook(path) as book:
        for sheet in sheets:
            page = book.add_worksheet(sheet)
            page.write_row(0, 0, HEADINGS)
            page.write_row(1, 0, (f"from {sheet}", "queue", "1"))
    return path


@pytest.mark.parametrize(("sheet", "name"), [("East", "from East"), ("2", "from West"), ("1", "from East")])
def test_a_sheet_by_name_or_number(program: Program, sandbox: Sandbox, here: Path, sheet: str, name: str) -> None:
    """--sheet takes the name of a sheet or its number from 1."""
    path = two_sheets(here / "c.xlsx", "East", "West")
    assert program("import", path, "--sheet", sheet, "--yes").exit_code == 0
    assert [campaign["name"] for campaign in sandbox.campaigns()] == [name]


def test_a_sheet_that_is_not_there(bare: Program, here: Path) -> None:
    """A wrong --sheet is a sentence that lists the sheets."""
    told = bare("validate", two_sheets(here / "c.xlsx", "East", "West"), "--sheet", "North")
    assert told.exit_code == 2
    assert "has no sheet 'North'. Its sheets are: East, West." in told.stderr


def test_several_sheets_of_campaigns_are_not_guessed_at(bare: Program, here: Path) -> None:
    """Where several sheets hold campaigns, the user has to say which."""
    told = bare("validate", two_sheets(here / "c.xlsx", "East", "West"))
    assert told.exit_code == 2
    assert "has several sheets of campaigns: East, West. Name one with --sheet, or read all of them with" in told.stderr


def test_a_text_file_has_no_sheets(bare: Program, table: Callable[..., Path]) -> None:
    """--sheet with a text file is a sentence."""
    told = bare("validate", table(), "--sheet", "1")
    assert told.exit_code == 2
    assert "is a text file and has no sheets. Leave --sheet out." in told.stderr


def test_defaults_fill_columns_that_the_sheet_lacks(
    program: Program, sandbox: Sandbox, table: Callable[..., Path]
) -> None:
    """--default gives every row a value for a column that is not there, and may be repeated."""
    path = table("c.csv", ("name",), ("a",), ("b",))
    told = program("import", path, "--default", "dtype=peer", "--default", "dnumber= 0=1", "--yes")
    assert told.exit_code == 0
    assert {(one["dtype"], one["dnumber"]) for one in sandbox.campaigns()} == {("peer", " 0=1")}


def test_a_default_for_a_column_that_is_there_is_told(bare: Program, table: Callable[..., Path]) -> None:
    """The sheet wins, and the user hears that the default is not used."""
    told = bare("validate", table(), "--default", "dtype=mailbox")
    assert told.exit_code == 0
    assert "Default for dtype ignored: the sheet has a dtype column." in told.stderr


@pytest.mark.parametrize(
    ("default", "words"),
    [("dtype", "write it as KEY=VALUE"), ("xyzzy=red", "there is no field 'xyzzy'. The fields are: name, dtype")],
)
def test_a_default_that_means_nothing(bare: Program, table: Callable[..., Path], default: str, words: str) -> None:
    """A --default without `=`, or for an unknown parameter, is a sentence and exit code 2."""
    told = bare("validate", table(), "--default", default)
    assert told.exit_code == 2
    assert words in told.stderr


def test_a_wrong_value_from_a_default_is_named_by_its_row(bare: Program, table: Callable[..., Path]) -> None:
    """A value that no cell holds is reported for the row."""
    told = bare("validate", table(), "--default", "attempts=0")
    assert told.exit_code == 3
    assert "row 2  attempts must be a whole number of at least 1" in told.stderr


def test_headings_without_rows(bare: Program, table: Callable[..., Path]) -> None:
    """A table without rows has nothing wrong with it and nothing to do."""
    path = table("c.csv", HEADINGS, ("", "", ""))
    told = bare("validate", path, "--json")
    assert (told.exit_code, told.document["rows"], told.counts) == (0, 0, {})


def test_the_samples_are_read_alike(program: Program, sandbox: Sandbox) -> None:
    """The sample as a workbook and as text is the same eight campaigns."""
    assert program("import", SAMPLES / "campaigns.xlsx", "--yes", "--json", "--results", "a.csv").counts == {
        "created": 8
    }
    assert program("import", SAMPLES / "campaigns.csv", "--yes", "--json", "--results", "b.csv").counts == {"exists": 8}
