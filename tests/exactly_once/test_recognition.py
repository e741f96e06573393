"""A row that was created once is known again, whatever program has saved its file and however exactly it is read."""

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from importer.reading import sheet as workbook
from importer.sandbox import Sandbox
from tests.support.every_format import fast_from
from tests.support.older_journal import as_version_1
from tests.support.program import Finished, Program
from tests.support.tables import HEADINGS, rested
from tests.support.workbooks import write_ods_content

Table = Callable[..., Path]
TEXTS = (*HEADINGS, "description")


def rows_of(program: Program) -> list[dict[str, str]]:
    """Return the rows of the newest run."""
    run = program("runs", "--json").document[0]["run"]
    found: list[dict[str, str]] = program("runs", run, "--json").document
    return found


def load(program: Program, path: Path, *more: str) -> Finished:
    """Import a file without a question."""
    return program("import", path, "--yes", "--json", *more)


def saved_with(path: Path, **cells: str) -> Path:
    """Put texts into cells of a workbook, as its user would, and save it under the same name."""
    book = openpyxl.load_workbook(path)
    page = next(sheet for sheet in book if sheet.title != "Import summary")
    for address, text in cells.items():
        page[address] = text
    book.save(path)
    return rested(path)


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
@pytest.mark.parametrize("saved", ["\r\n", "\r", "\n"])
def test_the_ends_of_lines_within_a_cell_make_no_other_campaign(
    program: Program, table: Table, sandbox: Sandbox, end: str, saved: str
) -> None:
    """A program that saves a text of two lines with other ends of lines has not changed it, and nothing is sent."""
    load(program, table("a.csv", TEXTS, ("A", "queue", "1", f"line 1{end}line 2")))
    assert load(program, table("b.csv", TEXTS, ("A", "queue", "1", f"line 1{saved}line 2"))).counts == {"exists": 1}
    assert [one["description"] for one in sandbox.campaigns()] == [f"line 1{end}line 2"]


@pytest.mark.parametrize("reader", ["ods", "fast.ods"])
def test_a_row_whose_blanks_version_1_has_joined_is_not_created_again(
    program: Program,
    table: Table,
    sandbox: Sandbox,
    journal: Path,
    here: Path,
    monkeypatch: pytest.MonkeyPatch,
    reader: str,
) -> None:
    """In OpenDocument, version 0.1.0 made one blank of several: the row is reported as changed, and not sent."""
    load(program, table("a.csv", TEXTS, ("A b", "queue", "1", "one \ntwo")))
    as_version_1(journal)
    monkeypatch.setattr(workbook, "FAST_FROM", fast_from(reader))
    cells = ("A  b", "queue", "1", "one \ntwo")
    lines = (
        "".join(f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>" for cell in row).replace(
            "\n", "</text:p><text:p>"
        )
        for row in (TEXTS, cells)
    )
    rows = "".join(f"<table:table-row>{line}</table:table-row>" for line in lines)
    path = rested(write_ods_content(here / "b.ods", f'<table:table table:name="T">{rows}</table:table>'))
    assert load(program, path, "--on-change", "create").counts == {"changed": 1}
    assert "name was 'A b', now 'A  b'" in rows_of(program)[0]["message"]
    assert len(sandbox.campaigns()) == 1


@pytest.mark.parametrize("mode", ["report", "create"])
def test_a_journal_that_tells_the_ends_of_lines_apart_knows_the_row(
    program: Program, table: Table, sandbox: Sandbox, journal: Path, mode: str
) -> None:
    """A row of two lines that version 0.1.0 has created is not created again, whichever ends its lines have now."""
    load(program, table("a.csv", TEXTS, ("A", "queue", "1", "line 1\r\nline 2")))
    as_version_1(journal)
    told = load(program, table("b.csv", TEXTS, ("A", "queue", "1", "line 1\nline 2")), "--on-change", mode)
    assert told.counts == {"exists": 1}
    assert len(sandbox.campaigns()) == 1


