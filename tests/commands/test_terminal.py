"""What a person sees on a terminal of 80 columns, compared with golden files; and what a pipe gets instead."""

import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import openpyxl
import pytest

from importer.sandbox import Sandbox
from tests.support.drawn import lines_drawn
from tests.support.every_format import write_format
from tests.support.golden import golden
from tests.support.paths import SAMPLES
from tests.support.program import Program
from tests.support.servers import StubServer, envelope
from tests.support.tables import HEADINGS, ROW, write_table

Table = Callable[..., Path]

SURROUNDINGS = {"COLUMNS": "80", "LOGNAME": "anna", "TZ": "UTC"}
DRAWING = {"TERM": "xterm-256color", "NO_COLOR": "1"}
"""A terminal that can be drawn on; on others rich takes every width for 80."""

PASSING = (
    (r"\r\n", "\n"),
    (r"\b20\d{6}-[0-9a-f]{6}\b", "20260102-abcdef"),
    (r"\.results\.\d{8}-\d{6}", ".results.20260102-030405"),
    (r"127\.0\.0\.1:\d{5}", "127.0.0.1:54321"),
    (r"20\d\d-\d\d-\d\d \d\d:\d\d", "2026-01-02 03:04"),
    (r"\d+\.\d s\b", "0.0 s"),
    (r"(?m)(?<= ) \d\d s$", "0.0 s"),
)
"""What is different each time, and what stands for it in the golden files; as long as it, so that lines break alike."""


def as_golden(shown: str) -> str:
    """Return what was shown with the same text for whatever is different each time."""
    for passing, same in PASSING:
        shown = re.sub(passing, same, shown)
    return "".join(f"{line.rstrip()}\n" for line in shown.splitlines())


@pytest.fixture
def sample(here: Path) -> Path:
    """The sample workbook, in the folder that the test works in."""
    return Path(shutil.copy(SAMPLES / "campaigns.xlsx", here)).relative_to(here)


@pytest.fixture
def edited(sample: Path) -> Path:
    """The sample workbook as somebody has gone on with it: edited cells, a new row, and a row that needs fixing."""
    book = openpyxl.load_workbook(sample)
    (sheet,) = book.worksheets
    columns = {cell.value: cell.column for cell in sheet[1]}
    sheet.cell(2, columns["maximum"]).value = "9"
    sheet.cell(2, columns["description"]).value = "Second wave"
    sheet.cell(5, columns["attempts"]).value = "4"
    sheet.append(["Summer", "queue", "0123", "1"])
    sheet.append(["Winter", "queue", "", "two"])
    book.save("edited.xlsx")
    return Path("edited.xlsx")


def test_an_import(program: Program, sample: Path, sandbox: Sandbox) -> None:
    """The plan with its problems is shown once, before the question; after it, what was created and in what time."""
    code, shown = program.terminal("import", sample, answers={"[y/N]": "y"}, env=SURROUNDINGS)
    assert (code, len(sandbox.campaigns())) == (0, 8)
    assert as_golden(shown) == golden("terminal-import.txt", as_golden(shown))


def test_a_plan_with_changes(program: Program, sample: Path, edited: Path) -> None:
    """Edited rows are shown field by field, and a last line counts what is created, changed, left and wrong."""
    # One worker, so that each row has the campaign's ID that the golden file shows.
    program("import", sample, "--yes", "--workers", "1")
    code, shown = program.terminal("plan", edited, answers={}, env=SURROUNDINGS)
    assert code == 4
    assert as_golden(shown) == golden("terminal-plan.txt", as_golden(shown))


def test_the_runs(program: Program, sample: Path, edited: Path) -> None:
    """Each run has its ID, its local time, its file's name, who made it, and what became of its rows."""
    program("import", sample, "--yes", env={"LOGNAME": "anna"})
    program("plan", edited, env={"LOGNAME": "bela"})
    code, shown = program.terminal("runs", answers={}, env=SURROUNDINGS)
    assert code == 0
    assert as_golden(shown) == golden("terminal-runs.txt", as_golden(shown))


@pytest.mark.parametrize("columns", ["60", "80", "120"])
def test_lines_break_between_words(bare: Program, here: Path, columns: str) -> None:
    """No line is wider than the terminal, and every word of a problem is whole, however narrow it is."""
    shutil.copy(SAMPLES / "mistakes.xlsx", here)
    _, shown = bare.terminal("validate", "mistakes.xlsx", answers={}, env={"COLUMNS": columns, **DRAWING})
    lines = lines_drawn(shown)
    assert max(map(len, lines)) == int(columns)
    assert {"E102", "attempts", "understood", "destination", "(conference,"} <= set(" ".join(lines).split())


