"""Telephone numbers in the cells of a column `numbers`: they are loaded, and kept with the numbers of the run alone."""

import csv
import sqlite3
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from importer.sandbox import Sandbox
from tests.support.every_format import WORKBOOKS, write_format
from tests.support.numbers import british, on_the_wire, pending, write_list
from tests.support.program import Finished, Program

Table = Callable[..., Path]

HEADINGS = ("name", "dtype", "dnumber", "enabled", "numbers")
FORM = ("--country", "GB", "--number-format", "digits")
SEPARATORS = ("; ", ",", " / ", "|", "\n")
NAMES = [f"Campaign {at}" for at in range(30)]
CELLS = {name: SEPARATORS[at % 5].join(british(4, 10 * at)) for at, name in enumerate(NAMES)}
ROWS = [(name, "queue", "1", "1", cell) for name, cell in CELLS.items()]


def load(program: Program, path: Path, *arguments: object) -> Finished:
    """Import a sheet with numbers without a question, with a document."""
    return program("import", path, *FORM, "--yes", "--json", *arguments)


def held(sandbox: Sandbox) -> dict[str, set[str]]:
    """Return the numbers that each campaign is still to call, by its name."""
    return {one["name"]: pending(sandbox, int(one["id"])) for one in sandbox.campaigns()}


EXPECTED = {name: on_the_wire(british(4, 10 * at)) for at, name in enumerate(NAMES)}


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("format_name", ["csv", *WORKBOOKS])
def test_numbers_stand_in_a_cell(program: Program, sandbox: Sandbox, here: Path, format_name: str) -> None:
    """In every format, all numbers of a cell are loaded, whatever separates them, and the campaign is on after that."""
    path = write_format(here, format_name, {"Campaigns": [HEADINGS, *ROWS, ("None", "queue", "1", "1", "")]})
    told = load(program, path)
    assert told.exit_code == 0, told.stderr
    assert held(sandbox) == {**EXPECTED, "None": set()}
    assert {one["enabled"] for one in sandbox.campaigns()} == {1}
    assert "2083660" not in told.stderr + told.stdout


def everything_kept(program: Program) -> str:
    """Return all texts in the journal, as one."""
    with sqlite3.connect(program.settings["journal"]) as journal:
        return "\n".join(journal.iterdump())


@pytest.mark.usefixtures("here")
def test_only_how_many_is_kept(program: Program, sandbox: Sandbox, table: Table) -> None:
    """Journal, results, rejects and page have the count of a cell; a copy of a workbook is as the user wrote it."""
    rows = [*ROWS, ("Wrong", "queue", "1", "maybe", "020 8366 1177; 020 8366 1178")]
    outputs = ("--results", "r.csv", "--rejects", "rejects.csv", "--report", "page.html", "--log", "log.jsonl")
    told = load(program, table("campaigns.csv", HEADINGS, *rows), *outputs, "--accept-refused", "50")
    assert told.exit_code == 4
    written = "".join(Path(name).read_text(encoding="utf-8-sig") for name in outputs[1::2])
    for text in (written, everything_kept(program)):
        assert not any(digits in text.replace(" ", "") for digits in ("2083660", "2083661177", "2083661178"))
    with Path("r.csv").open(encoding="utf-8", newline="") as file:
        assert [line["numbers"] for line in csv.DictReader(file)] == ["(4 numbers)"] * 30 + ["(2 numbers)"]
    assert "(2 numbers)" in Path("rejects.csv").read_text(encoding="utf-8")


@pytest.mark.usefixtures("here")
def test_a_copy_of_a_workbook_has_the_users_cells(program: Program, here: Path) -> None:
    """The results of an .xlsx are its user's own workbook, in which the numbers stay as they are written."""
    told = load(program, write_format(here, "xlsx", {"Campaigns": [HEADINGS, *ROWS]}))
    sheet = openpyxl.load_workbook(told.document["results"])["Campaigns"]
    found = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert [line[found[0].index("numbers")] for line in found[1:]] == list(CELLS.values())


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("format_name", ["csv", "xlsx"])
def test_a_plan_keeps_the_numbers_for_apply(program: Program, sandbox: Sandbox, here: Path, format_name: str) -> None:
    """`apply` loads what the cells had when they were planned: the file is not needed any more."""
    path = write_format(here, format_name, {"Campaigns": [HEADINGS, *ROWS]})
    told = program("plan", path, *FORM, "--json")
    assert told.exit_code == 0, told.stderr
    path.unlink()
    assert program("apply", told.document["run"]).exit_code == 0
    assert held(sandbox) == EXPECTED


@pytest.mark.usefixtures("here")
def test_results_without_numbers_do_not_pass_for_the_sheet(program: Program, sandbox: Sandbox, table: Table) -> None:
    """Rows of results whose campaigns are there change nothing; a new one is refused, for its numbers are elsewhere."""
    rows = [("There", "queue", "1", "1", CELLS["Campaign 0"]), ("Wrong", "queue", "1", "maybe", CELLS["Campaign 1"])]
    load(program, table("campaigns.csv", HEADINGS, *rows), "--results", "r.csv", "--accept-refused", "50")
    again = load(program, Path("r.csv"))
    assert again.exit_code == 4
    corrected = Path("corrected.csv")
    corrected.write_text(Path("r.csv").read_text(encoding="utf-8").replace("maybe", "1"), encoding="utf-8")
    refused = load(program, corrected)
    assert (refused.exit_code, refused.document["code"]) == (2, "E625")
    assert "E3: its telephone numbers are not in this file" in refused.document["message"]
    assert "Found: (4 numbers)." in refused.document["message"]
    assert [one["name"] for one in sandbox.campaigns()] == ["There"]


