"""Several sheets of a workbook as campaigns, under one command: with --all-sheets, or with --sheet several times."""

import json
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import PatternFill

from importer.reading import sheet
from importer.sandbox import Sandbox
from schemas.headings import RESULT_HEADINGS
from tests.support.every_format import WORKBOOKS, fast_from, write_format
from tests.support.program import Finished, Program
from tests.support.results_workbooks import fill_of
from tests.support.servers import StubServer, envelope
from tests.support.tables import HEADINGS, ROW

Table = Callable[..., Path]
Rows = Sequence[Sequence[str]]

FOUR = (*HEADINGS, "maximum")
ROWS = 30
SALES = [FOUR, *((f"Sales {number}", "queue", f"0{number}", "2") for number in range(ROWS))]
NORTH = [("Remark", *HEADINGS), *(("ours", f"North {number}", "mailbox", f"1{number}") for number in range(ROWS))]
NOTES = [("This workbook has a sheet for each customer.",)]
SHEETS: Mapping[str, Rows] = {"Read me": NOTES, "Sales": SALES, "Nothing": [], "North": NORTH}
NAMES = [row[0] for row in SALES[1:]] + [row[1] for row in NORTH[1:]]
ALL = "--all-sheets"


def documents(told: Finished) -> list[dict[str, Any]]:
    """Return the documents of the sheets of a command."""
    found: list[dict[str, Any]] = told.document["runs"]
    return found


def created(sandbox: Sandbox) -> list[object]:
    """Return the names of the campaigns on the server."""
    return [one["name"] for one in sandbox.campaigns()]


def values_of(path: Path, name: str) -> list[list[str]]:
    """Return the texts of a sheet."""
    rows = openpyxl.load_workbook(path)[name].iter_rows(values_only=True)
    return [["" if value is None else str(value) for value in row] for row in rows]