def test_a_problem_is_one_line_in_a_pipe(bare: Program) -> None:
    """A pipe gets each problem as one line, regardless of its length, with the full names of the cells."""
    told = bare("validate", SAMPLES / "mistakes.xlsx")
    (line,) = [line for line in told.stderr.splitlines() if "[W102]" in line]
    assert len(line) > 200
    assert "Campaigns!B15" in line
    assert "" not in told.stderr.splitlines()


def test_the_bare_id_of_a_run_is_for_pipes(program: Program, table: Table) -> None:
    """On a terminal the run's ID stands in a command to type; alone on a line it is for scripts."""
    _, shown = program.terminal("plan", table(), answers={})
    (run,) = re.findall(r"campaign-importer apply (\S+)", shown)
    assert run not in shown.splitlines()
    assert shown.rstrip().endswith(f"campaign-importer apply {run}")
    assert re.fullmatch(r"\d{8}-[0-9a-f]{6}\n", program("plan", table()).stdout)


def test_a_command_to_type_is_never_broken(program: Program, table: Table, journal: Path) -> None:
    """Where a command does not fit beside its purpose it has a line of its own, which the terminal alone breaks."""
    long = journal.with_name(f"{'long' * 20}.sqlite3")
    _, shown = program.terminal("plan", table(), "--journal", long, answers={}, env=SURROUNDINGS)
    assert re.search(rf"campaign:\r\n  campaign-importer apply \S+ --journal {re.escape(str(long))}\r\n$", shown)


def test_quiet_still_shows_what_a_question_is_about(program: Program, table: Table, sandbox: Sandbox) -> None:
    """With --quiet the plan is shown where a person is asked about it, and nothing after that."""
    code, shown = program.terminal("import", table(), "--quiet", answers={"[y/N]": "y"})
    before, _, after = shown.partition("[y/N]")
    assert (code, len(sandbox.campaigns())) == (0, 1)
    assert "+ 1 create" in before
    assert after.strip(" :\r\n") == "y"


def test_no_says_that_nothing_was_created(program: Program, table: Table, sandbox: Sandbox) -> None:
    """Whoever says no is told that nothing was created, and how to go on."""
    code, shown = program.terminal("import", table(), answers={"[y/N]": "n"})
    after = shown.partition("[y/N]")[2]
    assert (code, sandbox.campaigns()) == (0, [])
    assert "Nothing was created.\r\n" in after
    assert "ready  1" not in after
    assert "Next: to create the ready campaign: campaign-importer apply" in " ".join(after.split())


def test_several_files_are_asked_about_once(program: Program, table: Table, sandbox: Sandbox) -> None:
    """Several plans are shown before one question; after it, what came of each file stands under its name."""
    files = [table(f"{name}.csv", HEADINGS, (name, "queue", "1")) for name in "ab"]
    code, shown = program.terminal("import", *files, answers={"[y/N]": "y"})
    before, _, after = shown.replace("\r", "").partition("Create 2 campaigns on")
    assert (code, len(sandbox.campaigns()), before.count("ready  1")) == (0, 2, 2)
    assert re.findall(r"^([ab]\.csv):\n1 created in", after, re.MULTILINE) == ["a.csv", "b.csv"]
    assert "ready" not in after


def test_what_goes_wrong_after_the_question_is_said(program: Program, table: Table, stub_server: StubServer) -> None:
    """After the question only what is new is said: what the server refused, and none of the warnings of the plan."""
    stub_server.answers["create"] = lambda _: envelope("403", message="not today")
    path = table("c.csv", (*HEADINGS, "Remark"), (*ROW, "mine"))
    _, shown = program.terminal("import", path, "--url", stub_server.url, answers={"[y/N]": "y"})
    before, _, after = shown.partition("[y/N]")
    assert "W201" in before
    assert "W201" not in after
    assert "1 rejected in" in after
    assert "not today" in after
    assert "Next: fix these rows" in after