@pytest.mark.usefixtures("here")
def test_cells_files_and_lists_are_read_together(program: Program, sandbox: Sandbox, here: Path) -> None:
    """Some cells may have numbers, others name a file, beside the workbook's own sheet and --numbers."""
    write_list("south.csv", *british(30, 100))
    write_list("leads.csv", *(f"West,{one}" for one in british(30, 200)), heading="campaign,phone")
    rows = [
        ("North", "queue", "1", "1", "02083660001;02083660002"),
        ("South", "queue", "1", "1", "south.csv"),
        ("West", "queue", "1", "1", ""),
        ("East", "queue", "1", "1", ""),
    ]
    sheets = {"Campaigns": [HEADINGS, *rows], "Numbers": [("campaign", "number"), ("East", "02083660300")]}
    told = load(program, write_format(here, "xlsx", sheets), "--numbers", "leads.csv")
    assert told.exit_code == 0, told.stderr
    assert {name: len(numbers) for name, numbers in held(sandbox).items()} == {
        "North": 2,
        "South": 30,
        "West": 30,
        "East": 1,
    }


@pytest.mark.usefixtures("here")
def test_what_is_wrong_with_a_number_is_said_with_its_cell(program: Program, sandbox: Sandbox, here: Path) -> None:
    """A number that cannot be called is refused and handed back with its cell; the others of the cell are loaded."""
    rows = [("North", "queue", "1", "1", "02083660001; 112; 02083660002"), *ROWS[1:6]]
    told = load(program, write_format(here, "xlsx", {"Campaigns": [HEADINGS, *rows]}))
    assert told.exit_code == 4
    (listing,) = here.glob("*.numbers.*.csv")
    with listing.open(encoding="utf-8-sig", newline="") as file:
        assert [(line["place"], line["number"]) for line in csv.DictReader(file)] == [
            ("table.xlsx Campaigns!E2", "112")
        ]
    assert len(held(sandbox)["North"]) == 2


@pytest.mark.usefixtures("here")
def test_a_country_beside_the_numbers_counts(program: Program, sandbox: Sandbox, table: Table) -> None:
    """A column `country` of the sheet says of which country the numbers of a row are, as in a list."""
    rows = [("North", "queue", "1", "1", "02083660001", "GB"), ("South", "queue", "1", "1", "030 901820", "Germany")]
    path = table("campaigns.csv", (*HEADINGS, "country"), *rows)
    told = program("import", path, "--yes", "--number-format", "digits")
    assert (told.exit_code, "W201" in told.stderr) == (0, False)
    assert held(sandbox) == {"North": {"442083660001"}, "South": {"4930901820"}}


@pytest.mark.usefixtures("here")
def test_a_damaged_cell_is_refused(program: Program, sandbox: Sandbox, table: Table) -> None:
    """A cell that Excel has turned into another number is refused as damaged, and never repaired by a guess."""
    rows = [("North", "queue", "1", "1", "4.42083E+11"), *ROWS[1:5]]
    told = load(program, table("campaigns.csv", HEADINGS, *rows))
    assert told.exit_code == 4
    assert held(sandbox)["North"] == set()
    assert {one["name"]: one["enabled"] for one in sandbox.campaigns()}["North"] == 0


@pytest.mark.usefixtures("here")
def test_numbers_that_excel_has_as_numbers_are_read(program: Program, sandbox: Sandbox, here: Path) -> None:
    """A cell of the type number is a telephone number as its user sees it, with or without its zero."""
    with xlsxwriter.Workbook(here / "book.xlsx") as book:
        page = book.add_worksheet()
        page.write_row(0, 0, HEADINGS)
        for row in range(1, 31):
            page.write_row(row, 0, (f"Campaign {row}", "queue", "1", "1"))
            page.write_number(row, 4, (442083660000 if row % 2 else 2083660000) + row)
    told = load(program, here / "book.xlsx")
    assert told.exit_code == 0, told.stderr
    assert set().union(*held(sandbox).values()) == {str(442083660000 + row) for row in range(1, 31)}
    assert "20836600" not in everything_kept(program)


@pytest.mark.usefixtures("here")
def test_two_columns_of_numbers_are_refused(program: Program, sandbox: Sandbox, table: Table) -> None:
    """It is not guessed which of two columns counts; --column says so."""
    rows = [(*row[:4], row[4], "02083669999") for row in ROWS]
    path = table("campaigns.csv", (*HEADINGS, "Numbers"), *rows)
    told = load(program, path)
    assert (told.exit_code, told.document["code"]) == (2, "E243")
    assert "E1 and F1 both have the heading" in told.document["message"]
    assert not sandbox.campaigns()
    assert load(program, path, "--column", "F=-").exit_code == 0
    assert held(sandbox) == EXPECTED


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("command", ["validate", "show"])
def test_commands_that_send_nothing_show_no_number(bare: Program, table: Table, command: str) -> None:
    """`validate` and `show` say how many numbers a cell has; their results and page have no more."""
    path = table("campaigns.csv", HEADINGS, *ROWS)
    outputs = ("--results", "r.csv", "--report", "page.html") if command == "validate" else ()
    told = bare(command, path, *outputs)
    written = "".join(Path(name).read_text(encoding="utf-8-sig") for name in outputs[1::2])
    assert told.exit_code == 0
    assert "2083660" not in told.stdout + told.stderr + written
    assert "(4 numbers)" in told.stdout + written
    assert "W201" not in told.stdout + told.stderr
