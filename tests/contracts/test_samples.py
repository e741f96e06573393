"""The samples: what a person opens first is what the tests have opened."""

import os
from pathlib import Path

import openpyxl
import pytest

from docs.make_samples import campaigns, mistakes
from importer.sandbox import Modes, Sandbox
from schemas.headings import parameter_of
from tests.support.golden import golden
from tests.support.paths import GOLDEN, ROOT, SAMPLES
from tests.support.program import Program


def test_all_that_is_wrong_with_the_mistakes(bare: Program, here: Path) -> None:
    """The sample of mistakes yields exactly the problems of its golden file, each with its cell."""
    bare("validate", SAMPLES / "mistakes.xlsx", "--results", here / "out.xlsx")
    sheet = openpyxl.load_workbook(here / "out.xlsx").worksheets[1]
    headings = [cell.value for cell in sheet[1]]
    status, message, row = (headings.index(f"import_{name}") for name in ("status", "message", "row"))
    lines = [
        f"{line[row]:>3} {line[status]:8} {line[message] or ''}".rstrip() + "\n"
        for line in sheet.iter_rows(min_row=2, values_only=True)
    ]
    assert "".join(lines) == golden("mistakes.txt", "".join(lines))


def test_what_the_screen_says_of_the_mistakes(bare: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole of what a user sees is that of the golden file."""
    monkeypatch.chdir(SAMPLES)
    told = bare("validate", "mistakes.xlsx")
    shown = told.stderr.replace(f"{SAMPLES}{os.sep}", "")
    assert told.exit_code == 3
    assert shown == golden("mistakes-screen.txt", shown)


@pytest.mark.parametrize(
    "words",
    [
        "name is required",
        "dtype is required",
        "dnumber is required",
        "attempts must be a whole number of at least 1",
        "maximum must be a whole number of at least 1",
        "retry must be a whole number of at least 0",
        "enabled must be 1 or 0",
        "machine must be failed, retry, success or off",
        "success must be answer or key",
        "may be negative only with dtype queue",
        "Duplicate of row 2",
        "Same name as row 2 but different settings",
        "is not a known destination type",
        pytest.param("must be a whole number, which may be negative"),
        pytest.param("has leading or trailing spaces"),
    ],
)
def test_the_mistakes_are_of_every_kind(words: str) -> None:
    """Each rule is broken somewhere in the sample."""
    assert words in (GOLDEN / "mistakes.txt").read_text(encoding="utf-8")


def test_the_unknown_column_of_the_mistakes_is_told(bare: Program) -> None:
    """So is a column that is not a parameter."""
    assert (
        "Column 'Remark' is not a campaign field, so it was ignored."
        in bare("validate", SAMPLES / "mistakes.xlsx").stderr
    )


@pytest.mark.parametrize(("name", "lines"), [("campaigns.xlsx", campaigns()), ("mistakes.xlsx", mistakes())])
def test_the_workbooks_are_those_that_are_made(name: str, lines: list[list[str]]) -> None:
    """What is in a sample workbook is what `python -m docs.make_samples` puts there, as text."""
    (sheet,) = openpyxl.load_workbook(SAMPLES / name).worksheets
    assert [[cell.value or "" for cell in row] for row in sheet.iter_rows()] == lines
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {"s"}


@pytest.mark.parametrize("name", ["campaigns.xlsx", "campaigns.csv"])
@pytest.mark.parametrize("modes", [Modes(strict=True), Modes(ids="string", responses="object", http_status="mirrored")])
def test_the_good_samples(program: Program, sandbox: Sandbox, here: Path, name: str, modes: Modes) -> None:
    """Both samples are created whole, by a strict server too."""
    sandbox.modes = modes
    told = program("import", SAMPLES / name, "--yes", "--json", "--results", here / "out.xlsx")
    assert (told.exit_code, told.counts) == (0, {"created": 8})


def test_the_values_of_the_samples_arrive(program: Program, sandbox: Sandbox, here: Path) -> None:
    """Every cell of the sample, compared with what the server holds."""
    program("import", SAMPLES / "campaigns.xlsx", "--yes", "--results", here / "out.xlsx", "--workers", "1")
    sheet = openpyxl.load_workbook(SAMPLES / "campaigns.xlsx").worksheets[0]
    headings, *rows = sheet.iter_rows(values_only=True)
    sent = [seen.parameters for seen in sandbox.requests if seen.action == "create"]
    texts = ("name", "dnumber", "callerid", "description")
    for parameters, row in zip(sent, rows, strict=True):
        cells = {parameter_of(str(heading)): cell for heading, cell in zip(headings, row, strict=True) if heading}
        assert {name: parameters[name] for name in texts if name in parameters} == {
            name: str(cells[name]) for name in texts if cells[name] is not None
        }
    assert {"0123", "1234567890123456789"} <= {parameters["dnumber"] for parameters in sent}
    assert {"NA", "Ünïcödé & ;=%"} <= {parameters["name"] for parameters in sent}


def test_every_sample_is_used() -> None:
    """No sample lies about that no test opens; the exports of old diallers are opened folder-wise."""
    text = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    assert [path.name for path in SAMPLES.glob("*.*") if path.name not in text] == []
