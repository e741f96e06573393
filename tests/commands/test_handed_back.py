"""What is handed back: the user's own workbook with the wrong cells marked, safe to open, and the next input."""

import csv
import os
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import pytest
from openpyxl.utils.exceptions import InvalidFileException

from importer.model import Status
from importer.sandbox import Sandbox
from schemas.problem_codes import ProblemCode
from tests.support.marked_workbooks import (
    ANNS,
    BENS,
    FIRST_ROW,
    HEADER_ROW,
    HEADINGS,
    OURS,
    ROWS,
    STATUSES,
    SUMMARY,
    WRONG,
    LibreOffice,
    add_parts,
    differences,
    formulas,
    is_red,
    libreoffice,
    load,
    marked,
    members,
    openpyxl_book,
    our_columns,
    text_book,
    xlsxwriter_book,
)
from tests.support.paths import SHARED
from tests.support.program import Finished, Program
from tests.support.servers import Listener, StubServer, envelope, free_port
from tests.support.tables import HEADINGS as THREE
from tests.support.tables import rested, write_table

LAST_ROW = FIRST_ROW + len(ROWS) - 1
MAKERS = ("openpyxl", "XlsxWriter", "XlsxWriter with a table", "LibreOffice")
CHARTS = {"Notes": 0, "Campaigns": 1, "Figures": 2, "Lists": 0}

CORPUS = Path(os.environ.get("IMPORTER_CORPUS", SHARED / "corpus"))


@pytest.fixture(scope="module")
def running_libreoffice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LibreOffice]:
    """One LibreOffice for all tests; those that need it skip where there is none."""
    with libreoffice(tmp_path_factory.mktemp("office")) as running:
        yield running


@pytest.fixture(params=MAKERS)
def book(request: pytest.FixtureRequest, here: Path) -> Path:
    """The workbook of the tests as each of the programs writes it."""
    path = here / "campaigns.xlsx"
    if request.param == "openpyxl":
        openpyxl_book(path)
    elif request.param == "LibreOffice":
        running_libreoffice: LibreOffice = request.getfixturevalue("running_libreoffice")
        running_libreoffice.edit(xlsxwriter_book(here / "source.xlsx"), path)
    else:
        xlsxwriter_book(path, table=request.param.endswith("table"))
    return rested(path)


def creates(sandbox: Sandbox) -> list[str]:
    """Return the names of the campaigns that the sandbox holds."""
    return [campaign["name"] for campaign in sandbox.campaigns()]


def imported(program: Program, path: Path, results: Path) -> Finished:
    """Import a file and write its results to a place."""
    return program("import", rested(path), "--yes", "--json", "--results", results)


def statuses(results: Path, sheet: str = "Campaigns", header_row: int = HEADER_ROW) -> dict[int, str]:
    """Return the status of every row, by its number in the sheet."""
    page = load(results)[sheet]
    column = our_columns(page, header_row)["import_status"]
    cells = ((row, page.cell(row, column).value) for row in range(header_row + 1, page.max_row + 1))
    return {row: value for row, value in cells if value}


# --- a copy of the user's own workbook


def test_a_copy_differs_in_nothing_but_the_marks(book: Path, program: Program, here: Path) -> None:
    """Values, formulas, styles, widths, rules, charts, tables and names of all sheets come back as they went in."""
    told = imported(program, book, here / "out.xlsx")
    assert told.counts == Counter(STATUSES)
    assert load(here / "out.xlsx").sheetnames[0] == SUMMARY
    assert differences(book, here / "out.xlsx", {"Campaigns": set(WRONG)}) == []


def test_the_wrong_cells_are_marked_and_no_others(book: Path, program: Program, here: Path) -> None:
    """A wrong cell is red and has a comment with the whole of every message; the user's own words stay before ours."""
    told = imported(program, book, here / "out.xlsx")
    assert marked(here / "out.xlsx", book) == {f"Campaigns!{place}" for place in WRONG}
    sheet = load(here / "out.xlsx")["Campaigns"]
    assert all(is_red(sheet[place]) for place in WRONG)
    problems = [one for one in told.problems if one["severity"] == "error"]
    assert {one["cell"] for one in problems} == {f"Campaigns!{place}" for place in WRONG}
    for one in problems:
        assert one["message"] in sheet[one["cell"].partition("!")[2]].comment.text
    own, line, ours = sheet["D5"].comment.text.partition("campaign-importer:")
    assert (ANNS in own, bool(line), ANNS in ours) == (True, True, False)
    assert sheet["A8"].comment.text == load(book)["Campaigns"]["A8"].comment.text


def test_a_cell_with_a_warning_is_marked_in_another_colour(program: Program, here: Path) -> None:
    """A warning keeps nothing from being sent: its cell is yellow, not red, and its comment has the message."""
    book = text_book(here / "campaigns.xlsx", THREE, [("a", "queue", "1"), ("b", "fax", "1")])
    told = program("validate", rested(book), "--json", "--results", here / "out.xlsx")
    [warning] = told.problems
    assert (warning["severity"], warning["cell"]) == ("warning", "Campaigns!B3")
    assert marked(here / "out.xlsx", book) == {"Campaigns!B3"}
    cell = load(here / "out.xlsx")["Campaigns"]["B3"]
    assert warning["message"] in cell.comment.text
    assert cell.fill.fill_type == "solid"
    assert not is_red(cell)