def in_bytes(here: Path, name: bytes) -> Path:
    """Write a file of one campaign whose name is given in bytes."""
    path = here / f"{len(list(here.iterdir()))}.csv"
    path.write_bytes(b"name,dtype,dnumber\r\n" + name + b",queue,1\r\n")
    return rested(path)


@pytest.mark.parametrize(
    ("name", "then", "now"),
    [
        ("Весенняя кампания".encode("iso8859_5"), "cp949", "Весенняя кампания"),
        ("Święta Wielkanocne".encode("iso8859_2"), "cp852", "Święta Wielkanocne"),
        ("춘계 캠페인 안내".encode("cp949"), "gb18030", "춘계 캠페인 안내"),
        ("春のキャンペーン".encode("iso2022_jp"), "utf-8", "春のキャンペーン"),
    ],
)
@pytest.mark.parametrize("mode", ["report", "create"])
def test_a_row_that_was_read_in_another_encoding_is_told(
    program: Program, here: Path, sandbox: Sandbox, journal: Path, name: bytes, then: str, now: str, mode: str
) -> None:
    """A row that version 0.1.0 created under a garbled name makes no second campaign; an update gives it its name."""
    garbled = name.decode(then)
    load(program, in_bytes(here, garbled.encode("utf-8-sig").removeprefix(b"\xef\xbb\xbf")), "--encoding", "utf-8")
    as_version_1(journal)
    path = in_bytes(here, name)
    assert load(program, path, "--on-change", mode).counts == {"changed": 1}
    assert f"name was {garbled!r}, now {now!r}" in rows_of(program)[0]["message"]
    assert [one["name"] for one in sandbox.campaigns()] == [garbled]
    assert load(program, path, "--on-change", "update").counts == {"updated": 1}
    assert [one["name"] for one in sandbox.campaigns()] == [now]
    assert load(program, path).counts == {"exists": 1}


def test_a_row_that_lost_its_backslashes_is_told(program: Program, here: Path, sandbox: Sandbox, journal: Path) -> None:
    """Version 0.1.0 dropped every backslash in files that write one before a quote; such a row is known again."""
    load(program, in_bytes(here, b'"C:new ""A"""'))
    as_version_1(journal)
    assert load(program, in_bytes(here, rb'"C:\new \"A\""')).counts == {"changed": 1}
    assert r"name was 'C:new \"A\"', now 'C:\\new \"A\"'" in rows_of(program)[0]["message"].replace('"A"', r"\"A\"")


def test_nothing_is_read_as_before_where_no_older_version_was(program: Program, here: Path, sandbox: Sandbox) -> None:
    """In a journal that no older version has written, a garbled name is only another name."""
    name = "Весенняя кампания".encode("iso8859_5")
    load(program, in_bytes(here, name.decode("cp949").encode()), "--encoding", "utf-8")
    assert load(program, in_bytes(here, name)).counts == {"created": 1}


def test_a_renamed_row_of_a_results_file_is_told(program: Program, table: Table, sandbox: Sandbox) -> None:
    """The ID in a results file says which campaign a row stands for, even where its name was changed."""
    results = load(program, table("a.xlsx", HEADINGS, ("A", "queue", "1"), ("B", "queue", "2"))).document["results"]
    told = load(program, saved_with(Path(results), A2="A, renamed"))
    assert (told.exit_code, told.counts) == (4, {"changed": 1, "exists": 1})
    assert "created campaign 1: name was 'A', now 'A, renamed'. Not sent" in rows_of(program)[0]["message"]
    assert load(program, Path(results), "--on-change", "update").counts == {"updated": 1, "exists": 1}
    assert [one["name"] for one in sandbox.campaigns()] == ["A, renamed", "B"]


