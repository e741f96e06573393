"""`explain` says what the code of a message means, and `samples` writes files to try things with: both anywhere."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from schemas.problem_codes import ProblemCode
from tests.support.paths import ROOT, SAMPLES
from tests.support.program import Program


@pytest.mark.parametrize("code", ProblemCode, ids=str)
def test_every_code_is_explained(bare: Program, code: ProblemCode) -> None:
    """Title, cause and how to fix it are those of the catalogue, unwrapped for a pipe."""
    told = bare("explain", code)
    assert told.exit_code == 0
    title, _, cause, fix = told.stdout.splitlines()
    assert title == f"{code}  {code.title}"
    assert cause.split(maxsplit=1) == ["Cause:", code.cause]
    assert fix.split(maxsplit=3) == ["How", "to", "fix:", code.cure]


@pytest.mark.parametrize("typed", ["E102", "e102", "[E102]", " e102 "])
def test_a_code_is_understood_as_it_is_copied(bare: Program, typed: str) -> None:
    """Upper and lower case are the same, and the brackets of a message do no harm."""
    assert bare("explain", typed).stdout == bare("explain", "E102").stdout


def test_several_codes_are_explained_in_order(bare: Program) -> None:
    """Each code is explained, those that were named first before the others."""
    told = bare("explain", "w202", "E102")
    assert told.stdout.index("W202  Unused default") < told.stdout.index("E102  Not a whole number")


def test_explanations_for_programs(bare: Program) -> None:
    """--json has the same as one document."""
    told = bare("explain", "W202", "e102", "--json")
    first, second = told.document["codes"]
    assert (first["code"], second["code"], told.document["exit_code"]) == ("W202", "E102", 0)
    code = ProblemCode.NOT_A_NUMBER
    assert second == {"code": "E102", "title": code.title, "cause": code.cause, "fix": code.cure}


@pytest.mark.parametrize("typed", ["E999", "102", "", "attempts"])
def test_a_code_that_does_not_exist(bare: Program, typed: str) -> None:
    """What is not a code is refused with what codes look like."""
    told = bare("explain", "E102", typed)
    assert (told.exit_code, told.stdout) == (2, "")
    assert f"There is no code {typed!r}. Codes are a letter and three digits, such as E102" in told.stderr


def test_settings_that_are_wrong_can_be_explained(bare: Program, here: Path) -> None:
    """The file that E504 is about does not keep E504 from being explained, nor the help from being shown."""
    (here / "campaign-importer.toml").write_text("colour = 1\n", encoding="utf-8")
    assert bare("template", "new.xlsx").exit_code == 6
    assert bare("explain", "E504").exit_code == 0
    assert bare("help", "import").exit_code == 0


def test_an_explanation_is_wrapped_on_a_terminal(bare: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """No line is wider than the terminal, and those that go on are indented under their text."""
    monkeypatch.setenv("COLUMNS", "80")
    code, shown = bare.terminal("explain", "E302", "W302", answers={})
    lines = shown.splitlines()
    assert code == 0
    assert max(map(len, lines)) <= 80
    assert [line for line in lines if line.startswith(" " * 15)]
    assert not [line for line in lines if line.startswith(" ") and not line.startswith(("  Cause:", "  How", " " * 15))]


def test_explain_and_help_need_nothing_slow(own_world: Path) -> None:
    """Neither imports what reads spreadsheets, speaks to servers or keeps the journal."""
    for words in (["explain", "E102"], ["help", "import"]):
        code = (
            f"import sys\nfrom importer.cli import main\nsys.argv = ['campaign-importer', *{words!r}]\n"
            "try: main()\nexcept SystemExit: sys.stderr.write(' '.join(sys.modules))"
        )
        # Coverage imports sqlite3 itself.
        bare = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True, env=bare
        )
        loaded = set(done.stderr.split())
        assert "importer.cli.running" in loaded
        assert not loaded & {"pandas", "numpy", "pandera", "requests", "sqlite3", "lxml", "openpyxl"}


def files_of(folder: Path) -> dict[Path, bytes]:
    """Return the contents of all files in a folder, by their places in it."""
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("folder", [".", "samples", "a new/folder"])
def test_samples_are_written(bare: Program, here: Path, folder: str) -> None:
    """All sample files come into the folder, which is made if it is missing, and the first thing to try is named."""
    told = bare("samples", folder)
    assert told.exit_code == 0
    assert files_of(here / folder) == files_of(SAMPLES)
    assert f"Wrote {len(files_of(SAMPLES))} sample files to {folder}.\n" in told.stderr
    assert "Next: to see how mistakes are reported: campaign-importer validate " in told.stderr


def test_the_samples_can_be_tried(bare: Program, here: Path) -> None:
    """What was written is what the tour needs: a good file, and one with mistakes."""
    assert bare("samples", "s").exit_code == 0
    assert bare("validate", "s/campaigns.xlsx").exit_code == 0
    assert bare("validate", "s/mistakes.xlsx").exit_code == 3


def test_samples_overwrite_nothing(bare: Program, here: Path) -> None:
    """A file that is in the way stays as it is, and no other file is written beside it."""
    (here / "legacy").mkdir()
    (here / "legacy" / "five9.json").write_text("mine", encoding="utf-8")
    told = bare("samples", ".")
    assert told.exit_code == 2
    assert "five9.json already exists, and nothing is overwritten. Name another folder. [E511]" in told.stderr
    assert files_of(here) == {Path("legacy/five9.json"): b"mine"}


def test_samples_that_cannot_be_written(bare: Program, here: Path) -> None:
    """A folder that cannot be made is a sentence and exit code 2."""
    (here / "file").write_text("", encoding="utf-8")
    told = bare("samples", "file/below")
    assert told.exit_code == 2
    assert "cannot be written: Not a directory. Name another folder. [E511]" in told.stderr


def test_samples_for_programs(bare: Program, here: Path) -> None:
    """--json lists what was written."""
    document = bare("samples", "s", "--json").document
    assert set(map(Path, document["files"])) == {here / "s" / place for place in files_of(SAMPLES)}