def test_our_columns_stand_to_the_right_with_a_filter(book: Path, program: Program, here: Path) -> None:
    """Every row has its status in colour, right of all of the user's columns, in the reach of a filter."""
    imported(program, book, here / "out.xlsx")
    sheet = load(here / "out.xlsx")["Campaigns"]
    columns = our_columns(sheet, HEADER_ROW)
    assert tuple(columns) == OURS
    assert min(columns.values()) > len(HEADINGS)
    assert statuses(here / "out.xlsx") == dict(zip(range(FIRST_ROW, LAST_ROW + 1), STATUSES, strict=True))
    fills: dict[str, set[str]] = {}
    for row, status in enumerate(STATUSES, start=FIRST_ROW):
        fill = sheet.cell(row, columns["import_status"]).fill
        assert fill.fill_type == "solid"
        fills.setdefault(status, set()).add(fill.fgColor.rgb)
        assert sheet.cell(row, columns["import_row"]).value == str(row)
    assert all(len(colours) == 1 for colours in fills.values())
    assert fills["created"].isdisjoint(fills["invalid"] | fills["rejected"])
    first, last = sheet.auto_filter.ref.split(":")
    assert (sheet[first].row, sheet[last].row) == (HEADER_ROW, LAST_ROW)
    assert sheet[last].column == max(columns.values())
    assert sheet[first].column == (min(columns.values()) if sheet.tables else 1)


def test_the_summary_tells_the_run_and_leads_to_every_problem(book: Path, program: Program, here: Path) -> None:
    """The sheet in front has file, sheet, server, account, run, version, counts, a chart, and a link to each cell."""
    finished = imported(program, book, here / "out.xlsx")
    told = finished.document
    summary = load(here / "out.xlsx")[SUMMARY]
    texts = [str(cell.value) for row in summary.iter_rows() for cell in row if cell.value is not None]
    for expected in ("campaigns.xlsx", "Campaigns", "127.0.0.1", "admin", told["run"], "campaign-importer 0"):
        assert any(expected in text for text in texts), expected
    for status, rows in Counter(STATUSES).items():
        assert any([cell.value for cell in row[:2]] == [status, rows] for row in summary.iter_rows())
    assert len(summary._charts) == 1
    lines = [[str(cell.value) for cell in row] for row in summary.iter_rows()]
    for one in finished.problems:
        place = one["cell"].partition("!")[2]
        assert any(one["code"] in line and place in re.split(", |!", line[1]) for line in lines), one
    links = {cell.hyperlink.location for row in summary.iter_rows() for cell in row if cell.hyperlink}
    firsts = {group["first"][0] for group in told["groups"] if group["code"] != "W104"}
    assert {link.replace("'", "").replace("$", "") for link in links} >= firsts


def test_what_is_not_marked_is_taken_over_byte_for_byte(book: Path, program: Program, here: Path) -> None:
    """Every part of the archive that need not change, other sheets and charts among them, is the same."""
    imported(program, book, here / "out.xlsx")
    before, after = members(book), members(here / "out.xlsx")
    changing = re.compile(
        r"\[Content_Types\]\.xml|docProps/app\.xml|xl/workbook\.xml|xl/_rels/workbook\.xml\.rels|xl/styles\.xml"
        r"|xl/worksheets/sheet2\.xml|xl/worksheets/_rels/sheet2\.xml\.rels|xl/comments.*|xl/drawings/.*\.vml"
    )
    selection = re.compile(rb' tabSelected="\w+"')  # only one sheet can be the one in front
    changed = {
        name
        for name, part in before.items()
        if selection.sub(b"", part) != selection.sub(b"", after.get(name, b"")) and not changing.fullmatch(name)
    }
    assert changed == set()


def test_libreoffice_opens_the_results(
    book: Path, program: Program, here: Path, running_libreoffice: LibreOffice
) -> None:
    """LibreOffice opens the results, finds all charts and the summary's, and writes a workbook and a PDF of them."""
    imported(program, book, here / "out.xlsx")
    assert running_libreoffice.edit(here / "out.xlsx", here / "again.xlsx") == {SUMMARY: 1, **CHARTS}
    assert running_libreoffice.edit(here / "out.xlsx", here / "out.pdf") == {SUMMARY: 1, **CHARTS}
    assert (here / "out.pdf").read_bytes().startswith(b"%PDF")
    assert load(here / "again.xlsx").sheetnames == [SUMMARY, *CHARTS]
    assert set(statuses(here / "again.xlsx").values()) == set(STATUSES)


# --- mended in LibreOffice and imported again