@pytest.mark.parametrize(
    ("customers", "named"),
    [(("", ""), "{server}?"), (("2", "2"), "{server} (customer 2)?"), (("", "2"), "{server} (customers your own, 2)?")],
)
def test_the_question_names_customers(
    program: Program, table: Table, sandbox: Sandbox, customers: tuple[str, ...], named: str
) -> None:
    """The question says for which customers campaigns are created, and how many rows are left out."""
    rows = [(f"N{number}", "queue", "1", customer, "1") for number, customer in enumerate(customers)]
    path = table("c.csv", (*HEADINGS, "customer", "attempts"), *rows, ("Bad", "queue", "1", "", "0"))
    _, shown = program.terminal("import", path, answers={"[y/N]": "n"})
    asked = " ".join(shown.split())
    assert named.format(server=sandbox.host_url.removeprefix("http://")) in asked
    assert "1 row is left out." in asked


def test_ctrl_c_is_not_an_error(program: Program, table: Table) -> None:
    """Whoever pressed Ctrl-C knows why the work ended, and is shown no error."""
    code, shown = program.terminal("import", table(), answers={"[y/N]": "\x03"})
    assert code == 130
    assert re.search(
        r"Stopped on request\. Nothing was created\. To continue:\r\n  campaign-importer apply \S+\r\n$", shown
    )
    assert "Error" not in shown


@pytest.mark.parametrize(("env", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_colours(program: Program, table: Table, env: Mapping[str, str], coloured: bool) -> None:
    """A terminal gets colours unless NO_COLOR is set: then no code of a colour is sent, whatever is drawn."""
    path = table("c.csv", (*HEADINGS, "attempts"), (*ROW, "1"), ("b", "queue", "1", "0"))
    _, shown = program.terminal("plan", path, answers={}, env={"TERM": "xterm-256color", **env})
    assert bool(re.search(r"\x1b\[[0-9;]*3[0-9][0-9;]*m", shown)) is coloured


def test_work_that_did_not_happen_took_no_time(program: Program, table: Table, sandbox: Sandbox) -> None:
    """A file that cannot be read leaves no line of a finished stage, and what was not created took no time."""
    _, shown = program.terminal("validate", "missing.csv", answers={})
    assert shown.strip() == "Error: There is no file missing.csv. Check the name and the folder. [E201]"
    old, new = table("old.csv"), table("new.csv", HEADINGS, ("New", "queue", "1"))
    program("import", old, "--yes")
    _, shown = program.terminal("import", old, new, answers={"[y/N]": "y"})
    after = shown.replace("\r", "").partition("[y/N]")[2]
    assert "old.csv:\nNothing was created.\n" in after
    assert re.search(r"new\.csv:\n1 created in \d+\.\d s\n", after)


def test_a_stage_is_one_line(bare: Program, here: Path) -> None:
    """The line of a stage is not wrapped, however long the name of a file is: its beginning and end are shown."""
    write_table(here / f"{'outbound campaigns ' * 4}2026.xlsx", HEADINGS, [ROW])
    _, shown = bare.terminal("validate", f"{'outbound campaigns ' * 4}2026.xlsx", answers={}, env=SURROUNDINGS)
    assert re.match(r"Reading outbound camp\S*…\S* ?\S*paigns 2026\.xlsx +1 row +\d+\.\d s\r\n", shown), shown


def test_results_of_sheets_are_named_once(program: Program, here: Path, sandbox: Sandbox) -> None:
    """The one results workbook of several sheets is named after the last of them."""
    sheets = {name: [HEADINGS, (name, "queue", "1")] for name in ("North", "South")}
    told = program("plan", write_format(here, "xlsx", sheets), "--all-sheets").stderr
    assert (told.count("Results: "), told.count("Next: to create")) == (1, 2)
    assert told.index("sheet South") < told.index("Results: ")


def test_what_is_wrong_has_its_column_once(bare: Program, here: Path) -> None:
    """A message that begins with the heading is shown without it, beside the heading."""
    shutil.copytree(SAMPLES / "legacy", here / "legacy")
    _, shown = bare.terminal("validate", "legacy/vicidial.sql", "--profile", "vicidial", answers={}, env=SURROUNDINGS)
    assert "no answer yet for" in shown
    assert "timegroup: no answer" not in " ".join(shown.split())


def test_a_warning_without_a_place_begins_with_its_words(bare: Program, table: Table) -> None:
    """In a pipe, a warning about a column that the sheet lacks begins with that column, not with the headings' row."""
    told = bare("validate", table("c.csv", HEADINGS, ROW)).stderr
    assert "\n  timegroup  Row 2 is enabled without a time group" in told