@pytest.fixture(params=WORKBOOKS)
def workbook(request: pytest.FixtureRequest, here: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workbook with two sheets of campaigns and two without, in every format."""
    name = str(request.param)
    monkeypatch.setattr(sheet, "FAST_FROM", fast_from(name))
    return write_format(here, name, SHEETS)


def test_all_sheets_are_imported_and_come_back(program: Program, sandbox: Sandbox, workbook: Path) -> None:
    """Each sheet has its rows and numbers; one results workbook has all of them, and can be imported again."""
    told = program("import", workbook, ALL, "--yes", "--json", "--workers", "1")
    assert told.exit_code == 0, told.stderr
    assert created(sandbox) == NAMES
    sales, north = documents(told)
    assert [one["sheet"] for one in (sales, north)] == ["Sales", "North"]
    assert sales["results"] == north["results"]
    results = Path(sales["results"])
    for name, rows in (("Sales", SALES), ("North", NORTH)):
        headings, *lines = values_of(results, name)
        assert headings == [*rows[0], *RESULT_HEADINGS]
        assert [line[: len(rows[0])] for line in lines] == [list(row) for row in rows[1:]]
        status, _, _, _, _, number = range(len(rows[0]), len(headings))
        assert {line[status] for line in lines} == {"created"}
        assert [line[number] for line in lines] == [str(2 + at) for at in range(ROWS)]
    again = program("import", results, ALL, "--yes", "--json", "--workers", "1")
    assert [one["counts"]["exists"] for one in documents(again)] == [ROWS, ROWS]
    assert created(sandbox) == NAMES


def test_what_is_not_read_is_reported_once(bare: Program, workbook: Path) -> None:
    """Sheets without campaigns are passed over, with the reason."""
    first, second = documents(bare("validate", workbook, ALL, "--json"))
    said = "Sheets without campaigns were not read: Read me (no known headings), Nothing (empty)."
    assert said in first["notes"]
    assert said not in second["notes"]


def test_problems_name_their_own_sheet(bare: Program, here: Path, workbook: Path) -> None:
    """The same cell of two sheets is two places; the summary links to both."""
    suffix = workbook.name.partition(".")[2]
    sheets = {"Sales": [FOUR, (*ROW, "x")], "North": [FOUR, ("B", *ROW[1:], "0"), ("", *ROW[1:], "1")]}
    told = bare("validate", write_format(here, suffix, sheets), ALL, "--json", "--results", here / "out.xlsx")
    cells = [[one["cell"] for one in each["problems"] if one["code"] != "W104"] for each in documents(told)]
    assert cells == [["Sales!D2"], ["North!D2", "North!A3"]]
    summary = openpyxl.load_workbook(here / "out.xlsx")["Import summary"]
    assert ("Sheets", "Sales, North") in [(row[0].value, row[1].value) for row in summary]
    links = {cell.value: cell.hyperlink.location for row in summary for cell in row if cell.hyperlink}
    assert {place: links[place] for place in ("Sales!D2", "North!D2", "North!A3")} == {
        "Sales!D2": "'Sales'!D2",
        "North!D2": "'North'!D2",
        "North!A3": "'North'!A3",
    }


def test_sheets_are_named_one_by_one(bare: Program, workbook: Path) -> None:
    """--sheet may be given several times, with names and numbers; the order is that of the command line."""
    told = bare("validate", workbook, "--sheet", "north", "--sheet", "2", "--json")
    assert [(one["sheet"], one["rows"]) for one in documents(told)] == [("North", ROWS), ("Sales", ROWS)]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("--sheet", "Sales", "--sheet", "West"),
            "has no sheet 'West'. Its sheets are: Read me, Sales, Nothing, North.",
        ),
        (("--sheet", "Sales", "--sheet", "2"), "the sheet Sales is named twice with --sheet."),
        (("--sheet", "Sales", ALL), "--sheet and --all-sheets cannot be used together"),
        ((ALL, "--profile", "auto"), "--profile and --all-sheets cannot be used together"),
        ((ALL, "--rejects", "r.csv"), "--rejects r.csv: the rejects of several sheets are a workbook."),
        ((ALL, "--results", "r.csv"), "--results r.csv: the results of several sheets are a workbook."),
        (("--sheet", "1", "--sheet", "2", "--results", "r.csv"), "the results of several sheets are a workbook."),
    ],
)
def test_what_makes_no_sense_is_refused(bare: Program, here: Path, words: tuple[str, ...], said: str) -> None:
    """Each is a sentence and exit code 2, before anything is read."""
    told = bare("validate", write_format(here, "xlsx", SHEETS), *words)
    assert told.exit_code == 2
    assert said in told.stderr


def test_a_text_file_has_one_table(bare: Program, table: Table) -> None:
    """Sheets of a text file cannot be named; --all-sheets reads its table."""
    path = table("c.csv")
    told = bare("validate", path, "--sheet", "1", "--sheet", "2")
    assert (told.exit_code, "is a text file and has no sheets. Leave --sheet out." in told.stderr) == (2, True)
    assert bare("validate", path, ALL, "--json").counts == {"valid": 1}


def test_files_of_one_and_of_many_sheets(program: Program, sandbox: Sandbox, here: Path, table: Table) -> None:
    """Every file has its own results: one for all sheets of a workbook, one for a text file."""
    path = write_format(here, "xlsx", SHEETS)
    told = program("import", table("c.csv"), path, ALL, "--yes", "--json", "--workers", "1")
    assert told.exit_code == 0, told.stderr
    text, sales, north = documents(told)
    assert Path(text["results"]).suffix == ".csv"
    assert sales["results"] == north["results"] != text["results"]
    assert len(sandbox.campaigns()) == 1 + 2 * ROWS


def test_a_campaign_on_two_sheets_is_a_mistake(program: Program, sandbox: Sandbox, here: Path, workbook: Path) -> None:
    """As in one sheet, the same campaign twice is an error of the second row; it names the sheet of the first."""
    suffix = workbook.name.partition(".")[2]
    wrong = ("", *ROW[1:])
    sheets = {"Sales": [HEADINGS, wrong, ROW], "North": [HEADINGS, wrong, ("B", *ROW[1:]), ROW]}
    told = program("import", write_format(here, suffix, sheets), ALL, "--yes", "--json")
    assert [(one["counts"]["created"], one["counts"]["invalid"]) for one in documents(told)] == [(1, 1), (1, 2)]
    second = next(one for one in documents(told)[1]["problems"] if one["code"] == "E105")
    assert second["cell"] == "North!A4"
    assert second["message"].startswith("Duplicate of row 3 of the sheet Sales.")
    assert sorted(map(str, created(sandbox))) == ["B", ROW[0]]


def test_a_campaign_in_two_files_is_not(program: Program, sandbox: Sandbox, table: Table) -> None:
    """Files are not compared with each other: a row of the second that exists already is not sent."""
    told = program("import", table("a.csv"), table("b.csv"), "--yes", "--json")
    assert [one["counts"]["exists"] for one in documents(told)] == [0, 1]


def test_a_sheet_that_cannot_be_read_stops_all(program: Program, sandbox: Sandbox, here: Path) -> None:
    """Nothing is created unless all sheets can be read; the others are checked and reported all the same."""
    sheets = {"Sales": SALES, "North": [("name", "dtype", "Remark"), ("B", "queue", "x")]}
    told = program("import", write_format(here, "xlsx", sheets), ALL, "--yes", "--json")
    assert told.exit_code == 2
    first, second = documents(told)
    assert (first["sheet"], first["counts"]["ready"]) == ("Sales", ROWS)
    assert "the headings in row 1 of the sheet North cannot be used." in second["message"]
    assert created(sandbox) == []


def test_one_question_is_about_all_sheets(program: Program, sandbox: Sandbox, here: Path) -> None:
    """A person is asked once, with the campaigns of all sheets."""
    path = write_format(here, "xlsx", SHEETS)
    code, shown = program.terminal("import", path, ALL, answers={"Create 60 campaigns": "y"})
    assert (code, len(sandbox.campaigns())) == (0, 2 * ROWS)
    assert "table.xlsx, sheet North:" in shown


def test_each_sheet_of_a_plan_is_a_run(program: Program, sandbox: Sandbox, here: Path) -> None:
    """A plan has a run for each sheet, which is applied by itself."""
    told = program("plan", write_format(here, "xlsx", SHEETS), ALL)
    sales, north = told.stdout.split()
    listed = {line.split()[0]: line for line in program("runs").stdout.splitlines()}
    assert ("Sales" in listed[sales], "North" in listed[north], "sheet" in listed["run"]) == (True, True, True)
    assert {one["run"]: one["sheet"] for one in program("runs", "--json").document} == {sales: "Sales", north: "North"}
    assert program("apply", north).exit_code == 0
    assert sorted(map(str, created(sandbox))) == sorted(NAMES[ROWS:])
    assert program("apply", sales).exit_code == 0
    assert sorted(map(str, created(sandbox))) == sorted(NAMES)


def test_without_headings(bare: Program, here: Path) -> None:
    """Where columns are assigned, every sheet with anything on it is a table."""
    path = write_format(here, "xlsx", {"Sales": SALES[1:], "Nothing": [], "North": SALES[1:4]})
    placed = [word for one in ("A=name", "B=dtype", "C=dnumber", "D=-") for word in ("--column", one)]
    told = bare("validate", path, ALL, "--no-header", *placed, "--json")
    assert [(one["sheet"], one["rows"]) for one in documents(told)] == [("Sales", ROWS), ("North", 3)]


def test_a_workbook_without_campaigns(bare: Program, here: Path) -> None:
    """Where no sheet has campaigns, the refusal says what the sheets are."""
    told = bare("validate", write_format(here, "xlsx", {"Read me": NOTES, "Nothing": []}), ALL)
    assert told.exit_code == 2
    assert "has no sheet with known headings, such as name, dtype and dnumber." in told.stderr
    assert "Read me (no known headings), Nothing (empty)." in told.stderr


def test_the_template_has_one_sheet_of_campaigns(bare: Program, here: Path) -> None:
    """The notes of our own template are not a table."""
    assert bare("template", here / "new.xlsx").exit_code == 0
    book = openpyxl.load_workbook(here / "new.xlsx")
    for at, text in enumerate(ROW, start=1):
        book["Campaigns"].cell(2, at, text)
    book.save(here / "new.xlsx")
    assert bare("validate", here / "new.xlsx", ALL, "--json").counts == {"valid": 1}


def test_more_rows_than_are_copied(bare: Program, here: Path) -> None:
    """The rows of all sheets together decide whether the workbook is copied; the reason is given once."""
    path = write_format(here, "xlsx", SHEETS)
    for most, copied in ((2 * ROWS, True), (2 * ROWS - 1, False)):
        out = here / f"{most}.xlsx"
        first, second = documents(bare("validate", path, ALL, "--json", "--results", out, "--copy-up-to", most))
        assert ("Read me" in openpyxl.load_workbook(out).sheetnames) is copied
        assert [any("plain workbook" in note for note in one["notes"]) for one in (first, second)] == [
            not copied,
            False,
        ]


def test_hidden_sheets_are_read_only_by_name(bare: Program, here: Path) -> None:
    """--all-sheets leaves out what nobody sees, and says so."""
    path = write_format(here, "xlsx", SHEETS)
    book = openpyxl.load_workbook(path)
    book["North"].sheet_state = "hidden"
    book.save(path)
    told = bare("validate", path, ALL, "--json")
    assert told.document["sheet"] == "Sales"
    assert any(note.startswith("Hidden sheets were not read: North.") for note in told.document["notes"])
    named = bare("validate", path, "--sheet", "Sales", "--sheet", "North", "--json")
    assert [one["sheet"] for one in documents(named)] == ["Sales", "North"]


def test_the_settings_name_sheets(bare: Program, here: Path, table: Table) -> None:
    """`sheet` in a settings file is a name or a list of them; commands that read one sheet refuse a list."""
    path = write_format(here, "xlsx", SHEETS)
    (here / "campaign-importer.toml").write_text('sheet = "North"\n', encoding="utf-8")
    assert bare("validate", path, "--json").document["sheet"] == "North"
    assert [one["sheet"] for one in documents(bare("validate", path, ALL, "--json"))] == ["Sales", "North"]
    (here / "campaign-importer.toml").write_text('sheet = ["North", "Sales"]\n', encoding="utf-8")
    assert [one["sheet"] for one in documents(bare("validate", path, "--json"))] == ["North", "Sales"]
    told = bare("show", path)
    assert (told.exit_code, "--sheet was given more than once, but only one sheet" in told.stderr) == (2, True)


def test_names_that_a_workbook_cannot_have(bare: Program, here: Path) -> None:
    """Names of other programs' sheets that Excel forbids are changed in the results, and each stays another."""
    names = ["Nord/Süd", "Nord:Süd", 'A & B\'s "C"', "x" * 40, "x" * 41]
    path = write_format(here, "ods", {name.replace("&", "&amp;").replace('"', "&quot;"): SALES for name in names})
    told = bare("validate", path, ALL, "--json", "--results", here / "out.xlsx")
    assert [one["sheet"] for one in documents(told)] == names
    held = openpyxl.load_workbook(here / "out.xlsx").sheetnames
    assert held == ["Import summary", "Nord_Süd", "Nord_Süd 2", 'A & B\'s "C"', "x" * 31, f"{'x' * 29} 2"]


def test_results_that_have_no_place(
    program: Program, stub_server: StubServer, here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no results can be written, what was created from each sheet is counted, and the loss is reported once."""
    path = write_format(here, "xlsx", {"Sales": [HEADINGS, ROW], "North": [HEADINGS, ("B", *ROW[1:])]})
    program.settings["url"] = stub_server.url

    def create(asked: dict[str, str]) -> dict[str, Any]:
        if here.exists():
            monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "no such folder"))
            shutil.rmtree(here)
        return envelope("200", {"id": stub_server.store(asked)})

    stub_server.answers["create"] = create
    told = program("import", path, ALL, "--yes", "--json")
    assert told.exit_code == 6
    assert [(one["counts"]["created"], one["code"]) for one in documents(told)] == [(1, None), (1, "E511")]


class TestRejectsAndPage:
    """What needs fixing on all sheets is one workbook, and one page shows the rows of all of them."""

    WRONG = ("Zero", "queue", "9", "0")
    SHEETS: Mapping[str, Rows] = {
        "Sales": [*SALES, WRONG],
        "Right": [HEADINGS, ("Right", *ROW[1:])],
        "North": [*NORTH, ("theirs", "", "queue", "7"), ("theirs", "", "queue", "8")],
    }

    @pytest.fixture(params=WORKBOOKS)
    def mixed(self, request: pytest.FixtureRequest, here: Path) -> Path:
        """A workbook with a right sheet between two that have wrong rows below many right ones, in every format."""
        return write_format(here, str(request.param), self.SHEETS)

    def test_rejects_are_on_sheets_of_their_names(
        self, program: Program, sandbox: Sandbox, here: Path, mixed: Path
    ) -> None:
        """A sheet that is right is left out; the others have their own headings and, fixed, are imported together."""
        told = program("import", mixed, ALL, "--yes", "--json", "--rejects", here / "back.xlsx", "--workers", "1")
        rejects = str(here / "back.xlsx")
        assert [one["rejects"] for one in documents(told)] == [rejects, None, rejects]
        book = openpyxl.load_workbook(rejects)
        assert book.sheetnames == ["Sales", "North"]
        assert values_of(here / "back.xlsx", "Sales")[1][:5] == [*self.WRONG, "invalid"]
        assert [row[:5] for row in values_of(here / "back.xlsx", "North")] == [
            [*NORTH[0], RESULT_HEADINGS[0]],
            ["theirs", "", "queue", "7", "invalid"],
            ["theirs", "", "queue", "8", "invalid"],
        ]
        book["Sales"]["D2"], book["North"]["B2"], book["North"]["B3"] = "5", "Seven", "Eight"
        book.save(rejects)
        again = program("import", rejects, ALL, "--yes", "--json", "--rejects", here / "none.xlsx", "--workers", "1")
        assert [one["counts"]["created"] for one in documents(again)] == [1, 2]
        assert [one["rejects"] for one in documents(again)] == [None, None]
        said = [note for one in documents(again) for note in one["notes"] if note.startswith("No row needs fixing")]
        assert len(said) == 1
        assert created(sandbox) == [*NAMES[:ROWS], "Right", *NAMES[ROWS:], "Zero", "Seven", "Eight"]

    def test_rejects_that_no_workbook_can_hold(self, bare: Program, here: Path) -> None:
        """Each sheet's rejects are then a text file, and the reason is given once."""
        long = ("x" * 40_000, "", "1")
        path = write_format(here, "ods", {"Sales": [HEADINGS, long], "North": [HEADINGS, long]})
        first, second = documents(bare("validate", path, ALL, "--json", "--rejects", here / "back.xlsx"))
        assert [Path(one["rejects"]).name for one in (first, second)] == ["back.csv", "back-2.csv"]
        assert [sum("are a text file" in note for note in one["notes"]) for one in (first, second)] == [1, 0]

    def test_one_page_has_the_rows_of_all_sheets(self, bare: Program, here: Path, mixed: Path) -> None:
        """Each row has its sheet, and its cells under the headings of all sheets; equal mistakes are one kind."""
        told = bare("validate", mixed, ALL, "--json", "--report", here / "page.html")
        assert [one["report"] for one in documents(told)] == [str(here / "page.html")] * 3
        page = (here / "page.html").read_text(encoding="utf-8")
        rows = rows_of_page(page)
        assert len(rows) == 2 * ROWS + 4
        assert headings_of_page(page) == ["Row", "Status", "ID", "Sheet", *FOUR, "Remark", "Message"]
        assert [row[7] for row in rows if row[1] == "invalid"] == [
            ["Sales", *self.WRONG, ""],
            ["North", "", "queue", "7", "", "theirs"],
            ["North", "", "queue", "8", "", "theirs"],
        ]
        assert "<dt>Sheets</dt><dd><bdi>Sales, Right, North</bdi></dd>" in page
        assert "3 of 64 rows need fixing." in page
        assert "<bdi>North!B32</bdi>, <bdi>North!B33</bdi>" in page

    def test_the_same_mistake_on_two_sheets_is_one_kind(self, bare: Program, here: Path) -> None:
        """The page filters rows by kinds: one that is on two sheets has the rows of both, and places on both."""
        wrong = [FOUR, (*ROW, "x"), ("B", *ROW[1:], "y")]
        path = write_format(here, "xlsx", {"Sales": wrong, "North": [wrong[0], ("C", *ROW[1:], "z")]})
        bare("validate", path, ALL, "--report", here / "page.html")
        page = (here / "page.html").read_text(encoding="utf-8")
        assert page.count('<span class="code">E102</span>') == 1
        assert "<bdi>Sales!D2</bdi>, <bdi>Sales!D3</bdi>, <bdi>North!D2</bdi>" in page


def rows_of_page(page: str) -> list[Any]:
    """Return the rows that a page has embedded."""
    blocks = re.findall('<script type="application/json" class="rows">([^<]*)</script>', page)
    return [row for block in blocks for row in json.loads(block)]


def headings_of_page(page: str) -> list[str]:
    """Return the headings of a page's table."""
    return re.findall('<button type="button" data-column="[0-9]+"><bdi>([^<]*)</bdi>', page)


class TestMarks:
    """Wrong cells are marked on every sheet, and get back the looks they had."""

    @pytest.fixture
    def marked(self, bare: Program, here: Path) -> Path:
        """Results of two sheets with a wrong cell at the same place, each of which had a fill of its own."""
        book = openpyxl.Workbook()
        book.remove(book.worksheets[0])
        for name, colour in (("Sales", "FF00FF00"), ("North", "FF0000FF")):
            table = book.create_sheet(name)
            for row in (FOUR, (*ROW, "x")):
                table.append(row)
            table["D2"].fill = PatternFill("solid", fgColor=colour)
        book.save(here / "c.xlsx")
        assert bare("validate", here / "c.xlsx", ALL, "--results", here / "one.xlsx").exit_code == 3
        return here / "one.xlsx"

    @staticmethod
    def fills(path: Path) -> list[str]:
        """Return the fills of the cells in question."""
        book = openpyxl.load_workbook(path)
        return [str(fill_of(book[name]["D2"])) for name in ("Sales", "North")]

    @staticmethod
    def fix(path: Path, name: str) -> Path:
        """Correct the cell of a sheet."""
        book = openpyxl.load_workbook(path)
        book[name]["D2"] = "3"
        book.save(path)
        return path

    def test_each_cell_gets_its_own_look_back(self, bare: Program, here: Path, marked: Path) -> None:
        """The cell that is right now has its former fill, the other one its mark until it is right as well."""
        red = self.fills(marked)
        assert red[0] == red[1]
        bare("validate", self.fix(marked, "North"), ALL, "--results", here / "two.xlsx")
        assert self.fills(here / "two.xlsx") == [red[0], "FF0000FF"]
        bare("validate", self.fix(here / "two.xlsx", "Sales"), ALL, "--results", here / "three.xlsx")
        assert self.fills(here / "three.xlsx") == ["FF00FF00", "FF0000FF"]

    def test_a_sheet_that_is_left_alone_is_not_forgotten(self, bare: Program, here: Path, marked: Path) -> None:
        """What one sheet looked like is kept while another is imported by itself."""
        bare("validate", self.fix(marked, "North"), "--sheet", "North", "--results", here / "two.xlsx")
        assert self.fills(here / "two.xlsx")[1] == "FF0000FF"
        bare("validate", self.fix(here / "two.xlsx", "Sales"), ALL, "--results", here / "three.xlsx")
        assert self.fills(here / "three.xlsx") == ["FF00FF00", "FF0000FF"]

    def test_looks_of_two_sheets_are_not_mixed_up(self, bare: Program, here: Path, marked: Path) -> None:
        """A cell without a look of its own does not get that of the same place on another sheet."""
        book = openpyxl.load_workbook(here / "c.xlsx")
        book["Sales"]["D2"].fill = PatternFill()
        book.save(here / "d.xlsx")
        bare("validate", here / "d.xlsx", ALL, "--results", here / "one-d.xlsx")
        bare("validate", here / "one-d.xlsx", "--sheet", "North", "--results", here / "two.xlsx")
        bare("validate", self.fix(here / "two.xlsx", "Sales"), ALL, "--results", here / "three.xlsx")
        assert self.fills(here / "three.xlsx")[0] == str(
            fill_of(openpyxl.load_workbook(here / "d.xlsx")["Sales"]["D2"])
        )