ROUNDS: tuple[tuple[dict[str, str | float], set[str]], ...] = (
    ({"D5": 5}, {"A6", "E7", "B9", "D9"}),
    ({"A6": "Found", "E7": 0}, {"B9", "D9"}),
    ({"B9": "queue", "D9": 2, "E9": 0}, set()),
)
"""What the user mends in each round, and the cells that are wrong after it."""


@pytest.mark.parametrize("maker", MAKERS[:3])
def test_three_rounds_of_mending_in_libreoffice(
    maker: str, program: Program, sandbox: Sandbox, here: Path, running_libreoffice: LibreOffice
) -> None:
    """Mended rows are created, created ones are known, nothing comes twice, and marks go with what was wrong."""
    book = here / "campaigns.xlsx"
    if maker == "openpyxl":
        openpyxl_book(book)
    else:
        xlsxwriter_book(book, table=maker.endswith("table"))
    imported(program, book, here / "round0.xlsx")
    done = {row for row, status in enumerate(STATUSES, start=FIRST_ROW) if status == "created"}
    edits: dict[tuple[str, str], str | float] = {}
    for number, (mended, wrong) in enumerate(ROUNDS, start=1):
        mending = {("Campaigns", place): value for place, value in mended.items()}
        edits |= mending
        given, results, plain = (here / f"{name}{number}.xlsx" for name in ("given", "round", "plain"))
        running_libreoffice.edit(here / f"round{number - 1}.xlsx", given, mending)
        told = imported(program, given, results)
        known = {row for row, status in statuses(results).items() if status == "exists"}
        created = {row for row, status in statuses(results).items() if status == "created"}
        assert known == done
        done |= created
        assert done == set(range(FIRST_ROW, LAST_ROW + 1)) - {int(place[1:]) for place in wrong}
        assert told.document["errors"] == len(wrong)
        assert load(results).sheetnames == [SUMMARY, *CHARTS]
        assert tuple(our_columns(load(results)["Campaigns"], HEADER_ROW)) == OURS
        # What LibreOffice makes of the user's own workbook, with the same cells changed, has none of our marks. It
        # makes one colour of a pattern, while we give the pattern back.
        running_libreoffice.edit(book, plain, edits)
        assert marked(results, plain, book) == {f"Campaigns!{place}" for place in wrong}
        for place in wrong:
            assert load(results)["Campaigns"][place].comment.text.count("campaign-importer:") == 1
    assert sorted(creates(sandbox)) == ["Advent", "Autumn", "Found", "Spring", "Summer", "Winter"]


OURS_FROM = "I"
"""The column behind the user's."""


def test_after_the_last_round_the_workbook_is_the_users_own_again(
    program: Program, here: Path, running_libreoffice: LibreOffice
) -> None:
    """Once all is right, fills, comments and all else are what LibreOffice alone would have made of them."""
    book = xlsxwriter_book(here / "campaigns.xlsx")
    imported(program, book, here / "first.xlsx")
    edits = {("Campaigns", place): value for mended, _ in ROUNDS for place, value in mended.items()}
    running_libreoffice.edit(here / "first.xlsx", here / "given.xlsx", edits)
    told = imported(program, here / "given.xlsx", here / "second.xlsx")
    assert (told.exit_code, told.counts) == (0, {"exists": 2, "created": 4})
    running_libreoffice.edit(book, here / "plain.xlsx", edits)
    assert marked(here / "second.xlsx", here / "plain.xlsx", book) == set()
    # A row that had a message, or has one, may have another height.
    ours = {f"{OURS_FROM}{row}" for row in range(FIRST_ROW, LAST_ROW + 1)}
    assert differences(here / "plain.xlsx", here / "second.xlsx", {"Campaigns": {"E7", *ours}}) == []
    sheet = load(here / "second.xlsx")["Campaigns"]
    assert (sheet["D5"].comment.text, sheet["A8"].comment.text) == (ANNS, BENS)


# --- texts that look like formulas

EVIL = ("=cmd|' /C calc'!A0", "@SUM(A1)", "+1+1", "-2", '=HYPERLINK("http://example.com","x")', "=1+1")


@pytest.fixture
def evil(stub_server: StubServer, journal: Path) -> Program:
    """The program before a server that refuses rows of owner 1 with words, keys and codes that look like formulas."""
    words = iter(EVIL * 20)

    def answer(asked: dict[str, str]) -> dict[str, Any]:
        if asked.get("owner") != "1":
            return envelope("201")
        word = next(words)
        return envelope("400", key=word, message=word)

    stub_server.answers["validate"] = answer
    return Program({"url": stub_server.url, "username": "admin", "journal": str(journal), "settle-wait": "0"})


def evil_rows() -> list[tuple[str, ...]]:
    """Return a row that is taken and one that is refused for every evil text."""
    return [(text, "queue", "123", text, owner) for text in EVIL for owner in ("0", "1")]


EVIL_HEADINGS = (*THREE, "description", "owner")


