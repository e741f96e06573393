"""Results of a text file: the same table in the same dialect and encoding, with what happened to each row."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from importer.model import Outcome, RowResult, Source, Status, TextForm
from importer.reading.dialect import Dialect, Quoting, records
from importer.results.text import write_text
from schemas.csv_injection import unguard
from tests.support.program import Finished, Program
from tests.support.servers import Listener
from tests.support.tables import HEADINGS, rested
from tests.support.thorough import share

OURS = ["import_status", "import_message", "import_id", "import_code", "import_key", "import_row"]

Table = Callable[..., Path]


def results_of(told: Finished) -> Path:
    """Return where the results are."""
    return Path(told.document["results"])


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    """Write a text file as it is."""
    path.write_bytes(text.encode(encoding))
    return rested(path)


@pytest.mark.parametrize(
    ("delimiter", "newline", "encoding", "name"),
    [
        (",", "\r\n", "utf-8", "c.csv"),
        (";", "\r\n", "cp1252", "c.csv"),
        ("\t", "\n", "utf-16", "c.txt"),
        ("|", "\n", "utf-8-sig", "c.csv"),
        ("\t", "\r\n", "utf-8", "c.tsv"),
    ],
)
def test_the_results_are_written_like_the_input(
    program: Program, here: Path, delimiter: str, newline: str, encoding: str, name: str
) -> None:
    """Delimiter, line ends, encoding and the ending of the name are those of the user's own file."""
    rows = [["name", "dtype", "dnumber"], ["Grüße", "queue", "0123"], [f"a{delimiter}b", "queue", "7"]]
    quoted = [[f'"{cell}"' if delimiter in cell else cell for cell in row] for row in rows]
    path = write(here / name, newline.join(delimiter.join(row) for row in quoted) + newline, encoding)
    told = program("import", path, "--yes", "--json", "--workers", "1")
    assert results_of(told).suffix == path.suffix
    with results_of(told).open(encoding=encoding, newline="") as file:
        text = file.read()
    assert text.startswith(delimiter.join([*rows[0], *OURS]) + newline)
    found = list(csv.reader(text.splitlines(), delimiter=delimiter))
    assert [row[:4] for row in found[1:]] == [[*rows[1], "created"], [*rows[2], "created"]]
    assert results_of(told).read_bytes()[:2] == path.read_bytes()[:2]


def test_the_first_line_of_excel_is_kept(program: Program, here: Path) -> None:
    """A file that begins with sep=; gives results that do, so that Excel opens them in the same way."""
    path = write(here / "c.csv", "sep=;\r\nname;dtype;dnumber\r\na;queue;1\r\n")
    told = program("import", path, "--yes", "--json")
    assert results_of(told).read_text().startswith("sep=;\n")
    assert program("import", results_of(told), "--yes", "--json").counts == {"exists": 1}


def test_single_quotes_and_backslashes_are_kept(program: Program, here: Path) -> None:
    """The way in which texts are quoted is that of the input, and what is written is read again."""
    for number, text in enumerate(
        ("name,dtype,dnumber\n'a,b',queue,'1'\n'c,d',queue,'2'\n", 'name,dtype,dnumber\n"a\\"b",queue,1\n')
    ):
        path = write(here / f"c{number}.csv", text)
        first = program("import", path, "--yes", "--json")
        assert set(first.counts) == {"created"}
        assert set(program("import", results_of(first), "--yes", "--json").counts) == {"exists"}


def test_what_an_encoding_has_no_room_for(here: Path, table: Table, journal: Path, listener: Listener) -> None:
    """Where the server's words do not fit the encoding, the results are in UTF-8, and that is said."""
    answer = '{"responses":[{"code":400,"key":"name","message":"имя занято"}]}'
    listener.answer = lambda _: answer.encode()
    program = Program({"url": listener.url, "username": "admin", "journal": str(journal), "settle-wait": "0"})
    path = write(here / "c.csv", "name;dtype;dnumber\r\nMüller;queue;1\r\nJürgen;queue;2\r\n", "cp1252")
    told = program("plan", path, "--json")
    assert "имя занято" in results_of(told).read_text(encoding="utf-8-sig")
    assert "Müller" in results_of(told).read_text(encoding="utf-8-sig")
    assert "is in UTF-8, because cp1252 cannot represent the server's messages." in told.stderr


def test_no_formula_runs_and_none_changes(program: Program, table: Table, here: Path) -> None:
    """Texts that Excel would run are guarded in the results, and are the same texts again when these are imported."""
    names = ["=cmd|' /C calc'!A0", "@SUM(A1)", "+1+1", "-2", "'=x", "+44123"]
    first = program("import", table("c.csv", HEADINGS, *((name, "queue", "1") for name in names)), "--yes", "--json")
    with results_of(first).open(newline="") as file:
        found = [row[0] for row in csv.reader(file)][1:]
    assert found == ["'=cmd|' /C calc'!A0", "'@SUM(A1)", "'+1+1", "-2", "''=x", "+44123"]
    assert program("import", results_of(first), "--yes", "--json").counts == {"exists": len(names)}


def test_a_workbook_if_asked_for(program: Program, table: Table, here: Path) -> None:
    """The results of a text file can be a workbook."""
    told = program("import", table("c.csv"), "--yes", "--json", "--results", here / "out.xlsx")
    assert results_of(told) == here / "out.xlsx"
    assert program("import", here / "out.xlsx", "--yes", "--json").counts == {"exists": 1}


CELLS = st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters="\0\ufeff\ufffe\uffff\x1a"), max_size=12
).filter(lambda text: text == text.strip())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=share(60))
@given(
    st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=5),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["doubled", "backslash", "single"]),
    st.sampled_from(["\r\n", "\n"]),
)
def test_every_text_comes_back(
    here: Path, rows: list[tuple[str, str, str]], delimiter: str, quoting: str, newline: str
) -> None:
    """Whatever the cells hold, what is written in a dialect is read again by a reader of that dialect."""
    source = Source(
        path="c.csv",
        sheet=None,
        headings=("name", "dtype", "dnumber"),
        digest="",
        encoding="utf-8",
        text=TextForm(delimiter, quoting=quoting, first_line="", newline=newline),
    )
    with (here / "out.csv").open("w+b") as file:
        write_text(file, source, [RowResult(n, cells, Outcome(Status.VALID)) for n, cells in enumerate(rows, 2)])
    with (here / "out.csv").open(encoding="utf-8", newline="") as file:
        found = [cells for _, cells in records(file, Dialect(delimiter, Quoting[quoting.upper()]))]
    assert found[0] == [*HEADINGS, *OURS]
    assert [tuple(map(unguard, cells[:3])) for cells in found[1:]] == rows