def test_a_copied_row_of_a_results_file_is_a_new_campaign(program: Program, table: Table, sandbox: Sandbox) -> None:
    """Of two rows with one ID the one that is as it was stands for the campaign; the copy with another name is new."""
    results = load(program, table("a.csv", HEADINGS, ("A", "queue", "1"))).document["results"]
    lines = Path(results).read_text(encoding="utf-8").splitlines()
    Path(results).write_text("\n".join([*lines, lines[1].replace("A,queue", "C,queue")]) + "\n", encoding="utf-8")
    assert load(program, rested(Path(results))).counts == {"exists": 1, "created": 1}


def test_the_ids_of_another_server_mean_nothing(program: Program, table: Table, sandbox: Sandbox) -> None:
    """A results file whose IDs this journal does not know is a table like any other."""
    path = table("a.csv", (*HEADINGS, "import_id"), ("A", "queue", "1", "77"))
    assert load(program, path).counts == {"created": 1}


def test_whoever_asks_for_other_campaigns_gets_them(program: Program, table: Table, sandbox: Sandbox) -> None:
    """With --on-change create a renamed row of a results file is a campaign beside the first."""
    results = load(program, table("a.xlsx", HEADINGS, ("A", "queue", "1"))).document["results"]
    assert load(program, saved_with(Path(results), A2="B"), "--on-change", "create").counts == {"created": 1}


ALIKE = ["Sales\u00a0DE", "sales de", " Sales  DE", "Ｓales DE", "Sal\u00ades DE", "SALES DE"]
"""Names that nobody can tell from "Sales DE" at a glance."""


def test_names_that_look_alike_are_told_in_one_file(program: Program, table: Table) -> None:
    """Rows whose names differ from another only in case, blanks or what cannot be seen name the first such row."""
    rows = [("Sales DE", "queue", "1"), *((name, "queue", str(at)) for at, name in enumerate(ALIKE, start=2))]
    told = program("validate", table("a.xlsx", HEADINGS, *rows), "--json").document
    alike = [one for one in told["problems"] if one["code"] == "W103"]
    assert [one["cell"] for one in alike] == [f"Campaigns!A{at}" for at in range(3, 3 + len(ALIKE))]
    assert all("Same name, apart from case or spaces, as row 2" in one["message"] for one in alike)


@pytest.mark.parametrize("name", ALIKE)
def test_names_that_look_alike_are_told_across_files(
    program: Program, table: Table, sandbox: Sandbox, name: str
) -> None:
    """An earlier run's campaign whose name looks like the row's is reported with its ID; the row is sent as it is."""
    load(program, table("a.csv", HEADINGS, ("Sales DE", "queue", "1")))
    told = load(program, table("b.csv", HEADINGS, (name, "queue", "1")))
    assert told.counts == {"created": 1}
    (warning,) = [one for one in told.problems if one["code"] == "W103"]
    assert warning["cell"] == "A2"
    assert "created campaign 1 under a name that differs only in case or spaces as 'Sales DE'." in warning["message"]
    assert [one["name"] for one in sandbox.campaigns()] == ["Sales DE", name]


def test_names_that_look_alike_are_told_after_their_texts_are_removed(program: Program, table: Table) -> None:
    """Of a pruned run the name is not known any more, and that it looked like this one is."""
    load(program, table("a.csv", HEADINGS, ("Sales DE", "queue", "1")))
    program("prune", "--older-than", "0d", "--yes")
    told = load(program, table("b.csv", HEADINGS, ("sales de", "queue", "1")))
    (warning,) = [one for one in told.problems if one["code"] == "W103"]
    assert "created campaign 1 under a name that differs only in case or spaces. This row" in warning["message"]


def test_another_customer_may_have_the_name(program: Program, table: Table) -> None:
    """Names that look alike in two customers are no matter."""
    headings = (*HEADINGS, "customer")
    load(program, table("a.csv", headings, ("Sales DE", "queue", "1", "")))
    told = load(program, table("b.csv", headings, ("sales de", "queue", "1", "1")))
    assert [one for one in told.problems if one["code"] == "W103"] == []