def test_texts_that_look_like_formulas_stay_texts_in_a_workbook(
    evil: Program, stub_server: StubServer, here: Path, running_libreoffice: LibreOffice
) -> None:
    """No text of the user or the server becomes a formula, and each is the same after LibreOffice has saved it."""
    book = text_book(here / "campaigns.xlsx", EVIL_HEADINGS, evil_rows())
    told = evil("import", rested(book), "--yes", "--json", "--results", here / "out.xlsx")
    assert told.counts == {"created": len(EVIL), "rejected": len(EVIL)}
    assert formulas(here / "out.xlsx") == set()
    assert differences(book, here / "out.xlsx", _cells_of_refused_rows(book)) == []
    sheet = load(here / "out.xlsx")["Campaigns"]
    columns = our_columns(sheet, 1)
    keys = [sheet.cell(row, columns["import_key"]).value for row in range(3, 2 + 2 * len(EVIL), 2)]
    assert sorted(keys) == sorted(EVIL)
    running_libreoffice.edit(here / "out.xlsx", here / "saved.xlsx")
    assert formulas(here / "saved.xlsx") == set()
    assert _names(here / "saved.xlsx") == _names(book)
    again = evil("import", rested(here / "saved.xlsx"), "--yes", "--json", "--results", here / "out2.xlsx")
    assert again.counts == {"exists": len(EVIL), "rejected": len(EVIL)}
    assert formulas(here / "out2.xlsx") == set()
    assert _names(here / "out2.xlsx") == _names(book)
    assert sorted(one["name"] for one in stub_server.campaigns) == sorted(EVIL)
    assert sorted(one["description"] for one in stub_server.campaigns) == sorted(EVIL)


def _cells_of_refused_rows(book: Path) -> dict[str, set[str]]:
    rows = load(book)["Campaigns"].iter_rows(min_row=2)
    return {"Campaigns": {cell.coordinate for row in rows if row[4].value == "1" for cell in row}}


def _names(book: Path) -> list[tuple[Any, Any]]:
    return [(row[0].value, row[3].value) for row in load(book)["Campaigns"].iter_rows(min_row=2)]


def test_texts_that_look_like_formulas_are_harmless_in_a_text_file(
    evil: Program, stub_server: StubServer, here: Path, running_libreoffice: LibreOffice
) -> None:
    """No field of text results begins like a formula, also after LibreOffice has saved it, and no name changes."""
    table = write_table(here / "campaigns.csv", EVIL_HEADINGS, evil_rows())
    told = evil("import", table, "--yes", "--json", "--results", here / "out.csv")
    assert told.counts == {"created": len(EVIL), "rejected": len(EVIL)}
    for number, path in enumerate((here / "out.csv", here / "saved.csv")):
        if number:
            running_libreoffice.edit(here / "out.csv", path)
        assert _armed(path) == []
        results = here / f"again{number}.csv"
        again = evil("import", rested(path), "--yes", "--json", "--results", results)
        assert again.counts == {"exists": len(EVIL), "rejected": len(EVIL)}, again.stderr
        assert _armed(results) == []
    assert sorted(one["name"] for one in stub_server.campaigns) == sorted(EVIL)
    assert sorted(one["description"] for one in stub_server.campaigns) == sorted(EVIL)


