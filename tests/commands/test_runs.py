"""`runs` on a terminal and in a pipe: which runs, which columns, and the results of one written again."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from importer.journal import Journal
from importer.model import ExitCode
from importer.sandbox import Sandbox
from tests.support.drawn import lines_drawn
from tests.support.every_format import WRITERS, write_format
from tests.support.journal_rows import later, put
from tests.support.program import Program
from tests.support.tables import HEADINGS, ROW

Table = Callable[..., Path]


@pytest.fixture
def many(journal: Path) -> list[str]:
    """A journal of 55 runs; their IDs, the newest first."""
    with Journal(journal) as opened:
        return [put(opened, later(number)).id for number in range(1, 56)][::-1]


def listed(shown: str) -> list[str]:
    """Return the IDs that the lines of a list begin with."""
    return re.findall(r"^(run-\d+) ", shown.replace("\r", ""), re.MULTILINE)


def test_a_terminal_shows_the_newest(program: Program, many: list[str]) -> None:
    """A terminal shows the newest 20 runs and how many there are beside them; --all shows every one."""
    _, shown = program.terminal("runs", answers={})
    assert listed(shown) == many[:20]
    assert "and 35 more: --all" in shown
    _, shown = program.terminal("runs", "--all", answers={})
    assert (listed(shown), "more: --all" in shown) == (many, False)


def test_a_pipe_gets_all(program: Program, many: list[str]) -> None:
    """Whatever reads a pipe or a document gets every run."""
    assert listed(program("runs").stdout) == many
    assert [one["run"] for one in program("runs", "--json").document] == many


@pytest.mark.parametrize("columns", [50, 76, 80, 100])
def test_no_width_cuts_anything(program: Program, table: Table, sandbox: Sandbox, columns: int) -> None:
    """However narrow a terminal is, the ID of a run is whole, and so are all words about its rows."""
    headings = (*HEADINGS, "maximum")
    rows = [(f"N{number}", "queue", "1", "3") for number in range(4)]
    program("import", table("c.csv", headings, *rows), "--yes")
    edited = [*rows[:2], (*rows[2][:3], "5"), ("New", "queue", "1", "2"), ("Bad", "queue", "1", "0")]
    run = program("plan", table("a name that is not short.csv", headings, *edited), "--json").document["run"]
    _, shown = program.terminal("runs", answers={}, env={"COLUMNS": str(columns), "TERM": "xterm", "NO_COLOR": "1"})
    lines = lines_drawn(shown)
    assert max(map(len, lines)) <= max(columns, 75)
    assert any(line.startswith(f"{run}  ") for line in lines)
    words = set(re.findall(r"[a-z]+", shown))
    assert {"invalid", "ready", "exists", "changed", "created", "import", "plan"} <= words


def test_runs_of_sheets_fit_on_a_terminal(program: Program, here: Path, sandbox: Sandbox) -> None:
    """On 80 columns the runs of sheets with long names have two lines each: no ID, name or count is cut or broken."""
    sheets = {name: [HEADINGS, (name, "queue", "1")] for name in ("North", "South East")}
    path = write_format(here, "xlsx", sheets).rename(here / "outbound campaigns 2026-11.xlsx")
    told = program("plan", path, "--all-sheets", "--json").document
    runs = [one["run"] for one in told["runs"]]
    drawing = {"TERM": "xterm", "NO_COLOR": "1"}
    _, shown = program.terminal("runs", answers={}, env={"COLUMNS": "80", **drawing})
    lines = lines_drawn(shown)
    for run, sheet in zip(runs, sheets, strict=True):
        (at,) = [number for number, line in enumerate(lines) if line.startswith(f"{run}  20")]
        assert lines[at + 1] == f"  outbound campaigns 2026-11.xlsx, sheet {sheet}: 1 ready"
    assert max(map(len, lines)) <= 80
    _, wide = program.terminal("runs", answers={}, env={"COLUMNS": "120", **drawing})
    assert len(lines_drawn(wide)) == 1 + len(runs)


def test_an_account_is_shown_where_there_are_several(program: Program, journal: Path, table: Table) -> None:
    """Where all runs are of one account on one server it is not repeated; where there are several it is there."""
    program("plan", table())
    assert "account and server" not in program("runs").stdout
    with Journal(journal) as opened:
        put(opened, later(1))
    told = program("runs").stdout
    assert "account and server" in told
    assert "admin@pbx:443" in told


def test_computers_are_shown_where_there_are_several(program: Program, journal: Path) -> None:
    """Who made a run is reported with the computer where the runs of a journal come from more than one."""
    with Journal(journal) as opened:
        put(opened, later(1, os_user="anna", host="red"))
        put(opened, later(2, os_user="anna", host="red"))
    assert "anna@red" not in program("runs").stdout
    with Journal(journal) as opened:
        put(opened, later(3, os_user="bela", host="blue"))
    told = program("runs").stdout
    assert "anna@red" in told
    assert "bela@blue" in told


@pytest.mark.parametrize("format_name", list(WRITERS))
def test_results_are_written_again(program: Program, here: Path, format_name: str) -> None:
    """`runs RUN --results FILE` writes the results once more, in every format, and a file of them is input again."""
    lines = [[*HEADINGS], *([f"N{number}", "queue", "1"] for number in range(30)), ["", "queue", "1"]]
    path = write_format(here, format_name, {"Campaigns": lines})
    run = program("import", path, "--yes", "--json").document["run"]
    target = here / f"again{path.suffix if path.suffix in ('.csv', '.tsv', '.txt', '.xlsx') else '.xlsx'}"
    told = program("runs", run, "--results", target)
    assert (told.exit_code, told.stdout) == (ExitCode.DONE, "")
    assert f"Results: {target}" in told.stderr
    assert program("runs", "--json").document[0]["results"] == str(target)
    again = program("import", target, "--yes", "--json")
    assert again.counts == {"exists": 30, "invalid": 1}


def test_results_again_as_a_document(program: Program, table: Table, here: Path) -> None:
    """With --json the document is that of the run, and an existing file is not overwritten."""
    run = program("import", table(), "--yes", "--json").document["run"]
    (here / "r.csv").write_text("mine", encoding="utf-8")
    told = program("runs", run, "--results", here / "r.csv", "--json").document
    assert (told["run"], told["counts"]["created"]) == (run, 1)
    assert told["results"] != str(here / "r.csv")
    assert (here / "r.csv").read_text(encoding="utf-8") == "mine"


def test_results_that_cannot_be_written_again(program: Program, table: Table) -> None:
    """Without a run, for one that is not there, and for one whose contents are removed, a sentence says so."""
    run = program("import", table(), "--yes", "--json").document["run"]
    assert (
        "--results needs a run whose results to write: `runs RUN --results FILE`. [E502]"
        in program("runs", "--results", "r.csv").stderr
    )
    assert "has no run 'nope'" in program("runs", "nope", "--results", "r.csv").stderr
    assert program("runs", run, "--results", "r.doc").exit_code == ExitCode.USAGE
    program("prune", "--older-than", "0h", "--yes")
    told = program("runs", run, "--results", "r.csv")
    assert (told.exit_code, Path("r.csv").exists()) == (ExitCode.USAGE, False)
    assert "were removed by `prune`, so its results cannot be written." in told.stderr


def test_prune_lists_twenty(program: Program, many: list[str]) -> None:
    """`prune` names the first 20 runs and says how many there are beside them, also with --quiet where it asks."""
    for words in ((), ("--quiet",)):
        code, shown = program.terminal("prune", "--older-than", "0h", *words, answers={"[y/N]": "n"})
        assert code == ExitCode.DONE
        assert len(re.findall(r"^Run run-", shown, re.MULTILINE)) == 20
        assert "and 35 more runs" in shown
        assert "Remove the contents of 55 runs?" in shown
    assert "Removed the contents of 55 runs." in program("prune", "--older-than", "0h", "--yes").stderr
    assert "Nothing is older than that." in program("prune", "--older-than", "0h", "--yes").stderr


def test_a_password_file_that_others_can_read(program: Program, table: Table, here: Path) -> None:
    """A password file that others can read is warned of, with the command that closes it; the work goes on."""
    file = here / "pass word"
    file.write_text("secret\n", encoding="utf-8")
    for mode, warned in ((0o644, True), (0o604, True), (0o600, False)):
        file.chmod(mode)
        told = program("plan", table(), "--password-file", file)
        assert told.exit_code == ExitCode.DONE
        assert (f"To fix this: chmod 600 '{file}'" in told.stderr) is warned


def test_rows_do_not_repeat_their_number(program: Program, table: Table) -> None:
    """The message beside a row names the column of a cell, and not the row again."""
    path = table("c.xlsx", (*HEADINGS, "attempts", "Max calls"), (*ROW, "0", ""), ("B", "queue", "1", "1", "x"))
    run = program("plan", path, "--column", "E=maximum", "--json").document["run"]
    told = program("runs", run).stdout
    assert "Campaigns!" not in told
    assert "attempts must be" in told
    assert "Max calls: maximum must be" in told
