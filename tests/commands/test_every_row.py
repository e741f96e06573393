"""Every row of a file arrives once and in order: in every format, beyond every buffer, whatever stands before it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from importer.reading import sheet
from importer.reading.table import CHUNK_ROWS
from importer.sandbox import Sandbox
from tests.support.every_format import MOST_ROWS, WORKBOOKS, WRITERS, fast_from, write_format
from tests.support.program import Program
from tests.support.tables import HEADINGS
from tests.support.thorough import share

pytestmark = pytest.mark.usefixtures("unmeasured")

LONG = share(70_000)
assert LONG > 2 * CHUNK_ROWS
FRONT = {"Notes": [["Made by hand"], ["Ask before you change anything"]]}
"""A sheet that stands in front of the table."""

Write = Callable[..., Path]
Imported = Callable[..., list[str]]


@pytest.fixture(params=list(WRITERS))
def format_name(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each format in turn, and the reader that is asked for it."""
    name: str = request.param
    monkeypatch.setattr(sheet, "FAST_FROM", fast_from(name))
    return name


@pytest.fixture
def write(here: Path, format_name: str) -> Write:
    """Write a table of campaigns with numbered names; `front` is for a sheet before it, `above` for rows above it."""

    def make(rows: int, *, front: bool = False, above: int = 0) -> Path:
        lines = [[f"Title {number}"] for number in range(above)]
        lines += [list(HEADINGS), *([name, "queue", str(at)] for at, name in enumerate(names(rows), start=1))]
        return write_format(here, format_name, {**(FRONT if front else {}), "Campaigns": lines})

    return make


def names(rows: int) -> list[str]:
    """Return the names of the campaigns of a table."""
    return [f"Campaign {number}" for number in range(1, rows + 1)]


@pytest.fixture
def imported(program: Program, sandbox: Sandbox) -> Callable[..., list[str]]:
    """Import a file, one row after the other, and return the names of the campaigns in the order of their creation."""

    def load(*arguments: object) -> list[str]:
        told = program("import", *arguments, "--yes", "--json", "--workers", 1)
        assert told.exit_code == 0, told.stderr
        return [one["name"] for one in sorted(sandbox.campaigns(), key=lambda one: int(one["id"]))]

    return load


@pytest.mark.parametrize("rows", [1, 25, 26, 60, 300])
def test_every_row_is_imported(imported: Imported, write: Write, rows: int) -> None:
    """An import creates each row of the file, in its order, and no other."""
    assert imported(write(rows)) == names(rows)


@pytest.mark.parametrize("format_name", ["xlsx"], indirect=True)
def test_every_row_of_many_is_imported(imported: Imported, write: Write) -> None:
    """What is sent does not depend on the format, so that one stands for all of them."""
    assert imported(write(2_000)) == names(2_000)


@pytest.mark.parametrize("rows", [1, 25, 26, 60])
@pytest.mark.parametrize("format_name", WORKBOOKS, indirect=True)
def test_a_sheet_in_front_takes_no_row_away(program: Program, imported: Imported, write: Write, rows: int) -> None:
    """The sheet with the headings is found behind another one, and all of it is read; named, it is the same."""
    path = write(rows, front=True)
    assert imported(path) == names(rows)
    again = program("import", path, "--sheet", "Campaigns", "--yes", "--json")
    assert again.counts == {"exists": rows}


@pytest.mark.parametrize("above", [1, 24])
def test_titles_above_take_no_row_away(program: Program, imported: Imported, write: Write, above: int) -> None:
    """Rows above the headings are passed over, found or named with --header-row, and no row below them is."""
    path = write(60, above=above)
    assert imported(path) == names(60)
    assert program("import", path, "--header-row", above + 1, "--yes", "--json").counts == {"exists": 60}


def test_headings_below_the_usual_rows_take_no_row_away(imported: Imported, write: Write) -> None:
    """Headings that stand so low that only --header-row finds them have all their rows."""
    assert imported(write(60, above=40), "--header-row", 41) == names(60)


def test_show_begins_with_the_first_row(bare: Program, write: Write) -> None:
    """What `show` calls the first rows are the first rows; with --raw all rows are there."""
    path = write(60)
    shown = bare("show", path, "--json").document
    assert [row["cells"][0] for row in shown["rows"]] == names(60)[: len(shown["rows"])]
    assert shown["rows"][0]["row"] == 2
    assert len(bare("show", path, "--raw").stdout.splitlines()) == 61


def test_results_are_read_back_row_by_row(program: Program, write: Write) -> None:
    """The results of an import, imported again, are the same rows."""
    path = write(60)
    results = program("import", path, "--yes", "--json").document["results"]
    assert program("import", results, "--yes", "--json").counts == {"exists": 60}


def test_long_tables_are_whole(bare: Program, here: Path, write: Write, format_name: str) -> None:
    """More rows than two chunks are checked, each once and in order, and the results hold them all; .xls is full."""
    rows = MOST_ROWS.get(format_name, LONG + 1) - 1
    results = here / f"out{'.xlsx' if format_name in WORKBOOKS else '.csv'}"
    told = bare("validate", write(rows, front=format_name in WORKBOOKS), "--results", results, "--json")
    assert told.counts == {"valid": rows}, told.stderr
    lines = bare("show", results, "--raw")
    found = [line.split('"Campaign ', 1)[1].split('"', 1)[0] for line in lines.stdout.splitlines()[1:]]
    assert found == [str(number) for number in range(1, rows + 1)]