def _armed(path: Path) -> list[str]:
    """Return the fields of a text file that a spreadsheet program would calculate; numbers it would only read."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        fields = [field for line in csv.reader(file) for field in line]
    return [field for field in fields if field[:1] in "=+-@\t\r" and not re.fullmatch(r"[-+]?\d*", field)]


def test_an_answer_that_is_no_envelope_cannot_become_a_formula(
    listener: Listener, journal: Path, here: Path, no_waiting: list[float]
) -> None:
    """Also what a foreign server says in place of an answer stays text."""
    listener.answer = lambda _: b"=cmd|' /C calc'!A0"
    program = Program({"url": listener.url, "username": "admin", "journal": str(journal), "settle-wait": "0"})
    book = text_book(here / "campaigns.xlsx", THREE, [("=1+1", "queue", "1")])
    told = program("import", rested(book), "--yes", "--json", "--results", here / "out.xlsx")
    assert told.exit_code != 1
    assert (here / "out.xlsx").exists()
    assert formulas(here / "out.xlsx") == set()


# --- macros


@pytest.fixture
def macros(here: Path) -> Path:
    """A workbook with macros, as far as anybody can tell who does not run them."""
    code = here / "vbaProject.bin"
    code.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(range(256)) * 40)
    return rested(xlsxwriter_book(here / "campaigns.xlsm", macros=code))


def test_macros_are_kept_byte_for_byte(macros: Path, program: Program, here: Path) -> None:
    """The results of an .xlsm are an .xlsm with the same macros, code names and kinds of parts."""
    told = program("import", macros, "--yes", "--json")
    results = Path(told.document["results"])
    assert results.suffix == ".xlsm"
    parts = members(results)
    assert parts["xl/vbaProject.bin"] == (here / "vbaProject.bin").read_bytes()
    kinds = parts["[Content_Types].xml"].decode()
    assert "application/vnd.ms-excel.sheet.macroEnabled.main+xml" in kinds
    assert "application/vnd.ms-office.vbaProject" in kinds
    assert b"vbaProject" in parts["xl/_rels/workbook.xml.rels"]
    assert b'codeName="ThisBook"' in parts["xl/workbook.xml"]
    assert differences(macros, results, {"Campaigns": set(WRONG)}) == []


def test_the_results_of_a_workbook_with_macros_are_an_input(macros: Path, program: Program, sandbox: Sandbox) -> None:
    """An .xlsm of results goes in again: nothing is created twice, and the macros are still there."""
    first = program("import", macros, "--yes", "--json").document["results"]
    again = program("import", rested(Path(first)), "--yes", "--json")
    assert again.counts == {"exists": 2, "invalid": 3, "rejected": 1}
    assert members(Path(again.document["results"]))["xl/vbaProject.bin"] == members(macros)["xl/vbaProject.bin"]
    assert sorted(creates(sandbox)) == ["Spring", "Winter"]


@pytest.mark.parametrize(("given", "ending"), [("campaigns.xlsm", ".xlsx"), ("campaigns.xlsx", ".xlsm")])
def test_the_ending_of_the_results_is_true(given: str, ending: str, program: Program, here: Path) -> None:
    """Excel opens no workbook whose ending and content disagree: such results are refused, renamed or converted."""
    code = here / "vbaProject.bin"
    code.write_bytes(b"code")
    book = xlsxwriter_book(here / given, macros=code if given.endswith("m") else None)
    told = program("validate", rested(book), "--json", "--results", here / f"out{ending}")
    assert told.exit_code in (2, 3)
    for path in here.glob("out*"):
        enabled = b"macroEnabled.main" in members(path)["[Content_Types].xml"]
        assert enabled == (path.suffix == ".xlsm"), path.name
    if told.exit_code == 2:
        assert ending in told.stderr


# --- plain workbooks, and what cannot be copied


def five_rows(path: Path) -> Path:
    """Write a workbook of five good rows and a second sheet."""
    with_sheets = text_book(path, THREE, [(f"row {number}", "queue", "1") for number in range(5)])
    return rested(with_sheets)


def is_plain(results: Path) -> bool:
    """Tell whether results are a plain workbook."""
    return bool(load(results).sheetnames == [SUMMARY, "Results"])


@pytest.mark.parametrize(("bound", "plain"), [(3, True), (4, True), (5, False), (0, True)])
def test_more_rows_than_are_copied(bound: int, plain: bool, program: Program, here: Path) -> None:
    """Beyond --copy-up-to the results are a plain workbook, and that is said with the reason."""
    book = five_rows(here / "campaigns.xlsx")
    told = program("import", book, "--yes", "--json", "--copy-up-to", bound, "--results", here / "out.xlsx")
    assert told.exit_code == 0
    assert is_plain(here / "out.xlsx") == plain
    said = any("--copy-up-to" in note for note in told.document["notes"])
    assert (said, "--copy-up-to" in told.stderr) == (plain, plain)
    if plain:
        sheet = load(here / "out.xlsx")["Results"]
        assert [cell.value for cell in sheet[1]] == [*THREE, *OURS]
        assert [row[0].value for row in sheet.iter_rows(min_row=2)] == [f"row {number}" for number in range(5)]


@pytest.mark.parametrize("what", ["changed", "deleted"])
def test_an_input_that_is_another_one_by_now(what: str, program: Program, sandbox: Sandbox, here: Path) -> None:
    """If the input was changed or deleted since the plan, what was planned is created, and the results are plain."""
    book = five_rows(here / "campaigns.xlsx")
    run = program("plan", book).stdout.strip().splitlines()[-1]
    if what == "changed":
        text_book(book, THREE, [("another", "queue", "2")] * 9)
        rested(book)
    else:
        book.unlink()
    told = program("apply", run, "--json", "--results", here / "out.xlsx")
    assert told.exit_code == 0, told.stderr
    assert is_plain(here / "out.xlsx")
    assert any("campaigns.xlsx" in note for note in told.document["notes"])
    names = [row[0].value for row in load(here / "out.xlsx")["Results"].iter_rows(min_row=2)]
    assert names == sorted(creates(sandbox)) == [f"row {number}" for number in range(5)]


PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"


def signed(path: Path) -> Path:
    """Give a workbook the parts of a digital signature."""
    kinds = "application/vnd.openxmlformats-package.digital-signature"
    parts = {
        "_xmlsignatures/origin.sigs": "",
        "_xmlsignatures/_rels/origin.sigs.rels": (
            f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Target="sig1.xml"'
            f' Type="{PACKAGE}/relationships/digital-signature/signature"/></Relationships>'
        ),
        "_xmlsignatures/sig1.xml": '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/>',
    }
    edits = {
        "[Content_Types].xml": (
            "</Types>",
            f'<Default Extension="sigs" ContentType="{kinds}-origin"/>'
            f'<Override PartName="/_xmlsignatures/sig1.xml" ContentType="{kinds}-xmlsignature+xml"/></Types>',
        ),
        "_rels/.rels": (
            "</Relationships>",
            '<Relationship Id="rIdS" Target="_xmlsignatures/origin.sigs"'
            f' Type="{PACKAGE}/relationships/digital-signature/origin"/></Relationships>',
        ),
    }
    return rested(add_parts(path, parts, edits))


def threaded(path: Path) -> Path:
    """Make a conversation of the comment on D5 of the sheet Campaigns."""
    people = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
    types = "http://schemas.microsoft.com/office/2017/10/relationships"
    name = next(name for name in members(path) if re.fullmatch(r"xl/worksheets/_rels/sheet2\.xml\.rels", name))
    parts = {
        "xl/threadedComments/threadedComment1.xml": (
            f'<ThreadedComments xmlns="{people}"><threadedComment ref="D5" dT="2026-01-01T10:00:00.00"'
            ' personId="{00000000-0000-0000-0000-000000000001}" id="{00000000-0000-0000-0000-000000000002}">'
            "<text>Why?</text></threadedComment></ThreadedComments>"
        ),
        "xl/persons/person.xml": (
            f'<personList xmlns="{people}"><person displayName="Ann" userId="a" providerId="None"'
            ' id="{00000000-0000-0000-0000-000000000001}"/></personList>'
        ),
    }
    edits = {
        name: (
            "</Relationships>",
            '<Relationship Id="rIdT" Target="../threadedComments/threadedComment1.xml"'
            f' Type="{types}/threadedComment"/></Relationships>',
        ),
        "xl/_rels/workbook.xml.rels": (
            "</Relationships>",
            f'<Relationship Id="rIdP" Target="persons/person.xml" Type="{types}/person"/></Relationships>',
        ),
        "[Content_Types].xml": (
            "</Types>",
            '<Override PartName="/xl/threadedComments/threadedComment1.xml"'
            ' ContentType="application/vnd.ms-excel.threadedcomments+xml"/>'
            '<Override PartName="/xl/persons/person.xml" ContentType="application/vnd.ms-excel.person+xml"/></Types>',
        ),
        "xl/comments1.xml": ("<author>Ann</author>", "<author>tc={00000000-0000-0000-0000-000000000002}</author>"),
    }
    return rested(add_parts(path, parts, edits))


def locked(path: Path) -> Path:
    """Protect the structure of a workbook."""
    edit = ("<bookViews>", '<workbookProtection lockStructure="1"/><bookViews>')
    return rested(add_parts(path, {}, {"xl/workbook.xml": edit}))


LOSSES = [(signed, "sign"), (threaded, "conversation"), (locked, "protected")]


@pytest.mark.parametrize(("spoil", "word"), LOSSES)
def test_what_a_copy_cannot_carry_is_told_before_anything_is_sent(
    spoil: Callable[[Path], Path], word: str, program: Program, here: Path
) -> None:
    """The loss stands on standard error, and later among the notes, before the server is asked anything."""
    told = imported(program, spoil(xlsxwriter_book(here / "campaigns.xlsx")), here / "out.xlsx")
    assert any(word in note.lower() for note in told.document["notes"])
    assert word in told.stderr.partition("Server's check")[0].lower()


@pytest.mark.parametrize(("spoil", "word"), LOSSES)
def test_where_a_copy_cannot_carry_all_it_is_fine_otherwise(
    spoil: Callable[[Path], Path], word: str, program: Program, here: Path, running_libreoffice: LibreOffice
) -> None:
    """The wrong cells are red all the same, LibreOffice opens the copy, and only a locked workbook has no summary."""
    book = spoil(xlsxwriter_book(here / "campaigns.xlsx"))
    told = imported(program, book, here / "out.xlsx")
    assert told.counts == Counter(STATUSES)
    assert marked(here / "out.xlsx", book) == {f"Campaigns!{place}" for place in WRONG}
    sheet = load(here / "out.xlsx")["Campaigns"]
    assert all(is_red(sheet[place]) for place in WRONG)
    charts = CHARTS if word == "protected" else {SUMMARY: 1, **CHARTS}
    assert running_libreoffice.edit(here / "out.xlsx") == charts


def test_a_loss_is_told_though_nobody_answers(program: Program, here: Path, no_waiting: list[float]) -> None:
    """Where the server cannot be reached at all, the loss is reported nevertheless."""
    book = signed(xlsxwriter_book(here / "campaigns.xlsx"))
    told = program("import", book, "--yes", "--url", f"http://127.0.0.1:{free_port()}/api/json/")
    assert told.exit_code == 7
    assert "sign" in told.stderr


def test_a_conversation_is_not_changed(program: Program, here: Path) -> None:
    """A comment that is a conversation cannot take ours: it stays byte for byte, and so does its comment of old."""
    book = threaded(xlsxwriter_book(here / "campaigns.xlsx"))
    imported(program, book, here / "out.xlsx")
    part = "xl/threadedComments/threadedComment1.xml"
    assert members(book)[part] == members(here / "out.xlsx")[part]
    assert load(here / "out.xlsx")["Campaigns"]["D5"].comment.text == ANNS
    assert "must be a whole number" in _message(here / "out.xlsx", 5)


def _message(results: Path, row: int) -> str:
    sheet = load(results)["Campaigns"]
    return str(sheet.cell(row, our_columns(sheet, HEADER_ROW)["import_message"]).value)


# --- for machines

KEYS = {
    *(
        "run",
        "file",
        "sheet",
        "rows",
        "counts",
        "errors",
        "warnings",
        "problems",
        "groups",
        "timings",
        "dialling",
        "numbers",
    ),
    *(
        "existing",
        "calls",
        "updating",
        "updates_dialling",
        "update_calls",
        "results",
        "rejects",
        "report",
        "notes",
        "message",
        "code",
        "exit_code",
    ),
}
PROBLEM = {"code", "severity", "row", "column", "cell", "found", "message"}
GROUP = {"code", "severity", "column", "count", "message", "first"}


def where(problem: dict[str, Any]) -> str:
    """Return the place of a problem as groups name it: the cell, else the row, else the column."""
    return str(problem["cell"] or (f"row {problem['row']}" if problem["row"] else problem["column"]))


def consistent(document: dict[str, Any]) -> None:
    """Fail unless a document has the documented keys and its numbers agree with one another."""
    assert set(document) == KEYS
    assert set(document["counts"]) == set(Status)
    assert sum(document["counts"].values()) == document["rows"]
    codes = {fault.value for fault in ProblemCode}
    for severity, count in (("error", document["errors"]), ("warning", document["warnings"])):
        problems = [one for one in document["problems"] if one["severity"] == severity]
        groups = [one for one in document["groups"] if one["severity"] == severity]
        assert len(problems) == min(count, 1000)
        assert sum(group["count"] for group in groups) == count
        for group in groups:
            same = [one for one in problems if (one["code"], one["column"]) == (group["code"], group["column"])]
            assert same
            assert set(group["first"]) <= {where(one) for one in same}
            assert group["message"] in {one["message"] for one in same}
    assert all(set(one) == PROBLEM and one["code"] in codes for one in document["problems"])
    assert all(set(one) == GROUP and one["code"] in codes for one in document["groups"])
    order = [group["severity"] for group in document["groups"]]
    assert order == sorted(order)
    assert all(set(one) == {"stage", "rows", "seconds"} for one in document["timings"])
    assert document["code"] is None or document["code"] in codes


@pytest.mark.parametrize("command", ["validate", "plan", "import"])
def test_the_document_has_every_key_and_agrees_with_itself(command: str, program: Program, here: Path) -> None:
    """The document of each command is as docs/machines.md has it, and counts, problems and groups fit together."""
    book = rested(xlsxwriter_book(here / "campaigns.xlsx"))
    told = program(command, book, "--json", *(["--yes"] if command == "import" else []))
    document = told.document
    consistent(document)
    assert document["exit_code"] == told.exit_code
    assert (document["run"] is None) == (command == "validate")
    assert (document["sheet"], document["rows"]) == ("Campaigns", len(ROWS))
    assert Path(document["file"]).name == "campaigns.xlsx"
    if command == "import":
        rows = program("runs", document["run"], "--json").document
        keys = {"row", "part", "status", "id", "code", "key", "message", "problems", "names"}
        assert all(set(row) == keys for row in rows)
        assert [row["status"] for row in rows] == list(STATUSES)
        runs = program("runs", "--json").document
        wanted = {
            "run",
            "started",
            "command",
            "file",
            "sheet",
            "server",
            "account",
            "user",
            "host",
            "results",
            "counts",
        }
        assert [set(run) for run in runs] == [wanted]
        assert runs[0]["results"] == document["results"]


def test_many_problems_are_counted_though_only_a_thousand_are_listed(program: Program, here: Path) -> None:
    """Beyond the first 1,000 the problems are still counted, in all and by kind."""
    rows = [(f"n{number}", "fax", "1", "x" if number % 2 else "1") for number in range(3000)]
    document = program("validate", write_table(here / "c.csv", (*THREE, "attempts"), rows), "--json").document
    consistent(document)
    assert (document["errors"], document["warnings"]) == (1500, 1501)
    assert [group["count"] for group in document["groups"]] == [1500, 1500, 1]


def test_a_document_of_several_files(program: Program, here: Path) -> None:
    """Several files give a list of runs, each like that of one file, and the exit code of all."""
    good = write_table(here / "good.csv", THREE, [("a", "queue", "1")])
    bad = write_table(here / "bad.csv", THREE, [("", "queue", "1")])
    told = program("validate", good, bad, here / "none.csv", "--json")
    document = told.document
    assert set(document) == {"runs", "exit_code"}
    assert document["exit_code"] == told.exit_code == 2
    for run in document["runs"]:
        consistent(run)
    assert [run["exit_code"] for run in document["runs"]] == [0, 3, 2]
    assert document["runs"][2]["code"] == ProblemCode.NO_FILE.value
    assert "none.csv" in document["runs"][2]["message"]


# --- the page to look at


def test_a_report_is_written(program: Program, here: Path) -> None:
    """--report writes a page that names the run and loads nothing from anywhere."""
    book = rested(xlsxwriter_book(here / "campaigns.xlsx"))
    document = program("import", book, "--yes", "--json", "--report", here / "page.html").document
    page = (here / "page.html").read_text(encoding="utf-8")
    assert Path(document["report"]).name == "page.html"
    assert document["run"] in page
    assert not re.search(r"""(?:src|href)\s*=\s*["']?(?:https?:)?//""", page)


@pytest.mark.parametrize("command", ["validate", "plan", "import"])
def test_a_report_replaces_no_file_and_nothing_is_sent(
    command: str, program: Program, sandbox: Sandbox, here: Path
) -> None:
    """If the page's place is taken, the command ends before anything is sent, and the file is left alone."""
    (here / "page.html").write_text("mine")
    book = rested(xlsxwriter_book(here / "campaigns.xlsx"))
    yes = ["--yes"] if command == "import" else []
    told = program(command, book, *yes, "--report", here / "page.html")
    assert told.exit_code == 2
    assert "page.html" in told.stderr
    assert sandbox.requests == []
    assert (here / "page.html").read_text() == "mine"


def test_a_report_is_for_one_file(program: Program, sandbox: Sandbox, here: Path) -> None:
    """One page cannot show several inputs: that is refused before anything is sent."""
    files = [write_table(here / f"{name}.csv", THREE, [(name, "queue", "1")]) for name in "ab"]
    told = program("import", *files, "--yes", "--report", here / "page.html")
    assert (told.exit_code, sandbox.requests) == (2, [])
    assert "--report" in told.stderr
    assert not (here / "page.html").exists()


# --- workbooks by others


@cache
def workbooks() -> tuple[Path, ...]:
    """Return the workbooks by others that are here."""
    folders = [folder for folder in (CORPUS, SHARED / "legacy-files") if folder.is_dir()]
    return tuple(
        sorted(path for folder in folders for path in folder.rglob("*") if path.suffix.lower() in (".xlsx", ".xlsm"))
    )


def opened(path: Path) -> Any:
    """Open a workbook with openpyxl; None if openpyxl cannot."""
    try:
        return load(path)
    except (ValueError, KeyError, BadZipFile, InvalidFileException):
        return None


def values(book: Any, sheet: str) -> list[str]:
    """Return what is in the cells of a sheet."""
    return sorted(f"{cell.coordinate}: {cell.value!r}" for cell in getattr(book[sheet], "_cells", {}).values())


def has_no_room(document: Any) -> bool:
    """Say whether the results are not a copy of the workbook, which has no room for more columns."""
    return any("no space for further columns" in note for note in document["notes"])


AS_CAMPAIGNS = (
    "--no-header",
    "--column",
    "A=name",
    "--default",
    "dtype=queue",
    "--default",
    "dnumber=1",
    "--sheet",
    "1",
)
"""Makes campaigns of nearly any table."""


@pytest.mark.skipif(not workbooks(), reason="the corpus of files by others is not here")
@pytest.mark.parametrize("options", [(), AS_CAMPAIGNS], ids=["as it is", "as campaigns"])
@pytest.mark.parametrize("path", workbooks(), ids=lambda path: path.name)
def test_a_workbook_by_others_is_handed_back_whole(
    path: Path, options: tuple[str, ...], bare: Program, here: Path
) -> None:
    """Validate ends without a bug; openpyxl reads the results where it read the input; other sheets are as before."""
    book = rested(Path(shutil.copy(path, here / path.name)))
    told = bare("validate", book, *options, "--json", "--results", here / f"out{book.suffix.lower()}")
    assert told.exit_code in (0, 2, 3), told.stderr
    document = told.document
    assert (document["message"] is None) == (told.exit_code != 2)
    if document["results"] is None:
        return
    consistent(document)
    before = opened(book)
    if before is not None and not has_no_room(document):
        after = load(Path(document["results"]))
        kept = [name for name in before.sheetnames if name != document["sheet"]]
        assert [name for name in kept if values(before, name) != values(after, name)] == []


@pytest.mark.skipif(not workbooks(), reason="the corpus of files by others is not here")
def test_libreoffice_opens_what_is_handed_back_to_others(
    bare: Program, here: Path, running_libreoffice: LibreOffice
) -> None:
    """LibreOffice opens the results of every workbook by others that could be read, with the input's sheets in it."""
    handed_back = 0
    for number, path in enumerate(path for path in workbooks() if path.stat().st_size < 100_000):
        book = rested(Path(shutil.copy(path, here / f"in{number}{path.suffix.lower()}")))
        told = bare("validate", book, *AS_CAMPAIGNS, "--json", "--results", here / f"out{number}{book.suffix}")
        is_copy = told.document["results"] and not has_no_room(told.document)
        if is_copy and book.read_bytes().startswith(b"PK"):
            handed_back += 1
            first, *others = running_libreoffice.edit(Path(told.document["results"])).items()
            assert (path.name, first[0]) == (path.name, SUMMARY)
            assert (path.name, dict(others)) == (path.name, running_libreoffice.edit(book))
    assert handed_back > 20
